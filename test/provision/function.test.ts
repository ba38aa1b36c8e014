import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionConcurrencyCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FunctionKey, functionId, functionResource } from '../../src/provision/resources/function.ts'
import { observedFunction } from '../../src/provision/resources/function-state.ts'
import { functionLogGroup, logGroupId } from '../../src/provision/resources/log-group.ts'
import { queueResource } from '../../src/provision/resources/queue.ts'
import { roleResource } from '../../src/provision/resources/role.ts'
import type { RuntimeConfig } from '../../src/runtime/config.ts'
import { readPageConfig } from '../../src/runtime/page-config.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, aPage, REGION, succeeded, type World, world } from './world.ts'
import { zipAnswering } from './zip.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
})

const one = zipAnswering('one')
const two = zipAnswering('two')

function life(key: FunctionKey, overrides = {}, assets = one): Life {
  const scope = aws.scope(overrides)
  const { functionLogs, functions, page } = scope.names
  const log = key === 'dashboard' ? page.functionLogs : functionLogs[key]
  const name = key === 'dashboard' ? page.function : functions[key]
  const list = [
    roleResource(aws.clients, scope, 'ingest'),
    roleResource(aws.clients, scope, 'enforce'),
    roleResource(aws.clients, scope, 'report'),
    ...(key === 'dashboard' ? [roleResource(aws.clients, scope, key)] : []),
    queueResource(aws.clients, scope),
    functionLogGroup(aws.clients, scope, log),
    functionResource(aws.clients, scope, key, { assets, needs: [logGroupId(log, REGION)] }),
  ]
  return { aws, scope, list, id: functionId(name, REGION) }
}
const FunctionName = 'cg-test-ingest'
const lambda = () => aws.clients.lambda()
const get = async (name = FunctionName) => (await lambda()).send(new GetFunctionCommand({ FunctionName: name }))
const retries = async (name: string) =>
  (await lambda()).send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name }))

