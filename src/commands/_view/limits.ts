/** Limits, and what changing them does, in words and rows. */
import {
  type Instant,
  localText,
  monthOf,
  monthPeriod,
  toIso,
  type Zoning,
} from '../../runtime/domain/base/calendar.ts'
import { type Limit, potKey } from '../../runtime/domain/judging/limit.ts'
import { toCents, toDecimal } from '../../runtime/domain/money/money.ts'
import type { LimitsAnswer, LimitsPlan, PlannedLimit } from '../../runtime/usecases/set-limits.ts'
import { columns } from './columns.ts'
import { effectText, whyText } from './effect.ts'

const amountOf = (limit: Limit | undefined): string => (limit === undefined ? 'none' : toCents(limit.amount))

/** As status and the mails write it: in the guard's zone of that month. */
export const inZone = (at: Instant, zoning: Zoning): string =>
  localText(at, monthPeriod(monthOf(at, zoning), zoning).zone)

/** `user/tanaka a month: 50.00 → 80.00` */
export function changeText({ id, previous, next, same }: PlannedLimit, zoning: Zoning): string {
  const [pot, per] = [id.slice(0, id.lastIndexOf('@')), id.slice(id.lastIndexOf('@') + 1).replace('~', '')]
  const until = next?.until ?? previous?.until
  const name = `${pot} a ${per}${until === undefined ? '' : `, until ${inZone(until, zoning)}`}`
  if (same) return `${name}: ${amountOf(next)} as before`
  const action =
    next !== undefined && next.action !== previous?.action ? `, ${next.action === 'block' ? 'blocks' : 'notifies'}` : ''
  const warn =
    next !== undefined && next.warnAt.join() !== previous?.warnAt.join()
      ? `, warns at ${next.warnAt.length === 0 ? 'nothing' : `${next.warnAt.join(', ')} %`}`
      : ''
  return `${name}: ${amountOf(previous)} → ${amountOf(next)}${action}${rolesText(previous, next)}${warn}`
}

function rolesText(previous: Limit | undefined, next: Limit | undefined): string {
  const roles = (limit: Limit | undefined) => limit?.of.kind === 'everyone' && limit.of.includeRoles
  if (next === undefined || roles(previous) === roles(next)) return ''
  return roles(next)
    ? ', roles of applications too'
    : next.of.kind === 'everyone' && previous
      ? ', without roles of applications'
      : ''
}

/** Whom it would block, before it does. Empty when nobody. */
export function previewText(plan: LimitsPlan, observes = false): string {
  return [
    ...plan.blocks.map(
      ({ principal, spent, amount }) =>
        `Would be blocked ${observes ? 'if the guard did not only observe' : 'at once'}: ${principal} (${toCents(spent)} spent of ${toCents(amount)})`,
    ),
    ...plan.cannotBlock.map(({ principal, why }) => `Counts, but cannot be blocked: ${principal} (${whyText(why)})`),
  ].join('\n')
}

export function answerText(answer: LimitsAnswer, zoning: Zoning, during?: 'init'): string {
  return [
    ...answer.done.map((one) => changeText(one, zoning)),
    ...answer.failed.map(({ id, message }) => `failed: ${id}: ${message}`),
    effectText(answer.check, during),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

export const limitJson = (limit: Limit) => ({
  id: limit.id,
  of: potKey(limit.of),
  per: limit.per,
  limitUsd: toDecimal(limit.amount),
  action: limit.action,
  warnAt: limit.warnAt,
  includeRoles: limit.of.kind === 'everyone' ? limit.of.includeRoles : null,
  from: toIso(limit.from),
  until: limit.until === undefined ? null : toIso(limit.until),
})

export const planLimitsJson = (plan: LimitsPlan) => ({
  limits: plan.limits.map(({ id, previous, next, same }) => ({
    id,
    previousUsd: previous === undefined ? null : toDecimal(previous.amount),
    limitUsd: next === undefined ? null : toDecimal(next.amount),
    action: next?.action ?? null,
    warnAt: next?.warnAt ?? null,
    changed: !same,
  })),
  wouldBlock: plan.blocks.map(({ principal, limit, spent, amount }) => ({
    principal,
    limit,
    spentUsd: toDecimal(spent),
    limitUsd: toDecimal(amount),
  })),
  cannotBlock: plan.cannotBlock,
})

export const answerJson = (plan: LimitsPlan, answer: LimitsAnswer) => ({
  ...planLimitsJson(plan),
  failed: answer.failed,
  blocked: answer.check?.blocked ?? [],
  released: answer.check?.released ?? [],
  warned: answer.check?.warned ?? [],
  problems: answer.check?.problems ?? [],
})

export function limitsTable(limits: readonly Limit[], zoning: Zoning, screen: number): string {
  return columns(
    [
      { head: 'LIMIT OF' },
      { head: 'PER' },
      { head: 'USD', align: 'right' },
      { head: 'ACTION' },
      { head: 'WARNS AT' },
      { head: 'UNTIL' },
    ],
    limits.map((limit) => [
      potKey(limit.of) +
        (limit.of.kind === 'everyone' ? (limit.of.includeRoles ? ' (each, roles too)' : ' (each)') : ''),
      limit.per,
      toCents(limit.amount),
      limit.action,
      limit.warnAt.length === 0 ? '-' : limit.warnAt.map((percent) => `${percent} %`).join(' '),
      limit.until === undefined ? '' : inZone(limit.until, zoning),
    ]),
    screen,
  )
}
