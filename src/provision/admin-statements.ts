/** The statements of the admin's rights, by what is done. Bound to the guard's own names wherever AWS lets them be. */
import { HEARTBEAT_STREAM } from '../runtime/aws/logs-payload.ts'
import { type AdminScope, of } from './admin-scope.ts'
import { makingBlocks, makingData, makingWorkers } from './admin-statements-making.ts'
import { makingWatch } from './admin-statements-watch.ts'
import { servicePrincipal } from './partition.ts'
import { allow, type Statement } from './permissions.ts'

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
      to: of(
        'iam',
        'GetUser',
        'GetRole',
        'ListAttachedUserPolicies',
        'ListAttachedRolePolicies',
        'ListUserTags',
        'ListRoleTags',
      ),
      on: [arn('iam', 'user/*'), arn('iam', 'role/*')],
    }),
    // What doctor, coverage and the finding of names ask: AWS judges none of it on any resource.
    allow('Diagnose', {
      to: [
        ...of('cloudwatch', 'GetMetricData', 'ListMetrics'),
        'bedrock:GetFoundationModelAvailability',
        ...of('iam', 'GetAccountSummary', 'ListUsers', 'ListRoles'),
      ],
      on: '*',
    }),
    allow('Heartbeat', {
      to: of('logs', 'CreateLogStream', 'PutLogEvents'),
      on: `${names.arn.logGroup}:log-stream:${HEARTBEAT_STREAM}${names.guard}`,
    }),
    allow('MailAddresses', {
      to: of('sns', 'ListSubscriptionsByTopic', 'GetSubscriptionAttributes', 'ConfirmSubscription', 'Subscribe'),
      on: names.arn.topic,
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