describe('the functions as they are made', () => {
  test('ingest: 512 MB, one minute, its own role, dead letters, two retries within six hours', async () => {
    await born(life('ingest'))
    const { Configuration, Tags } = await get()
    expect(Configuration).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'ingest.handler',
      MemorySize: 512,
      Timeout: 60,
      Role: `arn:aws:iam::${ACCOUNT}:role/cg-test-ingest`,
      CodeSha256: one.codeSha256,
    })
    expect(Tags).toMatchObject({ 'cost-guard:guard': 'cg-test' })
    expect(await retries(FunctionName)).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: `arn:aws:sqs:${REGION}:${ACCOUNT}:cg-test-ingest-dead-letters` },
      },
    })
  })

  test('enforce and report: 256 MB, enforce is never tried again, a report is', async () => {
    await born(life('enforce'))
    await born(life('report'))
    const [enforce, report] = [await get('cg-test-enforce'), await get('cg-test-report')]
    expect(enforce.Configuration).toMatchObject({ MemorySize: 256, Timeout: 50, Handler: 'enforce.handler' })
    expect(report.Configuration).toMatchObject({ MemorySize: 256, Timeout: 60, Handler: 'report.handler' })
    const never = await retries('cg-test-enforce')
    expect(never).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 })
    expect(never.DestinationConfig?.OnFailure?.Destination).toBeUndefined()
    expect(await retries('cg-test-report')).toMatchObject({ MaximumRetryAttempts: 2 })
  })

  test('they are told everything in one variable and nothing else', async () => {
    await born(life('ingest', { labels: ['claude-code'], protectedPrincipals: ['Admin*'], retentionDays: 365 }))
    const variables = (await get()).Configuration?.Environment?.Variables ?? {}
    expect(Object.keys(variables)).toEqual(['COST_GUARD_CONFIG'])
    const config = JSON.parse(variables['COST_GUARD_CONFIG'] ?? '') as RuntimeConfig
    expect(config).toMatchObject({
      guard: 'cg-test',
      account: ACCOUNT,
      table: 'cg-test-ledger',
      topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:cg-test-notices`,
      enforceFunction: 'cg-test-enforce',
      labels: ['claude-code'],
      journalDays: 400,
    })
    expect(config.protectedPrincipals).toEqual([
      'Admin*',
      'cg-test-ingest',
      'cg-test-enforce',
      'cg-test-report',
      'cg-test-scheduler',
      'cg-test-bedrock-logging',
    ])
  })
})

describe('the function of the page', () => {
  const page = aPage({ cidrs: ['203.0.113.0/24'], url: 'https://spend.example.com' })

  test('it has a zip of its own, less time than the API waits, and is told what the page needs', async () => {
    await born(life('dashboard', { page }))
    const { Configuration } = await get('cg-test-dashboard')
    expect(Configuration).toMatchObject({
      Handler: 'dashboard.handler',
      MemorySize: 1024,
      Timeout: 29,
      Role: `arn:aws:iam::${ACCOUNT}:role/cg-test-dashboard`,
      CodeSha256: one.page().codeSha256,
    })
    expect(one.page().codeSha256).not.toBe(one.codeSha256)
    const variables = Configuration?.Environment?.Variables ?? {}
    expect(Object.keys(variables).toSorted()).toEqual(['COST_GUARD_CONFIG', 'COST_GUARD_PAGE'])
    expect(readPageConfig(variables)).toMatchObject({
      shows: 'own',
      cidrs: ['203.0.113.0/24'],
      url: 'https://spend.example.com/',
    })
  })

  test('who may open it is put back, and the plan says what was changed', async () => {
    const dashboard = life('dashboard', { page })
    await born(dashboard)
    const own = (await get('cg-test-dashboard')).Configuration?.Environment?.Variables ?? {}
    const open = { ...own, COST_GUARD_PAGE: JSON.stringify({ ...readPageConfig(own), cidrs: [] }) }
    const damage = async () =>
      (await lambda()).send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'cg-test-dashboard', Environment: { Variables: open } }),
      )
    expect(await repaired(dashboard, damage)).toEqual(['environment/COST_GUARD_PAGE/cidrs'])
  })

  test('without the page there is none, and its code is not even looked for', async () => {
    const bare = life('dashboard', {}, { ...one, page: () => expect.unreachable() })
    const { plan } = await aws.install(bare.list, bare.scope)
    expect(stepOf(plan, bare.id)).toBeUndefined()
  })
})

describe('the life of a function', () => {
  test('whatever of its configuration is changed by hand is found and repaired', async () => {
    const ingest = life('ingest')
    await born(ingest)
    const client = await lambda()
    const set = (part: Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'>) => () =>
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...part }))
    const own = (await get()).Configuration?.Environment?.Variables ?? {}
    const config = JSON.parse(own['COST_GUARD_CONFIG'] ?? '') as RuntimeConfig
    const cases: readonly [readonly string[], Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'>][] = [
      [['description'], { Description: 'mine' }],
      [['runtime'], { Runtime: 'nodejs22.x' }],
      [['handler'], { Handler: 'evil.handler' }],
      [['memoryMb'], { MemorySize: 128 }],
      [['timeoutSeconds'], { Timeout: 3 }],
      [['role'], { Role: `arn:aws:iam::${ACCOUNT}:role/cg-test-report` }],
      [['environment/EXTRA'], { Environment: { Variables: { ...own, EXTRA: 'x' } } }],
      [['environment/COST_GUARD_CONFIG'], { Environment: { Variables: {} } }],
      [
        ['environment/COST_GUARD_CONFIG/unknownPrice'],
        {
          Environment: {
            Variables: { COST_GUARD_CONFIG: JSON.stringify({ ...config, unknownPrice: 'block' }) },
          },
        },
      ],
    ]
    for (const [fields, part] of cases) expect(await repaired(ingest, set(part))).toEqual(fields)
  })

  test('a variable that somebody added is named without its value: it may be a secret', async () => {
    const ingest = life('ingest')
    await born(ingest)
    const own = (await get()).Configuration?.Environment?.Variables ?? {}
    const Environment = { Variables: { ...own, TOKEN: 'hunter2' } }
    await (await lambda()).send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }))
    const plan = await aws.plan(ingest.list, ingest.scope)
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  test('dead letters and retries are repaired', async () => {
    const ingest = life('ingest')
    await born(ingest)
    const client = await lambda()
    const none = () => client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }))
    expect(await repaired(ingest, none)).toEqual(['deadLetters', 'asyncRetries', 'asyncMaxAgeSeconds'])
  })

  test('a reservation that the admin made is left alone', async () => {
    const ingest = life('ingest')
    await born(ingest)
    const reserved = { FunctionName, ReservedConcurrentExecutions: 5 }
    await (await lambda()).send(new PutFunctionConcurrencyCommand(reserved))
    await unchanged(ingest)
  })

  test('foreign code is replaced, and so are missing tags', async () => {
    const ingest = life('ingest')
    await born(ingest)
    const client = await lambda()
    const ZipFile = await two.zip()
    const code = () => client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures: ['arm64'] }))
    expect(await repaired(ingest, code)).toEqual(['code'])
    const Resource = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}`
    const untag = () => client.send(new UntagResourceCommand({ Resource, TagKeys: ['cost-guard:resource'] }))
    expect(await repaired(ingest, untag)).toEqual(['tag/cost-guard:resource'])
  })

  test('a new version changes the code in place: the function is never deleted', async () => {
    await born(life('ingest'))
    const permission = { FunctionName, StatementId: 'theirs', Action: 'lambda:InvokeFunction', Principal: 'x' }
    await (await lambda()).send(new AddPermissionCommand({ ...permission, Principal: 'events.amazonaws.com' }))
    const after = life('ingest', { labels: ['codex'] }, two)
    aws.calls.length = 0
    const { plan, outcome } = await aws.install(after.list, after.scope)
    succeeded(outcome)
    expect(fieldsOf(plan, after.id)).toEqual(['environment/COST_GUARD_CONFIG/labels', 'code', 'tag/cost-guard:state'])
    const calls = aws.calls.map((call) => call.operation)
    expect(calls).toContain('UpdateFunctionCode')
    expect(calls).not.toContain('DeleteFunction')
    expect(calls.indexOf('UpdateFunctionConfiguration')).toBeLessThan(calls.indexOf('UpdateFunctionCode'))
    await unchanged(after)
  })

  test('switched off, removed, removed again', async () => {
    const report = life('report')
    await born(report)
    await switchedOff(report)
    await died(report)
  })

  test('a function of that name that is not the guard’s is refused', async () => {
    const report = life('report')
    const [, , role] = report.list
    if (role) succeeded((await aws.install([role], report.scope)).outcome)
    await (await lambda()).send(
      new CreateFunctionCommand({
        FunctionName: 'cg-test-report',
        Role: `arn:aws:iam::${ACCOUNT}:role/cg-test-report`,
        Runtime: 'nodejs24.x',
        Handler: 'x.handler',
        Code: { ZipFile: await two.zip() },
      }),
    )
    expect(stepOf(await aws.plan(report.list, report.scope), report.id)).toMatchObject({
      do: 'refuse',
      reason: 'not-ours',
    })
  })

  test('a role that Lambda cannot assume yet is waited for', async () => {
    let tries = 0
    aws = world((call) => {
      if (call.operation !== 'CreateFunction' || call.phase !== 'before' || ++tries > 3) return
      const message = 'The role defined for the function cannot be assumed by Lambda.'
      throw Object.assign(new Error(message), { name: 'InvalidParameterValueException' })
    })
    const ingest = life('ingest')
    succeeded((await aws.install(ingest.list, ingest.scope)).outcome)
    expect(tries).toBe(4)
    await unchanged(ingest)
  })
})

