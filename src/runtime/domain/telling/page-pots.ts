/** A principal or a person on the page: state, reason, limits, as far as this viewer may know. Pure. */

import { type Day, toIso } from '../base/calendar.ts'
import { isExcluded } from '../judging/judge.ts'
import type { Wishes } from '../judging/limit.ts'
import type { Judgement } from '../judging/verdict.ts'
import type { Balance } from '../metering/balance.ts'
import type { GroupKey } from '../metering/belonging.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import type { TokenCounts } from '../metering/usage.ts'
import { type PicoUsd, subtract, sum, toDecimal, zero } from '../money/money.ts'
import type { Sight } from './page-sight.ts'
import type { PageLimit, PageLine, PagePot, PageReason, PageRow, PageTokens } from './page-view.ts'
import { cacheHitPercent, type Part } from './principal-view.ts'
import { handOn, monthForecast, principalsOf, recordOf, type StatusInput } from './status.ts'
import type { PrincipalState, StatusLimit, StatusPrincipal } from './status-view.ts'

/** What every answer of the page is made from. */
export interface PageFacts {
  readonly status: StatusInput
  readonly wishes: Wishes
  readonly sight: Sight
}

/** One principal, with all that is known of it before it is told. */
export interface Stand {
  readonly principal: PrincipalKey
  readonly row: StatusPrincipal
  readonly balance: Balance | undefined
  readonly judgement: Judgement | undefined
}

/** Everybody of the month whom `wanted` lets through, dearest first. */
export function standsOf({ status }: PageFacts, wanted: (principal: PrincipalKey) => boolean): readonly Stand[] {
  const balances = new Map(status.balances.map((balance) => [balance.principal, balance]))
  const judged = new Map(status.judgements.map((judgement) => [judgement.principal, judgement]))
  return principalsOf(status).flatMap((row) => {
    const principal = row.principal as PrincipalKey
    if (!wanted(principal)) return []
    return [{ principal, row, balance: balances.get(principal), judgement: judged.get(principal) }]
  })
}

/** Whether all that spend from a limit's pot are the viewer's to see. Each one's share of `everyone` is theirs alone. */
const isAllSeen = ({ of, sharedBy }: StatusLimit, principal: PrincipalKey, sight: Sight): boolean =>
  of === '*' && sharedBy === null ? sight.sees(principal) : sight.seesAllOf(sharedBy ?? of)

function limitFor(limit: StatusLimit, { principal, judgement }: Stand, sight: Sight): PageLimit {
  const { id, of, per, limitUsd, resetsAt, action, decides } = limit
  const told = isAllSeen(limit, principal, sight)
  const state = judgement?.limits.find((one) => one.limit === id)
  const rest = state === undefined ? zero : subtract(state.amount, state.spent)
  return {
    id,
    of,
    per: per as PageLimit['per'],
    limitUsd,
    spentUsd: told ? limit.spentUsd : null,
    restUsd: told ? toDecimal(rest > 0n ? rest : zero) : null,
    usedPercent: told ? limit.usedPercent : null,
    forecastUsd: told ? limit.forecastUsd : null,
    resetsAt,
    action,
    decides,
  }
}

export const limitsFor = (stand: Stand, sight: Sight): readonly PageLimit[] =>
  stand.row.limits.filter(({ of }) => sight.knows(of)).map((limit) => limitFor(limit, stand, sight))

/** Why the state is what it is; null where nothing decides, or where what decides is not this viewer's to know. */
function reasonFor({ principal, row, judgement }: Stand, { status, wishes, sight }: PageFacts): PageReason | null {
  if (judgement?.verdict.kind === 'waived') {
    const { until, grant } = judgement.verdict.waiver
    return { kind: 'waiver', until: toIso(until), grantUsd: grant === undefined ? null : toDecimal(grant) }
  }
  const hanging = row.state === 'blocked' ? recordOf(principal, status)?.decidedBy : undefined
  const by = row.decidedBy ?? hanging
  if (by === 'manual') {
    const hand = judgement && handOn(judgement, wishes.blocks)
    return { kind: 'manual', note: hand && sight.knows(hand.principal) ? (hand.reason ?? null) : null }
  }
  const limit = row.limits.find(({ id }) => id === by)
  if (limit === undefined || !sight.knows(limit.of)) return null
  return { kind: 'limit', of: limit.of, per: limit.per as PageLimit['per'], limitUsd: limit.limitUsd }
}

