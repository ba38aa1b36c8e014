/** Which time of the past is meant, and how far back it may be counted. */
import {
  type Day,
  dayPeriod,
  type Instant,
  instant,
  type Month,
  monthOf,
  nextMonth,
  parseInstant,
  toIso,
  type Zoning,
} from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { oldestKept } from '../../runtime/usecases/reprice.ts'
import type { Door } from '../_compose.ts'
import { openingsReadAt } from '../_original/month.ts'
import { configFor, healthBook } from '../_rooms.ts'
import { readDay } from '../_status-range.ts'
import { inZone } from '../_view/limits.ts'

/** from <= at < to. */
export interface Range {
  readonly from: Instant
  readonly to: Instant
}

export interface TypedRange {
  readonly since: string
  readonly until: string | undefined
}

/** The words alone. @throws GuardError `bad-day`. */
export function checkTyped({ since, until }: TypedRange): void {
  for (const [text, flag] of [
    [since, '--since'],
    [until, '--until'],
  ] as const) {
    if (text !== undefined && parseInstant(text) === undefined) readDay(text, flag)
  }
}

/** A day means all of it, in the guard's zone. */
function edge(text: string, flag: string, zoning: Zoning): { start: Instant; end: Instant } {
  const at = parseInstant(text)
  return at === undefined ? dayPeriod(readDay(text, flag) as Day, zoning) : { start: at, end: at }
}

/** @throws GuardError `bad-range`, `backfill-too-old`, `before-start`. */
export async function rangeFor(door: Door, typed: TypedRange, how: { readonly beforeStart: boolean }): Promise<Range> {
  const { config } = await configFor(door)
  const now = door.clock.now()
  const from = edge(typed.since, '--since', config.zoning).start
  const until = typed.until === undefined ? now : edge(typed.until, '--until', config.zoning).end
  const to = instant(Math.min(until, now))
  if (from >= to) {
    throw refused(
      'bad-range',
      `there is nothing between ${inZone(from, config.zoning)} and ${inZone(to, config.zoning)}`,
      ['--since 2026-11-01'],
    )
  }
  const oldest = oldestKept(config.journalDays, now)
  if (from < oldest) {
    throw refused(
      'backfill-too-old',
      `the journal remembers only what happened after ${inZone(oldest, config.zoning)}: what is older may have been counted and could be counted twice`,
      [`--since ${toIso(instant(Math.ceil(oldest / 60_000) * 60_000 + 60_000))}`],
    )
  }
  if (!how.beforeStart) await refuseBeforeStart(door, { from, to }, config.zoning)
  return { from, to }
}

/** What was left out when the guard was installed, or came in as totals from another one, is counted only when asked for. */
async function refuseBeforeStart(door: Door, range: Range, zoning: Zoning): Promise<void> {
  const last = monthOf(instant(range.to - 1), zoning)
  for (let month = monthOf(range.from, zoning); month <= last; month = nextMonth(month as Month)) {
    const readAt = await openingsReadAt(door, month)
    if (readAt === undefined || range.from >= readAt) continue
    throw refused(
      'before-start',
      `the totals of ${month} that were taken over from the original guard hold everything until ${inZone(readAt, zoning)}: counting that again would charge it twice`,
      [`--since ${toIso(readAt)}`, '--before-start counts it all the same'],
    )
  }
  const { countFrom } = await (await healthBook(door)).read()
  if (countFrom === undefined || range.from >= countFrom) return
  throw refused(
    'before-start',
    `the guard counts since ${inZone(countFrom, zoning)}: what happened before was left out when it was installed`,
    [`--since ${toIso(countFrom)}`, '--before-start counts it all the same'],
  )
}

const refused = (code: string, message: string, suggestions: readonly string[]): GuardError =>
  new GuardError({ code, fault: 'user', message, suggestions })
