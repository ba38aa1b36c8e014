import { dayOf, type Instant, type Period, type PeriodKind, periodOf, type Zoning } from '../base/calendar.ts'
import type { Balance } from '../metering/balance.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { add, type PicoUsd, pico, subtract, sum, zero } from '../money/money.ts'

/** Money of one pot in one period. */
export interface Spent {
  readonly spent: PicoUsd
  /**
   * `spent` without what rests on assumed prices. Balances keep the assumed part by month, not by day, so for a week
   * or a day the whole month's assumed part is taken off: never too much, and exact once prices are corrected.
   */
  readonly confirmed: PicoUsd
}

/** Answers what each pot spent in the period that holds `now`. */
export interface Spends {
  /** Whoever spent in this month, or before it in this week. */
  readonly known: readonly PrincipalKey[]
  balance(principal: PrincipalKey): Balance | undefined
  period(per: PeriodKind): Period
  of(principal: PrincipalKey, per: PeriodKind): Spent
  /** A role and all its sessions. */
  withSessions(role: PrincipalKey, per: PeriodKind): Spent
  everybody(per: PeriodKind): Spent
  /** Whoever is in the pot `id`; added up once for all who ask. */
  together(id: string, members: () => readonly PrincipalKey[], per: PeriodKind): Spent
}

export interface SpendInput {
  readonly balances: readonly Balance[]
  /** Balances of the month before: weeks cross month ends. */
  readonly previous: readonly Balance[]
  readonly zoning: Zoning
  readonly now: Instant
}

const nothing: Spent = { spent: zero, confirmed: zero }
const together = (parts: readonly Spent[]): Spent => ({
  spent: sum(parts.map((part) => part.spent)),
  confirmed: sum(parts.map((part) => part.confirmed)),
})

/** Confirmed money is never below zero: a correction may be booked on another day than its charge's neighbours. */
function confirm(spent: PicoUsd, assumed: PicoUsd): Spent {
  const confirmed = subtract(spent, assumed)
  return { spent, confirmed: confirmed > 0n ? confirmed : zero }
}

/** What was spent on the days from `first` to `last`, both included. */
function spentOnDays(balance: Balance | undefined, first: string, last: string): PicoUsd {
  let total = 0n
  for (const [day, amount] of balance?.days ?? []) if (day >= first && day <= last) total += amount
  return pico(total)
}

export function readSpends(input: SpendInput): Spends {
  const current = new Map(input.balances.map((balance) => [balance.principal, balance]))
  const before = new Map(input.previous.map((balance) => [balance.principal, balance]))
  const periods = new Map<PeriodKind, Period>()
  const totals = new Map<string, Spent>()
  const period = (per: PeriodKind): Period => {
    const found = periods.get(per) ?? periodOf(per, input.now, input.zoning)
    periods.set(per, found)
    return found
  }
  const weekBegan = dayOf(period('week').start, input.zoning)
  const thisWeek = [...before.values()].filter((balance) => [...balance.days.keys()].some((day) => day >= weekBegan))
  const known = [...new Set([...current.keys(), ...thisWeek.map((balance) => balance.principal)])]
  const sessions = new Map<PrincipalKey, PrincipalKey[]>()
  for (const principal of known) {
    const role = roleKeyOf(principal)
    const siblings = role === undefined ? undefined : sessions.get(role)
    if (siblings) siblings.push(principal)
    else if (role !== undefined) sessions.set(role, [principal])
  }

  const of = (principal: PrincipalKey, per: PeriodKind): Spent => {
    const now = current.get(principal)
    const then = before.get(principal)
    if (per === 'month') return now ? confirm(now.spend, now.assumed) : nothing
    const { start, end } = period(per)
    const first = dayOf(start, input.zoning)
    const last = dayOf((end - 1) as Instant, input.zoning)
    const old = spentOnDays(then, first, last)
    const spent = add(spentOnDays(now, first, last), old)
    return confirm(spent, add(now?.assumed ?? zero, old > 0n ? (then?.assumed ?? zero) : zero))
  }
  const added = (id: string, members: () => readonly PrincipalKey[], per: PeriodKind): Spent => {
    const total = totals.get(`${id}@${per}`) ?? together(members().map((principal) => of(principal, per)))
    totals.set(`${id}@${per}`, total)
    return total
  }
  return {
    known,
    balance: (principal) => current.get(principal),
    period,
    of,
    withSessions: (role, per) => added(role, () => [role, ...(sessions.get(role) ?? [])], per),
    everybody: (per) => added('account', () => known, per),
    together: added,
  }
}
