/** Everything that is in the emulator, as lines that two runs can be compared by: without ids and times that AWS makes up. */
import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  ListTagsForResourceCommand as ListLogTagsCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import {
  GetScheduleCommand,
  ListTagsForResourceCommand as ListScheduleTagsCommand,
  paginateListScheduleGroups,
  paginateListSchedules,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand as ListTopicTagsCommand,
  paginateListSubscriptions,
  paginateListTopics,
  SNSClient,
} from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, ListQueuesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs'
import { isAbsent } from '../../src/runtime/aws/aws-errors.ts'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { all, type Thing, tables } from './dump-tables.ts'
import { watching } from './dump-watch.ts'

/** The services that are looked into. Whoever says "nothing is left" must also see that no other was ever called. */
export const SERVICES = [
  ...(['bedrock', 'dynamodb', 'iam', 'lambda', 'logs', 'monitoring', 'scheduler', 'sns', 'sqs', 'sts'] as const),
  // Only asked what carries a tag.
  'tagging' as const,
]

/** `kind name {what AWS says about it}`, sorted. Items of tables too, without what a clock wrote (audit, health, lease). */
export async function dump(sandbox: Sandbox): Promise<readonly string[]> {
  const how = { endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin }
  const parts = await Promise.all([
    bedrock(new BedrockClient(how)),
    tables(new DynamoDBClient(how)),
    identities(new IAMClient(how)),
    functions(new LambdaClient(how)),
    logGroups(new CloudWatchLogsClient(how)),
    schedules(new SchedulerClient(how)),
    topics(new SNSClient(how)),
    watching(new CloudWatchClient(how)),
    queues(new SQSClient({ ...how, useQueueUrlAsEndpoint: false })),
  ])
  return parts
    .flat()
    .map(({ what, about }) => plain(`${what} ${JSON.stringify(sorted(about))}`))
    .sort()
}

/** What one has and the other has not: `- ` lost, `+ ` come up. Empty: the same. */
export const differences = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
  ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
]

/** The names alone. */
export const names = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.slice(0, line.indexOf(' {')))

const MADE_UP =
  /(?:^|_)(?:.*Date|.*DateTime|creationTime|CreatedTimestamp|LastModified|LastModifiedTimestamp|.*LastUpdated.*|RevisionId|UserId|RoleId|PolicyId|GroupId|RoleLastUsed|TableId|.*SizeBytes|ItemCount|storedBytes|LatestStream.*|ApproximateNumberOf.*|EarliestRestorableDateTime|LatestRestorableDateTime|ResponseMetadata|countFrom|\$metadata)$/

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(sorted)
    return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const kept = Object.entries(value).filter(([key, part]) => part !== undefined && !MADE_UP.test(key))
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
}

const plain = (line: string): string =>
  line
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\b(?:AIDA|AROA|ANPA|AGPA)[A-Z0-9]{16,17}/g, '<id>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, '<time>')

async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

async function bedrock(client: BedrockClient): Promise<readonly Thing[]> {
  const { loggingConfig } = await client.send(new GetModelInvocationLoggingConfigurationCommand({}))
  return loggingConfig === undefined ? [] : [{ what: 'account-logging', about: loggingConfig }]
}

async function identities(client: IAMClient): Promise<readonly Thing[]> {
  const read = async (Marker?: string): Promise<readonly Thing[]> => {
    const page = await client.send(new GetAccountAuthorizationDetailsCommand(Marker === undefined ? {} : { Marker }))
    const things = [
      ...(page.UserDetailList ?? []).map((one) => ({ what: `user ${one.UserName}`, about: one })),
      ...(page.GroupDetailList ?? []).map((one) => ({ what: `group ${one.GroupName}`, about: one })),
      ...(page.RoleDetailList ?? []).map((one) => ({ what: `role ${one.RoleName}`, about: one })),
      ...(page.Policies ?? [])
        .filter((one) => !one.Arn?.includes('::aws:policy/'))
        .map((one) => ({ what: `policy ${one.Arn}`, about: one })),
    ]
    return page.IsTruncated === true ? [...things, ...(await read(page.Marker))] : things
  }
  return read()
}

