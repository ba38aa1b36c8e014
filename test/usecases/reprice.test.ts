/** The price book applied again to what was counted: the same totals however often, and those of a ledger that knew the prices all along. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Day, Month } from '../../src/runtime/domain/base/calendar.ts'
import type { RateOverride } from '../../src/runtime/domain/money/price-book.ts'
import { ingest } from '../../src/runtime/usecases/ingest.ts'
import { type Repriced, type Repricing, reprice } from '../../src/runtime/usecases/reprice.ts'
import { all, at, HAIKU, OPUS, sessionArn, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month
const price: RateOverride = {
  stem: 'anthropic.claude-opus-4-7',
  scope: 'both',
  perMillion: { input: '2', output: '10', cacheRead: '2', cacheWrite5m: '2.5', cacheWrite1h: '4' },
  validFrom: '2026-11-10',
  setAt: '2026-11-18T02:12:00Z',
  setBy: 'admin',
}
const everything = (more: Partial<Repricing> = {}): Repricing => ({
  months: [NOVEMBER],
  concerns: () => true,
  whose: () => true,
  reason: () => 'asked for',
  ...more,
})
const wanted = fc.record({
  user: fc.constantFrom<string>('tanaka', 'sato'),
  day: fc.integer({ min: 1, max: 17 }),
  model: fc.constantFrom<string>(OPUS, HAIKU, 'acme.giant-1'),
  input: fc.integer({ min: 0, max: 5_000_000 }),
})
type Wanted = typeof wanted extends fc.Arbitrary<infer One> ? One : never
const eventsOf = (calls: readonly Wanted[]) =>
  calls.map(({ user, day, model, input }, index) => {
    const when = at(`2026-11-${String(day).padStart(2, '0')}T03:00:00Z`)
    return logged(record({ id: `call-${index}`, arn: userArn(user), at: when, model, input }), when)
  })
const totals = async ({ ledger }: ReturnType<typeof memoryRoom>) => {
  const sums = (await all(ledger.balances(NOVEMBER))).map((one) => [one.principal, one.spend, one.assumed, one.days])
  return sums
}

describe('pricing again what was counted', () => {
  it('gives what a ledger would say that had known the prices all along, and the same again the second time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { maxLength: 30 }), async (calls) => {
        const [late, knowing] = [memoryRoom(), memoryRoom()]
        await ingest(late.room, eventsOf(calls), 'subscription')
        for (const { rates } of [late, knowing]) {
          await rates.putOverride(price)
          await rates.putOverride({ ...price, stem: 'acme.giant-1', validFrom: '2026-11-05' })
        }
        await ingest(knowing.room, eventsOf(calls), 'subscription')
        // What happened before the first day of the only price of a model is still at an assumed one.
        const done = await reprice(late.room, everything())
        expect(await totals(late)).toEqual(await totals(knowing))
        expect(done.conflicts).toBe(0)
        expect(await reprice(late.room, everything())).toMatchObject({ corrected: 0, conflicts: 0, left: done.left })
        expect(await totals(late)).toEqual(await totals(knowing))
      }),
      { numRuns: 40 },
    )
  })

  it('finds a price that holds in the region of the calls alone', async () => {
    const guard = memoryRoom()
    const call = { user: 'tanaka', day: 12, model: 'acme.giant-1', input: 1000 }
    await ingest(guard.room, eventsOf([call]), 'subscription')
    const read = { source: 'https://pricing.us-east-1.amazonaws.com/', checked: '2026-11-18', derived: [] }
    const row = {
      ...price,
      ...read,
      stem: 'acme.giant-1',
      provider: 'acme',
      scope: 'regional',
      tier: 'default',
    } as const
    await guard.rates.putListed([{ ...row, region: 'eu-central-1' }])
    expect(await reprice(guard.room, everything())).toMatchObject({ corrected: 0 })
    await guard.rates.putListed([{ ...row, region: 'us-east-1' }])
    expect(await reprice(guard.room, everything())).toMatchObject({ corrected: 1, left: 0 })
    expect((await totals(guard))[0]?.[1]).toBe(3_000_000_000n)
  })

  it('finds what was counted by image before it was known which model the profile holds, and nothing where no count was told', async () => {
    const guard = memoryRoom()
    const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
    const asked = { taskType: 'TEXT_IMAGE', imageGenerationConfig: { numberOfImages: 3 } }
    const when = at('2026-11-12T03:00:00Z')
    const call = (id: string, model: string, input: object) =>
      logged({ ...record({ id, at: when, model }), input: { inputTokenCount: 0, ...input }, output: {} }, when)
    await ingest(
      guard.room,
      [call('told', profile, { inputBodyJson: asked }), call('untold', 'amazon.nova-canvas-v1:0', {})],
      'subscription',
    )
    // Three at the dearest image there is, one at its own price: both assumed.
    expect((await totals(guard))[0]?.slice(1, 3)).toEqual([1_860_000_000_000n, 1_860_000_000_000n])
    await guard.rates.putProfile(profile, { model: 'amazon.nova-canvas-v1:0', scope: 'regional' })
    const looked: Repriced[] = []
    const task = everything({ each: (change) => looked.push(change) })
    expect(await reprice(guard.room, task)).toMatchObject({ corrected: 1, left: 1 })
    expect(looked).toMatchObject([{ after: 180_000_000_000n }])
    expect((await totals(guard))[0]?.slice(1, 3)).toEqual([240_000_000_000n, 60_000_000_000n])
    expect(await reprice(guard.room, task)).toMatchObject({ corrected: 0, left: 1 })
  })

  it('finds a price that holds for the tier of the calls alone', async () => {
    const guard = memoryRoom()
    const when = at('2026-11-12T03:00:00Z')
    const flex = {
      ...record({ at: when, model: 'acme.giant-1' }),
      output: { outputTokenCount: 0, outputBodyJson: { service_tier: 'flex' } },
    }
    await ingest(guard.room, [logged(flex, when)], 'subscription')
    const row = {
      ...price,
      provider: 'acme',
      scope: 'regional',
      tier: 'flex',
      derived: [],
      source: 'x',
      checked: '2026-11-18',
    } as const
    await guard.rates.putListed([{ ...row, stem: 'acme.giant-1' }])
    expect(await reprice(guard.room, everything())).toMatchObject({ corrected: 1, left: 0 })
    expect((await totals(guard))[0]?.slice(1, 3)).toEqual([2_000_000_000n, 0n])
  })

  it('says what it would do and writes nothing, then corrects a correction again when the price changes again', async () => {
    const guard = memoryRoom()
    const calls = [1, 10, 12].map((day) => ({ user: 'tanaka', day, model: OPUS, input: 1000 }))
    await ingest(guard.room, eventsOf(calls), 'subscription')
    await guard.rates.putOverride(price)
    const heard: Repriced[] = []
    const before = await totals(guard)
    const task = everything({ days: { from: '2026-11-11' as Day, to: '2026-11-30' as Day } })
    await reprice(guard.room, { ...task, pretend: true, each: (change) => heard.push(change) })
    // 1000 input and 100 output at 5 and 25 USD per million, then at 2 and 10.
    expect(heard).toMatchObject([{ principal: 'user/tanaka', before: 7_500_000_000n, after: 3_000_000_000n }])
    expect(await totals(guard)).toEqual(before)
    expect(await reprice(guard.room, task)).toMatchObject({ corrected: 1 })
    await guard.rates.putOverride({
      ...price,
      perMillion: { ...price.perMillion, input: '1' },
      setAt: '2026-11-18T03:00:00Z',
    })
    expect(await reprice(guard.room, task)).toMatchObject({ corrected: 1 })
    expect((await guard.ledger.rebuilt(NOVEMBER))[0]?.spend).toBe(7_500_000_000n * 2n + 2_000_000_000n)
    await guard.rates.removeOverride(price)
    expect(await reprice(guard.room, task)).toMatchObject({ corrected: 1 })
    expect(await totals(guard)).toEqual(before)
  })

  it('reads a day of a role once for all its sessions, and when it is stopped goes on where nothing is lost', async () => {
    const guard = memoryRoom()
    const when = at('2026-11-12T03:00:00Z')
    const events = ['a', 'b', 'c', 'a'].map((name, index) =>
      logged(
        record({ id: `s-${index}`, arn: sessionArn('AWSReservedSSO_Dev_1', name), at: when, model: OPUS, input: 1000 }),
        when,
      ),
    )
    await ingest(guard.room, events, 'subscription')
    await guard.rates.putOverride(price)
    const read = vi.spyOn(guard.ledger, 'journal')
    let asked = 0
    const stop = () => {
      asked += 1
      return asked > 3
    }
    expect(await reprice(guard.room, everything({ stop }))).toEqual({
      corrected: 2,
      left: 0,
      conflicts: 0,
      complete: false,
    })
    expect(await reprice({ ...guard.room, atOnce: 8 }, everything())).toMatchObject({ corrected: 2, complete: true })
    expect(read).toHaveBeenCalledTimes(2)
    expect((await totals(guard)).map(([, spend]) => spend)).toEqual([6_000_000_000n, 3_000_000_000n, 3_000_000_000n])
  })
})
