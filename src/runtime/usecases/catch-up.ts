import { type Instant, instant, parseInstant, toIso } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { LogEvent } from '../ports.ts'
import type { IngestAnswer } from '../protocol.ts'
import { correctAssumed } from './correct-assumed.ts'
import { type IngestRoom, ingest } from './ingest.ts'
import { oldestKept } from './reprice.ts'

const MINUTE = 60_000
/** CloudWatch Logs skips records for up to ten minutes while it has a filter disabled, and delivers late; two hours is generous. */
const OVERLAP_MS = 120 * MINUTE
/** The watermark moves in these steps: a run that is cut off loses at most one. */
const CATCH_UP_SLICE_MS = 10 * MINUTE
const BACKFILL_SLICE_MS = 60 * MINUTE
/** So far may the order of two events be in doubt. */
const SAME_MOMENT_MS = 10_000
/** Longer than two runs lie apart. */
const PRICE_SETTLES_MS = 35 * MINUTE
/** A page is read, looked up and recorded within this. */
const RESERVE_MS = 15_000

const none: IngestAnswer = {
  recorded: 0,
  duplicates: 0,
  conflicts: 0,
  failed: 0,
  ignored: 0,
  malformed: 0,
  refused: 0,
}

function plus(a: IngestAnswer, b: IngestAnswer): IngestAnswer {
  const caughtUp = (a.caughtUp ?? 0) + (b.caughtUp ?? 0)
  return {
    recorded: a.recorded + b.recorded,
    duplicates: a.duplicates + b.duplicates,
    conflicts: a.conflicts + b.conflicts,
    failed: a.failed + b.failed,
    ignored: a.ignored + b.ignored,
    malformed: a.malformed + b.malformed,
    refused: a.refused + b.refused,
    ...(a.caughtUp === undefined && b.caughtUp === undefined ? {} : { caughtUp }),
  }
}

interface Progress {
  readonly answer: IngestAnswer
  /** Everything before this was read. */
  readonly reached: Instant
  /** Set when the time ran out within a slice: the page to go on with. */
  readonly page: string | undefined
  /** The last event read: AWS hands them out by their times. */
  readonly seen: Instant
  /** From call to log group, of the newest event seen. */
  readonly logSeconds: number | undefined
}

const timeIsUp = (room: IngestRoom): boolean => room.clock.now() > room.deadlineMs() - RESERVE_MS

/** Reads [from, to) slice by slice, each page by page, through the same path as the delivery. */
async function readAgain(
  room: IngestRoom,
  range: { from: Instant; to: Instant; page: string | undefined },
  how: { record: (events: readonly LogEvent[]) => Promise<IngestAnswer>; sliceMs: number },
): Promise<Progress> {
  let answer = none
  let logSeconds: number | undefined
  let page = range.page
  let reached = range.from
  while (reached < range.to) {
    let seen = reached
    const slice = { from: reached, to: instant(Math.min(reached + how.sliceMs, range.to)) }
    do {
      if (timeIsUp(room)) return { answer, reached, page, seen, logSeconds }
      const read = await room.logs.read(slice, page)
      if (read.events.length > 0) answer = plus(answer, await how.record(read.events))
      seen = read.events.at(-1)?.at ?? seen
      logSeconds = lagOf(read.events) ?? logSeconds
      page = read.cursor
    } while (page !== undefined)
    reached = slice.to
  }
  return { answer, reached, page: undefined, seen: reached, logSeconds }
}

function lagOf(events: readonly LogEvent[]): number | undefined {
  const last = events.at(-1)
  return last && Math.max(0, Math.round((last.ingestedAt - last.at) / 1000))
}

/**
 * Records what nobody delivered: reads the log group again from two hours before the watermark, but never from before the
 * guard was to count. The watermark moves only over what was read completely. Also prices what was booked before its price was known.
 */
