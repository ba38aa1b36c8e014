import type { Judgement } from '../judging/verdict.ts'
import type { Balance } from '../metering/balance.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { add, type PicoUsd, percentOf, sum, zero } from '../money/money.ts'
import type { ReportInput, ReportRow } from './report-view.ts'
import { standingOf } from './status.ts'

/** Dearest first. */
export const dearest = <T extends { readonly spend: PicoUsd }>(a: T, b: T): number =>
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
    limit: shownLimit(judged.get(principal)),
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
