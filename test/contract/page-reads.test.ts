/** What opening the page costs in questions to DynamoDB, and that its answers there are those of the books in memory. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DynamoBlocks } from '../../src/runtime/aws/dynamo-blocks.ts'
import { DynamoHealth } from '../../src/runtime/aws/dynamo-health.ts'
import { DynamoLedger } from '../../src/runtime/aws/dynamo-ledger.ts'
import { DynamoLimits } from '../../src/runtime/aws/dynamo-limits.ts'
import { DynamoPageUsers } from '../../src/runtime/aws/dynamo-page-users.ts'
import { DynamoPast } from '../../src/runtime/aws/dynamo-past.ts'
import { DynamoPeople } from '../../src/runtime/aws/dynamo-people.ts'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { pageEverybody, pageModels } from '../../src/runtime/usecases/page-everybody.ts'
import type { PageRoom } from '../../src/runtime/usecases/page-room.ts'
import { pageSpend } from '../../src/runtime/usecases/page-spend.ts'
import { MemoryPast } from '../fakes/memory-past.ts'
import { charge, sessionArn, TOKYO, userArn } from '../support/charges.ts'
import { type LedgerTable, ledgerTable, patience } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { PageWorld, pageAdmin, pageUser } from '../support/page-data.ts'

const SSO = 'AWSReservedSSO_Developer_0123456789abcdef'
const months = ['2026-10', '2026-09', '2026-08'] as Month[]

describe('the page on the emulator', () => {
  let moto: Moto
  let table: LedgerTable
  let room: PageRoom
  let users: DynamoPageUsers
  const world = new PageWorld()
  const asked = () => table.calls.map(({ name }) => name)

  beforeAll(async () => {
    moto = await startMoto()
    table = await ledgerTable()
    const parts = { client: table.client, table: table.table, ...patience() }
    const ledger = new DynamoLedger({ ...parts, zoning: TOKYO, journalDays: 400, random: Math.random })
    const charges = ['2026-11-18', '2026-11-19', '2026-10-07', '2026-08-03'].flatMap((day) => [
      ...['tanaka', 'suzuki', 'sato'].map((name) => charge({ arn: userArn(name), at: `${day}T02:10:00Z` })),
      charge({ arn: sessionArn(SSO, 'tanaka@example.com'), at: `${day}T03:10:00Z` }),
      charge({ arn: sessionArn('nightly', 'run-1'), at: `${day}T04:10:00Z` }),
    ])
    await ledger.record(charges)
    await world.ledger.record(charges)
    const people = new DynamoPeople(parts)
    room = {
      ...world.room(),
      ledger,
      past: new DynamoPast({ ...parts, zoning: TOKYO }),
      limits: new DynamoLimits(parts),
      people,
      blocks: new DynamoBlocks(parts),
      health: new DynamoHealth(parts),
    }
    users = new DynamoPageUsers(parts)
    const person = { name: 'tanaka', members: ['user/tanaka', 'session/AWSReservedSSO_*/tanaka@example.com'] }
    await people.putPerson(person)
    await world.person(person.name, ...person.members)
  })
  afterAll(async () => {
    await table.drop()
    await moto.stop()
  })

  it('reads everybody with 8 queries for balances, 3 for wishes, blocks and people, and 1 for health', async () => {
    table.calls.length = 0
    await users.find(pageAdmin.sub)
    const answer = await pageEverybody(room, pageAdmin)
    expect(asked().sort()).toEqual(['BatchGetItem', 'GetItem', ...Array<string>(11).fill('Query')])
    expect(answer).toEqual(await pageEverybody(world.room(), pageAdmin))
  })

  it('reads models with one query for each part of the month and one for people', async () => {
    table.calls.length = 0
    const answer = await pageModels(room, pageAdmin)
    expect(asked()).toEqual(Array<string>(5).fill('Query'))
    expect(answer).toEqual(await pageModels(world.room(), pageAdmin))
  })

  it('reads one’s own with one query more for each principal, and twelve months before by one list of keys', async () => {
    const viewer = pageUser('tanaka', 'person/tanaka')
    table.calls.length = 0
    const answer = await pageSpend(room, viewer)
    expect(asked().filter((name) => name === 'Query')).toHaveLength(13)
    expect(asked().filter((name) => name === 'BatchGetItem')).toHaveLength(2)
    expect(asked()).toHaveLength(15)
    expect(answer).toEqual(await pageSpend(world.room(), viewer))
    expect(answer).toMatchObject({ page: { past: [{ month: '2026-10' }, { month: '2026-08' }] } })
  })

  it('finds in months before whom it was asked for and no other, sessions of a role among them', async () => {
    const of = { principals: ['user/suzuki', 'user/nobody'] as PrincipalKey[], sessionsOf: [SSO, 'nightly'] }
    const keys = async (past: PageRoom['past']) =>
      (await past.balances(of, months)).map(({ month, principal, spend }) => `${month} ${principal} ${spend}`).sort()
    const found = await keys(room.past)
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      `2026-08 session/${SSO}/tanaka@example.com`,
      '2026-08 user/suzuki',
      `2026-10 session/${SSO}/tanaka@example.com`,
      '2026-10 user/suzuki',
    ])
    expect(found).toEqual(await keys(new MemoryPast(world.ledger)))
  })
})
