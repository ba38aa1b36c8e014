/** What of an S3 bucket the guard looks at, read part by part, and the policy it needs. */

import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  deniedAction,
  isAbsent,
  isAccessDenied,
  isInAnotherRegion,
  isPartAbsent,
} from '../../runtime/aws/aws-errors.ts'
import { servicePrincipal } from '../partition.ts'
import type { RightsScope, Statement } from '../permissions.ts'
import type { ServiceCall } from '../policy-lets.ts'
import { flattenTags } from '../tags.ts'

export interface LogBucketActual {
  /** `closed`: another account's; `elsewhere`: in another region. Of both nothing else is known. */
  readonly reach: 'open' | 'closed' | 'elsewhere'
  readonly publicAccess: string
  readonly ownership: string | undefined
  /** `AES256`, or `aws:kms` with the key. */
  readonly encryption: string
  readonly key: string | undefined
  readonly bucketKey: boolean
  readonly expireDays: number | undefined
  readonly abortDays: number | undefined
  /** Lifecycle rules that are not the guard's, by id. */
  readonly otherRules: readonly string[]
  readonly policy: unknown
  /** As the manifest knows it: `making`, `made`, or what an adopted one was before. */
  readonly fact: string | undefined
}

export const RULE_ID = 'cost-guard'
const NOTHING_KNOWN = {
  ...{ publicAccess: '', ownership: undefined, encryption: '', key: undefined, bucketKey: false },
  ...{ expireDays: undefined, abortDays: undefined, otherRules: [], policy: undefined, fact: undefined },
}

/** Undefined: there is no such bucket. */
export async function readBucket(
  s3: S3Client,
  where: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
  fact: string | undefined,
): Promise<{ actual: LogBucketActual; tags: Record<string, string> | undefined } | undefined> {
  let tags: Record<string, string> | undefined
  try {
    tags = flattenTags((await orUnset(s3.send(new GetBucketTaggingCommand(where))))?.TagSet)
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (isInAnotherRegion(error)) return { actual: { ...NOTHING_KNOWN, reach: 'elsewhere' }, tags: undefined }
    // S3 names the missing right to whoever belongs to the account, and tells strangers nothing.
    if (!isAccessDenied(error) || deniedAction(error) !== undefined) throw error
    return { actual: { ...NOTHING_KNOWN, reach: 'closed' }, tags: undefined }
  }
  const [access, controls, encryption, lifecycle, policy] = await Promise.all([
    orUnset(s3.send(new GetPublicAccessBlockCommand(where))),
    orUnset(s3.send(new GetBucketOwnershipControlsCommand(where))),
    orUnset(s3.send(new GetBucketEncryptionCommand(where))),
    orUnset(s3.send(new GetBucketLifecycleConfigurationCommand(where))),
    orUnset(s3.send(new GetBucketPolicyCommand(where))),
  ])
  const block = access?.PublicAccessBlockConfiguration
  const open = (['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const).filter(
    (one) => block?.[one] !== true,
  )
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]
  const rules = lifecycle?.Rules ?? []
  const ours = rules.find(isOurRule)
  const actual: LogBucketActual = {
    reach: 'open',
    publicAccess: open.length === 0 ? 'blocked' : `open (${open.join(', ')} off)`,
    ownership: controls?.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
    encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'not set',
    key: rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID || undefined,
    bucketKey: rule?.BucketKeyEnabled === true,
    expireDays: ours?.Expiration?.Days,
    abortDays: ours?.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    otherRules: rules.filter((one) => one !== ours).map((one) => one.ID ?? 'a rule without a name'),
    policy: policy?.Policy === undefined ? undefined : (JSON.parse(policy.Policy) as unknown),
    fact,
  }
  return { actual, tags }
}

/** In force and for the whole bucket; else it is as good as somebody else's. */
const isOurRule = (rule: LifecycleRule): boolean =>
  rule.ID === RULE_ID && rule.Status === 'Enabled' && (rule.Filter?.Prefix ?? rule.Prefix ?? '') === ''

export async function orUnset<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call
  } catch (error) {
    if (isPartAbsent(error)) return undefined
    throw error
  }
}

/** What Bedrock will ask of the bucket: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html */
export function bedrockWrites({ names, account, region, partition }: RightsScope): ServiceCall & { resource: string } {
  return {
    service: servicePrincipal('bedrock', { region, partition }),
    action: 's3:PutObject',
    resource: `${names.arn.logBucket}/AWSLogs/${account}/BedrockModelInvocationLogs/*`,
    context: {
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:${partition}:bedrock:${region}:${account}:*`,
      'aws:SecureTransport': 'true',
    },
  }
}

type BucketStatement = Omit<Statement, 'Principal'> & { readonly Principal: { readonly Service: string } | '*' }
export interface BucketPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly BucketStatement[]
}

export function bedrockStatement(scope: RightsScope, sid: string): BucketStatement {
  const { service, action, resource, context } = bedrockWrites(scope)
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: service },
    Action: action,
    Resource: resource,
    Condition: {
      StringEquals: { 'aws:SourceAccount': context['aws:SourceAccount'] ?? '' },
      ArnLike: { 'aws:SourceArn': context['aws:SourceArn'] ?? '' },
    },
  }
}

/** The whole policy of a bucket the guard made: Bedrock writes, nobody comes without TLS. */
export const ownPolicy = (scope: RightsScope): BucketPolicy => ({
  Version: '2012-10-17',
  Statement: [
    bedrockStatement(scope, 'AmazonBedrockLogsWrite'),
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [scope.names.arn.logBucket, `${scope.names.arn.logBucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
})
