/** What was spent from one day to another, both included: no limits and no states, which belong to periods. Pure. */

import { type Day, dayPeriod, type Instant, toIso, type Zoning } from '../base/calendar.ts'
import type { Detail } from '../metering/balance.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { add, type PicoUsd, sum, toDecimal, zero } from '../money/money.ts'
import { groupsOf, lastPlaces, nobodys } from './status-groups.ts'
import type { StatusBy, StatusView } from './status-view.ts'

export interface RangeInput {
  readonly since: Day
  readonly until: Day
  readonly zoning: Zoning
  /** Of every month that the range touches. */
  readonly details: readonly Detail[]
  readonly by: StatusBy
  /** The view of now: whose guard, and how it is. */
  readonly current: Pick<StatusView, 'guard' | 'health' | 'mode'>
}

interface Sum {
  usd: PicoUsd
  assumed: PicoUsd
  requests: number
  readonly labels: Map<string, PicoUsd>
}

export function statusOfRange({ since, until, zoning, details, by, current }: RangeInput): StatusView {
  const inside = details.filter(({ day }) => day >= since && day <= until)
  const rows = new Map<PrincipalKey, Sum>()
  for (const { principal, spend, assumed, requests, label } of inside) {
    const row = rows.get(principal) ?? { usd: zero, assumed: zero, requests: 0, labels: new Map() }
    row.usd = add(row.usd, spend)
    row.assumed = add(row.assumed, assumed)
    row.requests += requests
    row.labels.set(label, add(row.labels.get(label) ?? zero, spend))
    rows.set(principal, row)
  }
  const last = dayPeriod(until, zoning)
  const places = lastPlaces(inside)
  return {
    ...current,
    period: { kind: 'range', key: `${since}..${until}`, timezone: last.zone, resetsAt: toIso(last.end as Instant) },
    totalUsd: toDecimal(sum(inside.map(({ spend }) => spend))),
    assumedUsd: toDecimal(sum(inside.map(({ assumed }) => assumed))),
    principals: [...rows]
      .sort(([a, x], [b, y]) => (x.usd < y.usd ? 1 : x.usd > y.usd ? -1 : a < b ? -1 : 1))
      .map(([principal, row]) => ({
        principal,
        ...(places.get(principal) ?? nobodys),
        usd: toDecimal(row.usd),
        assumedUsd: toDecimal(row.assumed),
        requests: row.requests,
        state: 'observed',
        decidedBy: null,
        blockedUntil: null,
        sources: Object.fromEntries(
          [...row.labels].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, amount]) => [label, toDecimal(amount)]),
        ),
        limits: [],
      })),
    ...(by === 'principal' ? {} : { groups: groupsOf(by, inside) }),
  }
}
