import { type Day, dayOf, dayPeriod, type Instant, monthOf, type Period, type Zoning } from '../base/calendar.ts'
import type { ManualBlock } from '../judging/limit.ts'
import type { BlockedRecord, CannotBlock, Judgement, LimitState } from '../judging/verdict.ts'
import type { Balance, Detail } from '../metering/balance.ts'
import { type Belongings, type GroupKey, isGroup, type Subject } from '../metering/belonging.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { add, type PicoUsd, subtract, sum, zero } from '../money/money.ts'
import type { DayCoverage } from './coverage.ts'
import { forecast, shiftDay } from './forecast.ts'
import { dearest, groupRows, roleRows, rowMaker } from './report-rows.ts'
import { countedSince, handOn, standingOf, unpricedOf } from './status.ts'
import type { PrincipalState } from './status-view.ts'
import type { MailContext } from './wording.ts'

export interface ReportInput {
  /** `statement`: the final one of a month that is over; `period` is that month. */
  readonly kind: 'daily' | 'statement'
  readonly context: MailContext
  readonly period: Period
  readonly zoning: Zoning
  readonly now: Instant
  /** The guard judges and tells, and blocks nobody. */
  readonly observe?: boolean
  /** Who belongs to whom now. Undefined for a statement: its entries tell who belonged where then. */
  readonly belongings?: Belongings | undefined
  readonly balances: readonly Balance[]
  /** Of the month before `period`: yesterday and the day before may lie in it. */
  readonly previous: readonly Balance[]
  readonly details: readonly Detail[]
  readonly judgements: readonly Judgement[]
  readonly records: readonly BlockedRecord[]
  /** By hand, for who did it and why. */
  readonly blocks: readonly ManualBlock[]
  /** What a statement that was sent said about the month before; undefined: none was. */
  readonly told: PicoUsd | undefined
  /** Log records that could not be read: of today and yesterday, or of the statement's month. */
  readonly unreadable: number
  /** What the guard itself costs a month, estimated. */
  readonly ownCost: PicoUsd | undefined
  /** Of the last settled day; undefined: not asked for. */
  readonly coverage?: DayCoverage | undefined
  readonly health: {
    readonly lastRecordAt: Instant | undefined
    readonly logSeconds: number | undefined
    readonly deliverySeconds: number | undefined
    readonly enforceSeconds: number | undefined
    readonly hold: boolean
    readonly countFrom?: Instant | undefined
    readonly caughtUp?: { readonly count: number; readonly at: Instant } | undefined
    readonly problems: readonly string[]
  }
}

export interface ReportRow {
  /** Without its kind: the section says it. */
  readonly name: string
  readonly principal: Subject
  /** A session under its role, whose line already holds it. */
  readonly within: boolean
  readonly spend: PicoUsd
  readonly labels: ReadonlyMap<string, PicoUsd>
  readonly limit: { readonly amount: PicoUsd; readonly percent: number | undefined } | undefined
  readonly state: PrincipalState
}

export interface Stopped {
  readonly principal: PrincipalKey
  readonly state: 'blocked' | 'waived' | 'cannot-block'
  readonly decidedBy: string
  readonly until: Instant | 'no-end' | undefined
  /** The limit that decides, as it stands. */
  readonly limit: LimitState | undefined
  /** By hand, or pardoned: who, and why. */
  readonly by: string | undefined
  /** The person or team that was blocked or pardoned, where it was not this one alone. */
  readonly through: GroupKey | undefined
  readonly reason: string | undefined
  readonly cannot: CannotBlock | undefined
}

/** What a day cost, as far as the guard was there to see it. */
export interface DaySpend {
  readonly spend: PicoUsd
  /** `none`: counting began after that day; `part`: on it. */
  readonly counted: 'whole' | 'part' | 'none'
}

export interface ReportView {
  readonly kind: 'daily' | 'statement'
  readonly context: MailContext
  readonly month: string
  readonly today: Day
  readonly from: Instant
  readonly to: Instant
  readonly total: PicoUsd
  readonly assumed: PicoUsd
  readonly yesterday: DaySpend
  readonly dayBefore: DaySpend
  readonly forecast: PicoUsd | undefined
  /** Of the whole account. */
  readonly accountLimits: readonly LimitState[]
  /** By how much the month before differs from what its statement said. */
  readonly late: { readonly month: string; readonly difference: PicoUsd; readonly total: PicoUsd } | undefined
  /** What each person's principals spent together; teams overlap, so their sum may exceed the total. */
  readonly people: readonly ReportRow[]
  readonly teams: readonly ReportRow[]
  readonly users: readonly ReportRow[]
  readonly roles: readonly ReportRow[]
  readonly others: readonly ReportRow[]
  readonly stopped: readonly Stopped[]
  readonly models: readonly { readonly model: string; readonly requests: number; readonly spend: PicoUsd }[]
  readonly unpriced: readonly { readonly model: string; readonly requests: number; readonly assumed: PicoUsd }[]
  readonly health: ReportInput['health']
  readonly asOf: Instant
  readonly observe: boolean
  readonly unreadable: number
  readonly ownCost: PicoUsd | undefined
  readonly coverage: DayCoverage | undefined
}

