import type { Balance, Detail } from './balance.ts'
import { type Day, dayOf, type Instant, type Period, type Zoning } from './calendar.ts'
import { forecast, shiftDay } from './forecast.ts'
import { add, type PicoUsd, percentOf, sum, zero } from './money.ts'
import { type PrincipalKey, roleKeyOf } from './principal.ts'
import { countedSince, standingOf, unpricedOf } from './status.ts'
import type { PrincipalState } from './status-view.ts'
import type { BlockedRecord, Judgement } from './verdict.ts'
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
  readonly balances: readonly Balance[]
  /** Of the month before `period`: yesterday and the day before may lie in it. */
  readonly previous: readonly Balance[]
  readonly details: readonly Detail[]
  readonly judgements: readonly Judgement[]
  readonly records: readonly BlockedRecord[]
  readonly health: {
    readonly lastRecordAt: Instant | undefined
    readonly logSeconds: number | undefined
    readonly deliverySeconds: number | undefined
    readonly enforceSeconds: number | undefined
    readonly hold: boolean
    readonly problems: readonly string[]
  }
}

export interface ReportRow {
  /** Without its kind: the section says it. */
  readonly name: string
  readonly principal: PrincipalKey
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
  readonly yesterday: PicoUsd
  readonly dayBefore: PicoUsd
  readonly forecast: PicoUsd | undefined
  readonly users: readonly ReportRow[]
  readonly roles: readonly ReportRow[]
  readonly others: readonly ReportRow[]
  readonly stopped: readonly Stopped[]
  readonly models: readonly { readonly model: string; readonly requests: number; readonly spend: PicoUsd }[]
  readonly unpriced: readonly { readonly model: string; readonly requests: number; readonly assumed: PicoUsd }[]
  readonly health: ReportInput['health']
}

const dearest = <T extends { readonly spend: PicoUsd }>(a: T, b: T): number =>
  a.spend > b.spend ? -1 : a.spend < b.spend ? 1 : 0

/** The limit a row shows: the one that decides, else the one used most; the account's belongs to nobody's row. */
function shownLimit(judgement: Judgement | undefined): ReportRow['limit'] {
  const own = judgement?.limits.filter((state) => state.of !== 'account') ?? []
  const used = (state: (typeof own)[number]) => percentOf(state.spent, state.amount) ?? Number.POSITIVE_INFINITY
  const state =
    own.find((candidate) => candidate.limit === judgement?.decidedBy) ?? [...own].sort((a, b) => used(b) - used(a))[0]
  return state && { amount: state.amount, percent: percentOf(state.spent, state.amount) }
}

function mergedLabels(balances: readonly Balance[]): ReadonlyMap<string, PicoUsd> {
  const labels = new Map<string, PicoUsd>()
  for (const balance of balances) {
    for (const [label, amount] of balance.labels) labels.set(label, add(labels.get(label) ?? zero, amount))
  }
  return labels
}

type MakeRow = (principal: PrincipalKey, balances: readonly Balance[], within: boolean) => ReportRow

function rowMaker(input: ReportInput): MakeRow {
  const judged = new Map(input.judgements.map((judgement) => [judgement.principal, judgement]))
  return (principal, balances, within) => ({
    name: principal.slice(principal.lastIndexOf('/') + 1),
    principal,
    within,
    spend: sum(balances.map((balance) => balance.spend)),
    labels: mergedLabels(balances),
    limit: shownLimit(judged.get(principal)),
    // A role that is only the sum of its sessions has no judgement of its own: nothing limits it.
    state: judged.has(principal) ? standingOf(principal, judged.get(principal), input).state : 'unlimited',
  })
}

/** Each role with what it spent itself and through its sessions, and these under it. */
function roleRows(balances: readonly Balance[], make: MakeRow): readonly ReportRow[] {
  const roles = new Map<PrincipalKey, Balance[]>()
  for (const balance of balances) {
    const role = roleKeyOf(balance.principal) ?? balance.principal
    if (role.startsWith('role/')) roles.set(role, [...(roles.get(role) ?? []), balance])
  }
  return [...roles]
    .map(([role, members]) => ({ row: make(role, members, false), members }))
    .sort((a, b) => dearest(a.row, b.row))
    .flatMap(({ row, members }) => [
      row,
      ...members
        .filter((member) => member.principal !== row.principal)
        .map((member) => make(member.principal, [member], true))
        .sort(dearest),
    ])
}

function stoppedNow(input: ReportInput): readonly Stopped[] {
  return input.judgements.flatMap((judgement): readonly Stopped[] => {
    const { principal, verdict } = judgement
    const { state, until } = standingOf(principal, judgement, input)
    const record = input.records.find((candidate) => candidate.principal === principal)
    const decidedBy = judgement.decidedBy ?? record?.decidedBy ?? ''
    if (state === 'blocked') return [{ principal, state, decidedBy, until }]
    if (verdict.kind === 'waived') return [{ principal, state: 'waived', decidedBy, until: verdict.waiver.until }]
    if (state === 'cannot-block' && verdict.kind === 'blocked') {
      return [{ principal, state, decidedBy, until: verdict.until }]
    }
    return []
  })
}

const topModels = 5

function modelsOf(details: readonly Detail[]): ReportView['models'] {
  const models = new Map<string, { model: string; requests: number; spend: PicoUsd }>()
  for (const { model, requests, spend } of details) {
    const seen = models.get(model) ?? { model, requests: 0, spend: zero }
    models.set(model, { model, requests: seen.requests + requests, spend: add(seen.spend, spend) })
  }
  return [...models.values()].sort(dearest).slice(0, topModels)
}

/** Everything a report says, as data; `renderReport` chooses the words. */
export function reportOf(input: ReportInput): ReportView {
  const { balances, previous, period, zoning, now } = input
  const today = dayOf(now, zoning)
  const days = new Map<Day, PicoUsd>()
  for (const balance of [...balances, ...previous]) {
    for (const [day, amount] of balance.days) days.set(day, add(days.get(day) ?? zero, amount))
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
    total: sum(balances.map((balance) => balance.spend)),
    assumed: sum(balances.map((balance) => balance.assumed)),
    yesterday: days.get(shiftDay(today, -1)) ?? zero,
    dayBefore: days.get(shiftDay(today, -2)) ?? zero,
    forecast: forecast({ days, period, zoning, now, since: countedSince(input) }),
    users: single(['user']),
    roles: roleRows(balances, make),
    others: single(['root', 'federated', 'unattributed']),
    stopped: input.kind === 'daily' ? stoppedNow(input) : [],
    models: modelsOf(input.details),
    unpriced: unpricedOf(input.details),
    health: input.health,
  }
}
