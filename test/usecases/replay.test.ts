/** However the past comes into the ledger, and however often: the totals are those of a guard that missed nothing. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payloadsOf } from '../../src/commands/_replay/hand-over.ts'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import { instant, type Month, toIso } from '../../src/runtime/domain/base/calendar.ts'
import type { IngestAnswer } from '../../src/runtime/protocol.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { all, HAIKU, OPUS, sessionArn, userArn } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { delivery, logged, record } from '../support/records.ts'

const NOVEMBER = '2026-11' as Month
const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 1)
const call = fc.record({
  arn: fc.constantFrom(
    userArn('tanaka'),
    userArn('sato'),
    sessionArn('app', 'i-1'),
    sessionArn('AWSReservedSSO_Dev_1', 's'),
  ),
  model: fc.constantFrom<string>(OPUS, HAIKU, 'acme.giant-1'),
  hour: fc.integer({ min: 0, max: 400 }),
  input: fc.integer({ min: 0, max: 100_000 }),
  source: fc.constantFrom(undefined, 'claude-code', 'elsewhere'),
})
const told = async ({ ledger }: ReturnType<typeof memoryRoom>) =>
  (await all(ledger.balances(NOVEMBER))).map(({ firstAt, lastAt, ...sums }) => sums)

describe('replaying the past', () => {
  it('in any slices, from the log group or as records, after any loss and any repetition: the same totals', async () => {
    const cut = fc.record({
      from: fc.integer({ min: 0, max: 400 }),
      hours: fc.integer({ min: 1, max: 200 }),
      way: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 40 }),
        fc.array(fc.boolean()),
        fc.array(cut, { maxLength: 6 }),
        async (calls, arrived, cuts) => {
          const events = calls
            .map(({ hour, source, ...more }, index) => {
              const at = instant(START + hour * HOUR)
              return logged(
                record({ id: `call-${index}`, at, ...more, ...(source === undefined ? {} : { source }) }),
                at,
              )
            })
            .sort((a, b) => a.at - b.at)
          const [whole, holey] = [memoryRoom(), memoryRoom()]
          if (events.length > 0) await receive(whole.room, delivery(events), openPayload)
          holey.logs.put(...events)
          for (const [index, event] of events.entries()) {
            if (arrived[index % Math.max(1, arrived.length)]) await receive(holey.room, delivery([event]), openPayload)
          }
          for (const { from, hours, way } of [...cuts, { from: 0, hours: 401, way: cuts.length % 2 === 0 }]) {
            const range = { from: instant(START + from * HOUR), to: instant(START + (from + hours) * HOUR) }
            if (way) await bySending(holey, range, events)
            else await byReading(holey, range)
          }
          expect(await told(holey)).toEqual(await told(whole))
          expect((await told(holey)).reduce((sum, one) => sum + one.requests, 0)).toBe(events.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuses records from before the journal remembers, and keeps what it cannot read apart', async () => {
    const { room, bad, clock } = memoryRoom()
    const [data = ''] = payloadsOf(['{"schemaType":"ModelInvocationLog"}'])
    const old = toIso(instant(clock.now() - 400 * 24 * HOUR))
    await expect(receive(room, { kind: 'replay', data, from: old }, openPayload)).rejects.toMatchObject({
      code: 'backfill-too-old',
    })
    await expect(receive(room, { kind: 'replay', data, from: 'yesterday' }, openPayload)).rejects.toMatchObject({
      code: 'bad-range',
    })
    const from = toIso(clock.now())
    expect(await receive(room, { kind: 'replay', data, from }, openPayload)).toMatchObject({
      recorded: 0,
      malformed: 1,
    })
    expect(await receive(room, { kind: 'replay', data: 'nonsense', from }, openPayload)).toMatchObject({ malformed: 1 })
    expect(await bad.count(from.slice(0, 10))).toBe(2)
  })

  it('hands records over in pieces that a function takes', () => {
    // Random, so that it hardly shrinks: about six megabytes packed.
    const noise = Array.from({ length: 40 }, () => randomBytes(115_000).toString('base64'))
    const payloads = payloadsOf(noise)
    const opened = payloads.flatMap((data) => {
      const read = openPayload(data)
      return read.kind === 'lines' ? read.lines.map(({ message }) => message) : []
    })
    expect(payloads.length).toBeGreaterThan(1)
    expect(opened.join() === noise.join()).toBe(true)
    expect(Math.max(...payloads.map((data) => data.length))).toBeLessThanOrEqual(5_500_000)
    expect(payloadsOf([])).toEqual([])
  })
})

type Guard = ReturnType<typeof memoryRoom>
type Range = { from: ReturnType<typeof instant>; to: ReturnType<typeof instant> }

async function byReading({ room }: Guard, { from, to }: Range): Promise<void> {
  let cursor: string | undefined
  do {
    const event = { kind: 'backfill' as const, from: toIso(from), to: toIso(to) }
    const answer: IngestAnswer = await receive(room, cursor === undefined ? event : { ...event, cursor }, openPayload)
    cursor = answer.cursor
  } while (cursor !== undefined)
}

async function bySending(
  { room }: Guard,
  { from, to }: Range,
  events: readonly { at: number; message: string }[],
): Promise<void> {
  const texts = events.filter(({ at }) => at >= from && at < to).map(({ message }) => message)
  for (const data of payloadsOf(texts)) await receive(room, { kind: 'replay', data, from: toIso(from) }, openPayload)
}
