/** The same money by model, day, source, person or team. Pure. */
import type { Day } from '../base/calendar.ts'
import type { Detail } from '../metering/balance.ts'
import { type Belongings, membershipOf } from '../metering/belonging.ts'
import { belonging } from '../metering/charge.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { add, type PicoUsd, percentOf, subtract, sum, toDecimal, zero } from '../money/money.ts'
import type { StatusBy, StatusGroups, StatusPrincipal } from './status-view.ts'

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Models whose money rests on assumed prices, dearest first. */
export function unpricedOf(
  details: readonly Detail[],
): readonly { readonly model: string; readonly requests: number; readonly assumed: PicoUsd }[] {
  const models = new Map<string, { model: string; requests: number; assumed: PicoUsd }>()
  for (const detail of details) {
    if (detail.assumed <= 0n) continue
    const seen = models.get(detail.model) ?? { model: detail.model, requests: 0, assumed: zero }
    models.set(detail.model, {
      model: detail.model,
      requests: seen.requests + detail.requests,
      assumed: add(seen.assumed, detail.assumed),
    })
  }
  return [...models.values()].sort((a, b) => order(b.assumed, a.assumed) || text(a.model, b.model))
}

export type Place = Pick<StatusPrincipal, 'person' | 'teams'>
export const nobodys: Place = { person: null, teams: [] }

/** Where each principal belonged when it last spent. */
export function lastPlaces(details: readonly Detail[]): ReadonlyMap<PrincipalKey, Place> {
  const last = new Map<PrincipalKey, { readonly day: Day; readonly place: Place }>()
  for (const { principal, day, person, teams } of details) {
    const known = last.get(principal)
    if (known === undefined || known.day < day) {
      last.set(principal, { day, place: { person: person ?? null, teams: teams ?? [] } })
    }
  }
  return new Map([...last].map(([principal, { place }]) => [principal, place]))
}

/**
 * Details as the members of now would have them: what a limit counts in the running month, where an entry tells who it
 * belonged to when it was written.
 */
export function asMembersNow(details: readonly Detail[], belongings: Belongings): readonly Detail[] {
  const membership = membershipOf(belongings)
  return details.map(({ person: _, teams: __, ...detail }) => ({
    ...detail,
    ...belonging(detail.principal, membership),
  }))
}

/** Who is nobody's stays visible under its own name; who is in several teams counts in each. */
function keysOf(by: Exclude<StatusBy, 'principal'>, detail: Detail): readonly string[] {
  const { principal, person, teams } = detail
  const who = person === undefined ? principal : `person/${person}`
  if (by === 'person') return [who]
  if (by === 'team') return teams?.map((name) => `team/${name}`) ?? [who]
  return [by === 'source' ? detail.label : detail[by]]
}

/** Days in order, others dearest first. */
export function groupsOf(by: Exclude<StatusBy, 'principal'>, details: readonly Detail[]): StatusGroups {
  const total = sum(details.map((detail) => detail.spend))
  const groups = new Map<string, { usd: PicoUsd; assumed: PicoUsd; requests: number }>()
  for (const detail of details) {
    for (const key of keysOf(by, detail)) {
      const group = groups.get(key) ?? { usd: zero, assumed: zero, requests: 0 }
      groups.set(key, {
        usd: add(group.usd, detail.spend),
        assumed: add(group.assumed, detail.assumed),
        requests: group.requests + detail.requests,
      })
    }
  }
  return {
    by,
    overlapUsd: toDecimal(subtract(sum([...groups.values()].map(({ usd }) => usd)), total)),
    rows: [...groups]
      .sort(([a, x], [b, y]) => (by === 'day' ? text(a, b) : order(y.usd, x.usd) || text(a, b)))
      .map(([key, group]) => ({
        key,
        usd: toDecimal(group.usd),
        assumedUsd: toDecimal(group.assumed),
        requests: group.requests,
        sharePercent: percentOf(group.usd, total) ?? null,
      })),
  }
}
