import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DynamoBlocks } from '../../src/runtime/aws/dynamo-blocks.ts'
import type { BlockedRecord } from '../../src/runtime/domain/judging/verdict.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { BlockBook } from '../../src/runtime/ports.ts'
import { MemoryBlocks } from '../fakes/memory-blocks.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { at, freshTable, newDynamo } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

const attached: BlockedRecord = {
  principal: 'user/tanaka' as PrincipalKey,
  state: 'attached',
  why: undefined,
  policy: 'cost-guard-limit-reached-until-2026-12-01',
  by: 'managed',
  until: at('2026-12-01T00:00:00Z'),
  episode: '2026-11-20T09:00:00Z',
  decidedBy: 'user/tanaka@month',
  since: at('2026-11-20T09:00:00Z'),
  comparedAt: at('2026-11-20T09:10:00Z'),
}
const cannot: BlockedRecord = {
  ...attached,
  principal: 'role/AWSReservedSSO_admin_1' as PrincipalKey,
  state: 'cannot-block',
  why: 'protected-role',
  policy: undefined,
  by: undefined,
  until: 'no-end',
  decidedBy: 'manual',
}

const books: readonly [string, () => Promise<BlockBook>][] = [
  ['the fake', async () => new MemoryBlocks()],
  [
    'DynamoDB',
    async () => {
      const client = newDynamo()
      return new DynamoBlocks({ client, table: await freshTable(client) })
    },
  ],
]

describe.each(books)('the block book on %s', (_, open) => {
  test('gives back every record as it was put', async () => {
    const book = await open()
    await book.put(attached)
    await book.put(cannot)
    const all = [...(await book.all())].sort((a, b) => (a.principal < b.principal ? -1 : 1))
    expect(all).toEqual([cannot, attached])
  })

  test('holds one record per principal: the last one put', async () => {
    const book = await open()
    await book.put(attached)
    const released = { ...attached, reattachedAt: at('2026-11-20T12:00:00Z'), releasedAt: at('2026-11-21T00:00:00Z') }
    await book.put(released)
    expect(await book.all()).toEqual([released])
  })

  test('forgets a removed record, and removing it again is no error', async () => {
    const book = await open()
    await book.put(attached)
    await book.remove(attached.principal)
    await book.remove(attached.principal)
    expect(await book.all()).toEqual([])
  })
})
