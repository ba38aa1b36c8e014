/** Everybody, or the viewer's teams, on the page: one line each, then teams and people. Pure. */

import type { Day } from '../base/calendar.ts'
import type { Judgement, LimitState } from '../judging/verdict.ts'
import { type GroupKey, splitGroup } from '../metering/belonging.ts'
import { divideHalfEven } from '../money/money.ts'
import { graver, limitsFor, type PageFacts, rowFor, type Stand, standsOf, totalsOf } from './page-pots.ts'
import type { PageEverybody, PageGroup, PageLimit, PageRow } from './page-view.ts'
import { groupsOf } from './status-groups.ts'
import type { PrincipalState } from './status-view.ts'

export function everybodyOf(facts: PageFacts, days: readonly Day[]): Omit<PageEverybody, 'head'> {
  const stands = standsOf(facts, facts.sight.sees)
  const told = stands.map((stand) => ({ stand, row: rowFor(stand, days, facts) }))
  const rows = told.map(({ row }) => row)
  // Whom nothing can stop is not held to the limits that speak of them.
  const shares = rows.flatMap((row) => (row.excluded || row.usedPercent === null ? [] : [row.usedPercent]))
  const many = (is: (row: PageRow) => boolean): number => rows.filter(is).length
  return {
    totals: { ...totalsOf(stands, facts), limits: accountLimits(stands, facts) },
    meanUsedPercent: meanOf(shares),
    counts: {
      principals: rows.length,
      atLimit: told.filter(({ stand: { judgement }, row }) => !row.excluded && isAtLimit(judgement)).length,
      blocked: many(({ state }) => state === 'blocked'),
      warned: many(({ state }) => state === 'warned'),
      excluded: many(({ excluded }) => excluded),
    },
    rows,
    teams: groupsFor('team', stands, facts),
    people: groupsFor('person', stands, facts),
  }
}

/** Whole percent, half to even. */
const meanOf = (percents: readonly number[]): number | null =>
  percents.length === 0
    ? null
    : Number(divideHalfEven(BigInt(percents.reduce((total, one) => total + one, 0)), BigInt(percents.length)))

/** What the account reaches, everybody would have reached: it counts where it decides. */
const isAtLimit = (judgement: Judgement | undefined): boolean =>
  judgement?.limits.some(
    ({ of, limit, reached, threshold }) =>
      (of !== 'account' || limit === judgement.decidedBy) && (reached || threshold === 100),
  ) ?? false

/** They stand alike with everybody. */
function accountLimits(stands: readonly Stand[], { sight }: PageFacts): readonly PageLimit[] {
  if (!sight.everybody) return []
  const all = stands.flatMap((stand) => limitsFor(stand, sight).filter(({ of }) => of === 'account'))
  return [...new Map(all.map((limit) => [limit.id, { ...limit, decides: false }])).values()]
}

/** Teams or people of those that are seen; dearest first. */
function groupsFor(by: 'team' | 'person', stands: readonly Stand[], facts: PageFacts): readonly PageGroup[] {
  const members = new Map<GroupKey, Stand[]>()
  for (const stand of stands) {
    const { person, teams } = stand.row
    const names = by === 'team' ? teams : person === null ? [] : [person]
    for (const name of names) {
      const key: GroupKey = `${by}/${name}`
      if (!facts.sight.knows(key)) continue
      const known = members.get(key)
      if (known) known.push(stand)
      else members.set(key, [stand])
    }
  }
  const money = moneyThen(by, facts)
  return [...members]
    .map(([key, those]) => ({
      name: splitGroup(key)[1],
      members: those.length,
      ...(money?.get(key) ?? pick(totalsOf(those, facts))),
      state: stateOf(key, those, facts),
      limits: limitsOf(key, those, facts),
    }))
    .sort((a, b) => Number(b.usd) - Number(a.usd) || (a.name < b.name ? -1 : 1))
}

const pick = ({ usd, requests }: { readonly usd: string; readonly requests: number }) => ({ usd, requests })

/** In a month that is over, each entry tells where its money belonged; undefined for the running one. */
function moneyThen(
  by: 'team' | 'person',
  { status, sight }: PageFacts,
): ReadonlyMap<string, { readonly usd: string; readonly requests: number }> | undefined {
  if (status.belongings !== undefined) return undefined
  const details = status.details.filter(({ principal }) => sight.sees(principal))
  return new Map(groupsOf(by, details).rows.map((row) => [row.key, pick(row)]))
}

const isOf = (state: LimitState, key: GroupKey): boolean => state.of === key || state.sharedBy === key

/** The limits of the pot itself, as any of its members is judged by them. */
function limitsOf(key: GroupKey, members: readonly Stand[], facts: PageFacts): readonly PageLimit[] {
  const limits = new Map<string, PageLimit>()
  for (const stand of members) {
    const ids = new Set(stand.judgement?.limits.filter((state) => isOf(state, key)).map(({ limit }) => limit))
    for (const limit of limitsFor(stand, facts.sight)) {
      const known = limits.get(limit.id)
      if (ids.has(limit.id)) limits.set(limit.id, { ...limit, decides: limit.decides || known?.decides === true })
    }
  }
  return [...limits.values()]
}

/** How the pot itself stands: by its own limits and the block by hand on it, whatever else stops a member. */
function stateOf(key: GroupKey, members: readonly Stand[], facts: PageFacts): PrincipalState {
  if (facts.status.belongings === undefined) return 'observed'
  if (facts.wishes.excluded.includes(key)) return 'excluded'
  const states = members.flatMap(({ judgement }) => judgement?.limits.filter((state) => isOf(state, key)) ?? [])
  const stopping = new Set(states.filter(({ action, reached }) => action === 'block' && reached).map((s) => s.limit))
  const decided = members.filter(({ judgement }) =>
    judgement?.decidedBy === 'manual'
      ? judgement.hand?.principal === key
      : judgement?.decidedBy !== undefined && stopping.has(judgement.decidedBy),
  )
  const worst = decided.toSorted(graver)[0]
  if (worst !== undefined) return worst.row.state
  if (states.some(({ reached, action }) => reached && action === 'notify')) return 'over'
  if (states.some(({ threshold }) => threshold !== undefined)) return 'warned'
  return states.length > 0 ? 'ok' : 'unlimited'
}