describe('what Lambda says while it settles', () => {
  const configuration = { FunctionName: 'f', FunctionArn: 'arn:f' }
  const seen = (part: object) =>
    observedFunction('f', { $metadata: {}, Configuration: { ...configuration, ...part } }, undefined)

  test('a function that is pending, or takes its last change, is waited for and not judged', () => {
    expect(seen({ State: 'Pending' })).toEqual({ state: 'settling', for: 'function f to become active' })
    expect(seen({ State: 'Active', LastUpdateStatus: 'InProgress' })).toEqual({
      state: 'settling',
      for: 'function f to take its last change',
    })
  })

  test('a change that failed is a difference, with Lambda’s reason', () => {
    const failed = seen({ State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'KMS key is gone' })
    expect(failed).toMatchObject({ state: 'present', actual: { failure: 'KMS key is gone' } })
  })

  const differencesIn = (found: ReturnType<typeof observedFunction>, key: FunctionKey) => {
    const inputs = { ...aws.scope(), remembered: () => undefined }
    const resource = functionResource(aws.clients, inputs, key, { assets: one, needs: [] })
    const wanted = resource.desired(inputs)
    if (found.state !== 'present' || wanted === undefined) throw new Error('one of the two is missing')
    return resource.diff(wanted, found.actual, inputs)
  }

  // The emulator does not show a reservation of 0.
  test('the throttle button is a difference: a function with 0 concurrent executions never runs', () => {
    const Concurrency = { ReservedConcurrentExecutions: 0 }
    const found = observedFunction('f', { $metadata: {}, Configuration: configuration, Concurrency }, undefined)
    expect(differencesIn(found, 'report')).toContainEqual({
      field: 'reservedConcurrency',
      is: '0 (switched off)',
      want: 'none',
      how: 'in-place',
    })
  })

  // The emulator keeps the first of several such settings; AWS the last.
  test('other retries and another place for dead letters are differences', () => {
    const found = observedFunction(
      'f',
      { $metadata: {}, Configuration: configuration },
      {
        $metadata: {},
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:123456789012:other' } },
      },
    )
    expect(differencesIn(found, 'ingest').filter((each) => /async|dead/.test(each.field))).toEqual([
      {
        field: 'deadLetters',
        is: 'arn:aws:sqs:us-east-1:123456789012:other',
        want: 'arn:aws:sqs:us-east-1:123456789012:cg-test-ingest-dead-letters',
        how: 'in-place',
      },
      { field: 'asyncRetries', is: '0', want: '2', how: 'in-place' },
      { field: 'asyncMaxAgeSeconds', is: '60', want: '21600', how: 'in-place' },
    ])
  })

  test('a function that idled for weeks is as good as an active one', () => {
    expect(seen({ State: 'Inactive' })).toMatchObject({ state: 'present', actual: { failure: undefined } })
  })
})
