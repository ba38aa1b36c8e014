import { describe, expect, test } from 'vitest'
import {
  adminHalves,
  adminPolicy,
  adminRights,
  copyPolicy,
  MANAGED_POLICY_CHARACTERS,
} from '../../src/provision/admin-rights.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { namesFor, namesInFlags } from '../../src/provision/names.ts'
import type { PolicyDocument, RightsScope, Statement } from '../../src/provision/permissions.ts'
import { type RoleKey, rolePolicies } from '../../src/provision/role-policies.ts'
import {
  auditPartition,
  BLOCKS,
  badKey,
  balanceKey,
  controlKey,
  enforceHealthKey,
  failedKey,
  ingestHealthKey,
  journalPartition,
  leaseKey,
  noticeKey,
  PAGE,
  PEOPLE,
  PROFILES,
  RATES,
  sessionsKey,
  settingsKey,
  WISHES,
} from '../../src/runtime/aws/keys.ts'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { type Context, evaluate, serviceMay } from '../../src/sandbox/iam/evaluate.ts'
import { ACCOUNT, aPage, REGION, scopeOf, settingsOf } from './world.ts'

const scope: RightsScope = scopeOf(
  settingsOf({ protectedPrincipals: ['admin-*', 'BreakGlass'], rolePath: '/guards/', page: aPage() }),
)
const roles = rolePolicies(scope)
const { names } = scope
const table = names.arn.table
const november = '2026-11' as Month
const tanaka = 'user/tanaka' as PrincipalKey

const may = (document: PolicyDocument, action: string, resource: string, context: Context = {}): string =>
  evaluate([{ arn: undefined, name: 'inline', document }], { action, resources: [resource], context }).effect
const roleMay = (role: RoleKey, action: string, resource: string, context: Context = {}): boolean =>
  may(roles[role].policy, action, resource, context) === 'allow'
const onItem = (role: RoleKey, action: string, partition: string): boolean =>
  roleMay(role, `dynamodb:${action}`, table, { 'dynamodb:LeadingKeys': [partition] })

const partitions = {
  journal: journalPartition(tanaka, '2026-11'),
  balances: balanceKey(tanaka, november).pk,
  failed: failedKey(tanaka, november).pk,
  bad: badKey('2026-11-20', 'e').pk,
  sessions: sessionsKey('AWSReservedSSO_dev', november).pk,
  healthOfIngest: ingestHealthKey.pk,
  healthOfEnforce: enforceHealthKey.pk,
  control: controlKey.pk,
  wishes: WISHES,
  blocks: BLOCKS,
  rates: RATES,
  profiles: PROFILES,
  people: PEOPLE,
  page: PAGE,
  notices: noticeKey('2026-11', 'k').pk,
  lease: leaseKey.pk,
  audit: auditPartition(november),
  manifest: settingsKey.pk,
}
type Partition = keyof typeof partitions
const ALL = Object.keys(partitions) as Partition[]
const FUNCTIONS = ['ingest', 'enforce', 'report'] as const
const may_ = (role: RoleKey, action: string) => ALL.filter((each) => onItem(role, action, partitions[each]))

