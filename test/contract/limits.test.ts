import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DynamoLimits } from '../../src/runtime/aws/dynamo-limits.ts'
import { DynamoPeople } from '../../src/runtime/aws/dynamo-people.ts'
import type { Limit, ManualBlock, Pot, Waiver } from '../../src/runtime/domain/judging/limit.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import type { LimitBook, PeopleBook } from '../../src/runtime/ports.ts'
import { MemoryPeople } from '../fakes/memory-books.ts'
import { MemoryLimits } from '../fakes/memory-limits.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { at, freshTable, newDynamo } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

const tanaka = 'user/tanaka' as PrincipalKey
const limit = (parts: Partial<Limit> = {}): Limit => ({
  id: 'user/tanaka@month',
  of: { kind: 'user', key: tanaka },
  per: 'month',
  amount: parseUsd('50'),
  action: 'block',
  warnAt: [50, 80],
  from: at('2026-11-01T00:00:00Z'),
  version: 1,
  ...parts,
})
const waiver: Waiver = {
  id: 'user/tanaka#2026-11-20T00:00:00Z',
  principal: tanaka,
  limit: undefined,
  until: at('2026-12-01T00:00:00Z'),
  grant: parseUsd('0.000000000001'),
  spentAtGrant: parseUsd('999999999999.999999999999'),
  by: 'arn:aws:iam::123456789012:user/admin',
  at: at('2026-11-20T00:00:00Z'),
  reason: 'release day',
}
const byHand: ManualBlock = {
  principal: tanaka,
  until: 'no-end',
  by: 'arn:aws:iam::123456789012:user/admin',
  at: at('2026-11-20T00:00:00Z'),
  reason: undefined,
}

const books: readonly [string, () => Promise<LimitBook>][] = [
  ['the fake', async () => new MemoryLimits()],
  [
    'DynamoDB',
    async () => {
      const client = newDynamo()
      return new DynamoLimits({ client, table: await freshTable(client) })
    },
  ],
]

describe.each(books)('the limit book on %s', (_, open) => {
  test('is empty at first', async () => {
    const book = await open()
    expect(await book.wishes()).toEqual({ limits: [], waivers: [], blocks: [], excluded: [] })
  })

  test('gives limits, waivers, blocks by hand and exclusions back in one reading, exact to the pico-dollar', async () => {
    const book = await open()
    await book.put(limit())
    await book.waive(waiver)
    await book.block(byHand)
    const batch = { principal: 'role/batch' as PrincipalKey, by: byHand.by, at: byHand.at, reason: 'nightly run' }
    const pattern = { principal: 'role/team-*' as PrincipalKey, by: byHand.by, at: byHand.at, reason: undefined }
    await book.exclude(batch)
    await book.exclude(pattern)
    expect(await book.wishes()).toEqual({
      limits: [limit()],
      waivers: [waiver],
      blocks: [byHand],
      excluded: ['role/batch', 'role/team-*'],
    })
    expect(await book.exclusions()).toEqual([batch, pattern])
  })

  test('keeps every kind of pot as it was set', async () => {
    const book = await open()
    const pots: Pot[] = [
      { kind: 'role', key: 'role/team-a' as PrincipalKey },
      { kind: 'session', key: 'session/AWSReservedSSO_dev_1/a@b.c' as PrincipalKey },
      { kind: 'person', key: 'tanaka' },
      { kind: 'team', key: 'growth' },
      { kind: 'everyone', includeRoles: true },
      { kind: 'account' },
    ]
    for (const [index, of] of pots.entries()) await book.put(limit({ id: `pot-${index}@month`, of }))
    expect((await book.wishes()).limits.map((each) => each.of)).toEqual(pots)
  })

  test('answers the limit that was there before, so that a command can say 50.00 → 80.00', async () => {
    const book = await open()
    expect(await book.put(limit())).toEqual({ previous: undefined })
    const raised = limit({ amount: parseUsd('80'), version: 2, until: at('2026-11-25T00:00:00Z') })
    expect(await book.put(raised)).toEqual({ previous: limit() })
    expect(await book.remove(raised.id)).toEqual({ previous: raised })
    expect(await book.remove(raised.id)).toEqual({ previous: undefined })
  })

  test('does not let one admin overwrite what another set at the same moment', async () => {
    const book = await open()
    await book.put(limit({ amount: parseUsd('80'), version: 2 }))
    await expect(book.put(limit({ amount: parseUsd('20'), version: 2 }))).rejects.toMatchObject({
      code: 'limit-changed',
    })
    expect((await book.wishes()).limits.map((each) => each.amount)).toEqual([parseUsd('80')])
  })

  test('forgets a waiver, a block by hand and an exclusion when they are ended', async () => {
    const book = await open()
    await book.waive(waiver)
    await book.block({ ...byHand, until: at('2026-11-30T00:00:00Z'), reason: 'audit' })
    await book.exclude({ principal: tanaka, by: 'admin', at: byHand.at, reason: undefined })
    await book.endWaiver(waiver.id)
    expect(await book.endBlock(tanaka)).toEqual({
      previous: { ...byHand, until: at('2026-11-30T00:00:00Z'), reason: 'audit' },
    })
    expect(await book.endBlock(tanaka)).toEqual({ previous: undefined })
    await book.endExclusion(tanaka)
    await book.block({ ...byHand, principal: 'team/growth' })
    expect(await book.endBlock('team/growth')).toEqual({ previous: { ...byHand, principal: 'team/growth' } })
    expect(await book.wishes()).toEqual({ limits: [], waivers: [], blocks: [], excluded: [] })
  })
})

