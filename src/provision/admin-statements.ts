/** The statements of the admin's rights, by what is done. Bound to the guard's own names wherever AWS lets them be. */
import { HEARTBEAT_STREAM } from '../runtime/aws/logs-payload.ts'
import { makingWatch, watchedBy } from './admin-statements-watch.ts'
import { type Names, namesFor } from './names.ts'
import { servicePrincipal } from './partition.ts'
import { allow, logGroupArns, type Statement } from './permissions.ts'

/** ARNs with the guard's own names in them, whole: a prefix would reach into a guard whose name begins like this one's. */
export interface AdminScope {
  readonly names: Names
  readonly table: string
  /** As it would be called without `--table`. */
  readonly usualTable: string
  readonly functions: readonly string[]
  readonly roles: readonly string[]
  readonly policies: readonly string[]
  readonly logGroups: readonly string[]
  readonly schedules: readonly string[]
  readonly place: { readonly partition: string; readonly region: string }
  /** Alarms and dashboards. */
  readonly watching: readonly string[]
  /** `arn('iam', 'user/*')`, in the guard's region where the service has regions. */
  arn(service: string, rest: string): string
}

const ANY_DAY = '????-??-??'

export function adminScope(names: Names): AdminScope {
  const [, partition = 'aws', , region = '*', account = '*'] = names.arn.table.split(':')
  const arn = (service: string, rest: string) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${account}:${rest}`
  const roles = [...Object.values(names.functionRoles), names.schedulerRole, names.loggingRole]
  const place = { partition, region, account }
  return {
    names,
    place: { partition, region },
    arn,
    table: names.arn.table,
    usualTable: namesFor(names.guard, place).arn.table,
    functions: Object.values(names.functions).map(names.arn.function),
    // Under whatever path the admin's rules ask for (`--role-path`).
    roles: roles.flatMap((name) => [arn('iam', `role/${name}`), arn('iam', `role/*/${name}`)]),
    policies: [names.datedPolicy(ANY_DAY), names.undatedPolicy].map(names.arn.policy),
    logGroups: [names.logGroup, ...Object.values(names.functionLogs)].flatMap((name) => logGroupArns(place, name)),
    schedules: [
      arn('scheduler', `schedule-group/${names.scheduleGroup}`),
      // A group of the guard's own holds nobody else's.
      arn('scheduler', `schedule/${names.scheduleGroup}/*`),
    ],
    watching: watchedBy(names, place),
  }
}

const of = (service: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`)

/** What every command begins with: who am I, whose settings are these. */
const reading = ({ table, usualTable }: AdminScope): readonly Statement[] => [
  allow('Alias', { to: 'iam:ListAccountAliases', on: '*' }),
  allow('ReadTheBooks', { to: of('dynamodb', 'GetItem', 'BatchGetItem', 'Query', 'DescribeTable'), on: table }),
  // Looked at first, before the enforce function is asked which table it works on.
  ...(usualTable === table ? [] : [allow('LookInTheUsualTable', { to: 'dynamodb:GetItem', on: usualTable })]),
]

export function operating(scope: AdminScope): readonly Statement[] {
  const { arn, names, functions, table } = scope
  return [
    ...reading(scope),
    allow('WriteWishes', {
      to: of('dynamodb', 'PutItem', 'UpdateItem', 'DeleteItem'),
      on: table,
    }),
    // The configuration tells which table a guard works on that is not called after it.
    allow('AskTheFunctions', { to: of('lambda', 'InvokeFunction', 'GetFunctionConfiguration'), on: functions }),
    allow('FindPeople', {
      to: of('iam', 'GetUser', 'GetRole', 'ListAttachedUserPolicies', 'ListAttachedRolePolicies'),
      on: [arn('iam', 'user/*'), arn('iam', 'role/*')],
    }),
    // What doctor asks: AWS judges neither on any resource.
    allow('Diagnose', { to: ['cloudwatch:GetMetricData', 'bedrock:GetFoundationModelAvailability'], on: '*' }),
    allow('Heartbeat', {
      to: of('logs', 'CreateLogStream', 'PutLogEvents'),
      on: `${names.arn.logGroup}:log-stream:${HEARTBEAT_STREAM}${names.guard}`,
    }),
    allow('Quotas', { to: of('iam', 'GetAccountSummary', 'ListUsers', 'ListRoles'), on: '*' }),
    allow('MailAddresses', {
      to: of('sns', 'ListSubscriptionsByTopic', 'GetSubscriptionAttributes', 'ConfirmSubscription', 'Subscribe'),
      on: names.arn.topic,
    }),
  ]
}

function makingData({ names, table, functions, logGroups, arn }: AdminScope): readonly Statement[] {
  return [
    allow('Table', {
      to: of(
        'dynamodb',
        ...['CreateTable', 'UpdateTable', 'DescribeContinuousBackups', 'UpdateContinuousBackups'],
        ...['DescribeTimeToLive', 'UpdateTimeToLive', 'ListTagsOfResource', 'TagResource', 'UntagResource'],
        // Before a table that was there is adopted: does it hold anything that is not a guard's?
        'Scan',
      ),
      on: table,
    }),
    // Of a table or topic that is to be adopted: whose key encrypts it, and whom does that key let in?
    allow('LookAtKeys', { to: of('kms', 'DescribeKey', 'GetKeyPolicy'), on: arn('kms', 'key/*') }),
    // AWS judges the list of log groups on no resource.
    allow('FindLogGroups', { to: 'logs:DescribeLogGroups', on: '*' }),
    allow('LogGroups', {
      to: of(
        'logs',
        ...[
          'CreateLogGroup',
          'PutRetentionPolicy',
          'DeleteRetentionPolicy',
          'TagResource',
          'UntagResource',
          'ListTagsForResource',
        ],
        ...['DescribeSubscriptionFilters', 'PutSubscriptionFilter', 'FilterLogEvents'],
      ),
      on: logGroups,
    }),
    // The destination is judged as well as the log group.
    allow('Subscribe', { to: 'logs:PutSubscriptionFilter', on: functions }),
    allow('BedrockLogging', {
      to: of('bedrock', 'GetModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration'),
      on: '*',
    }),
    allow('Topic', {
      to: of(
        'sns',
        ...['CreateTopic', 'GetTopicAttributes', 'SetTopicAttributes', 'ListTagsForResource', 'TagResource'],
        ...['UntagResource', 'Subscribe', 'Unsubscribe'],
      ),
      on: names.arn.topic,
    }),
    allow('DeadLetters', {
      to: of(
        'sqs',
        ...['CreateQueue', 'GetQueueUrl', 'GetQueueAttributes', 'SetQueueAttributes'],
        ...['ListQueueTags', 'TagQueue', 'UntagQueue'],
      ),
      on: names.arn.deadLetters,
    }),
  ]
}

function makingWorkers({ names, functions, schedules, roles, place }: AdminScope): readonly Statement[] {
  return [
    allow('Functions', {
      to: of(
        'lambda',
        ...['CreateFunction', 'GetFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
        ...['GetFunctionEventInvokeConfig', 'PutFunctionEventInvokeConfig', 'DeleteFunctionConcurrency'],
        ...['AddPermission', 'RemovePermission', 'GetPolicy', 'ListTags', 'TagResource', 'UntagResource'],
      ),
      on: functions,
    }),
    allow('Schedules', {
      to: of(
        'scheduler',
        ...['CreateScheduleGroup', 'GetScheduleGroup', 'ListTagsForResource', 'TagResource', 'UntagResource'],
        ...['CreateSchedule', 'GetSchedule', 'UpdateSchedule'],
      ),
      on: schedules,
    }),
    allow('Roles', {
      to: of(
        'iam',
        ...['CreateRole', 'GetRole', 'UpdateRole', 'UpdateAssumeRolePolicy', 'TagRole', 'UntagRole'],
        ...['GetRolePolicy', 'PutRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
        // What somebody else hung on a role of the guard is seen, and taken off.
        ...['ListRolePolicies', 'ListAttachedRolePolicies', 'DeleteRolePolicy', 'DetachRolePolicy'],
      ),
      on: roles,
    }),
    allow('HandRoles', {
      to: 'iam:PassRole',
      on: roles,
      when: {
        StringEquals: {
          'iam:PassedToService': (['lambda', 'scheduler', 'bedrock'] as const).map((each) =>
            servicePrincipal(each, place),
          ),
        },
      },
    }),
    allow('BlockGroup', {
      to: of('iam', 'CreateGroup', 'GetGroup', 'ListAttachedGroupPolicies'),
      on: names.arn.blockGroup,
    }),
  ]
}

function makingBlocks({ names, policies, arn }: AdminScope): readonly Statement[] {
  return [
    allow('BlockPolicies', {
      to: of(
        'iam',
        ...['CreatePolicy', 'GetPolicy', 'GetPolicyVersion', 'CreatePolicyVersion', 'ListPolicyVersions'],
        ...['DeletePolicyVersion', 'DeletePolicy', 'TagPolicy', 'UntagPolicy', 'ListEntitiesForPolicy'],
      ),
      on: policies,
    }),
    allow('GroupDeny', {
      to: of('iam', 'AttachGroupPolicy', 'DetachGroupPolicy'),
      on: names.arn.blockGroup,
      // The group carries this one alone.
      when: { ArnLike: { 'iam:PolicyARN': names.arn.policy(names.undatedPolicy) } },
    }),
    // A month's policy that is over goes at the next init; whoever still carries it must lose it first.
    allow('Unblock', {
      to: of('iam', 'DetachUserPolicy', 'DetachRolePolicy'),
      on: [arn('iam', 'user/*'), arn('iam', 'role/*')],
      when: { ArnLike: { 'iam:PolicyARN': policies } },
    }),
  ]
}

export function removing(scope: AdminScope): readonly Statement[] {
  const { names, table, functions, schedules, roles, policies, logGroups } = scope
  return [
    allow('RemoveTable', { to: 'dynamodb:DeleteTable', on: table }),
    allow('RemoveLogs', {
      to: of('logs', 'DeleteLogGroup', 'DeleteSubscriptionFilter', 'PutLogGroupDeletionProtection'),
      on: logGroups,
    }),
    // Another guard that reads the same log group gets the logging: its role is handed to Bedrock.
    allow('HandOnBedrockLogging', {
      to: 'iam:PassRole',
      on: [scope.arn('iam', 'role/*-bedrock-logging'), scope.arn('iam', 'role/*/*-bedrock-logging')],
      when: { StringEquals: { 'iam:PassedToService': servicePrincipal('bedrock', scope.place) } },
    }),
    allow('RestoreBedrockLogging', { to: 'bedrock:DeleteModelInvocationLoggingConfiguration', on: '*' }),
    allow('RemoveTopic', { to: 'sns:DeleteTopic', on: names.arn.topic }),
    allow('RemoveWatch', { to: of('cloudwatch', 'DeleteAlarms', 'DeleteDashboards'), on: scope.watching }),
    allow('RemoveQueue', { to: 'sqs:DeleteQueue', on: names.arn.deadLetters }),
    allow('RemoveFunctions', { to: 'lambda:DeleteFunction', on: functions }),
    allow('RemoveSchedules', { to: of('scheduler', 'DeleteSchedule', 'DeleteScheduleGroup'), on: schedules }),
    allow('RemoveRoles', { to: 'iam:DeleteRole', on: roles }),
    // The proof that nothing is left looks by tag, wherever it may be; AWS judges these lists on no resource.
    allow('LookAgain', {
      to: ['tag:GetResources', 'iam:ListRoles', 'iam:ListPolicies', 'dynamodb:ListBackups'],
      on: '*',
    }),
    allow('LookAtTags', { to: of('iam', 'ListRoleTags', 'ListPolicyTags'), on: [...roles, ...policies] }),
    allow('RemoveBlockGroup', {
      to: of(
        'iam',
        'DeleteGroup',
        'RemoveUserFromGroup',
        'ListGroupPolicies',
        'DeleteGroupPolicy',
        'DetachGroupPolicy',
      ),
      on: names.arn.blockGroup,
    }),
  ]
}

/**
 * Optional: without it what is missing shows only while it is needed. It tells whose rights they are as well, so it
 * names users and roles of this account and nothing else.
 */
const checkingRights = ({ arn }: AdminScope): Statement =>
  allow('CheckRightsBeforehand', {
    to: 'iam:SimulatePrincipalPolicy',
    on: [arn('iam', 'user/*'), arn('iam', 'role/*')],
  })

/** Optional: a first init looks whether the original guard runs here, and says what would clash. */
const lookingForOriginal: Statement = allow('LookForOriginal', { to: 'lambda:ListFunctions', on: '*' })

/** Optional as well: whether the policy that is to bound the roles (`--permissions-boundary`) is there. */
const seeingTheBoundary = ({ arn }: AdminScope): Statement =>
  allow('SeeBoundary', {
    to: 'iam:GetPolicy',
    on: [arn('iam', 'policy/*'), `${arn('iam', '').split(':').slice(0, 4).join(':')}:aws:policy/*`],
  })

export const installing = (scope: AdminScope): readonly Statement[] => [
  checkingRights(scope),
  seeingTheBoundary(scope),
  lookingForOriginal,
  ...makingData(scope),
  ...makingWorkers(scope),
  ...makingBlocks(scope),
  ...makingWatch(scope),
]

/**
 * What `--s3-logs` and `--kms-key` need beyond all else. A policy of its own: whoever uses neither needs none of it, and a
 * managed policy is full early. A key has no name before it is made, so what may be done with one hangs on its tag.
 */
export function copying({ names, arn, logGroups }: AdminScope): readonly Statement[] {
  const tag = (kind: 'Request' | 'Resource') => ({
    StringEquals: { [`aws:${kind}Tag/cost-guard:guard`]: names.guard },
  })
  return [
    allow('CopyBucket', {
      to: of(
        's3',
        ...['CreateBucket', 'DeleteBucket', 'GetBucketTagging', 'PutBucketTagging', 'GetBucketPublicAccessBlock'],
        ...['PutBucketPublicAccessBlock', 'GetBucketOwnershipControls', 'PutBucketOwnershipControls'],
        ...['GetEncryptionConfiguration', 'PutEncryptionConfiguration', 'GetLifecycleConfiguration'],
        ...['PutLifecycleConfiguration', 'GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'],
        'ListBucketVersions',
      ),
      on: names.arn.logBucket,
    }),
    allow('EmptyTheBucket', {
      to: of('s3', 'DeleteObject', 'DeleteObjectVersion'),
      on: `${names.arn.logBucket}/*`,
    }),
    allow('MakeKey', { to: of('kms', 'CreateKey', 'TagResource'), on: '*', when: tag('Request') }),
    allow('FindKey', { to: 'kms:ListKeys', on: '*' }),
    allow('LookAtKeys', {
      to: of('kms', 'DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags'),
      on: arn('kms', 'key/*'),
    }),
    allow('OwnKey', {
      to: of(
        'kms',
        ...['EnableKey', 'EnableKeyRotation', 'PutKeyPolicy', 'TagResource', 'UntagResource'],
        ...['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
      ),
      on: arn('kms', 'key/*'),
      when: tag('Resource'),
    }),
    allow('KeyAlias', { to: of('kms', 'CreateAlias', 'UpdateAlias', 'DeleteAlias'), on: arn('kms', names.keyAlias) }),
    allow('EncryptTheLogGroup', { to: of('logs', 'AssociateKmsKey', 'DisassociateKmsKey'), on: logGroups }),
  ]
}
