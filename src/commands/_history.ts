/** history: the AUDIT entries of some months, newest first. */
import {
  type Day,
  dayOf,
  type Month,
  monthOf,
  monthPeriod,
  nextMonth,
  previousMonth,
  toIso,
  type Zoning,
} from '../runtime/domain/base/calendar.ts'
import type { HistoryEvent } from '../runtime/ports.ts'
import type { Door } from './_compose.ts'
import { historyBook } from './_rooms.ts'
import { readMonth } from './_status.ts'
import { readDay } from './_status-range.ts'
import { historyText } from './_view/history.ts'

export interface HistoryWish {
  readonly month: Month | undefined
  readonly since: Day | undefined
  readonly limit: number
}

/** @throws GuardError `bad-month`, `bad-day`. */
export function wishOf(flags: { month?: string | undefined; since?: string | undefined; limit: number }): HistoryWish {
  const since = flags.since === undefined ? undefined : readDay(flags.since, '--since')
  return { month: readMonth(flags.month), since, limit: flags.limit }
}

/** Nobody installed a guard before there was one: a mistyped year must not read a thousand empty partitions. */
const MONTHS_AT_MOST = 120

export async function readHistory(
  door: Door,
  wish: HistoryWish & { readonly principal: string | undefined; readonly screen: number },
): Promise<{ json: object; text: string }> {
  const { zoning } = await door.settings()
  const book = await historyBook(door)
  const events: HistoryEvent[] = []
  let more = false
  for (const month of months(wish, zoning, door)) {
    const those: HistoryEvent[] = []
    for await (const event of book.read(month)) if (isMeant(event, wish, zoning)) those.push(event)
    events.push(...those.reverse())
    more = events.length > wish.limit
    if (more) break
  }
  const shown = events.slice(0, wish.limit)
  return {
    json: { guard: door.guard, events: shown.map(eventJson), more },
    text: historyText(shown, {
      zoneOf: (at) => monthPeriod(monthOf(at, zoning), zoning).zone,
      screen: wish.screen,
      more,
      principal: wish.principal,
    }),
  }
}

/** The newest first. */
function months({ month, since }: HistoryWish, zoning: Zoning, door: Pick<Door, 'clock'>): readonly Month[] {
  if (month !== undefined) return [month]
  const current = monthOf(door.clock.now(), zoning)
  const first = since === undefined ? previousMonth(current) : (since.slice(0, 7) as Month)
  const all: Month[] = []
  for (let one = first; one <= current && all.length < MONTHS_AT_MOST; one = nextMonth(one)) all.push(one)
  return all.reverse()
}

function isMeant(
  event: HistoryEvent,
  { principal, since }: HistoryWish & { readonly principal: string | undefined },
  zoning: Zoning,
): boolean {
  if (since !== undefined && dayOf(event.at, zoning) < since) return false
  if (principal === undefined) return true
  // A limit's subject carries its period: `user/tanaka@month`.
  const subject = (event.principal ?? '').replace(/@(month|week|day)~?$/, '')
  return (
    subject === principal || (!principal.includes('/') && subject.slice(subject.lastIndexOf('/') + 1) === principal)
  )
}

const eventJson = (event: HistoryEvent) => ({
  at: toIso(event.at),
  what: event.what,
  subject: event.principal ?? null,
  by: event.by,
  from: event.from ?? null,
  reason: event.reason ?? null,
  details: event.details ?? {},
})
