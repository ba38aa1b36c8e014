/** Whether a thing that the tag index shows really exists: the index is behind by minutes. */
import { GetApiCommand } from '@aws-sdk/client-apigatewayv2'
import { DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { GetPolicyCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import { GetFunctionCommand } from '@aws-sdk/client-lambda'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { GetScheduleGroupCommand } from '@aws-sdk/client-scheduler'
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import { unlessAbsent } from './absent.ts'
import type { AwsClients } from './clients.ts'

export type Existence =
  | { readonly is: 'there' }
  | { readonly is: 'gone' }
  /** AWS deletes it on that day by itself. */
  | { readonly is: 'going'; readonly on: string }
  /** Of a kind that this version does not know how to look up. */
  | { readonly is: 'unknown' }

/** `arn:aws:dynamodb:us-east-1:1:table/x` → service, kind and name. */
export function partsOf(arn: string): { readonly service: string; readonly kind: string; readonly name: string } {
  const [, , service = '', , , ...rest] = arn.split(':')
  const tail = rest.join(':')
  const kind =
    /^(table|alarm|dashboard|function|key|log-group|policy|role|schedule-group|userpool)[/:]/.exec(tail)?.[1] ?? ''
  const path = kind === '' ? tail : tail.slice(kind.length + 1)
  const flat = service === 'iam' ? (path.split('/').pop() ?? '') : path
  return { service, kind, name: service === 'logs' ? flat.replace(/:\*$/, '') : flat }
}

type LookUp = (clients: AwsClients, of: { readonly arn: string; readonly name: string }) => Promise<unknown>

/** Undefined: it is not there. */
const lookUps: Readonly<Record<string, LookUp>> = {
  'dynamodb:table': async ({ dynamo }, { name }) =>
    (await dynamo()).send(new DescribeTableCommand({ TableName: name })),
  'sns:': async ({ sns }, { arn }) => (await sns()).send(new GetTopicAttributesCommand({ TopicArn: arn })),
  'sqs:': async ({ sqs }, { name }) => (await sqs()).send(new GetQueueUrlCommand({ QueueName: name })),
  'lambda:function': async ({ lambda }, { name }) =>
    (await lambda()).send(new GetFunctionCommand({ FunctionName: name })),
  'logs:log-group': async ({ logs }, { name }) => {
    const page = await (await logs()).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }))
    return page.logGroups?.find((one) => one.logGroupName === name)
  },
  'scheduler:schedule-group': async ({ scheduler }, { name }) =>
    (await scheduler()).send(new GetScheduleGroupCommand({ Name: name })),
  'iam:policy': async ({ iam }, { arn }) => (await iam()).send(new GetPolicyCommand({ PolicyArn: arn })),
  'iam:role': async ({ iam }, { name }) => (await iam()).send(new GetRoleCommand({ RoleName: name })),
  's3:': async ({ s3 }, { name }) => (await s3()).send(new HeadBucketCommand({ Bucket: name })),
  'apigateway:': async ({ apigateway }, { name }) =>
    (await apigateway()).send(new GetApiCommand({ ApiId: name.split('/')[2] })),
  'cloudwatch:alarm': async ({ cloudwatch }, { name }) => {
    const page = await (await cloudwatch()).send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
    return page.MetricAlarms?.[0] ?? page.CompositeAlarms?.[0]
  },
  'cognito-idp:userpool': async ({ cognito }, { name }) =>
    (await cognito()).send(new DescribeUserPoolCommand({ UserPoolId: name })),
  'cloudwatch:dashboard': async ({ cloudwatch }, { name }) =>
    (await cloudwatch()).send(new GetDashboardCommand({ DashboardName: name })),
}

export async function existenceOf(clients: AwsClients, arn: string): Promise<Existence> {
  const { service, kind, name } = partsOf(arn)
  if (service === 'kms' && kind === 'key') return keyExistence(clients, arn)
  const lookUp = lookUps[`${service}:${kind}`]
  if (lookUp === undefined) return { is: 'unknown' }
  return (await unlessAbsent(lookUp(clients, { arn, name }))) === undefined ? { is: 'gone' } : { is: 'there' }
}

async function keyExistence(clients: AwsClients, KeyId: string): Promise<Existence> {
  const answer = await unlessAbsent((await clients.kms()).send(new DescribeKeyCommand({ KeyId })))
  const key = answer?.KeyMetadata
  if (key === undefined) return { is: 'gone' }
  return key.KeyState === 'PendingDeletion' && key.DeletionDate !== undefined
    ? { is: 'going', on: key.DeletionDate.toISOString().slice(0, 10) }
    : { is: 'there' }
}