export async function catchUp(room: IngestRoom): Promise<IngestAnswer> {
  const now = room.clock.now()
  const health = await room.health.read()
  const from = health.catchUpFrom ?? instant((health.watermark ?? now) - OVERLAP_MS)
  const oldest = oldestKept(room.config.journalDays, now)
  // The clock of whoever installed the guard may be ahead of ours.
  const first = Math.min(health.countFrom ?? 0, now)
  const start = instant(Math.max(Math.min(from, now - OVERLAP_MS), oldest, first))
  const failures: unknown[] = []
  const progress = await readAgain(
    room,
    { from: start, to: now, page: undefined },
    { record: recordOr(room, failures), sliceMs: CATCH_UP_SLICE_MS },
  )
  if (failures.length > 0) throw failures[0]
  const { answer, logSeconds } = progress
  // A slice too full for one run must not be begun anew for ever.
  const reached = instant(Math.max(progress.reached, progress.seen - SAME_MOMENT_MS))
  const done = reached >= now
  const caughtUp = answer.caughtUp ?? 0
  await room.health.noteIngest({
    watermark: reached,
    catchUpFrom: done ? instant(now - OVERLAP_MS) : reached,
    ...(logSeconds === undefined ? {} : { logSeconds }),
    ...(caughtUp > 0 ? { caughtUp: { count: caughtUp, at: now } } : {}),
  })
  if (!done) room.log({ level: 'warn', event: 'catch-up-cut-off', reached: toIso(reached), to: toIso(now) })
  if (caughtUp > 0) room.log({ level: 'warn', event: 'caught-up', count: caughtUp })
  if (!timeIsUp(room)) await correctAssumed(room, {}, now)
  for (const stem of await stemsSetSince(room, now - PRICE_SETTLES_MS)) {
    if (!timeIsUp(room)) await correctAssumed(room, { stem }, now)
  }
  return { ...answer, caughtUp }
}

/** A page that cannot be recorded hides no other; the watermark stays, so it is read again. */
const recordOr =
  (room: IngestRoom, failures: unknown[]) =>
  async (events: readonly LogEvent[]): Promise<IngestAnswer> => {
    try {
      return await ingest(room, events, 'catch-up')
    } catch (error) {
      failures.push(error)
      return none
    }
  }

/** Models whose price was set a moment ago: a warm function books at the old one for a minute, or the command was cut off. */
async function stemsSetSince(room: IngestRoom, since: number): Promise<readonly string[]> {
  const recent = (await room.rates.kept()).overrides.filter(({ setAt }) => (parseInstant(setAt) ?? 0) >= since)
  return [...new Set(recent.map(({ stem }) => stem))]
}

/**
 * Reads [from, to) of the log group; answers a cursor while there is more: call again with it until there is none.
 * @throws GuardError `backfill-too-old`, `bad-range`, `bad-cursor`
 */
export async function backfill(
  room: IngestRoom,
  range: { readonly from: Instant; readonly to: Instant },
  cursor: string | undefined,
): Promise<IngestAnswer> {
  if (range.from >= range.to) throw refused('bad-range', `${toIso(range.from)} is not before ${toIso(range.to)}`)
  refuseTooOld(room, range.from)
  const start = cursor === undefined ? { from: range.from, page: undefined } : readCursor(cursor, range)
  const { answer, reached, page } = await readAgain(
    room,
    { ...start, to: range.to },
    { record: (events) => ingest(room, events, 'backfill'), sliceMs: BACKFILL_SLICE_MS },
  )
  if (reached >= range.to) return answer
  return { ...answer, cursor: `${toIso(reached)}|${page ?? ''}` }
}

/** @throws GuardError `backfill-too-old` */
export function refuseTooOld(room: Pick<IngestRoom, 'config' | 'clock'>, from: Instant): void {
  const oldest = oldestKept(room.config.journalDays, room.clock.now())
  if (from >= oldest) return
  throw refused(
    'backfill-too-old',
    `the journal remembers only what happened after ${toIso(oldest)}: older records could be counted twice`,
  )
}

function readCursor(
  cursor: string,
  range: { from: Instant; to: Instant },
): { from: Instant; page: string | undefined } {
  const seam = cursor.indexOf('|')
  const from = parseInstant(cursor.slice(0, Math.max(seam, 0)))
  if (from === undefined || from < range.from || from >= range.to) {
    throw refused('bad-cursor', `"${cursor}" is no cursor of this backfill`)
  }
  const page = cursor.slice(seam + 1)
  return { from, page: page === '' ? undefined : page }
}

const refused = (code: string, message: string): GuardError =>
  new GuardError({
    code,
    fault: 'user',
    message,
    suggestions: ['choose a range inside the retention of the log group'],
  })
