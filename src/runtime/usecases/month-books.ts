import type { RuntimeConfig } from '../config.ts'
import { type Instant, type Month, monthOf, monthPeriod, previousMonth, toIso } from '../domain/base/calendar.ts'
import type { BlockedRecord, Judgement } from '../domain/judging/verdict.ts'
import { needsPrevious } from '../domain/judging/waiver.ts'
import type { Balance } from '../domain/metering/balance.ts'
import type { Belongings } from '../domain/metering/belonging.ts'
import type { StatusInput } from '../domain/telling/status.ts'
import type { BlockBook, Clock, Health, HealthBook, Ledger, LimitBook, PeopleBook } from '../ports.ts'
import { type Books, collect, judge } from './books.ts'

/** What a month is read from. */
export interface MonthRoom {
  readonly config: Pick<RuntimeConfig, 'guard' | 'account' | 'zoning' | 'unknownPrice' | 'mode'>
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'balances'>
  readonly limits: Pick<LimitBook, 'wishes'>
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: Pick<BlockBook, 'all'>
  readonly health: Pick<HealthBook, 'read'>
}

/** One month as it stands: what was spent and wished, whom that stops, and what hangs. */
export interface MonthBooks extends Books {
  readonly isCurrent: boolean
  /** None for a month that is over: limits and blocks are of today. */
  readonly judgements: readonly Judgement[]
  readonly records: readonly BlockedRecord[]
  readonly health: Health
}

export interface MonthWish {
  /** Default: the month of now, in the guard's zone. */
  readonly month?: Month | undefined
  /** When the guard was installed: saves reading the month before to learn that it counted then already. */
  readonly installedAt?: Instant | undefined
  /** Who is judged although nothing is known of them: balances of nothing, made from what was read. */
  readonly also?: (books: Books) => readonly Balance[]
}

/** Enforce runs each minute, or as seldom as every ten: longer silence is worth a word. */
const silentMs = 12 * 60_000

/** Reads side by side: as many questions as there are books, whoever and however many have spent. */
export async function readMonth(room: MonthRoom, wish: MonthWish): Promise<MonthBooks> {
  const now = room.clock.now()
  const { zoning } = room.config
  const current = monthOf(now, zoning)
  const month = wish.month ?? current
  // A month that is over is shown as it was spent; limits and blocks are of today.
  const isCurrent = month === current
  const before = () => collect(room.ledger.balances(previousMonth(month)))
  const [wishes, belongings, spent, records, health, early] = await Promise.all([
    room.limits.wishes(),
    room.people.belongings(),
    collect(room.ledger.balances(month)),
    room.blocks.all(),
    room.health.read(),
    wish.installedAt === undefined && isCurrent ? before() : undefined,
  ])
  const judgedWithIt = isCurrent && needsPrevious(wishes, zoning, now)
  const previous = early ?? (judgedWithIt ? await before() : [])
  const read = { now, month, wishes, belongings, balances: spent, previous }
  const balances = [...spent, ...(wish.also?.(read) ?? [])]
  const judgements = isCurrent ? judge({ ...read, balances, previous: judgedWithIt ? previous : [] }, room.config) : []
  return {
    ...read,
    balances,
    isCurrent,
    judgements,
    records: isCurrent ? records : [],
    health: { ...health, problems: [...silence(health, now), ...health.problems] },
  }
}

/** What every telling of a month begins with. */
export const toTell = (books: MonthBooks, room: MonthRoom): Omit<StatusInput, 'details' | 'by'> => ({
  guard: room.config.guard,
  period: monthPeriod(books.month, room.config.zoning),
  zoning: room.config.zoning,
  now: books.now,
  observe: room.config.mode === 'observe',
  ...(books.isCurrent ? { belongings: books.belongings } : {}),
  balances: books.balances,
  previous: books.previous,
  judgements: books.judgements,
  records: books.records,
  health: books.health,
})

/** Who belonged where in a month that is over, only its entries tell. */
export const entriesTellPlaces = ({ isCurrent, belongings }: { isCurrent: boolean; belongings: Belongings }): boolean =>
  !isCurrent && belongings.people.length + belongings.teams.length > 0

/** A guard whose checks have stopped cannot say so itself. */
function silence(health: Health, now: Instant): readonly string[] {
  const { lastEnforceAt } = health
  if (lastEnforceAt === undefined) return ['no check has run yet: nobody is blocked or released']
  if (now - lastEnforceAt < silentMs) return []
  return [`no check has run since ${toIso(lastEnforceAt)}: nobody is blocked or released until enforce runs again`]
}
