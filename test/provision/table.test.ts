import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/provision/guard.ts'
import { manifestRecord, recordId } from '../../src/provision/resources/manifest-record.ts'
import { tableId, tableResource } from '../../src/provision/resources/table.ts'
import { TAG } from '../../src/provision/tags.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, stepOf } from './life.ts'
import { ACCOUNT, NOW, REGION, succeeded, told, type World, world } from './world.ts'

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

const TableName = 'cg-test-ledger'
const ResourceArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TableName}`

function life(overrides: Partial<Settings> = {}, version = '1.0.0'): Life {
  const scope = aws.scope(overrides)
  const list = [tableResource(aws.clients, scope), manifestRecord(aws.manifest(scope), scope, version)]
  return { aws, scope, list, id: tableId(TableName, REGION) }
}

describe('the table', () => {
  test('is made with everything it needs, once', async () => {
    await born(life())
    const dynamo = await aws.clients.dynamo()
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }))
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST')
    expect(Table?.DeletionProtectionEnabled).toBe(true)
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' })
  })

  test('whose time to live was switched off within the hour is refused before anything changes: DynamoDB takes one change an hour', async () => {
    const one = life()
    await born(one)
    const [table, ...others] = one.list
    if (table === undefined) throw new Error('no table')
    const going: typeof table = {
      ...table,
      async read(inputs) {
        const seen = await table.read(inputs)
        return seen.state === 'present' ? { ...seen, actual: { ...seen.actual, ttl: undefined, ttlGoing: true } } : seen
      },
    }
    expect(stepOf(await aws.plan([going, ...others], one.scope), one.id)).toMatchObject({
      do: 'refuse',
      why: expect.stringContaining('one change of it an hour'),
      suggestion: 'run the same command again in an hour',
    })
  })

  test('whose time to live takes no second change yet says until when to wait, not what AWS says', async () => {
    const busy = world(({ operation, phase }) => {
      if (operation !== 'UpdateTimeToLive' || phase !== 'before') return
      const text = 'Time to live has been modified multiple times within a fixed interval'
      throw Object.assign(new Error(text), { name: 'ValidationException' })
    })
    const scope = busy.scope()
    const { outcome } = await busy.install([tableResource(busy.clients, scope)], scope)
    expect(outcome.failed.map(({ error }) => error)).toMatchObject([
      { code: 'ttl-changed-lately', suggestions: ['run the same command again in an hour'] },
    ])
  })

  const byHand: readonly [string, readonly string[], () => Promise<unknown>][] = [
    [
      'deletion protection switched off',
      ['deletionProtection'],
      async () =>
        (await aws.clients.dynamo()).send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })),
    ],
    [
      'recovery switched off',
      ['pointInTimeRecovery'],
      async () =>
        (await aws.clients.dynamo()).send(
          new UpdateContinuousBackupsCommand({
            TableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
          }),
        ),
    ],
    [
      'time to live switched off',
      ['timeToLive'],
      async () =>
        (await aws.clients.dynamo()).send(
          new UpdateTimeToLiveCommand({
            TableName,
            TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: false },
          }),
        ),
    ],
    [
      'time to live on another attribute',
      ['timeToLive'],
      async () =>
        (await aws.clients.dynamo()).send(
          new UpdateTimeToLiveCommand({
            TableName,
            TimeToLiveSpecification: { AttributeName: 'other', Enabled: true },
          }),
        ),
    ],
    [
      'provisioned capacity',
      ['billingMode'],
      async () =>
        (await aws.clients.dynamo()).send(
          new UpdateTableCommand({
            TableName,
            BillingMode: 'PROVISIONED',
            ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
          }),
        ),
    ],
    [
      'a tag taken away',
      [`tag/${TAG.managedBy}`],
      async () =>
        (await aws.clients.dynamo()).send(new UntagResourceCommand({ ResourceArn, TagKeys: [TAG.managedBy] })),
    ],
  ]
  test.each(byHand)('%s by hand is found and mended', async (_what, fields, change) => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await repaired(one, change)).toEqual(fields)
  })

  test('everything changed at once is mended at once', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const all = async () => {
      for (const [what, , change] of byHand) if (what !== 'time to live on another attribute') await change()
    }
    expect(await repaired(one, all)).toEqual([
      'billingMode',
      'deletionProtection',
      'pointInTimeRecovery',
      'timeToLive',
      `tag/${TAG.managedBy}`,
    ])
  })

  test('a cost tag is put on and, when it is not wished any more, taken off', async () => {
    const plain = life()
    succeeded((await aws.install(plain.list, plain.scope)).outcome)
    expect(await repaired(life({ costTag: { key: 'Cost', value: '4711' } }), async () => {})).toEqual([
      'tag/Cost',
      `tag/${TAG.state}`,
    ])
    const { plan } = await aws.install(plain.list, plain.scope, 'Cost')
    expect(fieldsOf(plan, plain.id)).toEqual([`tag/${TAG.state}`, 'tag/Cost'])
    expect(stepOf(plan, plain.id)).toMatchObject({ do: 'update', because: 'wish' })
    expect(stepOf(await aws.plan(plain.list, plain.scope, 'Cost'), plain.id)?.do).toBe('keep')
  })

  test('tags of others are left alone', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    await (await aws.clients.dynamo()).send(
      new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'platform' }] }),
    )
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)?.do).toBe('keep')
  })

  test('is kept at teardown and taken up again by the next install', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const { plan, outcome } = await aws.teardown(one.list, one.scope)
    expect(told(plan)).toEqual(['remove settings record', 'retain DynamoDB table'])
    succeeded(outcome)
    expect(told((await aws.install(one.list, one.scope)).plan)).toEqual([
      'keep DynamoDB table',
      'create settings record',
    ])
  })

  test('with its data it goes, protection and recovery first', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    aws.calls.length = 0
    await died(one)
    const changes = aws.calls.map((call) => call.operation).filter((name) => /^(Update|Delete)(T|C)/.test(name))
    expect(changes).toEqual(['UpdateTable', 'UpdateContinuousBackups', 'DeleteTable'])
  })

  test('of somebody else is refused and stays as it is', async () => {
    const dynamo = await aws.clients.dynamo()
    await dynamo.send(foreignTable('pk', 'sk'))
    const one = life()
    const plan = await aws.plan(one.list, one.scope)
    expect(stepOf(plan, one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
    await expect(aws.install(one.list, one.scope)).rejects.toMatchObject({ code: 'plan-refused' })
    expect((await aws.teardown(one.list, one.scope, true)).plan.steps).toEqual([])
    await dynamo.send(new DescribeTableCommand({ TableName }))
  })

  test('with the wrong keys is refused, also when it carries our tag', async () => {
    const one = life()
    const dynamo = await aws.clients.dynamo()
    await dynamo.send(foreignTable('id', 'range', [{ Key: TAG.guard, Value: 'cg-test' }]))
    const plan = await aws.plan(one.list, one.scope)
    expect(stepOf(plan, one.id)).toMatchObject({
      do: 'refuse',
      reason: 'immutable-difference',
      differences: [{ field: 'keys', is: 'id: S HASH, range: S RANGE', want: 'pk: S HASH, sk: S RANGE' }],
    })
    await dynamo.send(new DeleteTableCommand({ TableName }))
  })
})

const foreignTable = (hash: string, range: string, Tags?: { Key: string; Value: string }[]) =>
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [hash, range].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ],
    Tags,
  })

describe('the settings record', () => {
  test('is changed by a new wish, field by field', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const wish = life({ warnAt: [50, 80], reportTime: '08:00' })
    const { plan, outcome } = await aws.install(wish.list, wish.scope)
    expect(stepOf(plan, recordId('cg-test', REGION))).toMatchObject({
      do: 'update',
      differences: [
        { field: 'reportTime', is: '09:00', want: '08:00' },
        { field: 'warnAt', is: '80', want: '50, 80' },
      ],
    })
    succeeded(outcome)
    const manifest = await aws.manifest(one.scope).read()
    expect(manifest).toMatchObject({ version: '1.0.0', settings: { warnAt: [50, 80], reportTime: '08:00' } })
  })

  test('of a newer cost-guard is refused by an older one', async () => {
    const newer = life({}, '1.10.0')
    succeeded((await aws.install(newer.list, newer.scope)).outcome)
    const older = life({}, '1.9.3')
    const plan = await aws.plan(older.list, older.scope)
    expect(stepOf(plan, recordId('cg-test', REGION))).toMatchObject({
      do: 'refuse',
      reason: 'newer-version',
      suggestion: 'use cost-guard 1.10.0 or later',
    })
  })

  test('facts are kept one by one and forgotten one by one, and erased together', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const manifest = aws.manifest(one.scope)
    await manifest.remember('toy/a@x', 'first')
    await manifest.remember('toy/b@x', 'second')
    await manifest.remember('toy/a@x', undefined)
    expect(await manifest.facts()).toEqual(new Map([['toy/b@x', 'second']]))
    await manifest.erase()
    expect(await manifest.facts()).toEqual(new Map())
    expect(await manifest.read()).toBeUndefined()
  })

  test('erasing leaves the ledger alone', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const dynamo = await aws.clients.dynamo()
    await dynamo.send(new PutItemCommand({ TableName, Item: { pk: { S: 'J#user/a#2026-11' }, sk: { S: 'x' } } }))
    await aws.manifest(one.scope).erase()
    const { Items } = await dynamo.send(new ScanCommand({ TableName }))
    expect(Items?.map((item) => item['pk']?.S).sort()).toEqual(['CONTROL', 'J#user/a#2026-11'])
  })

  test('of a new guard in an old table begins anew: from when it counts, neither on hold nor being removed', async () => {
    const one = life()
    succeeded((await aws.install(one.list, one.scope)).outcome)
    const dynamo = await aws.clients.dynamo()
    const Key = { pk: { S: 'CONTROL' }, sk: { S: 'facts' } }
    const former = { countFrom: { N: '1' }, hold: { BOOL: true }, closing: { BOOL: true } }
    await dynamo.send(new PutItemCommand({ TableName, Item: { ...Key, ...former } }))
    const control = async () => (await dynamo.send(new GetItemCommand({ TableName, Key }))).Item
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await control()).toMatchObject(former)
    succeeded((await aws.teardown(one.list, one.scope)).outcome)
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(await control()).toMatchObject({
      countFrom: { N: String(NOW) },
      hold: { BOOL: false },
      closing: { BOOL: false },
    })
  })

  test('without a table there is none, and that is no error', async () => {
    const manifest = aws.manifest(aws.scope())
    expect(await manifest.read()).toBeUndefined()
    expect(await manifest.facts()).toEqual(new Map())
    await manifest.erase()
  })
})
