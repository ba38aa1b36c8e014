/**
 * What each of the guard's roles may do, as data. Least privilege: every statement names its resources, the table is
 * bound by leading keys (they apply to transactions through their item actions), nobody may scan, delete from the
 * journal or change the audit, and nobody may create or edit a policy.
 */
import {
  allow,
  deny,
  document,
  logGroupArns,
  type PolicyDocument,
  type RightsScope,
  type Statement,
  trust,
} from './permissions.ts'

export type RoleKey = 'ingest' | 'enforce' | 'report' | 'scheduler' | 'bedrockLogging'

export interface RoleRights {
  readonly name: string
  readonly trust: PolicyDocument
  readonly policy: PolicyDocument
}

/** The ledger's leading keys; the whole partition, or all partitions with this prefix. */
const KEYS = {
  journal: 'J#*',
  balances: 'M#*',
  failed: 'F#*',
  bad: 'BAD#*',
  sessions: 'SESSIONS#*',
  healthOfIngest: 'HEALTH#ingest',
  healthOfEnforce: 'HEALTH#enforce',
  control: 'CONTROL',
  wishes: 'WISHES',
  blocks: 'BLOCKS',
  rates: 'RATES',
  profiles: 'PROFILES',
  notices: 'NOTICE#*',
  lease: 'LEASE',
  audit: 'AUDIT#*',
} as const

type Key = (typeof KEYS)[keyof typeof KEYS]
type ItemAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem'

const READ: readonly ItemAction[] = ['GetItem', 'BatchGetItem', 'Query']

/**
 * `ForAllValues` is also true where a request carries no key at all, so no action without keys (Scan, PartiQL,
 * table operations) may ever stand in such a statement.
 */
const items = (scope: RightsScope, sid: string, actions: readonly ItemAction[], keys: readonly Key[]): Statement =>
  allow(sid, {
    to: actions.map((action) => `dynamodb:${action}`),
    on: scope.names.arn.table,
    when: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  })

/** Its own log group only; the group is made by the guard with a retention, so no role may create groups. */
const ownLogs = (scope: RightsScope, logGroup: string): Statement =>
  allow('OwnLogs', {
    to: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: `arn:${scope.partition}:logs:${scope.region}:${scope.account}:log-group:${logGroup}:*`,
  })

function ingestPolicy(scope: RightsScope): PolicyDocument {
  const { names } = scope
  return document(
    items(scope, 'Journal', [...READ, 'PutItem', 'ConditionCheckItem'], [KEYS.journal]),
    items(
      scope,
      'Counters',
      ['GetItem', 'UpdateItem'],
      [KEYS.balances, KEYS.failed, KEYS.sessions, KEYS.healthOfIngest],
    ),
    items(scope, 'SetAside', ['PutItem'], [KEYS.bad]),
    items(scope, 'Prices', READ, [KEYS.rates, KEYS.profiles]),
    allow('ReadTheLogAgain', {
      to: ['logs:FilterLogEvents', 'logs:GetLogEvents'],
      on: logGroupArns(scope, names.logGroup),
    }),
    allow('DeadLetters', { to: 'sqs:SendMessage', on: names.arn.deadLetters }),
    allow('WakeEnforce', { to: 'lambda:InvokeFunction', on: names.arn.function(names.functions.enforce) }),
    ownLogs(scope, names.functionLogs.ingest),
  )
}

/** The block policies, dated (`YYYY-MM-01`, whatever the month) and undated. */
export const blockPolicyArns = ({ names }: Pick<RightsScope, 'names'>): readonly [string, string] => [
  names.arn.policy(names.datedPolicy('????-??-01')),
  names.arn.policy(names.undatedPolicy),
]

const iam = (scope: RightsScope, rest: string) => `arn:${scope.partition}:iam::${scope.account}:${rest}`

/** All roles of this guard; they carry the rights that enforce must never be able to touch. */
export const ownRoleArns = (scope: RightsScope): readonly string[] =>
  Object.values(scope.names.functionRoles)
    .concat(scope.names.schedulerRole, scope.names.loggingRole)
    .map((name) => scope.names.arn.role(name, scope.settings.rolePath))

/** Name patterns → the ARNs of the users and roles so named, under any path. */
export const protectedArns = (scope: RightsScope): readonly string[] =>
  scope.settings.protectedPrincipals.flatMap((name) =>
    ['user', 'role'].flatMap((kind) => [iam(scope, `${kind}/${name}`), iam(scope, `${kind}/*/${name}`)]),
  )