describe('the limit book on DynamoDB', () => {
  test('reads on where one page of a query ends', async () => {
    const client = newDynamo()
    const book = new DynamoLimits({ client, table: await freshTable(client) })
    // A query answers at most 1 MB a page: 80 waivers with reasons of 20 KB are two pages.
    const reason = 'x'.repeat(20_000)
    for (let index = 0; index < 80; index++) await book.waive({ ...waiver, id: `w${index}`, reason })
    expect((await book.wishes()).waivers).toHaveLength(80)
  })

  test('refuses to read an item that was broken by hand rather than losing a limit in silence', async () => {
    const client = newDynamo()
    const table = await freshTable(client)
    const Item = { pk: { S: 'WISHES' }, sk: { S: 'LIMIT#user/x@month' }, id: { S: 'user/x@month' }, amount: { S: '5' } }
    await client.send(new PutItemCommand({ TableName: table, Item }))
    await expect(new DynamoLimits({ client, table }).wishes()).rejects.toMatchObject({ code: 'unreadable-item' })
  })
})

const peopleBooks: readonly [string, () => Promise<PeopleBook>][] = [
  ['the fake', async () => new MemoryPeople()],
  [
    'DynamoDB',
    async () => {
      const client = newDynamo()
      return new DynamoPeople({ client, table: await freshTable(client) })
    },
  ],
]

describe.each(peopleBooks)('the people book on %s', (_, open) => {
  test('is empty at first', async () => {
    expect(await (await open()).belongings()).toEqual({ people: [], teams: [] })
  })

  test('gives people and teams back in one reading, members in their order, whatever letters names have', async () => {
    const book = await open()
    const person = { name: '田中 一郎', members: ['user/tanaka', 'session/AWSReservedSSO_*_/tanaka@example.com'] }
    const empty = { name: 'nobody', members: [] }
    const list = { name: 'growth', members: ['person/田中 一郎', 'role/app-*'], from: 'list' as const }
    const tagged = { name: 'R+D', members: ['user/ito'], from: 'tags' as const }
    for (const one of [empty, person]) await book.putPerson(one)
    for (const one of [tagged, list]) await book.putTeam(one)
    expect(await book.belongings()).toEqual({ people: [empty, person], teams: [tagged, list] })
  })

  test('keeps one person and one team of a name: the same again replaces, a team and a person may share it', async () => {
    const book = await open()
    await book.putPerson({ name: 'a', members: ['user/x'] })
    await book.putTeam({ name: 'a', members: ['user/x'], from: 'list' })
    await book.putPerson({ name: 'a', members: ['user/y'] })
    await book.putTeam({ name: 'a', members: [], from: 'tags' })
    expect(await book.belongings()).toEqual({
      people: [{ name: 'a', members: ['user/y'] }],
      teams: [{ name: 'a', members: [], from: 'tags' }],
    })
    await book.removePerson('a')
    await book.removePerson('a')
    await book.removeTeam('a')
    expect(await book.belongings()).toEqual({ people: [], teams: [] })
  })
})

describe('the people book on DynamoDB', () => {
  test('reads on where one page of a query ends, and throws where it cannot read on', async () => {
    const client = newDynamo()
    const table = await freshTable(client)
    const book = new DynamoPeople({ client, table })
    // A query answers at most 1 MB a page.
    const members = Array.from({ length: 500 }, (_, index) => `user/${'x'.repeat(100)}${index}`)
    for (let index = 0; index < 24; index++) await book.putPerson({ name: `p${index}`, members })
    expect((await book.belongings()).people).toHaveLength(24)
    await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'PEOPLE' }, sk: { S: 'TEAM#broken' } } }))
    await expect(book.belongings()).rejects.toMatchObject({ code: 'unreadable-item' })
  })
})