async function functions(client: LambdaClient): Promise<readonly Thing[]> {
  const found = await all(paginateListFunctions({ client }, {}), (page) => page.Functions)
  return Promise.all(
    found.map(async ({ FunctionName = '' }) => {
      const [details, policy, retries] = await Promise.all([
        client.send(new GetFunctionCommand({ FunctionName })),
        ifThere(client.send(new GetPolicyCommand({ FunctionName }))),
        ifThere(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))),
      ])
      const { Configuration, Tags, Concurrency } = details
      const statement: unknown = policy?.Policy === undefined ? undefined : JSON.parse(policy.Policy)
      const about = { Configuration, Tags, Concurrency, statement, retries }
      return { what: `function ${FunctionName}`, about }
    }),
  )
}

async function logGroups(client: CloudWatchLogsClient): Promise<readonly Thing[]> {
  const found = await all(paginateDescribeLogGroups({ client }, {}), (page) => page.logGroups)
  return Promise.all(
    found.map(async (group) => {
      const { logGroupName = '', arn = '' } = group
      const [tags, filters, streams] = await Promise.all([
        client.send(new ListLogTagsCommand({ resourceArn: arn.replace(/:\*$/, '') })),
        client.send(new DescribeSubscriptionFiltersCommand({ logGroupName })),
        client.send(new DescribeLogStreamsCommand({ logGroupName })),
      ])
      // Each start of a function has a stream of its own; Bedrock has one.
      const named = (streams.logStreams ?? []).filter((one) => one.logStreamName?.startsWith('aws/'))
      const about = {
        retention: group.retentionInDays,
        kmsKeyId: group.kmsKeyId,
        tags: tags.tags,
        filters: filters.subscriptionFilters,
        streams: named.map((one) => one.logStreamName),
      }
      return { what: `log-group ${logGroupName}`, about }
    }),
  )
}

async function schedules(client: SchedulerClient): Promise<readonly Thing[]> {
  const groups = await all(paginateListScheduleGroups({ client }, {}), (page) => page.ScheduleGroups)
  const found = await all(paginateListSchedules({ client }, {}), (page) => page.Schedules)
  const ofGroups = groups
    .filter((group) => group.Name !== 'default')
    .map(async (group) => {
      const { Tags } = await client.send(new ListScheduleTagsCommand({ ResourceArn: group.Arn }))
      return { what: `schedule-group ${group.Name}`, about: { ...group, Tags } }
    })
  const ofSchedules = found.map(async ({ Name, GroupName }) => ({
    what: `schedule ${GroupName}/${Name}`,
    about: await client.send(new GetScheduleCommand({ Name, GroupName })),
  }))
  return Promise.all([...ofGroups, ...ofSchedules])
}

async function topics(client: SNSClient): Promise<readonly Thing[]> {
  const found = await all(paginateListTopics({ client }, {}), (page) => page.Topics)
  const subscriptions = await all(paginateListSubscriptions({ client }, {}), (page) => page.Subscriptions)
  const about = found.map(async ({ TopicArn = '' }) => {
    const [{ Attributes }, { Tags }] = await Promise.all([
      client.send(new GetTopicAttributesCommand({ TopicArn })),
      client.send(new ListTopicTagsCommand({ ResourceArn: TopicArn })),
    ])
    return { what: `topic ${TopicArn}`, about: { ...Attributes, Tags } }
  })
  return [
    ...(await Promise.all(about)),
    ...subscriptions.map((one) => ({ what: `subscription ${one.Protocol} ${one.Endpoint}`, about: one })),
  ]
}

async function queues(client: SQSClient): Promise<readonly Thing[]> {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}))
  return Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const [{ Attributes }, { Tags }] = await Promise.all([
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
        client.send(new ListQueueTagsCommand({ QueueUrl })),
      ])
      return { what: `queue ${QueueUrl.split('/').pop()}`, about: { ...Attributes, Tags } }
    }),
  )
}