describe('what the functions may do in the table', () => {
  test('ingest writes journal, counters, poison and its own health, and nothing else', () => {
    expect(may_('ingest', 'PutItem')).toEqual(['journal'])
    expect(may_('ingest', 'BatchWriteItem')).toEqual(['bad'])
    expect(may_('ingest', 'UpdateItem')).toEqual(['balances', 'failed', 'sessions', 'healthOfIngest'])
    expect(may_('ingest', 'DeleteItem')).toEqual([])
  })

  test('ingest knows no limits, no blocks, and nothing of the settings', () => {
    for (const action of ['GetItem', 'BatchGetItem', 'Query']) {
      for (const partition of ['wishes', 'blocks', 'notices', 'audit', 'manifest'] as const) {
        expect([action, partition, onItem('ingest', action, partitions[partition])]).toEqual([action, partition, false])
      }
    }
  })

  test('enforce writes blocks, lease, notices, its own health, audit entries and corrections, and nothing else', () => {
    expect(may_('enforce', 'PutItem')).toEqual(['journal', 'blocks', 'profiles', 'audit'])
    expect(may_('enforce', 'UpdateItem')).toEqual(['balances', 'healthOfEnforce', 'notices', 'lease'])
    expect(may_('enforce', 'DeleteItem')).toEqual(['blocks'])
  })

  test('report changes nothing but the mark that it has been sent', () => {
    expect(may_('report', 'PutItem')).toEqual([])
    expect(may_('report', 'UpdateItem')).toEqual(['notices'])
    expect(may_('report', 'DeleteItem')).toEqual([])
  })

  test('the page reads what it shows and writes nothing at all, not even its own users', () => {
    const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem']
    for (const action of writes) expect([action, may_('dashboard', action)]).toEqual([action, []])
    expect(may_('dashboard', 'Query')).toEqual(['balances', 'wishes', 'blocks', 'people'])
    expect(may_('dashboard', 'GetItem')).toEqual(['page'])
    expect(may_('dashboard', 'BatchGetItem')).toEqual(['balances', 'healthOfIngest', 'healthOfEnforce', 'control'])
  })

  test('nobody changes the wishes of the admin, the prices, or the settings', () => {
    for (const role of FUNCTIONS) {
      for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']) {
        for (const partition of ['wishes', 'rates', 'control', 'manifest'] as const) {
          expect([role, action, partition, onItem(role, action, partitions[partition])]).toEqual([
            role,
            action,
            partition,
            false,
          ])
        }
      }
    }
  })

  test('nobody deletes from the journal or edits an entry, and nobody changes or deletes what the audit says', () => {
    for (const role of FUNCTIONS) {
      for (const action of ['DeleteItem', 'UpdateItem', 'BatchWriteItem']) {
        expect(onItem(role, action, partitions.journal)).toBe(false)
        expect(onItem(role, action, partitions.audit)).toBe(false)
      }
    }
  })

  test('no role may scan, use PartiQL, or touch the table itself, whatever the request carries', () => {
    const actions = [
      ...['Scan', 'PartiQLSelect', 'PartiQLUpdate', 'PartiQLDelete', 'DeleteTable', 'UpdateTable'],
      ...['UpdateTimeToLive', 'ExportTableToPointInTime', 'CreateBackup', 'GetRecords'],
    ]
    for (const role of Object.keys(roles) as RoleKey[]) {
      for (const action of actions) expect(roleMay(role, `dynamodb:${action}`, table)).toBe(false)
      expect(roleMay(role, 'dynamodb:Query', `${table}/index/any`)).toBe(false)
      expect(roleMay(role, 'dynamodb:GetItem', `${table}-of-another-guard`)).toBe(false)
    }
  })
})

const userArn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`
const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`
const with_ = (policy: string): Context => ({ 'iam:PolicyARN': policy })
const dated = policyArn(names.datedPolicy('2026-12-01'))
const undated = policyArn(names.undatedPolicy)

