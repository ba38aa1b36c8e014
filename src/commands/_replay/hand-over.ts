/** Hands the past to the ingest function: the log group by asking it to read, all else as records in the subscription's own envelope. */
import { gzipSync } from 'node:zlib'
import { INVOCATION_STREAM } from '../../runtime/aws/logs-payload.ts'
import { type Instant, instant, parseInstant, toIso } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { hash64 } from '../../runtime/domain/base/hash.ts'
import type { IngestAnswer, IngestEvent } from '../../runtime/protocol.ts'
import { type Door, systemSleeper } from '../_compose.ts'
import { askIngest } from '../_rooms.ts'
import type { Reached } from './progress.ts'
import type { Range } from './range.ts'
import { RecordReader } from './records.ts'
import { LOGGED_LATE_MS, type LogSource } from './source.ts'

export interface Counted {
  recorded: number
  duplicates: number
  conflicts: number
  malformed: number
  refused: number
}

export interface HandOver {
  readonly range: Range
  readonly source: LogSource
  readonly progress: (reached: Reached) => void
  /** Asked between two calls. */
  readonly stop: () => boolean
  /** Between two tries of a call that failed; undefined: seconds. */
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Records in one call; undefined: as many as it takes. */
  readonly recordsAtOnce?: number
}

export interface HandedOver {
  readonly counted: Counted
  /** Undefined: all of it was handed over; else everything before this was, as far as the source is in order of time. */
  readonly stoppedAt: Instant | undefined
  /** What ended it, but for the admin. */
  readonly failure: unknown
}

/** Each round reads a few thousand records. */
const ROUNDS_AT_MOST = 100_000
const TRIES = 3
/** Six megabytes is what a synchronous call of a function takes, base64 included. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD_BYTES = 5_500_000
const LINES_AT_ONCE = 2_000
const TEXT_AT_ONCE = 8_000_000

export async function handOver(door: Door, what: HandOver): Promise<HandedOver> {
  const counted: Counted = { recorded: 0, duplicates: 0, conflicts: 0, malformed: 0, refused: 0 }
  const at = { reached: what.range.from }
  try {
    const all =
      what.source.from === 'log-group' ? byReading(door, what, counted, at) : bySending(door, what, counted, at)
    const finished = await all
    return { counted, stoppedAt: finished ? undefined : at.reached, failure: undefined }
  } catch (failure) {
    return { counted, stoppedAt: at.reached, failure }
  }
}

function add(counted: Counted, answer: IngestAnswer): void {
  for (const name of ['recorded', 'duplicates', 'conflicts', 'malformed', 'refused'] as const)
    counted[name] += answer[name]
}
const total = ({ recorded, duplicates, conflicts, refused }: Counted): number =>
  recorded + duplicates + conflicts + refused

/** False: stopped before the end. */
async function byReading(door: Door, what: HandOver, counted: Counted, at: { reached: Instant }): Promise<boolean> {
  const { from, to } = what.range
  let cursor: string | undefined
  for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
    if (what.stop()) return false
    const event: IngestEvent = { kind: 'backfill', from: toIso(from), to: toIso(to) }
    const answer = await askAgain(door, cursor === undefined ? event : { ...event, cursor }, what.wait)
    add(counted, answer)
    cursor = answer.cursor
    at.reached = cursor === undefined ? to : (parseInstant(cursor.slice(0, cursor.indexOf('|'))) ?? at.reached)
    const done = (at.reached - from) / Math.max(1, to - from)
    what.progress({ done, records: total(counted), reached: at.reached })
    if (cursor === undefined) return true
  }
  throw new Error(`the log group gave no end after ${ROUNDS_AT_MOST} readings`)
}

async function bySending(door: Door, what: HandOver, counted: Counted, at: { reached: Instant }): Promise<boolean> {
  const reader = new RecordReader(door.account, what.range)
  let waiting: string[] = []
  let characters = 0
  const send = async (reached: Instant | undefined): Promise<void> => {
    for (const data of payloadsOf(waiting)) {
      add(counted, await askAgain(door, { kind: 'replay', data, from: toIso(what.range.from) }, what.wait))
    }
    waiting = []
    characters = 0
    // What was logged late lies among later records: whoever goes on begins so much before.
    if (reached !== undefined) at.reached = instant(Math.max(at.reached, reached - LOGGED_LATE_MS))
  }
  for await (const batch of what.source.batches()) {
    if (what.stop()) return false
    for (const { text } of reader.take(batch.texts)) {
      waiting.push(text)
      characters += text.length
      if (waiting.length >= (what.recordsAtOnce ?? LINES_AT_ONCE) || characters >= TEXT_AT_ONCE)
        await send(batch.reached)
    }
    what.progress({ done: batch.done, records: total(counted) + waiting.length, reached: batch.reached })
  }
  await send(undefined)
  counted.malformed += reader.read.malformed
  return true
}

/** The envelope of the subscription, so that ingest opens it as it opens everything; halved until each fits. */
export function payloadsOf(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return []
  const envelope = {
    messageType: 'DATA_MESSAGE',
    logStream: INVOCATION_STREAM,
    logEvents: texts.map((message) => ({ id: `replay-${hash64(message)}`, message })),
  }
  const data = gzipSync(JSON.stringify(envelope)).toString('base64')
  if (data.length <= PAYLOAD_BYTES) return [data]
  if (texts.length > 1) {
    const middle = Math.ceil(texts.length / 2)
    return [...payloadsOf(texts.slice(0, middle)), ...payloadsOf(texts.slice(middle))]
  }
  throw new GuardError({
    code: 'record-too-large',
    fault: 'user',
    message: `one record is larger than a function can be handed: ${data.length} bytes packed`,
    suggestions: ['--from log-group, where the function reads for itself'],
  })
}

/** Nothing counts twice, so whatever failed may simply be done again. */
async function askAgain(door: Door, event: IngestEvent, wait = systemSleeper.sleep): Promise<IngestAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askIngest(door, event)
    } catch (error) {
      const mayPass = !(error instanceof GuardError) || (error.code === 'function-failed' && !isRefusal(error))
      if (!mayPass || attempt >= TRIES) throw error
      await wait(1000 * attempt)
    }
  }
}

const isRefusal = ({ message }: GuardError): boolean =>
  /backfill-too-old|bad-range|bad-cursor|remembers only/.test(message)

/** The whole of a range of the log group, for `init`. @throws whatever stopped it. */
export async function countAll(door: Door, range: Range, note: (records: number) => void): Promise<Counted> {
  const source: LogSource = { from: 'log-group', place: '', amount: async () => undefined, async *batches() {} }
  const progress = ({ records }: Reached) => note(records)
  const done = await handOver(door, { range, source, progress, stop: () => false })
  if (done.failure !== undefined) throw done.failure
  return done.counted
}
