import { type Day, dayOf, type Instant, type Period, periodOf, toIso, type Zoning } from '../base/calendar.ts'
import type { ManualBlock } from '../judging/limit.ts'
import type { BlockedRecord, Judgement, LimitState } from '../judging/verdict.ts'
import type { Balance, Detail } from '../metering/balance.ts'
import { type Belongings, groupsOfPrincipal, membershipOf, noBelongings } from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { add, type PicoUsd, percentOf, sum, toDecimal, zero } from '../money/money.ts'
import { forecast, shiftDay } from './forecast.ts'
import { groupsOf, lastPlaces, nobodys, type Place, unpricedOf } from './status-groups.ts'
import type { PrincipalState, StatusBy, StatusLimit, StatusPrincipal, StatusView } from './status-view.ts'

export { groupsOf, unpricedOf } from './status-groups.ts'
export type * from './status-view.ts'

export interface StatusInput {
  readonly guard: string
  /** The month shown. */
  readonly period: Period
  readonly zoning: Zoning
  readonly now: Instant
  /** The guard judges and tells, and blocks nobody. */
  readonly observe?: boolean
  /** Calls without a configured label, where only those count. */
  readonly uncounted?: number
  /** Who belongs to whom now. Undefined for a month that is over: its details tell. */
  readonly belongings?: Belongings | undefined
  readonly balances: readonly Balance[]
  /** Balances of the month before the shown one, where they were read. */
  readonly previous: readonly Balance[]
  /** When the guard began to count, where that is known; what was counted from before it counts too. */
  readonly installedAt?: Instant | undefined
  /** None for a month that is over. */
  readonly judgements: readonly Judgement[]
  readonly records: readonly BlockedRecord[]
  /** Needed for `by` other than principal, where something is assumed (to name the models), and to tell who belonged where; else empty. */
  readonly details: readonly Detail[]
  readonly by: StatusBy
  readonly health: {
    readonly lastRecordAt: Instant | undefined
    readonly logSeconds: number | undefined
    readonly deliverySeconds: number | undefined
    readonly enforceSeconds: number | undefined
    readonly hold: boolean
    readonly problems: readonly string[]
  }
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const iso = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at))

/** The spend of a pot by day, of this month and the one before. */
function daysOfPot(members: readonly Balance[]): ReadonlyMap<Day, PicoUsd> {
  const days = new Map<Day, PicoUsd>()
  for (const balance of members) {
    for (const [day, amount] of balance.days) days.set(day, add(days.get(day) ?? zero, amount))
  }
  return days
}

/** The balances that make up each pot: everybody, a role with its sessions, a person's or a team's members, or one principal. */
function potsOf(
  balances: readonly Balance[],
  { belongings = noBelongings, judgements }: Pick<StatusInput, 'belongings' | 'judgements'>,
): (state: LimitState, principal: PrincipalKey) => readonly Balance[] {
  const membership = membershipOf(belongings)
  const judged = new Map(judgements.map((judgement) => [judgement.principal, judgement]))
  const own = new Map<string, Balance[]>()
  const count = (key: string, balance: Balance): void => {
    const there = own.get(key)
    if (there) there.push(balance)
    else own.set(key, [balance])
  }
  for (const balance of balances) {
    const { principal } = balance
    count(`=${principal}`, balance)
    for (const key of [principal, roleKeyOf(principal), ...groupsOfPrincipal(principal, membership)]) {
      if (key !== undefined) count(key, balance)
    }
  }
  // In a person's share of `everyone` are those members whom no limit of their own names.
  const shares = (state: LimitState, { principal }: Balance): boolean =>
    judged.get(principal)?.limits.some(({ limit }) => limit === state.limit) ?? true
  return (state, principal) => {
    if (state.of === 'account') return balances
    if (state.of !== '*') return own.get(state.of) ?? []
    if (state.sharedBy === undefined) return own.get(`=${principal}`) ?? []
    return (own.get(state.sharedBy) ?? []).filter((balance) => shares(state, balance))
  }
}

/**
 * The first day the guard counted, as far as these balances tell: today where there are none. Undefined: before this month.
 * A first day alone, with nothing up to the guard's own first, is a sum taken over: the days between are unknown, not free.
 */
export function countedSince(input: {
  readonly balances: readonly Balance[]
  readonly previous: readonly Balance[]
  readonly installedAt?: Instant | undefined
  readonly zoning: Zoning
  readonly now: Instant
}): Day | undefined {
  if (input.previous.length > 0) return undefined
  const first = Math.min(input.now, input.installedAt ?? input.now, ...input.balances.map((balance) => balance.firstAt))
  const day = dayOf(first as Instant, input.zoning)
  const installed = input.installedAt === undefined ? day : dayOf(input.installedAt, input.zoning)
  const known = input.balances.some(({ days }) => [...days.keys()].some((one) => one > day && one < installed))
  return known || installed <= shiftDay(day, 1) ? day : installed
}

/** Forecasts by limit; a pot shared by many is added up once. */
function forecaster(input: StatusInput): (state: LimitState, principal: PrincipalKey) => PicoUsd | undefined {
  const membersOf = potsOf([...input.balances, ...input.previous], input)
  const since = countedSince(input)
  const done = new Map<string, PicoUsd | undefined>()
  return (state, principal) => {
    const once = `${state.of === '*' ? `*${state.sharedBy ?? principal}` : state.of}@${state.per}`
    if (!done.has(once)) {
      const period = periodOf(state.per, input.now, input.zoning)
      const days = daysOfPot(membersOf(state, principal))
      done.set(once, forecast({ days, period, zoning: input.zoning, now: input.now, since }))
    }
    return done.get(once)
  }
}

