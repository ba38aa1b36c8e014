/** The past handed over to ingest: wherever it is interrupted or fails, going on where it says brings everything, once. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Door } from '../../src/commands/_compose.ts'
import { handOver } from '../../src/commands/_replay/hand-over.ts'
import { progressWords } from '../../src/commands/_replay/progress.ts'
import type { Range } from '../../src/commands/_replay/range.ts'
import type { LogSource } from '../../src/commands/_replay/source.ts'
import { namesOf } from '../../src/provision/names.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { openPayload } from '../../src/runtime/aws/logs-payload.ts'
import { type Instant, instant, localText, type Month } from '../../src/runtime/domain/base/calendar.ts'
import type { IngestEvent } from '../../src/runtime/protocol.ts'
import { receive } from '../../src/runtime/usecases/receive.ts'
import { ACCOUNT } from '../support/charges.ts'
import { memoryRoom } from '../support/ingest-room.ts'
import { logged, record } from '../support/records.ts'

const HOUR = 3_600_000
/** What Lambda answers where a function did not: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
const TIMED_OUT = { errorMessage: '2026-11-13T00:00:00Z 1-2-3 Task timed out after 60.00 seconds' }
const START = Date.UTC(2026, 10, 10)
const WHOLE: Range = { from: instant(START), to: instant(START + 72 * HOUR) }
type Guard = ReturnType<typeof memoryRoom>

/** An admin's door to a guard in memory; `failing` calls of the function fail at AWS, every try of them; of some the work is done all the same. */
function doorTo(guard: Guard, failing: () => 'refused' | 'unheard' | undefined): Door {
  const settings = defaultSettings('cost-guard')
  const place = { account: ACCOUNT, region: 'us-east-1', partition: 'aws' }
  const lambda = {
    async send({ input }: { input: { Payload: Uint8Array } }) {
      const event = JSON.parse(new TextDecoder().decode(input.Payload)) as IngestEvent
      const lost = failing()
      if (lost === 'refused') throw Object.assign(new Error('injected'), { name: 'ServiceException' })
      const answer = await receive(guard.room, event, openPayload)
      const told = lost === 'unheard' ? TIMED_OUT : answer
      const error = lost === 'unheard' ? { FunctionError: 'Unhandled' } : {}
      return { ...error, Payload: new TextEncoder().encode(JSON.stringify(told)) }
    },
  }
  const door = { ...place, clock: guard.clock, settings: async () => settings, names: () => namesOf(settings, place) }
  return { ...door, clients: { lambda: async () => lambda } } as unknown as Door
}

interface Called {
  /** Hours after the beginning, and how much later it was logged. */
  readonly hour: number
  readonly late: number
}
const eventOf = ({ hour }: Called, index: number) => {
  const at = instant(START + hour * HOUR)
  return logged(record({ id: `call-${index}`, at, input: 1000 + index }), at)
}

/** Folders of hours, as the copy in S3 has them: a record lies where it was written, hours after it happened. */
function copyOf(calls: readonly Called[], range: Range): LogSource {
  const events = calls.map((call, index) => ({ ...eventOf(call, index), folder: call.hour + call.late }))
  const first = Math.floor((range.from - START) / HOUR)
  return {
    ...{ from: 's3', place: 's3://copy/', amount: async () => undefined },
    async *batches() {
      for (let hour = first; hour <= 76; hour += 1) {
        const texts = events.filter(({ folder }) => folder === hour).map(({ message }) => message)
        const reached = instant(Math.min(START + hour * HOUR, range.to))
        yield { texts, reached, done: 0 }
      }
    },
  }
}
const groupOf = (): LogSource => ({
  ...{ from: 'log-group', place: '/log/group', amount: async () => undefined },
  async *batches() {},
})

test('wherever it is stopped or fails, going on where it says brings all of it, once', async () => {
  const call = fc.record({ hour: fc.integer({ min: 0, max: 20 }), late: fc.integer({ min: 0, max: 2 }) })
  const stops = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 25 }),
      how: fc.constantFrom('stopped', 'refused', 'unheard'),
    }),
    { maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 30 }), stops, fc.boolean(), async (calls, interruptions, fromCopy) => {
      const guard = memoryRoom(WHOLE.to + HOUR)
      guard.logs.put(...calls.map(eventOf).sort((a, b) => a.at - b.at))
      let range = WHOLE
      let recorded = 0
      for (const how of [...interruptions, undefined]) {
        let asked = 0
        const over = () => {
          asked += 1
          return how !== undefined && asked > how.after
        }
        const source = fromCopy ? copyOf(calls, range) : groupOf()
        const door = doorTo(guard, () => (how !== undefined && how.how !== 'stopped' && over() ? how.how : undefined))
        const stop = () => how?.how === 'stopped' && over()
        const done = await handOver(door, {
          range,
          source,
          progress: () => undefined,
          stop,
          wait: async () => undefined,
          recordsAtOnce: 2,
        })
        recorded += done.counted.recorded
        if (done.stoppedAt === undefined) break
        expect(done.stoppedAt).toBeGreaterThanOrEqual(range.from)
        range = { ...range, from: done.stoppedAt }
      }
      // What a lost answer had recorded, the next one knows already.
      if (interruptions.every(({ how }) => how !== 'unheard')) expect(recorded).toBe(calls.length)
      expect(recorded).toBeLessThanOrEqual(calls.length)
      const [balance] = await guard.ledger.rebuilt('2026-11' as Month)
      expect(balance?.requests ?? 0).toBe(calls.length)
    }),
    { numRuns: 120 },
  )
})

test('says how far it is and how long it still takes', () => {
  const reached = instant(START)
  const local = (at: Instant) => localText(at, 'Asia/Tokyo')
  expect(progressWords({ done: 0.25, records: 12_345, reached }, 30_000, local)).toBe(
    '25%, 12,345 records, reached 2026-11-10 09:00 +09:00, about 2 min left',
  )
  expect(progressWords({ done: 0, records: 0, reached: undefined }, 0, local)).toBe('0%, 0 records')
})
