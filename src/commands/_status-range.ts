/** status --since --until: days, and what was spent in them. */

import { type Day, dayOf, isMonth, type Month, nextMonth } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Detail } from '../runtime/domain/metering/balance.ts'
import { statusOfRange } from '../runtime/domain/telling/status-range.ts'
import type { StatusBy, StatusView } from '../runtime/domain/telling/status-view.ts'
import { collect } from '../runtime/usecases/books.ts'
import type { statusRoom } from './_rooms.ts'

export interface Range {
  readonly since: Day
  /** Undefined: today. */
  readonly until: Day | undefined
}

/** Three years: what a ledger holds at most by default, and no thousand queries for a mistyped year. */
const MONTHS_AT_MOST = 37

/** @throws GuardError `bad-day`, `bad-range`. */
export function readRange(flags: { since?: string | undefined; until?: string | undefined }): Range | undefined {
  if (flags.since === undefined) return undefined
  const since = readDay(flags.since, '--since')
  const until = flags.until === undefined ? undefined : readDay(flags.until, '--until')
  if (until !== undefined && until < since) throw badRange(`--until ${until} is before --since ${since}`)
  return { since, until }
}

/** @throws GuardError `bad-day`. */
export function readDay(text: string, flag: string): Day {
  const at = Date.parse(`${text}T00:00:00Z`)
  if (isMonth(text.slice(0, 7)) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text as Day
  throw new GuardError({
    code: 'bad-day',
    fault: 'user',
    message: `"${text}" is not a day: YYYY-MM-DD is expected`,
    suggestions: [`${flag} 2026-11-01`],
  })
}

const badRange = (message: string): GuardError =>
  new GuardError({ code: 'bad-range', fault: 'user', message, suggestions: ['--since 2026-11-01 --until 2026-11-07'] })

export async function rangeView(
  room: Awaited<ReturnType<typeof statusRoom>>,
  current: StatusView,
  range: Range & { readonly by: StatusBy },
): Promise<StatusView> {
  const { zoning } = room.settings
  const today = dayOf(room.clock.now(), zoning)
  const { since, by, until = today } = range
  if (until < since) throw badRange(`--since ${since} has not begun: today is ${today}`)
  const months: Month[] = []
  for (let month = since.slice(0, 7) as Month; month <= until.slice(0, 7); month = nextMonth(month)) {
    if (months.length === MONTHS_AT_MOST) throw badRange(`${since} to ${until} is more than three years`)
    months.push(month)
  }
  const details: Detail[] = []
  for (const month of months) details.push(...(await collect(room.ledger.detail(month))))
  return statusOfRange({ since, until, zoning, details, by, current })
}
