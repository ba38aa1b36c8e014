import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DynamoLease } from '../../src/runtime/aws/dynamo-lease.ts'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Lease } from '../../src/runtime/ports.ts'
import { freeLease, MemoryLease } from '../fakes/memory-lease.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { freshTable, newDynamo, TestClock } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())

interface Opened {
  readonly clock: TestClock
  newHolder(): Lease
}

const leases: readonly [string, () => Promise<Opened>][] = [
  [
    'the fake',
    async () => {
      const clock = new TestClock('2026-11-20T09:00:00Z')
      const item = freeLease()
      return { clock, newHolder: () => new MemoryLease(clock, item) }
    },
  ],
  [
    'DynamoDB',
    async () => {
      const clock = new TestClock('2026-11-20T09:00:00Z')
      const client = newDynamo()
      const table = await freshTable(client)
      let ids = 0
      const newId = () => `run-${++ids}`
      return { clock, newHolder: () => new DynamoLease({ client, table, clock, newId }) }
    },
  ],
]
const inAMinute = (clock: TestClock): Instant => (clock.now() + 60_000) as Instant

describe.each(leases)('the lease on %s', (_, open) => {
  test('has one holder at a time', async () => {
    const { clock, newHolder } = await open()
    const holders = Array.from({ length: 8 }, newHolder)
    const answers = await Promise.all(holders.map((holder) => holder.acquire(inAMinute(clock))))
    expect(answers.filter((answer) => answer === 'acquired')).toHaveLength(1)
  })

  test('is free again once given back', async () => {
    const { clock, newHolder } = await open()
    const one = newHolder()
    await one.acquire(inAMinute(clock))
    expect(await one.release()).toEqual({ again: false })
    expect(await newHolder().acquire(inAMinute(clock))).toBe('acquired')
  })

  test('tells the holder once that somebody came while it ran, however many came', async () => {
    const { clock, newHolder } = await open()
    const one = newHolder()
    await one.acquire(inAMinute(clock))
    for (let poke = 0; poke < 3; poke++) expect(await newHolder().acquire(inAMinute(clock))).toBe('busy')
    expect(await one.release()).toEqual({ again: true })
    await one.acquire(inAMinute(clock))
    expect(await one.release()).toEqual({ again: false })
  })

  test('passes to another when the holder died', async () => {
    const { clock, newHolder } = await open()
    await newHolder().acquire(inAMinute(clock))
    clock.pass(59_999)
    expect(await newHolder().acquire(inAMinute(clock))).toBe('busy')
    clock.pass(1)
    expect(await newHolder().acquire(inAMinute(clock))).toBe('acquired')
  })

  test('is not taken from its new holder by one that was thought dead', async () => {
    const { clock, newHolder } = await open()
    const late = newHolder()
    await late.acquire(inAMinute(clock))
    clock.pass(60_000)
    const next = newHolder()
    await next.acquire(inAMinute(clock))
    await newHolder().acquire(inAMinute(clock))
    expect(await late.release()).toEqual({ again: false })
    expect(await newHolder().acquire(inAMinute(clock))).toBe('busy')
    expect(await next.release()).toEqual({ again: true })
  })
})