const spendOf = (stands: readonly Stand[]): PicoUsd => sum(stands.map(({ balance }) => balance?.spend ?? zero))
const balancesOf = (stands: readonly Stand[]): readonly Balance[] =>
  stands.flatMap(({ balance }) => (balance === undefined ? [] : [balance]))
const decimal = (amount: PicoUsd | undefined): string | null => (amount === undefined ? null : toDecimal(amount))

/** Money and calls of some together. */
export function totalsOf(stands: readonly Stand[], { status }: PageFacts) {
  return {
    usd: toDecimal(spendOf(stands)),
    assumedUsd: toDecimal(sum(balancesOf(stands).map(({ assumed }) => assumed))),
    requests: balancesOf(stands).reduce((total, { requests }) => total + requests, 0),
    forecastUsd: decimal(monthForecast(balancesOf(stands), status)),
  }
}

/** Gravest first: of several principals the worst off tells how they stand. */
const gravity: readonly PrincipalState[] = [
  'blocked',
  'cannot-block',
  'over',
  'paused',
  'observed',
  'waived',
  'warned',
  'ok',
  'excluded',
  'unlimited',
]
export const graver = (a: Stand, b: Stand): number =>
  gravity.indexOf(a.row.state) - gravity.indexOf(b.row.state) || untilOf(b) - untilOf(a)
const untilOf = ({ row }: Stand): number =>
  row.blockedUntil === null ? Number.POSITIVE_INFINITY : Date.parse(row.blockedUntil)

/** One pot of these, which are one principal or all of one person. @param shown those whose names are told. */
export function potFor(key: string, stands: readonly Stand[], shown: readonly Stand[], facts: PageFacts): PagePot {
  const worst = stands.toSorted(graver)[0]
  const limits = new Map(stands.flatMap((stand) => limitsFor(stand, facts.sight)).map((limit) => [limit.id, limit]))
  return {
    key,
    members: shown.map(({ principal }) => principal),
    ...totalsOf(stands, facts),
    state: worst?.row.state ?? 'unlimited',
    reason: worst === undefined ? null : reasonFor(worst, facts),
    blockedUntil: worst?.row.blockedUntil ?? null,
    limits: [...limits.values()].map((limit) => ({ ...limit, decides: limit.id === worst?.row.decidedBy })),
  }
}

/** Of the limit that decides, else of the one that is nearest to its end; the account's is nobody's share. */
function usedPercentOf(limits: readonly PageLimit[]): number | null {
  const decides = limits.find((limit) => limit.decides)
  if (decides !== undefined) return decides.usedPercent
  const own = limits.flatMap(({ of, usedPercent }) => (of === 'account' || usedPercent === null ? [] : [usedPercent]))
  return own.length === 0 ? null : Math.max(...own)
}

/** One line of the table of everybody. */
export function rowFor(stand: Stand, days: readonly Day[], facts: PageFacts): PageRow {
  const { principal, row, balance } = stand
  const { sight, wishes } = facts
  const groups: readonly GroupKey[] = [
    ...(row.person === null ? [] : [`person/${row.person}` as const]),
    ...row.teams.map((name) => `team/${name}` as const),
  ]
  const pot = potFor(principal, [stand], [stand], facts)
  return {
    ...pot,
    // The account's own stands with the totals, once and not with everybody.
    limits: pot.limits.filter(({ of, decides }) => of !== 'account' || decides),
    person: row.person,
    teams: row.teams.filter((name) => sight.knows(`team/${name}`)),
    excluded: isExcluded(principal, wishes.excluded, groups),
    usedPercent: usedPercentOf(pot.limits),
    lastAt: balance === undefined ? null : toIso(balance.lastAt),
    sources: row.sources,
    days: days.map((day) => toDecimal(balance?.days.get(day) ?? zero)),
  }
}

export const pageTokens = (tokens: TokenCounts): PageTokens => ({
  ...tokens,
  cacheHitPercent: cacheHitPercent(tokens) ?? null,
})

export const pageLine = ({ key, spend, assumed, requests, tokens }: Part): PageLine => ({
  name: key,
  usd: toDecimal(spend),
  assumedUsd: toDecimal(assumed),
  requests,
  tokens: pageTokens(tokens),
})
