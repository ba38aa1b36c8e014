import { type Instant, monthOf, type PeriodKind, periodOf, previousMonth, type Zoning } from '../base/calendar.ts'
import type { Balance } from '../metering/balance.ts'
import {
  type Belongings,
  type GroupKey,
  groupsOfPrincipal,
  isGroup,
  membershipOf,
  noBelongings,
  type Subject,
} from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { type PicoUsd, subtract, sum } from '../money/money.ts'
import type { Waiver, Wishes } from './limit.ts'
import type { Judgement, LimitState } from './verdict.ts'

/** Whether judging needs the balances of the previous month: a week that began in it, a grant that was given in it. */
export function needsPrevious(wishes: Wishes, zoning: Zoning, now: Instant): boolean {
  const month = periodOf('month', now, zoning)
  const weekCrosses =
    wishes.limits.some((limit) => limit.per === 'week') && periodOf('week', now, zoning).start < month.start
  return weekCrosses || wishes.waivers.some((waiver) => waiver.grant !== undefined && waiver.at < month.start)
}

/**
 * Whether a pardon of `subject` frees this principal from this limit: its own from all; a role's its sessions from what
 * they share (the role's limit, the account's, those of the people and teams that the role is in); a team's its members
 * from the team's limit; a person's its members from what is the person's, and from what the person is in as a whole,
 * teams and account.
 */
export function isPardoned(
  subject: Subject,
  state: LimitState,
  principal: PrincipalKey,
  groupsOf: (principal: PrincipalKey) => readonly GroupKey[],
): boolean {
  if (subject === principal) return true
  const role = roleKeyOf(principal)
  if (role !== undefined && subject === role) {
    const pot = state.sharedBy ?? state.of
    return pot === 'account' || pot === role || (isGroup(pot) && groupsOf(role).includes(pot))
  }
  if (!isGroup(subject) || !groupsOf(principal).includes(subject)) return false
  if (state.of === subject || state.sharedBy === subject) return true
  return subject.startsWith('person/') && (state.of === 'account' || state.of.startsWith('team/'))
}

/**
 * The end of a waiver given now: what was typed, but never later than the end of the period that blocks; `per`: of the
 * limit that alone is waived.
 */
export function waiverUntil(
  judgement: Judgement | undefined,
  typed: Instant | undefined,
  zoning: Zoning,
  now: Instant,
  per?: PeriodKind,
): Instant {
  const deciding = judgement?.limits.find((state) => state.limit === judgement.decidedBy)
  const end = periodOf(per ?? deciding?.per ?? 'month', now, zoning).end
  return typed !== undefined && typed < end ? typed : end
}

/** What a waiver's grant is counted from: this month's spend of the principal, of a role with its sessions, of all members. */
export function spentForGrant(
  subject: Subject,
  balances: readonly Balance[],
  belongings: Belongings = noBelongings,
): PicoUsd {
  const counts = isGroup(subject)
    ? ({ principal }: Balance) => groupsOfPrincipal(principal, membershipOf(belongings)).includes(subject)
    : ({ principal }: Balance) => principal === subject || roleKeyOf(principal) === subject
  return sum(balances.filter(counts).map((balance) => balance.spend))
}

/** Counted from the total when it was given, over at most one month end: waivers end with the period that blocked. */
export function grantLeft(
  waiver: Waiver,
  input: {
    readonly balances: readonly Balance[]
    readonly previous: readonly Balance[]
    readonly belongings?: Belongings
    readonly zoning: Zoning
    readonly now: Instant
  },
): boolean {
  if (waiver.grant === undefined) return true
  const givenIn = monthOf(waiver.at, input.zoning)
  const thisMonth = monthOf(input.now, input.zoning)
  const now = spentForGrant(waiver.principal, input.balances, input.belongings)
  if (givenIn >= thisMonth) return subtract(now, waiver.spentAtGrant) < waiver.grant
  if (givenIn !== previousMonth(thisMonth)) return false
  const then = spentForGrant(waiver.principal, input.previous, input.belongings)
  return subtract(sum([then, now]), waiver.spentAtGrant) < waiver.grant
}
