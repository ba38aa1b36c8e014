import type { RuntimeConfig } from '../config.ts'
import { type Instant, type Month, monthOf, monthPeriod, previousMonth, toIso } from '../domain/base/calendar.ts'
import { needsPrevious } from '../domain/judging/waiver.ts'
import type { FailedCalls } from '../domain/metering/balance.ts'
import { OTHER_SOURCE } from '../domain/metering/charge.ts'
import { type StatusBy, type StatusView, statusOf } from '../domain/telling/status.ts'
import { asMembersNow } from '../domain/telling/status-groups.ts'
import type { BlockBook, Clock, Health, HealthBook, Ledger, LimitBook, PeopleBook } from '../ports.ts'
import { collect, judge } from './books.ts'

export interface StatusRoom {
  readonly config: Pick<RuntimeConfig, 'guard' | 'account' | 'zoning' | 'unknownPrice' | 'mode' | 'onlySources'>
  readonly clock: Clock
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: BlockBook
  readonly health: HealthBook
}

export interface StatusWish {
  /** Default: the month of now, in the guard's zone. */
  readonly month?: Month
  readonly by?: StatusBy
  /** When the guard was installed: saves reading the month before to learn that it counted then already. */
  readonly installedAt?: Instant
}

/** Enforce runs each minute, or as seldom as every ten: longer silence is worth a word. */
const silentMs = 12 * 60_000

/** Who spent what, who is blocked, and whether the guard itself is well. Reads only. */
export async function readStatus(room: StatusRoom, wish: StatusWish = {}): Promise<StatusView> {
  const now = room.clock.now()
  const { zoning } = room.config
  const current = monthOf(now, zoning)
  const month = wish.month ?? current
  const by = wish.by ?? 'principal'
  const before = () => collect(room.ledger.balances(previousMonth(month)))
  const [wishes, belongings, balances, records, health, early] = await Promise.all([
    room.limits.wishes(),
    room.people.belongings(),
    collect(room.ledger.balances(month)),
    room.blocks.all(),
    room.health.read(),
    wish.installedAt === undefined ? before() : undefined,
  ])
  const judgedWithIt = needsPrevious(wishes, zoning, now)
  const previous = early ?? (judgedWithIt ? await before() : [])
  // A month that is over is shown as it was spent; limits and blocks are of today.
  const isCurrent = month === current
  const counted = judgedWithIt ? previous : []
  const judgements = isCurrent
    ? judge({ now, month, wishes, belongings, balances, previous: counted }, room.config)
    : []
  const assuming = balances.filter((balance) => balance.assumed > 0n)
  // Who belonged where in a month that is over, its entries tell.
  const told = by !== 'principal' || (!isCurrent && belongings.people.length + belongings.teams.length > 0)
  const details = told
    ? await collect(room.ledger.detail(month))
    : (await Promise.all(assuming.map(({ principal }) => collect(room.ledger.detail(month, principal))))).flat()
  const uncounted = room.config.onlySources ? sumUncounted(await collect(room.ledger.failed(month))) : 0
  return statusOf({
    uncounted,
    guard: room.config.guard,
    period: monthPeriod(month, zoning),
    zoning,
    now,
    observe: room.config.mode === 'observe',
    ...(isCurrent ? { belongings } : {}),
    balances,
    previous,
    installedAt: wish.installedAt,
    judgements,
    records: isCurrent ? records : [],
    details: isCurrent ? asMembersNow(details, belongings) : details,
    by,
    health: { ...health, problems: [...silence(health, now), ...health.problems] },
  })
}

const sumUncounted = (failed: readonly FailedCalls[]): number =>
  failed.reduce((total, { byCode }) => total + (byCode.get(OTHER_SOURCE) ?? 0), 0)

/** A guard whose checks have stopped cannot say so itself. */
function silence(health: Health, now: Instant): readonly string[] {
  const { lastEnforceAt } = health
  if (lastEnforceAt === undefined) return ['no check has run yet: nobody is blocked or released']
  if (now - lastEnforceAt < silentMs) return []
  return [`no check has run since ${toIso(lastEnforceAt)}: nobody is blocked or released until enforce runs again`]
}