function stoppedNow(input: ReportInput): readonly Stopped[] {
  return input.judgements.flatMap((judgement): readonly Stopped[] => {
    const { principal, verdict } = judgement
    const { state, until } = standingOf(principal, judgement, input)
    const record = input.records.find((candidate) => candidate.principal === principal)
    const decidedBy = judgement.decidedBy ?? record?.decidedBy ?? ''
    const hand = verdict.kind === 'waived' ? verdict.waiver : handOn(judgement, input.blocks)
    const why = decidedBy === 'manual' || verdict.kind === 'waived' ? hand : undefined
    const known = {
      principal,
      decidedBy,
      limit: judgement.limits.find((candidate) => candidate.limit === decidedBy),
      by: why?.by,
      through: why && isGroup(why.principal) ? why.principal : undefined,
      reason: why?.reason,
      cannot: undefined,
    }
    if (state === 'blocked') return [{ ...known, state, until }]
    if (verdict.kind === 'waived') return [{ ...known, state: 'waived', until: verdict.waiver.until }]
    if (state === 'cannot-block' && verdict.kind === 'blocked') {
      return [{ ...known, state, until: verdict.until, cannot: record?.why }]
    }
    return []
  })
}

function modelsOf(details: readonly Detail[]): ReportView['models'] {
  const models = new Map<string, { model: string; requests: number; spend: PicoUsd }>()
  for (const { model, requests, spend } of details) {
    const seen = models.get(model) ?? { model, requests: 0, spend: zero }
    models.set(model, { model, requests: seen.requests + requests, spend: add(seen.spend, spend) })
  }
  return [...models.values()].sort(dearest)
}

/** The limits of the whole account; they stand alike in every judgement. */
function accountLimits(judgements: readonly Judgement[]): readonly LimitState[] {
  const all = judgements.flatMap(({ limits }) => limits.filter(({ of }) => of === 'account'))
  return [...new Map(all.map((state) => [state.limit, state])).values()]
}

const totalOf = (balances: readonly Balance[]): PicoUsd => sum(balances.map((balance) => balance.spend))

/** Late records and corrections since the statement of the month before. */
function lateOf({ kind, told, previous, period, zoning }: ReportInput): ReportView['late'] {
  if (kind === 'statement' || told === undefined) return undefined
  const total = totalOf(previous)
  const month = monthOf((period.start - 1) as Instant, zoning)
  return total === told ? undefined : { month, total, difference: subtract(total, told) }
}

/** Everything a report says, as data; `renderReport` chooses the words. */
export function reportOf(input: ReportInput): ReportView {
  const { balances, previous, period, zoning, now } = input
  const today = dayOf(now, zoning)
  const days = new Map<Day, PicoUsd>()
  for (const balance of [...balances, ...previous]) {
    for (const [day, amount] of balance.days) days.set(day, add(days.get(day) ?? zero, amount))
  }
  const began = input.health.countFrom
  const firstDay = began === undefined ? undefined : dayOf(began, zoning)
  const spentOn = (day: Day): DaySpend => {
    const spend = days.get(day)
    if (firstDay === undefined || day > firstDay) return { spend: spend ?? zero, counted: 'whole' }
    // A ledger kept from an earlier guard knows days before this one began.
    if (day < firstDay) return { spend: spend ?? zero, counted: spend === undefined ? 'none' : 'whole' }
    return { spend: spend ?? zero, counted: dayPeriod(day, zoning).start === began ? 'whole' : 'part' }
  }
  const make = rowMaker(input)
  const single = (kinds: readonly string[]) =>
    balances
      .filter(({ principal }) => kinds.includes(principal.split('/', 1)[0] ?? ''))
      .map((balance) => make(balance.principal, [balance], false))
      .sort(dearest)
  return {
    kind: input.kind,
    context: input.context,
    month: period.key,
    today,
    from: period.start,
    to: Math.min(now, period.end) as Instant,
    total: totalOf(balances),
    assumed: sum(balances.map((balance) => balance.assumed)),
    yesterday: spentOn(shiftDay(today, -1)),
    dayBefore: spentOn(shiftDay(today, -2)),
    forecast: forecast({ days, period, zoning, now, since: countedSince({ ...input, installedAt: began }) }),
    accountLimits: accountLimits(input.judgements),
    late: lateOf(input),
    people: groupRows('person', input),
    teams: groupRows('team', input),
    users: single(['user']),
    roles: roleRows(balances, make),
    others: single(['root', 'federated', 'unattributed']),
    stopped: input.kind === 'daily' ? stoppedNow(input) : [],
    models: modelsOf(input.details),
    unpriced: unpricedOf(input.details),
    health: input.health,
    asOf: now,
    observe: input.observe ?? false,
    unreadable: input.unreadable,
    ownCost: input.ownCost,
    coverage: input.coverage,
  }
}
