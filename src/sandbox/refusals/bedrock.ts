/** Bedrock's logging configuration: PUT tries the role and the group. Text: alphagov/govuk-infrastructure#2440. */
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { STREAM } from '../bedrock/log.ts'
import { type Document, serviceMay } from '../iam/evaluate.ts'
import type { Hook, Passing, World } from '../world.ts'
import { type Refusal, refusing } from './refuse.ts'
import { canAssume, roleMay } from './roles.ts'

/** The bucket must be there and let Bedrock in, for this account and region. The text is ours, after that of the log group. */
function bucketRefused(world: World, call: Passing, policyOf: (bucket: string) => Document | undefined) {
  const config = call.input['loggingConfig'] as
    | { s3Config?: S3Target; cloudWatchConfig?: { largeDataDeliveryS3Config?: S3Target } }
    | undefined
  const targets = [config?.s3Config, config?.cloudWatchConfig?.largeDataDeliveryS3Config]
  const context = {
    'aws:SourceAccount': world.account,
    'aws:SourceArn': `arn:${world.partition}:bedrock:${call.inRegion}:${world.account}:*`,
    'aws:SecureTransport': 'true',
  }
  const shut = targets.find(
    (target) =>
      target?.bucketName !== undefined &&
      !serviceMay(policyOf(target.bucketName), 'bedrock.amazonaws.com', 's3:PutObject', context),
  )
  if (shut === undefined) return undefined
  const message = `Failed to validate permissions for bucket: ${shut.bucketName}. Verify that the bucket policy lets Amazon Bedrock write.`
  return { code: 'ValidationException', message }
}
interface S3Target {
  readonly bucketName?: string
}

async function cannotWrite(world: World, call: Passing): Promise<Refusal | undefined> {
  const config = call.input['loggingConfig'] as
    | { cloudWatchConfig?: { logGroupName?: string; roleArn?: string } }
    | undefined
  const { logGroupName, roleArn } = config?.cloudWatchConfig ?? {}
  if (logGroupName === undefined || roleArn === undefined) return undefined
  const message = `Failed to validate permissions for log group: ${logGroupName}, with role: ${roleArn}. Verify the IAM role permissions are correct.`
  const refusal: Refusal = { code: 'ValidationException', message }
  const { logs } = world.clients(call.inRegion)
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))
  if (!logGroups.some((one) => one.logGroupName === logGroupName)) return refusal
  const context = {
    'aws:SourceAccount': world.account,
    'aws:SourceArn': `arn:${world.partition}:bedrock:${call.inRegion}:${world.account}:*`,
  }
  if (!(await canAssume(world, roleArn, 'bedrock.amazonaws.com', context))) return refusal
  const stream = `arn:${world.partition}:logs:${call.inRegion}:${world.account}:log-group:${logGroupName}:log-stream:${STREAM}`
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
    if (!(await roleMay(world, roleArn, action, stream))) return refusal
  }
  return undefined
}

export function bedrockRefusals(world: World, policyOf: (bucket: string) => Document | undefined): Hook[] {
  return [
    ...refusing('bedrock', {
      PutModelInvocationLoggingConfiguration: async (call) =>
        (await cannotWrite(world, call)) ?? bucketRefused(world, call, policyOf),
    }),
    {
      // Unset, AWS leaves the member out; the emulator answers an empty object.
      on: ['bedrock:GetModelInvocationLoggingConfiguration'],
      async after(_, answer) {
        const body = JSON.parse(answer.body.toString('utf8')) as { loggingConfig?: object }
        const isUnset = answer.status === 200 && Object.keys(body.loggingConfig ?? {}).length === 0
        return isUnset ? { ...answer, body: Buffer.from('{}') } : undefined
      },
    },
  ]
}
