/**
 * The only file in the house that reads AWS error names. Each predicate says what the error means for us, not where it came from.
 * Messages are read only where AWS gives no code of its own; then with the date the text was seen.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

interface Named {
  readonly name: string
  readonly message: string
}

function named(error: unknown): Named | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { name, message } = error as { name?: unknown; message?: unknown }
  return { name: typeof name === 'string' ? name : '', message: typeof message === 'string' ? message : '' }
}

const oneOf = (names: readonly string[]): ((error: unknown) => boolean) => {
  const set = new Set(names)
  return (error) => set.has(named(error)?.name ?? '')
}
const messageOf = (error: unknown): string => named(error)?.message ?? ''

/** `ValidationException`, for logs and problems lists. */
export const errorName = (error: unknown): string => named(error)?.name || 'Error'
export const errorMessage = (error: unknown): string => messageOf(error) || String(error)

export const httpStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  const status = (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata?.httpStatusCode
  return typeof status === 'number' ? status : undefined
}

/** How often the SDK sent the request before it gave up; what an earlier attempt did is not known. */
export function attemptsOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 1
  const attempts = (error as { $metadata?: { attempts?: unknown } }).$metadata?.attempts
  return typeof attempts === 'number' ? attempts : 1
}

/** It is not there: success for a removal, `absent` for a read. */
export const isAbsent = oneOf([
  'ResourceNotFoundException',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NotFoundException',
  'NotFound',
  'ResourceNotFound',
  'DashboardNotFoundError',
  'NoSuchBucket',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
])

/** Something of this name exists, or is being changed by somebody else at this moment. */
export const isConflict = oneOf([
  'ConflictException',
  'ResourceConflictException',
  'ResourceInUseException',
  'ResourceAlreadyExistsException',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'OperationAbortedException',
  'DeleteConflict',
  'DeleteConflictException',
  'QueueNameExists',
  'QueueDeletedRecently',
])
export const isAlreadyThere = oneOf([
  'ResourceAlreadyExistsException',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'ResourceInUseException',
  'ResourceConflictException',
  'ConflictException',
  'QueueNameExists',
])
/** SQS: the name of a queue is free again 60 seconds after its deletion. */
export const isDeletedRecently = oneOf(['QueueDeletedRecently', 'AWS.SimpleQueueService.QueueDeletedRecently'])
/** Hangs on something that must go first. */
export const isStillUsed = oneOf(['DeleteConflict', 'DeleteConflictException', 'ResourceInUseException'])

const throttledNames = oneOf([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'PriorRequestNotComplete',
  'SlowDown',
])
/** Too fast; the same call succeeds after a while. */
export const isThrottled = (error: unknown): boolean => throttledNames(error) || httpStatus(error) === 429

const passingNames = oneOf([
  'InternalServerError',
  'InternalServerException',
  'InternalFailure',
  'InternalErrorException',
  'InternalError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ServiceException',
  'ServiceFailure',
  'TransactionInProgressException',
  'TransactionConflictException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
])
const networkCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'])
/** AWS or the network stumbled: nothing is known to be wrong with the request. */
export const isPassing = (error: unknown): boolean =>
  passingNames(error) ||
  (httpStatus(error) ?? 0) >= 500 ||
  networkCodes.has(String((error as { code?: unknown } | undefined)?.code ?? ''))

export const isConditionFailed = oneOf(['ConditionalCheckFailedException'])
/** What was sent is not acceptable; sending it again brings the same answer. */
export const isValidation = oneOf([
  'ValidationException',
  'ValidationError',
  'SerializationException',
  'ItemCollectionSizeLimitExceededException',
])
/** SNS: what was sent is not what it takes. The SDK names it in its own way where the wire says it in another. */
export const isInvalidParameter = oneOf(['InvalidParameter', 'InvalidParameterException'])
export const isAccessDenied = oneOf([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
  'NotAuthorized',
])
const unfitForSimulation = oneOf([
  'InvalidInput',
  'InvalidInputException',
  'PolicyEvaluation',
  'PolicyEvaluationException',
  'NotImplemented',
  'UnknownOperation',
  'InvalidAction',
])
/** AWS does not say beforehand what somebody may do: it may not be asked, does not know them, or is not able to. */
export const isNoSimulation = (error: unknown): boolean =>
  isAccessDenied(error) || isAbsent(error) || isThrottled(error) || isPassing(error) || unfitForSimulation(error)

