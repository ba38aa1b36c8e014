/** Bedrock's logging configuration: PUT tries the role and the group. Text: alphagov/govuk-infrastructure#2440. */
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { STREAM } from '../bedrock/log.ts'
import { type Document, serviceMay } from '../iam/evaluate.ts'
import { keyLets } from '../iam/kms-keys.ts'
import type { Hook, Passing, World } from '../world.ts'
import { type Refusal, refusing } from './refuse.ts'
import { canAssume, roleMay } from './roles.ts'

type PolicyOf = (bucket: string) => Document | undefined
interface S3Target {
  readonly bucketName?: string
}

/**
 * The bucket must be there and let Bedrock in, for this account and region, and so must the key it is encrypted with
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html). The texts are ours, after that of
 * the log group.
 */
async function bucketRefused(world: World, call: Passing, policyOf: PolicyOf): Promise<Refusal | undefined> {
  const config = call.input['loggingConfig'] as
    | { s3Config?: S3Target; cloudWatchConfig?: { largeDataDeliveryS3Config?: S3Target } }
    | undefined
  const context = {
    'aws:SourceAccount': world.account,
    'aws:SourceArn': `arn:${world.partition}:bedrock:${call.inRegion}:${world.account}:*`,
    'aws:SecureTransport': 'true',
  }
  const service = 'bedrock.amazonaws.com'
  for (const target of [config?.s3Config, config?.cloudWatchConfig?.largeDataDeliveryS3Config]) {
    const bucket = target?.bucketName
    if (bucket === undefined) continue
    const refusal = (what: string): Refusal => ({
      code: 'ValidationException',
      message: `Failed to validate permissions for bucket: ${bucket}. Verify that the ${what} lets Amazon Bedrock write.`,
    })
    if (!serviceMay(policyOf(bucket), service, 's3:PutObject', context)) return refusal('bucket policy')
    const named = await keyOfBucket(world, call.inRegion, bucket)
    if (named === undefined) continue
    const actions = ['kms:GenerateDataKey']
    if (!(await keyLets(world, { region: call.inRegion, named }, { service, actions, context }))) {
      return refusal(`policy of its KMS key ${named}`)
    }
  }
  return undefined
}

/** Undefined: not encrypted with KMS. */
async function keyOfBucket(world: World, region: string, Bucket: string): Promise<string | undefined> {
  const { s3 } = world.clients(region)
  const asked = s3.send(new GetBucketEncryptionCommand({ Bucket })).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ServerSideEncryptionConfigurationNotFoundError') return undefined
    throw error
  })
  const [rule] = (await asked)?.ServerSideEncryptionConfiguration?.Rules ?? []
  const how = rule?.ApplyServerSideEncryptionByDefault
  return how?.SSEAlgorithm === 'aws:kms' ? how.KMSMasterKeyID || 'alias/aws/s3' : undefined
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

export function bedrockRefusals(world: World, policyOf: PolicyOf): Hook[] {
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
