/** Who may open the self-service page, and whose spend each sees: each promise on the fake and on the emulator. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DynamoPageUsers } from '../../src/runtime/aws/dynamo-page-users.ts'
import type { Subject } from '../../src/runtime/domain/metering/belonging.ts'
import type { PageUser, PageUsers } from '../../src/runtime/ports.ts'
import { MemoryPageUsers } from '../fakes/memory-page-users.ts'
import { at } from '../support/charges.ts'
import { type LedgerTable, ledgerTable } from '../support/ledger-table.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const TANAKA: PageUser = {
  sub: '0a1b2c3d-1111-4a4a-8b8b-000000000001',
  name: '田中 太郎',
  admin: false,
  sees: ['user/tanaka', 'session/AWSReservedSSO_Dev_0/tanaka@example.com', 'person/tanaka', 'team/growth'] as Subject[],
  addedAt: at('2026-11-18T02:12:00.123Z'),
  addedBy: 'arn:aws:iam::123456789012:user/admin',
}
const SATO: PageUser = { ...TANAKA, sub: '0a1b2c3d-1111-4a4a-8b8b-000000000002', name: 'sato', admin: true, sees: [] }

function promises(fresh: () => PageUsers): void {
  it('knows nobody at first, and nobody by another id than their own', async () => {
    const users = fresh()
    expect(await users.all()).toEqual([])
    expect(await users.find(TANAKA.sub)).toBeUndefined()
    await users.put(TANAKA)
    expect(await users.find(TANAKA.sub.toUpperCase())).toBeUndefined()
    expect(await users.find(TANAKA.name)).toBeUndefined()
  })

  it('gives back what was put, to the letter; the same id again replaces', async () => {
    const users = fresh()
    await users.put(TANAKA)
    await users.put(SATO)
    expect(await users.find(TANAKA.sub)).toEqual(TANAKA)
    expect(await users.find(SATO.sub)).toEqual(SATO)
    const demoted = { ...SATO, admin: false, sees: ['user/sato'] as Subject[] }
    await users.put(demoted)
    expect(await users.find(SATO.sub)).toEqual(demoted)
    expect([...(await users.all())].sort((a, b) => (a.sub < b.sub ? -1 : 1))).toEqual([TANAKA, demoted])
  })

  it('knows a removed user no more, from that moment on; removing nobody is no error', async () => {
    const users = fresh()
    await users.put(TANAKA)
    await users.put(SATO)
    await users.remove(TANAKA.sub)
    await users.remove(TANAKA.sub)
    expect(await users.find(TANAKA.sub)).toBeUndefined()
    expect(await users.all()).toEqual([SATO])
  })
}

describe('users of the page in memory', () => promises(() => new MemoryPageUsers()))

describe('users of the page on the emulator', () => {
  let moto: Moto
  let table: LedgerTable
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(async () => await moto.stop())
  beforeEach(async () => {
    table = await ledgerTable()
  })
  afterEach(async () => await table.drop())

  promises(() => new DynamoPageUsers(table))

  it('lets nobody in by a row that it only half understands', async () => {
    const half = { pk: { S: 'PAGE' }, sk: { S: `USER#${SATO.sub}` }, sub: { S: SATO.sub }, name: { S: 'sato' } }
    await table.client.send(new PutItemCommand({ TableName: table.table, Item: { ...half, admin: { S: 'true' } } }))
    await expect(new DynamoPageUsers(table).find(SATO.sub)).rejects.toMatchObject({ code: 'unreadable-item' })
  })
})