/** No, expired or foreign credentials. */
export const isNoCredentials = oneOf([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
])
/** There were credentials, and their time is over: a new login mends it. The SSO texts carry no name of their own (SDK 3.1162). */
export const isExpiredCredentials = (error: unknown): boolean =>
  oneOf(['ExpiredToken', 'ExpiredTokenException', 'TokenProviderError'])(error) ||
  (isNoCredentials(error) && /expired|sso (?:login|session)|refresh/i.test(messageOf(error)))
/** A quota of the account or of the thing: ten policies on a user, two filters on a log group. */
export const isQuota = oneOf([
  'LimitExceeded',
  'LimitExceededException',
  'ServiceQuotaExceededException',
  'SubscriptionLimitExceededException',
  'CodeStorageExceededException',
])
/** A policy AWS does not let be attached to this kind of principal. */
export const isNotAttachable = oneOf(['PolicyNotAttachable', 'PolicyNotAttachableException'])
/** A role only AWS may change (`AWSServiceRoleFor*`, `AWSReservedSSO_*`). */
export const isProtected = (error: unknown): boolean =>
  ['UnmodifiableEntity', 'UnmodifiableEntityException'].includes(named(error)?.name ?? '') ||
  // IAM, seen 2026-10: "Cannot perform the operation on the protected role 'AWSReservedSSO_…'".
  (isAccessDenied(error) && /protected role/i.test(messageOf(error)))

/**
 * IAM is eventually consistent: a role made a second ago is not yet known to the service that is to use it, and some things are
 * changed one after the other only.
 * AWS gives these no code of their own (texts of the AWS answers, collected 2026-11).
 */
export const isNotPropagatedYet = (error: unknown): boolean =>
  [
    /cannot be assumed by Lambda/i,
    /Failed to validate permissions for log group/i,
    /must allow AWS EventBridge Scheduler to assume/i,
    /Could not execute the lambda function/i,
    /Could not deliver test message to specified/i,
    /Unable to validate the following destination configurations/i,
    /execution role does not have permissions/i,
    /Invalid principal in policy/i,
    // API Gateway, of a user pool made a moment ago.
    /Issuer must have a valid discovery endpoint/i,
    // API Gateway changes one part of an API at a time, and its routes are made side by side: "Unable to complete operation due
    // to concurrent modification. Please try again later." https://github.com/hashicorp/terraform-provider-aws/issues/18018
    /due to concurrent modification/i,
    // Cognito, of a domain that was taken from the pool a moment ago: "User pool cannot be deleted. It has a domain configured that
    // should be deleted first." https://github.com/hashicorp/terraform-provider-aws/issues/16479
    /has a domain configured that should be deleted first/i,
  ].some((text) => text.test(messageOf(error)))

/** One action's fate in a cancelled transaction; `none` is an action that would have passed. */
export interface CancellationReason {
  readonly kind: 'none' | 'condition' | 'busy' | 'invalid' | 'other'
  readonly code: string
  /** What is stored (`ALL_OLD`), where the condition failed and the store says so. */
  readonly item: Record<string, AttributeValue> | undefined
}

const reasonKinds: Readonly<Record<string, CancellationReason['kind']>> = {
  None: 'none',
  ConditionalCheckFailed: 'condition',
  TransactionConflict: 'busy',
  ThrottlingError: 'busy',
  ProvisionedThroughputExceeded: 'busy',
  DuplicateItem: 'busy',
  ValidationError: 'invalid',
  ItemCollectionSizeLimitExceeded: 'invalid',
}

