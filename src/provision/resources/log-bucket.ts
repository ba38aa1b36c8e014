/**
 * The S3 bucket that Bedrock writes a copy of the invocation log to. One that the guard made is brought to what is wished
 * in every part and kept at teardown with all that is in it; one that was there before keeps its own life cycle and
 * encryption and gets one statement of the guard in its policy, no more.
 */
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { isAccessDenied, isNotEmpty, isOwnBucketAlready, isRefusal } from '../../runtime/aws/aws-errors.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { documentField, field } from '../differences.ts'
import { encryptionNeeds, keyFor } from '../encryption.ts'
import type { Difference, Doing, Resource, ResourceId } from '../engine/resource.ts'
import { namesOf } from '../names.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, TAG, tagChanges, tagList } from '../tags.ts'
import { emptyBucket } from './empty-bucket.ts'
import { type BucketPolicy, type LogBucketActual, orUnset, ownPolicy, RULE_ID, readBucket } from './log-bucket-parts.ts'

export interface LogBucketDesired {
  readonly name: string
  readonly publicAccess: 'blocked'
  readonly ownership: 'BucketOwnerEnforced'
  /** Whose key: AWS's, the guard's own, or an ARN. */
  readonly key: string
  readonly expireDays: number | undefined
  readonly abortDays: number
  readonly policy: BucketPolicy
}

export const logBucketId = (name: string, region: string): ResourceId => `log-bucket/${name}@${region}`

/** Parts of an upload that was never finished cost money and show nowhere. */
const ABORT_DAYS = 7
/** Facts: before the bucket is made, when it carries no tag yet, and from then on. */
const MAKING = 'making'
const MADE = 'made'

/** The scope as it is when the copy goes to this bucket: one of former settings keeps its own name. */
export const scopeWithBucket = <Scope extends RightsScope>(scope: Scope, name: string): Scope => {
  const s3 = { expireDays: undefined, largeBodies: false, ...scope.settings.s3, bucket: name }
  return { ...scope, names: namesOf({ ...scope.settings, s3 }, scope) }
}

export function logBucketResource(
  clients: AwsClients,
  given: RightsScope,
  name: string,
): Resource<LogBucketDesired, LogBucketActual> {
  const scope = scopeWithBucket(given, name)
  const where = { Bucket: name, ExpectedBucketOwner: scope.account }
  const id = logBucketId(name, scope.region)
  const isWanted = given.settings.s3 !== undefined && given.names.logBucket === name
  return {
    id,
    kind: 'S3 bucket',
    name,
    why: 'keeps the copy of the invocation log that Bedrock writes',
    ownership: { by: 'tag' },
    onTeardown: 'retain',
    whenUnwanted: 'retain',
    needs: encryptionNeeds(scope),

    desired: ({ settings }) =>
      isWanted && settings.s3
        ? {
            name,
            publicAccess: 'blocked',
            ownership: 'BucketOwnerEnforced',
            key: settings.kmsKey,
            expireDays: settings.s3.expireDays,
            abortDays: ABORT_DAYS,
            policy: ownPolicy(scope),
          }
        : undefined,

    async read(inputs) {
      const fact = inputs.remembered(id)
      const found = await readBucket(await clients.s3(), where, fact).catch((error: unknown) => {
        // Whoever neither wants nor ever had one needs no right to look for it.
        if (isAccessDenied(error) && !isWanted && fact === undefined) return undefined
        throw error
      })
      if (found === undefined) return { state: 'absent' }
      const { actual, tags = {} } = found
      // Made a moment before the command was cut off, and not tagged yet.
      const justMade = actual.fact === MAKING && Object.keys(tags).length === 0
      return { state: 'present', actual, tags: justMade ? { [TAG.guard]: scope.settings.guard } : tags }
    },

    note: () => (isWanted ? undefined : 'not written to any more; goes with teardown --delete-data alone'),

    notOurs: (actual, owner) => notOurs(name, actual, owner),

    diff: (desired, actual, inputs) => [
      ...field('publicAccess', { is: actual.publicAccess, want: desired.publicAccess }),
      ...field('ownership', { is: actual.ownership, want: desired.ownership }),
      ...field('encryption', { is: encryptionOf(actual.encryption, actual.key), want: wanted(keyFor(inputs)) }),
      ...(desired.key === 'none' ? [] : field('bucketKey', { is: actual.bucketKey, want: true })),
      ...field('expireDays', { is: actual.expireDays ?? 'never', want: desired.expireDays ?? 'never' }),
      ...field('abortUploadsDays', { is: actual.abortDays ?? 'never', want: desired.abortDays }),
      ...field('otherLifecycleRules', { is: actual.otherRules.join(', '), want: undefined }),
      ...documentField('policy', { is: actual.policy, want: desired.policy }),
      ...field('known to the guard', { is: actual.fact === MADE ? 'yes' : 'no', want: 'yes' }),
    ],

    /** All else follows as differences: nothing of it can be said while a bucket is made. */
    async create(_desired, doing) {
      await doing.remember(MAKING)
      const s3 = await clients.s3()
      // us-east-1 is the place without a name and refuses its own.
      const place = scope.region === 'us-east-1' ? undefined : (scope.region as BucketLocationConstraint)
      try {
        await s3.send(
          new CreateBucketCommand({
            Bucket: name,
            ...(place === undefined ? {} : { CreateBucketConfiguration: { LocationConstraint: place } }),
          }),
        )
      } catch (error) {
        if (isOwnBucketAlready(error)) return
        // Not made: one of this name that appears later is somebody else's.
        if (isRefusal(error)) await doing.remember(undefined)
        throw error
      }
    },

    async update(desired, _actual, differences, doing, inputs) {
      const s3 = await clients.s3()
      await updateTags(s3, where, differences, doing)
      await doing.remember(MADE)
      await updateParts(s3, { where, desired, key: keyFor(inputs), differences })
    },

    async remove(_actual, doing) {
      const s3 = await clients.s3()
      const empty = await unlessAbsent(emptyBucket(s3, where, doing.say))
      if (empty === false) throw goesOn(name)
      try {
        await unlessAbsent(s3.send(new DeleteBucketCommand(where)))
      } catch (error) {
        // Bedrock delivers for some minutes after its logging was switched off.
        if (isNotEmpty(error)) throw goesOn(name)
        throw error
      }
      await doing.remember(undefined)
    },
  }
}

