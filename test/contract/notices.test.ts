import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DynamoNotices } from '../../src/runtime/aws/dynamo-notices.ts'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { NoticeLog } from '../../src/runtime/ports.ts'
import { MemoryNotices } from '../fakes/memory-notices.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { at, freshTable, newDynamo, TestClock } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

interface Opened {
  readonly clock: TestClock
  /** Two functions that share one log. */
  readonly one: NoticeLog
  readonly other: NoticeLog
}

const logs: readonly [string, () => Promise<Opened>][] = [
  [
    'the fake',
    async () => {
      const clock = new TestClock('2026-11-20T09:00:00Z')
      const log = new MemoryNotices(clock)
      return { clock, one: log, other: log }
    },
  ],
  [
    'DynamoDB',
    async () => {
      const clock = new TestClock('2026-11-20T09:00:00Z')
      const client = newDynamo()
      const table = await freshTable(client)
      const open = () => new DynamoNotices({ client, table, clock })
      return { clock, one: open(), other: open() }
    },
  ],
]

const key = 'blocked#user/tanaka#2026-11-20T09:00:00Z#1796083200000'
const inAMinute = (clock: TestClock): Instant => (clock.now() + 60_000) as Instant

describe.each(logs)('the notice log on %s', (_, open) => {
  test('lets one of two claim a notice', async () => {
    const { clock, one, other } = await open()
    const answers = await Promise.all([one.claim(key, inAMinute(clock)), other.claim(key, inAMinute(clock))])
    expect(answers.sort()).toEqual(['claimed', 'in-flight'])
  })

  test('never lets a settled notice be claimed again, however late', async () => {
    const { clock, one, other } = await open()
    await one.claim(key, inAMinute(clock))
    await one.settle(key)
    clock.pass(30 * 86_400_000)
    expect(await one.claim(key, inAMinute(clock))).toBe('already-sent')
    expect(await other.claim(key, inAMinute(clock))).toBe('already-sent')
  })

  test('lets a claim lapse with its lease, so that a notice whose sender died is sent after all', async () => {
    const { clock, one, other } = await open()
    await one.claim(key, inAMinute(clock))
    clock.pass(59_999)
    expect(await other.claim(key, inAMinute(clock))).toBe('in-flight')
    clock.pass(1)
    expect(await other.claim(key, inAMinute(clock))).toBe('claimed')
  })

  test('keeps what a settled notice said, and what it says since', async () => {
    const { clock, one, other } = await open()
    expect(await other.noteOf(key)).toBeUndefined()
    await one.claim(key, inAMinute(clock))
    await one.settle(key)
    expect(await other.noteOf(key)).toBeUndefined()
    await one.settle(key, '52100000000000')
    await one.settle(key, '53000000000000')
    await one.settle(key)
    expect(await other.noteOf(key)).toBe('53000000000000')
    expect(await other.claim(key, inAMinute(clock))).toBe('already-sent')
  })

  test('keeps notices apart by their whole key', async () => {
    const { clock, one } = await open()
    await one.claim(key, inAMinute(clock))
    expect(await one.claim(`${key}0`, inAMinute(clock))).toBe('claimed')
    expect(await one.claim('a key without a kind', at('2026-11-20T09:01:00Z'))).toBe('claimed')
  })
})
