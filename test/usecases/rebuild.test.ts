/** A month rebuilt from its logs says exactly what a fresh ledger would say, whatever happened to the books; and then nothing differs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Day, dayOf, instant, type Month, monthPeriod } from '../../src/runtime/domain/base/calendar.ts'
import { lastEntries, standingOf } from '../../src/runtime/domain/metering/bookkeeping.ts'
import type { Charge } from '../../src/runtime/domain/metering/charge.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseRecord, type Usage } from '../../src/runtime/domain/metering/usage.ts'
import { pico } from '../../src/runtime/domain/money/money.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { type Rebuilt, rebuild, shelve } from '../../src/runtime/usecases/rebuild.ts'
import { driftOf } from '../../src/runtime/usecases/rebuild-counters.ts'
import type { RebuildRoom, Shelf } from '../../src/runtime/usecases/rebuild-room.ts'
import { MemoryPeople } from '../fakes/memory-books.ts'
import { ACCOUNT, all, charge, HAIKU, OPUS, sessionArn, TOKYO, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month
const HOUR = 3_600_000
const MONTH = monthPeriod(NOVEMBER, TOKYO)
type Guard = ReturnType<typeof memoryRoom>

class MemoryShelf implements Shelf {
  readonly #days = new Map<Day, Usage[]>()
  async put(day: Day, usages: readonly Usage[]): Promise<void> {
    this.#days.set(day, [...(this.#days.get(day) ?? []), ...usages])
  }
  async *of(day: Day): AsyncGenerator<readonly Usage[]> {
    yield this.#days.get(day) ?? []
  }
}

const wanted = fc.record({
  arn: fc.constantFrom(
    userArn('tanaka'),
    userArn('sato'),
    sessionArn('app', 'i-1'),
    sessionArn('AWSReservedSSO_Dev_1', 's'),
  ),
  model: fc.constantFrom<string>(OPUS, HAIKU),
  hour: fc.integer({ min: 0, max: 700 }),
  input: fc.integer({ min: 0, max: 100_000 }),
  source: fc.constantFrom(undefined, 'claude-code', 'elsewhere'),
})
type Wanted = typeof wanted extends fc.Arbitrary<infer One> ? One : never
const eventsOf = (calls: readonly Wanted[]) =>
  calls.map(({ hour, source, ...more }, index) => {
    const at = instant(MONTH.start + hour * HOUR)
    return logged(record({ id: `call-${index}`, at, ...more, ...(source === undefined ? {} : { source }) }), at)
  })

const usagesOf = (events: ReturnType<typeof eventsOf>): readonly Usage[] =>
  events.flatMap(({ message }) => {
    const parsed = parseRecord(message, { account: ACCOUNT })
    return parsed.kind === 'usage' ? [parsed.usage] : []
  })

async function rebuilt(
  guard: Guard,
  logs: readonly Usage[],
  how: { act?: boolean; config?: Partial<RebuildRoom['config']> } = {},
): Promise<Rebuilt> {
  const { ledger, rates, sessions } = guard
  const config = { ...guard.room.config, ...how.config }
  const people = new MemoryPeople()
  const isOpening = ({ operation }: Charge) => operation === 'OpeningBalance'
  const room = { ledger, recount: ledger, shelf: new MemoryShelf(), sessions, rates, people, config, isOpening }
  await shelve(room, logs)
  return rebuild(room, { month: NOVEMBER, from: MONTH.start, to: MONTH.end, act: how.act ?? true, reason: 'rebuilt' })
}

/** Without what is nothing, and without when somebody was seen: that is right to the day only. */
async function books({ ledger }: Guard) {
  const some = <Key>(of: ReadonlyMap<Key, bigint>) => [...of].filter(([, amount]) => amount !== 0n).sort()
  const balances = (await all(ledger.balances(NOVEMBER))).map(({ firstAt, lastAt, days, labels, ...sums }) => ({
    ...{ ...sums, days: some(days), labels: some(labels) },
  }))
  const details = (await all(ledger.detail(NOVEMBER))).map((row) =>
    JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  )
  return { balances: balances.sort((a, b) => (a.principal < b.principal ? -1 : 1)), details: details.sort() }
}