/** Undefined: the error is no cancelled transaction. The SDK does not retry these; the reasons are in the order of the actions. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (named(error)?.name !== 'TransactionCanceledException') return undefined
  const reasons = (error as { CancellationReasons?: unknown }).CancellationReasons
  if (!Array.isArray(reasons)) return []
  return reasons.map((reason: { Code?: string; Item?: Record<string, AttributeValue> } | undefined) => {
    const code = reason?.Code ?? 'None'
    return { kind: reasonKinds[code] ?? 'other', code, item: reason?.Item }
  })
}

/** The failed condition's stored item (`ReturnValuesOnConditionCheckFailure: ALL_OLD` on a single write). */
export const conditionItem = (error: unknown): Record<string, AttributeValue> | undefined =>
  isConditionFailed(error) ? (error as { Item?: Record<string, AttributeValue> }).Item : undefined

/** `dynamodb:DescribeTable`; undefined where AWS's message does not name the action ("… is not authorized to perform: X on resource: …"). */
export const deniedAction = (error: unknown): string | undefined =>
  isAccessDenied(error)
    ? /not authorized to perform:? ([a-zA-Z0-9-]+:[a-zA-Z0-9]+)/.exec(messageOf(error))?.[1]
    : undefined

/** A table made a moment ago takes no recovery setting until its backups are being enabled. */
export const isBackupsNotReady = oneOf(['ContinuousBackupsUnavailableException'])

/** S3: the bucket is there and this part of it was never set. */
export const isPartAbsent = (error: unknown): boolean =>
  [
    'NoSuchTagSet',
    'NoSuchPublicAccessBlockConfiguration',
    'OwnershipControlsNotFoundError',
    'ServerSideEncryptionConfigurationNotFoundError',
    'NoSuchLifecycleConfiguration',
    'NoSuchBucketPolicy',
  ].includes(named(error)?.name ?? '')
/** S3: the bucket is in another region than the one that was asked. */
export const isInAnotherRegion = (error: unknown): boolean =>
  ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'].includes(
    named(error)?.name ?? '',
  )
/** S3: we made it a moment ago (us-east-1 answers success instead). */
export const isOwnBucketAlready = (error: unknown): boolean => named(error)?.name === 'BucketAlreadyOwnedByYou'
/** S3: somebody wrote into it since it was emptied. */
export const isNotEmpty = (error: unknown): boolean => named(error)?.name === 'BucketNotEmpty'

/** AWS answered, and did not do it; no answer at all leaves that open. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && (error as { $fault?: unknown }).$fault === 'client'

/** DynamoDB: the time to live of a table takes one change an hour. */
export const isTtlChangedLately = (error: unknown): boolean =>
  named(error)?.name === 'ValidationException' && /modified multiple times/i.test(messageOf(error))

/** Cognito, seen 2024-02: "Domain already associated with another user pool." and, 2019-08, "Domain already exists". */
export const isDomainTaken = (error: unknown): boolean =>
  isInvalidParameter(error) && /domain already (?:associated|exists)/i.test(messageOf(error))
/** Cognito: the pool still has the domain it had; seen as "User pool already has a domain configured." */
export const isDomainStillThere = (error: unknown): boolean =>
  isInvalidParameter(error) && /already has a domain/i.test(messageOf(error))
/** Cognito: the pool has no such user. Not `isAbsent`: a pool that is gone is something else. */
export const isNoSuchUser = oneOf(['UserNotFoundException'])
/** Cognito: somebody has this user name or e-mail already. */
export const isUserThere = oneOf(['UsernameExistsException', 'AliasExistsException'])
/** Cognito: an invitation is not sent again to who has signed in. */
export const isNotInvited = oneOf(['UnsupportedUserStateException'])
/**
 * Cognito's own mails of the day are used up. The name is that of any limit; "Exceeded daily email limit for the operation or the
 * account. …" (text as of https://github.com/rahulpsd18/cognito-backup-restore/issues/46).
 */
export const isMailLimit = (error: unknown): boolean =>
  named(error)?.name === 'LimitExceededException' && /daily e-?mail limit/i.test(messageOf(error))
/** Cognito, or SES for it, could not send the mail: an identity that is not verified, a sandbox of SES. */
export const isMailNotSent = oneOf(['CodeDeliveryFailureException', 'InvalidEmailRoleAccessPolicyException'])
/** Cognito answers so, and not "not found", for a domain that is gone: "No such domain or user pool exists." */
export const isDomainAbsent = (error: unknown): boolean =>
  isInvalidParameter(error) && /no such domain/i.test(messageOf(error))
