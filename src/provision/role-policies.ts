/**
 * What each of the guard's roles may do, as data. Least privilege: every statement names its resources, the table is
 * bound by leading keys (they apply to transactions through their item actions), nobody may scan, delete from the
 * journal or change the audit, and nobody may create or edit a policy.
 */
import { regionalName, servicePrincipal } from './partition.ts'
import {
  allow,
  document,
  logGroupArns,
  type PolicyDocument,
  type RightsScope,
  type Statement,
  trust,
} from './permissions.ts'
import { HEALTH, items, KEYS } from './rights-on-table.ts'
import { rightsToBlock } from './rights-to-block.ts'

export type RoleKey = 'ingest' | 'enforce' | 'report' | 'dashboard' | 'scheduler' | 'bedrockLogging'

export interface RoleRights {
  readonly name: string
  readonly trust: PolicyDocument
  readonly policy: PolicyDocument
}

/** Its own log group only; the group is made by the guard with a retention, so no role may create groups. */
const ownLogs = (scope: RightsScope, logGroup: string): Statement =>
  allow('OwnLogs', {
    to: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    on: `arn:${scope.partition}:logs:${scope.region}:${scope.account}:log-group:${logGroup}:*`,
  })

function ingestPolicy(scope: RightsScope): PolicyDocument {
  const { names } = scope
  return document(
    items(scope, 'Journal', ['BatchGetItem', 'Query', 'PutItem'], [KEYS.journal]),
    items(scope, 'Counters', ['UpdateItem'], [KEYS.failed, KEYS.sessions]),
    // Reads the balances to find what was booked at an assumed price and can be corrected by now.
    items(scope, 'Balances', ['Query', 'UpdateItem'], [KEYS.balances]),
    items(scope, 'SetAside', ['BatchWriteItem'], [KEYS.bad]),
    items(scope, 'PricesAndPeople', ['Query'], [KEYS.rates, KEYS.profiles, KEYS.people]),
    items(scope, 'Health', ['BatchGetItem'], HEALTH),
    items(scope, 'OwnHealth', ['UpdateItem'], [KEYS.healthOfIngest]),
    allow('ReadTheLogAgain', { to: 'logs:FilterLogEvents', on: logGroupArns(scope, names.logGroup) }),
    ...fromAnEncryptedLogGroup(scope),
    allow('DeadLetters', { to: 'sqs:SendMessage', on: names.arn.deadLetters }),
    allow('WakeEnforce', { to: 'lambda:InvokeFunction', on: names.arn.function(names.functions.enforce) }),
    ownLogs(scope, names.functionLogs.ingest),
  )
}

/**
 * SNS encrypts with the publisher's rights: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html. The id of the
 * guard's own key is AWS's choice; its alias tells it (https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html).
 */
function toAnEncryptedTopic(scope: RightsScope): readonly Statement[] {
  const { kmsKey, adopt } = scope.settings
  // A topic that was there is never encrypted with the guard's own key; with a named key it may be.
  if (kmsKey === 'none' || (kmsKey === 'own' && adopt.includes('topic'))) return []
  return [withTheKey(scope, 'EncryptNotices', { to: ['kms:GenerateDataKey*', 'kms:Decrypt'] })]
}