const encryptionOf = (algorithm: string, key: string | undefined): string =>
  key === undefined ? algorithm : `${algorithm} with ${key}`
const wanted = (key: string | undefined): string => encryptionOf(key === undefined ? 'AES256' : 'aws:kms', key)

const goesOn = (name: string): GuardError =>
  new GuardError({
    code: 'not-empty-yet',
    fault: 'aws',
    retry: 'after-propagation',
    message: `the bucket ${name} to be empty`,
  })

interface Change {
  readonly where: { readonly Bucket: string; readonly ExpectedBucketOwner: string }
  readonly desired: LogBucketDesired
  readonly key: string | undefined
  readonly differences: readonly Difference[]
}

async function updateParts(s3: S3Client, { where, desired, key, differences }: Change): Promise<void> {
  const differs = (...names: readonly string[]) =>
    differences.some((each) => names.includes(each.field.split('/')[0] ?? ''))
  if (differs('publicAccess')) {
    const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
    await s3.send(new PutPublicAccessBlockCommand({ ...where, PublicAccessBlockConfiguration: all }))
  }
  if (differs('ownership')) {
    const OwnershipControls = { Rules: [{ ObjectOwnership: desired.ownership }] }
    await s3.send(new PutBucketOwnershipControlsCommand({ ...where, OwnershipControls }))
  }
  if (differs('encryption', 'bucketKey')) {
    const how =
      key === undefined
        ? { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }
        : {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key },
            BucketKeyEnabled: true,
          }
    const ServerSideEncryptionConfiguration = { Rules: [how] }
    await s3.send(new PutBucketEncryptionCommand({ ...where, ServerSideEncryptionConfiguration }))
  }
  if (differs('expireDays', 'abortUploadsDays', 'otherLifecycleRules')) {
    const rule = {
      ID: RULE_ID,
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      ...(desired.expireDays === undefined ? {} : { Expiration: { Days: desired.expireDays } }),
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: desired.abortDays },
    }
    const LifecycleConfiguration = { Rules: [rule] }
    await s3.send(new PutBucketLifecycleConfigurationCommand({ ...where, LifecycleConfiguration }))
  }
  if (differs('policy')) {
    await s3.send(new PutBucketPolicyCommand({ ...where, Policy: JSON.stringify(desired.policy) }))
  }
}

/** S3 takes all tags of a bucket at once: those of others are read and written again. */
async function updateTags(
  s3: S3Client,
  where: Change['where'],
  differences: readonly Difference[],
  doing: Doing,
): Promise<void> {
  const changes = tagChanges(differences, doing.tags)
  if (changes === undefined) return
  const now = flattenTags((await orUnset(s3.send(new GetBucketTaggingCommand(where))))?.TagSet)
  for (const key of changes.remove) delete now[key]
  await s3.send(new PutBucketTaggingCommand({ ...where, Tagging: { TagSet: tagList({ ...now, ...changes.set }) } }))
}

function notOurs(name: string, actual: LogBucketActual, owner: string | undefined) {
  const another = 'choose another name with --log-bucket: those of S3 are unique in the whole world'
  if (actual.reach === 'closed') {
    const message = `the bucket ${name} belongs to another account, or its policy keeps you out`
    return { why: 'not-ours', message, suggestion: another } as const
  }
  if (actual.reach === 'elsewhere') {
    const message = `the bucket ${name} is in another region, and Bedrock writes to its own region only`
    return { why: 'not-ours', message, suggestion: another } as const
  }
  const whose = owner === undefined ? 'carries no tag of this guard' : `belongs to the guard ${owner}`
  return {
    why: 'not-ours',
    message: `the bucket ${name} exists already in this account and ${whose}`,
    suggestion:
      'let the guard use it with --adopt log-bucket: it is checked first and never deleted; or choose another name with --log-bucket',
  } as const
}