function limitView(state: LimitState, judgement: Judgement, expected: PicoUsd | undefined): StatusLimit {
  return {
    id: state.limit,
    of: state.of,
    sharedBy: state.sharedBy ?? null,
    per: state.per,
    limitUsd: toDecimal(state.amount),
    spentUsd: toDecimal(state.spent),
    usedPercent: percentOf(state.spent, state.amount) ?? null,
    forecastUsd: expected === undefined ? null : toDecimal(expected),
    resetsAt: toIso(state.resetsAt),
    action: state.action,
    decides: judgement.decidedBy === state.limit,
  }
}

type Standing = { readonly state: PrincipalState; readonly until: Instant | 'no-end' | undefined }

/** The block that stops this principal now: its own, or that of its role. */
export function recordOf(principal: PrincipalKey, input: Pick<StatusInput, 'records'>): BlockedRecord | undefined {
  const standing = input.records.filter((record) => record.releasedAt === undefined)
  const role = roleKeyOf(principal)
  return (
    standing.find((record) => record.principal === principal) ?? standing.find((record) => record.principal === role)
  )
}

/** The block by hand that speaks of this principal: on its person or a team where that decides, else on itself or its role. */
export const handOn = (judgement: Judgement, blocks: readonly ManualBlock[]): ManualBlock | undefined =>
  judgement.hand ??
  blocks.find((block) => block.principal === judgement.principal || block.principal === roleKeyOf(judgement.principal))

/** What is true now, in one word: a deny that hangs is "blocked" even while it is about to be lifted. */
export function standingOf(
  principal: PrincipalKey,
  judgement: Judgement | undefined,
  input: Pick<StatusInput, 'records' | 'health' | 'now' | 'observe'>,
): Standing {
  const record = recordOf(principal, input)
  if (record?.state === 'attached' && (record.until === 'no-end' || input.now < record.until)) {
    return { state: 'blocked', until: record.until }
  }
  const as = (state: PrincipalState): Standing => ({ state, until: undefined })
  if (judgement === undefined) return as('observed')
  switch (judgement.verdict.kind) {
    case 'blocked':
      if (input.health.hold || input.observe) return as('observed')
      return as(record?.state === 'cannot-block' ? 'cannot-block' : 'over')
    case 'within':
      return as('ok')
    case 'warn':
      return as('warned')
    default:
      return as(judgement.verdict.kind)
  }
}

/** Whose a principal is: now, or when it last spent in a month that is over. */
function placesIn(input: Pick<StatusInput, 'belongings' | 'details'>): (principal: PrincipalKey) => Place {
  const membership = input.belongings && membershipOf(input.belongings)
  const then = membership ? undefined : lastPlaces(input.details)
  return (principal) => {
    if (membership === undefined) return then?.get(principal) ?? nobodys
    return { person: membership.personOf(principal) ?? null, teams: membership.teamsOf(principal) }
  }
}

/** What these balances together come to by the end of the month; the others tell how long the guard has counted. */
export const monthForecast = (together: readonly Balance[], input: StatusInput): PicoUsd | undefined =>
  forecast({ ...input, days: daysOfPot(together), since: countedSince(input) })

/** One row per principal with a balance or a judgement, dearest first. */
export function principalsOf(input: StatusInput): readonly StatusPrincipal[] {
  const judged = new Map(input.judgements.map((judgement) => [judgement.principal, judgement]))
  const balances = new Map(input.balances.map((balance) => [balance.principal, balance]))
  const expect = forecaster(input)
  const placeOf = placesIn(input)
  return [...new Set([...balances.keys(), ...judged.keys()])]
    .sort((a, b) => order(balances.get(b)?.spend ?? 0n, balances.get(a)?.spend ?? 0n) || text(a, b))
    .map((principal) => {
      const balance = balances.get(principal)
      const judgement = judged.get(principal)
      const { state, until } = standingOf(principal, judgement, input)
      const labels = [...(balance?.labels ?? [])].sort(([a], [b]) => text(a, b))
      return {
        principal,
        ...placeOf(principal),
        usd: toDecimal(balance?.spend ?? zero),
        assumedUsd: toDecimal(balance?.assumed ?? zero),
        requests: balance?.requests ?? 0,
        state,
        decidedBy: judgement?.decidedBy ?? null,
        blockedUntil: until === undefined || until === 'no-end' ? null : toIso(until),
        sources: Object.fromEntries(labels.map(([label, amount]) => [label, toDecimal(amount)])),
        limits: judgement?.limits.map((limit) => limitView(limit, judgement, expect(limit, principal))) ?? [],
      }
    })
}

export function statusOf(input: StatusInput): StatusView {
  const { period, health, by } = input
  return {
    guard: input.guard,
    mode: input.observe ? 'observe' : 'enforce',
    period: { kind: period.kind, key: period.key, timezone: period.zone, resetsAt: toIso(period.end) },
    totalUsd: toDecimal(sum(input.balances.map((balance) => balance.spend))),
    assumedUsd: toDecimal(sum(input.balances.map((balance) => balance.assumed))),
    principals: principalsOf(input),
    health: {
      lastRecordAt: iso(health.lastRecordAt),
      lag: {
        logSeconds: health.logSeconds ?? null,
        deliverySeconds: health.deliverySeconds ?? null,
        enforceSeconds: health.enforceSeconds ?? null,
      },
      unpricedModels: unpricedOf(input.details).map((unpriced) => unpriced.model),
      uncountedRequests: input.uncounted ?? 0,
      problems: health.problems,
    },
    ...(by === 'principal' ? {} : { groups: groupsOf(by, input.details) }),
  }
}