function blockingStatements(scope: RightsScope): readonly Statement[] {
  const { names } = scope
  const users = iam(scope, 'user/*')
  const roles = iam(scope, 'role/*')
  const onlyBlockPolicies = { ArnLike: { 'iam:PolicyARN': blockPolicyArns(scope) } }
  return [
    allow('BlockAndReleaseUsers', {
      to: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
      on: users,
      when: onlyBlockPolicies,
    }),
    allow('BlockAndReleaseRoles', {
      to: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      on: roles,
      when: onlyBlockPolicies,
    }),
    // AddUserToGroup is authorised on the group alone: the one way to block by membership that can be bound.
    allow('BlockByGroup', {
      to: ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:GetGroup'],
      on: names.arn.blockGroup,
    }),
    allow('SeeWhatIsAttached', {
      to: ['iam:ListEntitiesForPolicy', 'iam:GetPolicy'],
      on: blockPolicyArns(scope),
    }),
    allow('SeeUsers', {
      to: ['iam:GetUser', 'iam:ListAttachedUserPolicies', 'iam:ListGroupsForUser'],
      on: users,
    }),
    allow('SeeRoles', { to: ['iam:GetRole', 'iam:ListAttachedRolePolicies'], on: roles }),
    // Attach only: what was protected after it had been blocked must still be releasable.
    deny('NeverTheseWhateverElseIsAllowed', {
      to: ['iam:AttachUserPolicy', 'iam:AttachRolePolicy'],
      on: [
        ...ownRoleArns(scope),
        iam(scope, 'role/aws-service-role/*'),
        iam(scope, 'role/aws-reserved/*'),
        ...protectedArns(scope),
      ],
    }),
  ]
}

function enforcePolicy(scope: RightsScope): PolicyDocument {
  const { names } = scope
  return document(
    items(scope, 'ReadTheBooks', READ, [
      KEYS.balances,
      KEYS.journal,
      KEYS.wishes,
      KEYS.blocks,
      KEYS.rates,
      KEYS.profiles,
      KEYS.healthOfIngest,
      KEYS.healthOfEnforce,
      KEYS.control,
      KEYS.notices,
      KEYS.lease,
    ]),
    items(scope, 'OwnItems', ['PutItem', 'UpdateItem', 'DeleteItem'], [KEYS.blocks, KEYS.notices, KEYS.lease]),
    items(scope, 'OwnHealth', ['UpdateItem'], [KEYS.healthOfEnforce]),
    items(scope, 'ResolvedProfiles', ['PutItem'], [KEYS.profiles]),
    items(scope, 'Audit', ['PutItem'], [KEYS.audit]),
    items(scope, 'CorrectingEntries', ['PutItem'], [KEYS.journal]),
    items(scope, 'CorrectedBalances', ['UpdateItem'], [KEYS.balances]),
    ...blockingStatements(scope),
    allow('Notices', { to: 'sns:Publish', on: names.arn.topic }),
    allow('ResolveProfiles', {
      to: 'bedrock:GetInferenceProfile',
      on: ['application-inference-profile/*', 'inference-profile/*'].map(
        (rest) => `arn:${scope.partition}:bedrock:${scope.region}:${scope.account}:${rest}`,
      ),
    }),
    ownLogs(scope, names.functionLogs.enforce),
  )
}

function reportPolicy(scope: RightsScope): PolicyDocument {
  const { names } = scope
  return document(
    items(scope, 'ReadTheBooks', READ, [
      KEYS.balances,
      KEYS.failed,
      KEYS.bad,
      KEYS.wishes,
      KEYS.blocks,
      KEYS.rates,
      KEYS.profiles,
      KEYS.healthOfIngest,
      KEYS.healthOfEnforce,
      KEYS.control,
      KEYS.notices,
    ]),
    items(scope, 'SaidOnce', ['PutItem', 'UpdateItem'], [KEYS.notices]),
    allow('Report', { to: 'sns:Publish', on: names.arn.topic }),
    ownLogs(scope, names.functionLogs.report),
  )
}

const schedulerPolicy = ({ names }: RightsScope): PolicyDocument =>
  document(
    allow('StartTheFunctions', {
      to: 'lambda:InvokeFunction',
      on: [names.functions.ingest, names.functions.enforce, names.functions.report].map(names.arn.function),
    }),
  )

/** As in https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, one stream of one group. */
const bedrockLoggingPolicy = ({ names }: RightsScope): PolicyDocument =>
  document(
    allow('WriteTheInvocationLog', {
      to: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: `${names.arn.logGroup}:log-stream:aws/bedrock/modelinvocations`,
    }),
  )

/** Every role of the guard: its name, who may take it, and what it may do. */
export function rolePolicies(scope: RightsScope): Readonly<Record<RoleKey, RoleRights>> {
  const { names, account, partition, region } = scope
  const byLambda = (functionName: string) =>
    trust('lambda.amazonaws.com', { account, sourceArn: names.arn.function(functionName) })
  return {
    ingest: {
      name: names.functionRoles.ingest,
      trust: byLambda(names.functions.ingest),
      policy: ingestPolicy(scope),
    },
    enforce: {
      name: names.functionRoles.enforce,
      trust: byLambda(names.functions.enforce),
      policy: enforcePolicy(scope),
    },
    report: {
      name: names.functionRoles.report,
      trust: byLambda(names.functions.report),
      policy: reportPolicy(scope),
    },
    scheduler: {
      name: names.schedulerRole,
      // A schedule group, never a schedule: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      trust: trust('scheduler.amazonaws.com', {
        account,
        sourceArn: `arn:${partition}:scheduler:${region}:${account}:schedule-group/${names.scheduleGroup}`,
      }),
      policy: schedulerPolicy(scope),
    },
    bedrockLogging: {
      name: names.loggingRole,
      trust: trust('bedrock.amazonaws.com', { account, sourceArn: `arn:${partition}:bedrock:${region}:${account}:*` }),
      policy: bedrockLoggingPolicy(scope),
    },
  }
}