async function entriesIn({ ledger }: Guard) {
  return lastEntries(await all(ledger.journal({ from: MONTH.start, to: MONTH.end })))
}

const damage = fc.record({
  what: fc.constantFrom('lose', 'lose with its money', 'misprice', 'misplace', 'miscount'),
  which: fc.nat(),
  by: fc.integer({ min: -1_000_000, max: 1_000_000 }),
})

async function harm(guard: Guard, { what, which, by }: typeof damage extends fc.Arbitrary<infer One> ? One : never) {
  const entries = await entriesIn(guard)
  const entry = entries[which % Math.max(1, entries.length)]
  if (entry === undefined) return
  const { charge: one, rateId, model, cost } = standingOf(entry)
  const wrong = { id: `wrong ${which} ${by}`, rateId, model, reason: 'damage' }
  if (what === 'misprice') await guard.ledger.correct(entry, { ...wrong, cost: pico(BigInt(Math.abs(by))) })
  else if (what === 'misplace') {
    const principal = one.principal === 'role/app' ? ('session/app/i-1' as PrincipalKey) : one.principal
    await guard.ledger.correct(entry, { ...wrong, cost, principal, label: 'wrong' })
  } else if (what === 'miscount') {
    const [balance] = await all(guard.ledger.balances(NOVEMBER))
    const [detail] = await all(guard.ledger.detail(NOVEMBER))
    const sums = { spend: pico(BigInt(by)), requests: by % 3 }
    guard.ledger.miscount(
      balance ? [{ ...balance, ...sums, days: new Map([[one.day, sums.spend]]), labels: new Map() }] : [],
      detail ? [{ ...detail, ...sums }] : [],
    )
  } else guard.ledger.lose(one, what === 'lose with its money')
}