/**
 * CloudWatch Logs may ask KMS in the reader's name, and the past is read again by ingest:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function fromAnEncryptedLogGroup(scope: RightsScope): readonly Statement[] {
  const { kmsKey, adopt } = scope.settings
  if (kmsKey === 'none' || (kmsKey === 'own' && adopt.includes('log-group'))) return []
  const StringEquals = { 'kms:ViaService': regionalName('logs', scope) }
  return [withTheKey(scope, 'DecryptTheLog', { to: 'kms:Decrypt', when: { StringEquals } })]
}

function withTheKey(
  { account, names, partition, region, settings }: RightsScope,
  sid: string,
  { to, when = {} }: { to: string | readonly string[]; when?: NonNullable<Statement['Condition']> },
): Statement {
  const own = settings.kmsKey === 'own'
  const named: NonNullable<Statement['Condition']> = own
    ? { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': names.keyAlias } }
    : {}
  const all = { ...when, ...named }
  return allow(sid, {
    to,
    on: own ? `arn:${partition}:kms:${region}:${account}:key/*` : settings.kmsKey,
    ...(Object.keys(all).length > 0 ? { when: all } : {}),
  })
}

function enforcePolicy(scope: RightsScope): PolicyDocument {
  const { names } = scope
  return document(
    items(
      scope,
      'ReadTheBooks',
      ['Query'],
      [KEYS.balances, KEYS.journal, KEYS.bad, KEYS.wishes, KEYS.blocks, KEYS.rates, KEYS.profiles, KEYS.people],
    ),
    // Of one principal, again, just before something is attached or taken off.
    items(scope, 'ReadOneBalance', ['GetItem'], [KEYS.balances]),
    items(scope, 'Health', ['BatchGetItem'], HEALTH),
    items(scope, 'Blocks', ['PutItem', 'DeleteItem'], [KEYS.blocks]),
    items(scope, 'OneAtATimeAndSaidOnce', ['UpdateItem'], [KEYS.lease, KEYS.notices]),
    items(scope, 'OwnHealth', ['UpdateItem'], [KEYS.healthOfEnforce]),
    items(scope, 'Audit', ['PutItem'], [KEYS.audit]),
    items(scope, 'ResolvedProfilesAndCorrections', ['PutItem'], [KEYS.profiles, KEYS.journal]),
    items(scope, 'CorrectedBalances', ['UpdateItem'], [KEYS.balances]),
    ...rightsToBlock(scope),
    allow('Notices', { to: 'sns:Publish', on: names.arn.topic }),
    ...toAnEncryptedTopic(scope),
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
    items(scope, 'ReadTheBooks', ['Query'], [KEYS.balances, KEYS.wishes, KEYS.blocks, KEYS.bad, KEYS.people]),
    items(scope, 'Health', ['BatchGetItem'], HEALTH),
    items(scope, 'SaidOnce', ['GetItem', 'UpdateItem'], [KEYS.notices]),
    // To say what the guard itself costs, and the account's alias.
    items(scope, 'Settings', ['GetItem'], [KEYS.manifest]),
    // What the log did not show costs, and which model a profile stands for.
    items(scope, 'Prices', ['Query'], [KEYS.rates, KEYS.profiles]),
    // AWS judges neither on any resource, and the key cloudwatch:namespace binds PutMetricData alone:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
    allow('WhatAwsCounted', { to: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'], on: '*' }),
    allow('Report', { to: 'sns:Publish', on: names.arn.topic }),
    ...toAnEncryptedTopic(scope),
    ownLogs(scope, names.functionLogs.report),
  )
}

/** Reads, and nothing else: whoever takes over the page's function can change neither a number nor a right. */
const dashboardPolicy = (scope: RightsScope): PolicyDocument =>
  document(
    items(scope, 'ReadTheBooks', ['Query'], [KEYS.balances, KEYS.wishes, KEYS.blocks, KEYS.people]),
    // Months gone by of the viewer's own, item by item.
    items(scope, 'ReadOwnBalances', ['BatchGetItem'], [KEYS.balances]),
    items(scope, 'WhoSeesWhat', ['GetItem'], [KEYS.page]),
    items(scope, 'Health', ['BatchGetItem'], HEALTH),
    ownLogs(scope, scope.names.page.functionLogs),
  )

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
  // The account alone: nowhere does AWS promise that Lambda names the function when it takes the role for the first
  // time, and a condition on it would make every install fail. Which function gets a role is decided by iam:PassRole.
  const byLambda = trust(servicePrincipal('lambda', scope), { account })
  return {
    ingest: {
      name: names.functionRoles.ingest,
      trust: byLambda,
      policy: ingestPolicy(scope),
    },
    enforce: {
      name: names.functionRoles.enforce,
      trust: byLambda,
      policy: enforcePolicy(scope),
    },
    report: {
      name: names.functionRoles.report,
      trust: byLambda,
      policy: reportPolicy(scope),
    },
    dashboard: {
      name: names.page.role,
      trust: byLambda,
      policy: dashboardPolicy(scope),
    },
    scheduler: {
      name: names.schedulerRole,
      // A schedule group, never a schedule: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      trust: trust(servicePrincipal('scheduler', scope), {
        account,
        sourceArn: `arn:${partition}:scheduler:${region}:${account}:schedule-group/${names.scheduleGroup}`,
      }),
      policy: schedulerPolicy(scope),
    },
    bedrockLogging: {
      name: names.loggingRole,
      trust: trust(servicePrincipal('bedrock', scope), {
        account,
        sourceArn: `arn:${partition}:bedrock:${region}:${account}:*`,
      }),
      policy: bedrockLoggingPolicy(scope),
    },
  }
}