describe('what the functions may do in IAM', () => {
  test('enforce hangs the guard’s denies on users and roles, under any path, and takes them off', () => {
    for (const action of ['Attach', 'Detach']) {
      for (const policy of [dated, undated, policyArn(names.datedPolicy('2031-02-01'))]) {
        expect(roleMay('enforce', `iam:${action}UserPolicy`, userArn('tanaka'), with_(policy))).toBe(true)
        expect(roleMay('enforce', `iam:${action}RolePolicy`, roleArn('apps/chat'), with_(policy))).toBe(true)
      }
    }
  })

  test('no other policy: not administrator access, not a look-alike, not another guard’s', () => {
    const others = [
      'arn:aws:iam::aws:policy/AdministratorAccess',
      policyArn('mine'),
      policyArn(`${names.policyPrefix}evil`),
      policyArn(`${names.policyPrefix}2026-12-01-evil`),
      policyArn('other-guard-blocked-by-admin'),
    ]
    for (const action of ['AttachUserPolicy', 'DetachUserPolicy']) {
      for (const policy of others) {
        expect(roleMay('enforce', `iam:${action}`, userArn('tanaka'), with_(policy))).toBe(false)
        expect(roleMay('enforce', `iam:${action.replace('User', 'Role')}`, roleArn('app'), with_(policy))).toBe(false)
      }
      expect(roleMay('enforce', `iam:${action}`, userArn('tanaka'))).toBe(false)
    }
  })

  test('the guard’s own roles, protected people and AWS’s own roles are refused explicitly', () => {
    const enforce = (action: string, resource: string) => may(roles.enforce.policy, action, resource, with_(dated))
    for (const role of Object.values(roles)) {
      expect(enforce('iam:AttachRolePolicy', names.arn.role(role.name, '/guards/'))).toBe('explicit-deny')
    }
    for (const role of ['BreakGlass', 'team/BreakGlass', 'admin-yamada', 'aws-service-role/x/AWSServiceRoleForX']) {
      expect(enforce('iam:AttachRolePolicy', roleArn(role))).toBe('explicit-deny')
    }
    expect(enforce('iam:AttachRolePolicy', roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1'))).toBe(
      'explicit-deny',
    )
    for (const user of ['admin-yamada', 'ops/admin-yamada', 'BreakGlass']) {
      expect(enforce('iam:AttachUserPolicy', userArn(user))).toBe('explicit-deny')
    }
  })

  test('whoever was protected after having been blocked can still be released', () => {
    expect(roleMay('enforce', 'iam:DetachUserPolicy', userArn('admin-yamada'), with_(dated))).toBe(true)
    expect(roleMay('enforce', 'iam:DetachRolePolicy', roleArn('BreakGlass'), with_(undated))).toBe(true)
  })

  test('membership of the guard’s own group, and of no other', () => {
    for (const action of ['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:GetGroup']) {
      expect(roleMay('enforce', action, names.arn.blockGroup)).toBe(true)
      expect(roleMay('enforce', action, `arn:aws:iam::${ACCOUNT}:group/admins`)).toBe(false)
    }
  })

  test('nobody makes or edits a policy, a role, a key or a login: nothing of the guard can become an administrator', () => {
    const actions = [
      ...['CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicy'],
      ...['PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'AttachGroupPolicy', 'DetachGroupPolicy'],
      ...['CreateRole', 'UpdateAssumeRolePolicy', 'PassRole', 'CreateUser', 'CreateAccessKey', 'CreateLoginProfile'],
      ...['DeleteRolePermissionsBoundary', 'DeleteUserPermissionsBoundary', 'DeleteUserPolicy', 'DeleteRolePolicy'],
    ]
    const targets = [dated, undated, userArn('x'), roleArn('x'), names.arn.blockGroup, roleArn('cg-test-enforce')]
    for (const role of Object.keys(roles) as RoleKey[]) {
      for (const action of actions) {
        for (const target of targets) expect(roleMay(role, `iam:${action}`, target, with_(dated))).toBe(false)
      }
      expect(roleMay(role, 'sts:AssumeRole', roleArn('admin'))).toBe(false)
    }
  })

  test('ingest, which reads what strangers wrote, has no right in IAM at all; report and the others neither', () => {
    for (const role of ['ingest', 'report', 'scheduler', 'bedrockLogging'] as const) {
      const actions = roles[role].policy.Statement.flatMap((each) => each.Action)
      expect(actions.filter((action) => action.startsWith('iam:') || action === '*')).toEqual([])
    }
  })
})

describe('what else they may do', () => {
  test('ingest reads its one log group, wakes enforce, and writes to its own dead letters', () => {
    expect(roleMay('ingest', 'logs:FilterLogEvents', `${names.arn.logGroup}:*`)).toBe(true)
    expect(roleMay('ingest', 'logs:FilterLogEvents', `${names.arn.logGroup}-other:*`)).toBe(false)
    expect(roleMay('ingest', 'lambda:InvokeFunction', names.arn.function(names.functions.enforce))).toBe(true)
    expect(roleMay('ingest', 'lambda:InvokeFunction', names.arn.function(names.functions.report))).toBe(false)
    expect(roleMay('ingest', 'sqs:SendMessage', names.arn.deadLetters)).toBe(true)
    expect(roleMay('ingest', 'sqs:SendMessage', `${names.arn.deadLetters}-other`)).toBe(false)
    expect(roleMay('ingest', 'sns:Publish', names.arn.topic)).toBe(false)
  })

  test('enforce and report write to the one topic', () => {
    for (const role of ['enforce', 'report'] as const) {
      expect(roleMay(role, 'sns:Publish', names.arn.topic)).toBe(true)
      expect(roleMay(role, 'sns:Publish', `${names.arn.topic}-other`)).toBe(false)
      expect(roleMay(role, 'sns:Subscribe', names.arn.topic)).toBe(false)
    }
  })

  test('each writes its own log and cannot make a group (one that would never expire)', () => {
    for (const role of FUNCTIONS) {
      const group = (name: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${name}`
      const own = group(names.functions[role])
      expect(roleMay(role, 'logs:PutLogEvents', `${own}:log-stream:2026/11/20/x`)).toBe(true)
      expect(roleMay(role, 'logs:CreateLogStream', `${own}:log-stream:2026/11/20/x`)).toBe(true)
      expect(roleMay(role, 'logs:CreateLogGroup', `${own}:*`)).toBe(false)
      expect(roleMay(role, 'logs:PutLogEvents', `${group('somebody')}:log-stream:x`)).toBe(false)
      expect(roleMay(role, 'logs:PutLogEvents', `${names.arn.logGroup}:log-stream:x`)).toBe(false)
    }
  })

  test('the schedules start the three functions and nothing else', () => {
    for (const name of Object.values(names.functions)) {
      expect(roleMay('scheduler', 'lambda:InvokeFunction', names.arn.function(name))).toBe(true)
    }
    expect(roleMay('scheduler', 'lambda:InvokeFunction', names.arn.function('payroll'))).toBe(false)
  })

  test('report alone asks what AWS counted, and reads prices for it', () => {
    for (const action of ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics']) {
      expect(roleMay('report', action, '*')).toBe(true)
      expect(roleMay('ingest', action, '*')).toBe(false)
      expect(roleMay('enforce', action, '*')).toBe(false)
    }
    expect(roleMay('report', 'cloudwatch:PutMetricData', '*')).toBe(false)
  })

  test('Bedrock writes one stream of one group', () => {
    const stream = `${names.arn.logGroup}:log-stream:aws/bedrock/modelinvocations`
    expect(roleMay('bedrockLogging', 'logs:PutLogEvents', stream)).toBe(true)
    expect(roleMay('bedrockLogging', 'logs:PutLogEvents', `${names.arn.logGroup}:log-stream:other`)).toBe(false)
    expect(roleMay('bedrockLogging', 'logs:CreateLogGroup', `${names.arn.logGroup}:*`)).toBe(false)
  })

  test('no statement of any role allows everything: no "*" as an action, nor as a resource but for reading metrics', () => {
    for (const { policy } of Object.values(roles)) {
      for (const statement of policy.Statement) {
        // CloudWatch judges these on no resource, and knows no condition for them.
        const metrics = statement.Sid === 'WhatAwsCounted'
        if (metrics) expect(statement.Action).toEqual(['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'])
        else expect([statement.Resource].flat()).not.toContain('*')
        for (const action of [statement.Action].flat()) expect(action).toMatch(/^[a-z-]+:[A-Za-z]+$/)
      }
    }
  })

  test('each role stays below IAM’s 10,240 characters, also with many protected names', () => {
    const many = Array.from({ length: 20 }, (_, n) => `a-protected-name-${n}-*`)
    const crowded = rolePolicies({ ...scope, settings: settingsOf({ protectedPrincipals: many }) })
    for (const { policy } of Object.values(crowded)) expect(JSON.stringify(policy).length).toBeLessThan(10_240)
  })
})

describe('who may take the roles', () => {
  const from = (account: string, source: string): Context => ({
    'aws:SourceAccount': account,
    'aws:SourceArn': source,
  })
  const taken = (role: RoleKey, service: string, context: Context) =>
    serviceMay(roles[role].trust, service, 'sts:AssumeRole', context)

  test('Lambda, for this account alone', () => {
    for (const role of FUNCTIONS) {
      expect(taken(role, 'lambda.amazonaws.com', { 'aws:SourceAccount': ACCOUNT })).toBe(true)
      expect(taken(role, 'lambda.amazonaws.com', { 'aws:SourceAccount': '999999999999' })).toBe(false)
      expect(taken(role, 'lambda.amazonaws.com', {})).toBe(false)
      expect(taken(role, 'ec2.amazonaws.com', { 'aws:SourceAccount': ACCOUNT })).toBe(false)
    }
  })

  test('Scheduler, for the guard’s own group; Bedrock, for this account and region', () => {
    const group = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/cg-test`
    expect(taken('scheduler', 'scheduler.amazonaws.com', from(ACCOUNT, group))).toBe(true)
    expect(taken('scheduler', 'scheduler.amazonaws.com', from(ACCOUNT, `${group}-other`))).toBe(false)
    const bedrock = (region: string) => from(ACCOUNT, `arn:aws:bedrock:${region}:${ACCOUNT}:x`)
    expect(taken('bedrockLogging', 'bedrock.amazonaws.com', bedrock(REGION))).toBe(true)
    expect(taken('bedrockLogging', 'bedrock.amazonaws.com', bedrock('eu-west-1'))).toBe(false)
  })
})

describe('what the admin needs', () => {
  const rights = adminRights(names)

  test('the whole fits a role’s inline policy, its halves a managed policy each, also for a long name', () => {
    for (const guard of ['cost-guard', 'a-guard-with-a-name-of-31-chars']) {
      const where = { account: ACCOUNT, region: 'ap-northeast-1', partition: 'aws' }
      const of = namesFor(guard, where)
      expect(JSON.stringify(adminPolicy(of)).length).toBeLessThanOrEqual(10_240)
      for (const half of adminHalves(of)) {
        expect(JSON.stringify(half).length).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS)
      }
    }
  })

  test('nothing of a guard whose name begins like this one’s can be changed, but for handing its own role on to Bedrock', () => {
    const place = { account: ACCOUNT, region: REGION, partition: 'aws' }
    const [mine, other] = [namesFor('a', place), namesFor('a-b', place)]
    const at = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`
    const things = (names: typeof mine) => [
      ...[names.arn.table, names.arn.topic, names.arn.deadLetters, names.arn.blockGroup, names.arn.logBucket],
      ...Object.values(names.functions).map(names.arn.function),
      ...[...Object.values(names.functionRoles), names.schedulerRole, names.loggingRole].flatMap((name) =>
        ['/', '/guards/'].map((path) => names.arn.role(name, path)),
      ),
      ...[names.logGroup, ...Object.values(names.functionLogs)].flatMap((name) =>
        ['', ':*'].map((rest) => at('logs', `log-group:${name}${rest}`)),
      ),
      ...[names.datedPolicy('2026-12-01'), names.undatedPolicy].map(names.arn.policy),
      at('scheduler', `schedule-group/${names.scheduleGroup}`),
      ...Object.values(names.schedules).map((name) => at('scheduler', `schedule/${names.scheduleGroup}/${name}`)),
      at('cloudwatch', `alarm:${names.alarmPrefix}no-check`),
      `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${names.dashboard}`,
      at('kms', names.keyAlias),
    ]
    const documents = [adminPolicy(mine), copyPolicy(mine)]
    const actions = [...new Set(documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)))]
    const changing = actions.filter((action) => !/:(?:Get|BatchGet|List|Describe|Query|Simulate)/.test(action))
    const allowed = (names: typeof mine) =>
      things(names).flatMap((thing) =>
        changing
          .filter((action) => thing.split(':')[2] === action.split(':')[0])
          .filter((action) => !documents.some(({ Statement }) => onEverything(Statement, action)))
          .filter((action) =>
            documents.some((document) =>
              ['lambda', 'scheduler', 'bedrock'].some(
                (service) =>
                  may(document, action, thing, {
                    'iam:PolicyARN': names.arn.policy(names.undatedPolicy),
                    'iam:PassedToService': `${service}.amazonaws.com`,
                  }) === 'allow',
              ),
            ),
          )
          .map((action) => `${action} ${thing}`),
      )
    expect(allowed(other)).toEqual(
      ['/', '/guards/'].map((path) => `iam:PassRole ${other.arn.role(other.loggingRole, path)}`),
    )
    // Each of its own things is within reach, so the list above is not empty for want of looking.
    for (const thing of things(mine)) {
      expect(allowed(mine).some((pair) => pair.endsWith(` ${thing}`)) ? thing : `no right on ${thing}`).toBe(thing)
    }
  })

  test('what the guard uses under another name is within reach, and the advice for a missing right names it', () => {
    const place = { account: ACCOUNT, region: REGION, partition: 'aws' }
    const chosen = { logGroup: '/platform/bedrock', table: 'finance', topic: 'alerts', s3: { bucket: 'their-log' } }
    const of = namesFor('a', { ...place, ...chosen })
    expect(may(adminPolicy(of), 'dynamodb:PutItem', of.arn.table)).toBe('allow')
    expect(may(adminPolicy(of), 'sns:Subscribe', of.arn.topic)).toBe('allow')
    expect(may(adminPolicy(of), 'logs:PutSubscriptionFilter', `${of.arn.logGroup}:*`)).toBe('allow')
    expect(may(copyPolicy(of), 's3:PutBucketPolicy', of.arn.logBucket)).toBe('allow')
    expect(namesInFlags(of)).toBe(' --guard a --log-group /platform/bedrock --table finance --topic alerts')
    expect(namesInFlags(namesFor('cost-guard', place))).toBe('')
  })

  test('the halves together allow what the whole allows, and no more', () => {
    const pairs = (documents: readonly PolicyDocument[]) =>
      new Set(
        documents
          .flatMap(({ Statement }) => Statement)
          .flatMap(({ Action, Resource, Condition }) =>
            [Action]
              .flat()
              .flatMap((action) => [Resource].flat().map((one) => `${action} ${one} ${JSON.stringify(Condition)}`)),
          )
          // An action counts for ARNs of its own service alone, but for the destination of a subscription.
          .filter((pair) => {
            const [action = '', resource = ''] = pair.split(' ')
            return (
              resource === '*' ||
              resource.split(':')[2] === action.split(':')[0] ||
              (action === 'logs:PutSubscriptionFilter' && resource.includes(':lambda:'))
            )
          }),
      )
    const whole = pairs([adminPolicy(names)])
    const halves = pairs(adminHalves(names))
    expect([...halves].filter((pair) => !whole.has(pair))).toEqual([])
    expect([...whole].filter((pair) => !halves.has(pair))).toEqual([])
  })

  test('who operates changes nothing in IAM', () => {
    const actions = rights.operate.Statement.flatMap((each) => each.Action)
    expect(actions.filter((action) => /^iam:(?!Get|List)/.test(action))).toEqual([])
  })

  test('the one document allows what the three allow together, and no more', () => {
    const together = {
      Version: '2012-10-17',
      Statement: [...rights.install.Statement, ...rights.teardown.Statement],
    } as const
    const all = adminPolicy(names)
    const actions = [...new Set(together.Statement.flatMap((each) => each.Action))]
    const things = [
      ...[table, names.arn.topic, names.arn.deadLetters, names.arn.logGroup, names.arn.blockGroup, dated, undated],
      ...[names.arn.function(names.functions.ingest), roleArn('cg-test-ingest'), roleArn('guards/cg-test-ingest')],
      ...[userArn('tanaka'), roleArn('app'), `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/cg-test`],
      ...['arn:aws:s3:::x', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/other`, policyArn('other')],
    ]
    const serviceOf = (arn: string) => arn.split(':')[2]
    for (const action of actions) {
      for (const thing of things) {
        if (serviceOf(thing) !== action.split(':')[0] && thing !== '*') continue
        // IAM has several kinds of things; an action counts only for its own.
        if (kindOf(action) !== undefined && !thing.includes(`:${kindOf(action)}/`)) continue
        const context = { 'iam:PolicyARN': dated, 'iam:PassedToService': 'lambda.amazonaws.com' }
        expect([action, thing, may(all, action, thing, context)]).toEqual([
          action,
          thing,
          may(together, action, thing, context),
        ])
      }
    }
  })

  test('roles are handed to the three services that need one, and only the guard’s own', () => {
    const pass = (role: string, service: string) =>
      may(rights.install, 'iam:PassRole', role, { 'iam:PassedToService': service })
    expect(pass(roleArn('cg-test-ingest'), 'lambda.amazonaws.com')).toBe('allow')
    expect(pass(roleArn('guards/cg-test-scheduler'), 'scheduler.amazonaws.com')).toBe('allow')
    expect(pass(roleArn('cg-test-ingest'), 'ec2.amazonaws.com')).toBe('no-allow')
    expect(pass(roleArn('Admin'), 'lambda.amazonaws.com')).toBe('no-allow')
  })

  test('only block policies are put on the group or taken off people', () => {
    const attach = (policy: string) =>
      may(adminPolicy(names), 'iam:AttachGroupPolicy', names.arn.blockGroup, with_(policy))
    expect(attach(undated)).toBe('allow')
    expect(attach('arn:aws:iam::aws:policy/AdministratorAccess')).toBe('no-allow')
    expect(may(adminPolicy(names), 'iam:DetachUserPolicy', userArn('tanaka'), with_(policyArn('mine')))).toBe(
      'no-allow',
    )
  })
})

const onEverything = (statements: readonly Statement[], action: string): boolean =>
  statements.some(
    ({ Action, Resource, Condition }) =>
      [Action].flat().includes(action) && [Resource].flat().includes('*') && Condition === undefined,
  )

/** `iam:CreateRole` → `role`. */
function kindOf(action: string): string | undefined {
  if (!action.startsWith('iam:')) return undefined
  if (/Group/.test(action) && !/ListGroupsForUser/.test(action)) return 'group'
  if (/User|ListGroupsForUser/.test(action)) return 'user'
  return /Role/.test(action) ? 'role' : 'policy'
}

describe('with a KMS key', () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/4711`
  const viaLogs = { 'kms:ViaService': `logs.${REGION}.amazonaws.com` }
  const ofGuard = { 'kms:ResourceAliases': ['alias/cg-test'] }
  const asked = (settings: Partial<Settings>, context: Context) => {
    const all = rolePolicies(scopeOf(settingsOf(settings)))
    const can = (role: RoleKey, action: string, more: Context = {}) =>
      may(all[role].policy, action, KEY, { ...context, ...more }) === 'allow'
    return {
      mails: (['enforce', 'report'] as const).every(
        (role) => can(role, 'kms:GenerateDataKey') && can(role, 'kms:Decrypt'),
      ),
      readsTheLogAgain: can('ingest', 'kms:Decrypt', viaLogs),
      decryptsElse: can('ingest', 'kms:Decrypt'),
    }
  }

  test('enforce and report mail through the encrypted topic, ingest reads the encrypted log group and nothing else', () => {
    const all = { mails: true, readsTheLogAgain: true, decryptsElse: false }
    expect(asked({ kmsKey: 'own' }, ofGuard)).toEqual(all)
    expect(asked({ kmsKey: KEY }, {})).toEqual(all)
  })

  test('a topic that was there, encrypted with the key that is named, is mailed through as well', () => {
    expect(asked({ kmsKey: KEY, adopt: ['topic'] }, {}).mails).toBe(true)
    expect(asked({ kmsKey: 'own', adopt: ['topic', 'log-group'] }, ofGuard)).toEqual({
      mails: false,
      readsTheLogAgain: false,
      decryptsElse: false,
    })
  })

  test('no other key of the account is theirs to use', () => {
    const none = { mails: false, readsTheLogAgain: false, decryptsElse: false }
    expect(asked({ kmsKey: 'own' }, { 'kms:ResourceAliases': ['alias/finance'] })).toEqual(none)
    expect(asked({ kmsKey: `${KEY}0` }, {})).toEqual(none)
  })
})