describe('rebuilding a month', () => {
  it('restores after any damage what a fresh ledger says; looking changes nothing; the second time nothing differs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wanted, { maxLength: 25 }),
        fc.array(damage, { maxLength: 8 }),
        async (calls, damages) => {
          const [whole, broken] = [memoryRoom(MONTH.end + HOUR), memoryRoom(MONTH.end + HOUR)]
          const events = eventsOf(calls)
          for (const { room } of [whole, broken]) await ingest(room, events, 'subscription')
          for (const one of damages) await harm(broken, one)
          const logs = usagesOf(events)
          const before = await books(broken)
          const looked = await rebuilt(broken, logs, { act: false })
          expect(await books(broken)).toEqual(before)
          const done = await rebuilt(broken, logs)
          expect(await books(broken)).toEqual(await books(whole))
          expect({ ...done, principals: [] }).toEqual({ ...looked, principals: [] })
          for (const { principal, after } of looked.principals) {
            const now = await broken.ledger.balance(principal, NOVEMBER)
            expect([principal, after]).toEqual([principal, now?.spend ?? 0n])
          }
          expect(await rebuilt(broken, logs)).toMatchObject({
            differing: 0,
            undone: 0,
            kinds: { unlogged: 0, conflict: 0 },
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('shows and never voids what no log holds, knows opening entries, and records nothing that is there with other content', async () => {
    const guard = memoryRoom(MONTH.end)
    const opening = { ...charge({ at: MONTH.start }), operation: 'OpeningBalance' }
    const odd = charge({ id: 'odd', tokens: { input: 7 } })
    await guard.ledger.record([opening, charge(), odd])
    const before = await books(guard)
    const [event] = eventsOf([{ arn: userArn('tanaka'), model: OPUS, hour: 1, input: 5, source: undefined }])
    const other = usagesOf(event ? [event] : []).map((usage) => ({ ...usage, requestId: 'odd', at: odd.at }))
    const found = await rebuilt(guard, other)
    expect(found.kinds).toMatchObject({ unlogged: 1, conflict: 1, missing: 0 })
    expect(found.differing).toBe(0)
    expect(await books(guard)).toEqual(before)
  })

  it('moves an entry whose owner or label the settings see otherwise now, and leaves sessions that share one pot there', async () => {
    const guard = memoryRoom(MONTH.end)
    const events = eventsOf([
      { arn: sessionArn('app', 'batch'), model: OPUS, hour: 30, input: 1000, source: 'elsewhere' },
      { arn: sessionArn('AWSReservedSSO_Dev_1', 'late'), model: OPUS, hour: 30, input: 1000, source: undefined },
    ])
    guard.sessions.admit = async (role) => new Set(role === 'app' ? ['batch'] : [])
    await ingest(guard.room, events, 'subscription')
    const config = { sessionRoles: ['AWSReservedSSO_*', 'app'], labels: ['elsewhere'] }
    const done = await rebuilt(guard, usagesOf(events), { config })
    expect(done.kinds).toMatchObject({ placed: 1, priced: 0, missing: 0 })
    const sums = (await all(guard.ledger.balances(NOVEMBER))).map(({ principal, spend, labels }) => [
      principal,
      spend,
      [...labels.keys()],
    ])
    expect(sums.sort()).toEqual([
      ['session/AWSReservedSSO_Dev_1/(others)', 7_500_000_000n, ['none']],
      ['session/app/batch', 7_500_000_000n, ['elsewhere']],
    ])
    expect(await rebuilt(guard, usagesOf(events), { config })).toMatchObject({ differing: 0 })
  })

  it('names request ids that were charged twice because their records had two times', async () => {
    const guard = memoryRoom(MONTH.end)
    const twice = ['2026-11-10T01:00:00Z', '2026-11-12T01:00:00Z'].map((when) => charge({ id: 'twin', at: when }))
    await guard.ledger.record([...twice.slice(0, 1), charge()])
    await guard.ledger.record(twice.slice(1))
    const { twins } = await rebuilt(guard, [], { act: false })
    expect(twins).toEqual([
      {
        requestId: 'twin',
        principal: 'user/tanaka',
        charges: twice.map(({ at, cost }) => ({ at, cost })),
      },
    ])
    expect(twins[0]?.charges.map(({ at }) => dayOf(at, TOKYO))).toEqual(['2026-11-10', '2026-11-12'])
  })

  it('leaves counters alone that never stand still, and says so', async () => {
    const guard = memoryRoom(MONTH.end)
    await guard.ledger.record([charge()])
    const [balance] = await all(guard.ledger.balances(NOVEMBER))
    const [detail] = await all(guard.ledger.detail(NOVEMBER))
    const read = guard.ledger.balance.bind(guard.ledger)
    guard.ledger.balance = async (...of) => {
      if (balance && detail) guard.ledger.miscount([{ ...balance, spend: pico(1n), requests: 0 }], [])
      return read(...of)
    }
    const logs = usagesOf([])
    expect(await rebuilt(guard, logs)).toMatchObject({ undone: 1, kinds: { drifted: 0 } })
  })

  it('takes no correction for a drift that moves a row and no sum while the counters are read', async () => {
    const guard = memoryRoom(MONTH.end)
    await guard.ledger.record([charge()])
    const [entry] = await entriesIn(guard)
    const [{ principal } = { principal: 'user/nobody' as PrincipalKey }] = await all(guard.ledger.balances(NOVEMBER))
    if (entry === undefined) throw new Error('nothing was counted')
    const read = guard.ledger.entries.bind(guard.ledger)
    guard.ledger.entries = async function* (...of) {
      const found = await all(read(...of))
      yield* found
      const { cost, model } = standingOf(entry)
      if (found.length > 0)
        await guard.ledger.correct(entry, { id: 'moved', cost, rateId: 'elsewhere', model, reason: 'meanwhile' })
    }
    const room = { ...guard, recount: guard.ledger, shelf: new MemoryShelf(), config: guard.room.config }
    expect(await driftOf({ ...room, isOpening: () => false }, NOVEMBER, principal, [principal])).toEqual([])
  })
})
