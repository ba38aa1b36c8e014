/**
 * From journal entries to balances and details: what the counters must say, computed from the book alone.
 * The ledger counts as it writes; this counts again, and the two must agree to the pico-dollar.
 */

import type { Day, Instant, Month } from '../base/calendar.ts'
import { add, type PicoUsd, zero } from '../money/money.ts'
import type { Balance, Detail, Entry } from './balance.ts'
import type { Charge } from './charge.ts'
import { keyOf, type PrincipalKey } from './principal.ts'
import type { TokenCounts } from './usage.ts'

export const noTokens: TokenCounts = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWriteUnknown: 0,
}

export const addTokens = (a: TokenCounts, b: TokenCounts): TokenCounts => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
  cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
  cacheWriteUnknown: a.cacheWriteUnknown + b.cacheWriteUnknown,
})

/** What an entry says now: as booked, or as last corrected. */
export interface Standing {
  readonly charge: Charge
  readonly cost: PicoUsd
  readonly assumed: PicoUsd
  readonly rateId: string
  readonly model: string
  /** How many corrections it has had. */
  readonly step: number
}

export const standingOf = (entry: Entry): Standing =>
  entry.kind === 'charge'
    ? {
        charge: entry.charge,
        cost: entry.charge.cost,
        assumed: entry.charge.assumed,
        rateId: entry.charge.rateId,
        model: entry.charge.model,
        step: 0,
      }
    : {
        charge: placed(entry.of, entry),
        cost: entry.cost,
        assumed: zero,
        rateId: entry.rateId,
        model: entry.model,
        step: entry.step,
      }

function placed(charge: Charge, { principal = charge.principal, label = charge.label }: Partial<Charge>): Charge {
  return principal === charge.principal && label === charge.label ? charge : { ...charge, principal, label }
}

/** What makes an entry the same entry; depends on the record alone. */
export const entryId = (charge: Charge): string => `${keyOf(charge.caller.base)} ${charge.at} ${charge.requestId}`

/** The last word on each entry; order of the input does not matter. */
export function lastEntries(entries: Iterable<Entry>): readonly Entry[] {
  const latest = new Map<string, Entry>()
  for (const entry of entries) {
    const standing = standingOf(entry)
    const id = entryId(standing.charge)
    const known = latest.get(id)
    if (known === undefined || standingOf(known).step < standing.step) latest.set(id, entry)
  }
  return [...latest.values()]
}

/** Counters from which corrections have taken everything again: as if there were none. */
export const isEmptied = (sums: Pick<Balance, 'requests' | 'spend' | 'assumed' | 'tokens'>): boolean =>
  sums.requests === 0 &&
  sums.spend === 0n &&
  sums.assumed === 0n &&
  Object.values(sums.tokens).every((count) => count === 0)

interface Open {
  principal: PrincipalKey
  month: Month
  spend: PicoUsd
  assumed: PicoUsd
  requests: number
  tokens: TokenCounts
  days: Map<Day, PicoUsd>
  labels: Map<string, PicoUsd>
  firstAt: Instant
  lastAt: Instant
}

/** One balance per principal and month, ordered by month and principal. */
export function balancesFrom(entries: Iterable<Entry>): readonly Balance[] {
  const open = new Map<string, Open>()
  for (const entry of lastEntries(entries)) {
    const { charge, cost, assumed } = standingOf(entry)
    const id = `${charge.month} ${charge.principal}`
    const balance = open.get(id) ?? {
      principal: charge.principal,
      month: charge.month,
      spend: zero,
      assumed: zero,
      requests: 0,
      tokens: noTokens,
      days: new Map(),
      labels: new Map(),
      firstAt: charge.at,
      lastAt: charge.at,
    }
    open.set(id, balance)
    balance.spend = add(balance.spend, cost)
    balance.assumed = add(balance.assumed, assumed)
    balance.requests += 1
    balance.tokens = addTokens(balance.tokens, charge.tokens)
    balance.days.set(charge.day, add(balance.days.get(charge.day) ?? zero, cost))
    balance.labels.set(charge.label, add(balance.labels.get(charge.label) ?? zero, cost))
    if (charge.at < balance.firstAt) balance.firstAt = charge.at
    if (charge.at > balance.lastAt) balance.lastAt = charge.at
  }
  return [...open.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, balance]) => balance)
}

/** One row per principal, day, rate, label and membership at the time. */
export function detailsFrom(entries: Iterable<Entry>): readonly Detail[] {
  const rows = new Map<string, Detail>()
  for (const entry of lastEntries(entries)) {
    const { charge, cost, assumed, rateId, model } = standingOf(entry)
    const { principal, month, day, label, person, teams } = charge
    const id = [principal, day, rateId, label, person ?? '', ...(teams ?? [])].join('\n')
    const row = rows.get(id)
    rows.set(id, {
      principal,
      month,
      day,
      rateId,
      model,
      label,
      ...(person === undefined ? {} : { person }),
      ...(teams === undefined ? {} : { teams }),
      spend: add(row?.spend ?? zero, cost),
      assumed: add(row?.assumed ?? zero, assumed),
      requests: (row?.requests ?? 0) + 1,
      tokens: addTokens(row?.tokens ?? noTokens, charge.tokens),
    })
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
