import type { Judgement, LimitState } from '../judging/verdict.ts'
import type { Balance, Detail } from '../metering/balance.ts'
import { type GroupKey, isGroup, splitGroup } from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { add, type PicoUsd, percentOf, sum, zero } from '../money/money.ts'
import type { ReportInput, ReportRow } from './report-view.ts'
import { standingOf } from './status.ts'
import { asMembersNow } from './status-groups.ts'
import type { PrincipalState } from './status-view.ts'

/** Dearest first. */
export const dearest = <T extends { readonly spend: PicoUsd }>(a: T, b: T): number =>
  a.spend > b.spend ? -1 : a.spend < b.spend ? 1 : 0

/** The limit a row shows: the one that decides, else the one used most. */
function shownLimit(own: readonly LimitState[], decidedBy: string | undefined): ReportRow['limit'] {
  const used = (state: (typeof own)[number]) => percentOf(state.spent, state.amount) ?? Number.POSITIVE_INFINITY
  const state = own.find((candidate) => candidate.limit === decidedBy) ?? [...own].sort((a, b) => used(b) - used(a))[0]
  return state && { amount: state.amount, percent: percentOf(state.spent, state.amount) }
}

/** What a principal shares with its person, its teams or the account stands in the rows of these: beside its spend it would mislead. */
function limitOf(judgement: Judgement | undefined): ReportRow['limit'] {
  const own = judgement?.limits.filter((state) => !isGroup(state.sharedBy ?? state.of) && state.of !== 'account')
  return shownLimit(own ?? [], judgement?.decidedBy)
}

function mergedLabels(balances: readonly Balance[]): ReadonlyMap<string, PicoUsd> {
  const labels = new Map<string, PicoUsd>()
  for (const balance of balances) {
    for (const [label, amount] of balance.labels) labels.set(label, add(labels.get(label) ?? zero, amount))
  }
  return labels
}

/** A row of one principal, or of a role with its sessions. */
export type MakeRow = (principal: PrincipalKey, balances: readonly Balance[], within: boolean) => ReportRow

export function rowMaker(input: ReportInput): MakeRow {
  const judged = new Map(input.judgements.map((judgement) => [judgement.principal, judgement]))
  return (principal, balances, within) => ({
    name: principal.slice(principal.lastIndexOf('/') + 1),
    principal,
    within,
    spend: sum(balances.map((balance) => balance.spend)),
    labels: mergedLabels(balances),
    limit: limitOf(judged.get(principal)),
    // A role that is only the sum of its sessions has no judgement of its own: nothing limits it.
    state: judged.has(principal) ? standingOf(principal, judged.get(principal), input).state : 'unlimited',
  })
}

/** Each role with what it spent itself and through its sessions, and these under it. */
export function roleRows(balances: readonly Balance[], make: MakeRow): readonly ReportRow[] {
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

/** What a person's or a team's limits say of its members: what stops any of them comes first. */
const telling: readonly PrincipalState[] = ['blocked', 'cannot-block', 'observed', 'over', 'waived', 'warned']

interface OfGroup {
  readonly spends: Detail[]
  readonly limits: Map<string, LimitState>
  /** Whom a limit of the group decides about. */
  readonly decided: Judgement[]
}

/** One row for each person, or each team, that spent or has a limit: its members' together. Dearest first. */
export function groupRows(by: 'person' | 'team', input: ReportInput): readonly ReportRow[] {
  const groups = new Map<GroupKey, OfGroup>()
  const of = (key: GroupKey): OfGroup => {
    const group = groups.get(key) ?? { spends: [], limits: new Map<string, LimitState>(), decided: [] }
    groups.set(key, group)
    return group
  }
  const { belongings, details } = input
  for (const detail of belongings ? asMembersNow(details, belongings) : details) {
    const keys: readonly GroupKey[] =
      by === 'team'
        ? (detail.teams ?? []).map((name): GroupKey => `team/${name}`)
        : detail.person === undefined
          ? []
          : [`person/${detail.person}`]
    for (const key of keys) of(key).spends.push(detail)
  }
  for (const judgement of input.judgements) {
    for (const state of judgement.limits) {
      const key = state.sharedBy ?? state.of
      if (!isGroup(key) || splitGroup(key)[0] !== by) continue
      of(key).limits.set(state.limit, state)
      if (judgement.decidedBy === state.limit) of(key).decided.push(judgement)
    }
  }
  return [...groups].map(([key, group]) => groupRow(key, group, input)).sort(dearest)
}

function groupRow(key: GroupKey, { spends, limits, decided }: OfGroup, input: ReportInput): ReportRow {
  const own = [...limits.values()]
  const standing = decided.map((judgement) => standingOf(judgement.principal, judgement, input).state)
  const far = own.some(({ reached }) => reached)
    ? 'over'
    : own.some(({ threshold }) => threshold !== undefined)
      ? 'warned'
      : 'ok'
  const labels = new Map<string, PicoUsd>()
  for (const { label, spend } of spends) labels.set(label, add(labels.get(label) ?? zero, spend))
  return {
    name: splitGroup(key)[1],
    principal: key,
    within: false,
    spend: sum(spends.map(({ spend }) => spend)),
    labels,
    limit: shownLimit(own, decided[0]?.decidedBy),
    state: own.length === 0 ? 'unlimited' : (telling.find((state) => standing.includes(state)) ?? far),
  }
}
