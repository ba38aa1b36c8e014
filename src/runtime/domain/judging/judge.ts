import type { Instant, Zoning } from '../base/calendar.ts'
import type { Balance } from '../metering/balance.ts'
import { type Belongings, type GroupKey, isGroup, noBelongings } from '../metering/belonging.ts'
import { matchesAny, type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { type PicoUsd, percentOf, subtract, zero } from '../money/money.ts'
import { type Limit, type ManualBlock, potKey, type Waiver, type Wishes } from './limit.ts'
import { type Pots, readPots } from './pots.ts'
import { readSpends, type Spends } from './spend.ts'
import type { Judgement, LimitState, Verdict } from './verdict.ts'
import { grantLeft, isPardoned } from './waiver.ts'

export interface JudgeInput {
  readonly wishes: Wishes
  /** All balances of the month that holds `now`, complete. */
  readonly balances: readonly Balance[]
  /** All balances of the month before where `needsPrevious` says so, else none. */
  readonly previous: readonly Balance[]
  readonly zoning: Zoning
  readonly now: Instant
  /** `block`: assumed money blocks like confirmed money. */
  readonly unknownPrice: 'warn' | 'block'
  readonly account: string
  /** Who belongs to whom now, complete. Default: nobody to anybody. */
  readonly belongings?: Belongings
  /** Judge only these; the pots they share are still counted whole. Undefined: everybody. */
  readonly only?: ReadonlySet<PrincipalKey>
}

/** Wishes are stamped by the clock of the admin's machine, which may run ahead of Lambda's. */
const clockSlackMs = 10 * 60_000

const begun = (at: Instant, now: Instant): boolean => at <= now + clockSlackMs

const slotOf = ({ of, per }: Pick<LimitState, 'of' | 'per'>): string => `${of}@${per}`
const slot = ({ of, per }: Limit): string => slotOf({ of: potKey(of), per })

/** Limits in force; while a temporary one lasts it replaces the lasting one of the same pot and period kind. */
function limitsInForce(limits: readonly Limit[], now: Instant): readonly Limit[] {
  const active = limits.filter((limit) => begun(limit.from, now) && (limit.until === undefined || now < limit.until))
  const temporary = new Set(active.filter((limit) => limit.until !== undefined).map(slot))
  return active
    .filter((limit) => limit.until !== undefined || !temporary.has(slot(limit)))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

interface Court {
  readonly input: JudgeInput
  readonly limits: readonly Limit[]
  readonly byId: ReadonlyMap<string, Limit>
  readonly pots: Pots
  readonly waivers: readonly Waiver[]
  readonly blocks: ReadonlyMap<string, ManualBlock>
  readonly spends: Spends
}

/** The highest threshold reached. Assumed money that goes past the limit without blocking reaches 100. */
function thresholdReached(limit: Limit, spent: PicoUsd, reached: boolean): number | undefined {
  if (limit.amount === 0n) return undefined
  if (spent >= limit.amount && !reached) return 100
  return limit.warnAt.filter((percent) => spent * 100n >= limit.amount * BigInt(percent)).at(-1)
}

function stateOf(limit: Limit, principal: PrincipalKey, court: Court): LimitState {
  const { spent, confirmed } = court.pots.spent(limit, principal)
  const sharedBy = court.pots.sharedBy(limit, principal)
  const period = court.spends.period(limit.per)
  const counted = court.input.unknownPrice === 'block' ? spent : confirmed
  // 0 blocks at once; but "0.00 of 0.00" is no news.
  const reached = limit.action === 'block' ? counted >= limit.amount : spent >= limit.amount && spent > 0n
  return {
    limit: limit.id,
    of: potKey(limit.of),
    ...(sharedBy === undefined ? {} : { sharedBy }),
    per: limit.per,
    spent,
    confirmed,
    amount: limit.amount,
    action: limit.action,
    periodKey: period.key,
    resetsAt: period.end,
    threshold: thresholdReached(limit, spent, reached),
    reached,
    version: limit.version,
  }
}

function waiverFor(state: LimitState, principal: PrincipalKey, court: Court): Waiver | undefined {
  return court.waivers.find(
    (waiver) =>
      isPardoned(waiver.principal, state, principal, court.pots.groupsOf) &&
      (waiver.limit === undefined || waiver.limit === state.limit),
  )
}

/** A limit of 0 blocks for as long as it stands: no period frees from it. */
const ownEnd = (state: LimitState): Instant | 'no-end' => (state.amount > 0n ? state.resetsAt : 'no-end')

/** A temporary limit blocks until it ends, or longer where the lasting one that comes back is reached as well. */
function endOf(state: LimitState, principal: PrincipalKey, court: Court): Instant | 'no-end' {
  const own = ownEnd(state)
  const until = court.byId.get(state.limit)?.until
  if (until === undefined || until >= timeOf(own)) return own
  const back = court.input.wishes.limits.find((limit) => limit.until === undefined && slot(limit) === slotOf(state))
  const behind = back && stateOf(back, principal, court)
  const then = behind?.reached && behind.action === 'block' ? ownEnd(behind) : until
  return timeOf(then) > until ? then : until
}

interface Reason {
  readonly by: string
  readonly until: Instant | 'no-end'
  readonly over: PicoUsd
}
const timeOf = (until: Instant | 'no-end'): number => (until === 'no-end' ? Number.POSITIVE_INFINITY : until)

/** Of several reasons the one that blocks longest decides, so that "blocked until" is never too early; then own before shared. */
function longest<R extends Pick<Reason, 'until'>>(reasons: readonly R[]): R | undefined {
  return reasons.reduce<R | undefined>(
    (best, reason) => (best === undefined || timeOf(reason.until) > timeOf(best.until) ? reason : best),
    undefined,
  )
}

type Ruling = Pick<Judgement, 'verdict' | 'decidedBy' | 'hand'>

/** Of the blocks by hand on it, its role, its person and its teams the one that lasts longest; then the nearest. */
function blockOn(principal: PrincipalKey, court: Court): ManualBlock | undefined {
  const { blocks, pots } = court
  const subjects = [principal, roleKeyOf(principal) ?? principal, ...pots.groupsOf(principal)]
  return longest(subjects.flatMap((subject) => blocks.get(subject) ?? []))
}

function blocking(principal: PrincipalKey, states: readonly LimitState[], court: Court): Ruling | undefined {
  const manual = blockOn(principal, court)
  const counted = (state: LimitState) => (court.input.unknownPrice === 'block' ? state.spent : state.confirmed)
  const reached = states
    .filter((state) => state.action === 'block' && state.reached)
    .map((state) => ({
      by: state.limit,
      until: endOf(state, principal, court),
      over: subtract(counted(state), state.amount),
      waiver: waiverFor(state, principal, court),
    }))
  const reasons: Reason[] = reached.filter((reason) => reason.waiver === undefined)
  if (manual) reasons.unshift({ by: 'manual', until: manual.until, over: zero })
  const reason = longest(reasons)
  if (reason) {
    const hand = reason.by === 'manual' && manual && isGroup(manual.principal) ? { hand: manual } : {}
    return { verdict: { kind: 'blocked', over: reason.over, until: reason.until }, decidedBy: reason.by, ...hand }
  }
  const pardoned = longest(reached)
  return pardoned?.waiver && { verdict: { kind: 'waived', waiver: pardoned.waiver }, decidedBy: pardoned.by }
}

/** What the account as a whole reaches is said once about the account, not about each principal in it. */
function warning(states: readonly LimitState[]): Ruling | undefined {
  const own = states.filter((state) => state.of !== 'account')
  const over = own.find((state) => state.action === 'notify' && state.reached)
  if (over) return { verdict: { kind: 'over', over: subtract(over.spent, over.amount) }, decidedBy: over.limit }
  const warned = own
    .flatMap((state) =>
      state.threshold === undefined || state.reached
        ? []
        : [{ state, threshold: state.threshold, percent: percentOf(state.spent, state.amount) ?? 0 }],
    )
    .sort((a, b) => b.percent - a.percent)[0]
  if (!warned) return undefined
  const verdict: Verdict = { kind: 'warn', percent: warned.percent, threshold: warned.threshold }
  return { verdict, decidedBy: warned.state.limit }
}

/** Itself, for a session its role, or a person or team it belongs to. */
export const isExcluded = (
  principal: PrincipalKey,
  excluded: Wishes['excluded'],
  groups: readonly GroupKey[] = [],
): boolean => [principal, roleKeyOf(principal) ?? principal, ...groups].some((key) => matchesAny(key, excluded))

function judgeOne(principal: PrincipalKey, court: Court): Judgement {
  const states = court.pots.limitsOn(principal).map((limit) => stateOf(limit, principal, court))
  const excluded = isExcluded(principal, court.input.wishes.excluded, court.pots.groupsOf(principal))
  const balance = court.spends.balance(principal)
  const ruling: Ruling = excluded
    ? { verdict: { kind: 'excluded' }, decidedBy: undefined }
    : (blocking(principal, states, court) ??
      warning(states) ?? { verdict: { kind: states.length > 0 ? 'within' : 'unlimited' }, decidedBy: undefined })
  return { principal, ...ruling, limits: states, spend: balance?.spend ?? zero, assumed: balance?.assumed ?? zero }
}

/**
 * One judgement for each principal that has a balance, a limit, a block by hand or an exclusion, ordered by key.
 * An exclusion outranks all; a block by hand outranks a waiver, a waiver outranks limits. Blocked when confirmed spend
 * reaches the amount (0 blocks). Kinds that nobody can block are judged like others: enforcement says what cannot be.
 */
export function judgeAll(input: JudgeInput): readonly Judgement[] {
  const { wishes, now, belongings = noBelongings } = input
  const limits = limitsInForce(wishes.limits, now)
  const blocks = wishes.blocks.filter((block) => block.until === 'no-end' || now < block.until)
  const spends = readSpends(input)
  const pots = readPots(limits, belongings, spends)
  const court: Court = {
    input,
    limits,
    byId: new Map(limits.map((limit) => [limit.id, limit])),
    pots,
    waivers: wishes.waivers
      .filter((waiver) => begun(waiver.at, now) && now < waiver.until && grantLeft(waiver, { ...input, belongings }))
      .sort((a, b) => b.until - a.until || (a.id < b.id ? -1 : 1)),
    blocks: new Map(blocks.map((block) => [block.principal, block])),
    spends,
  }
  return [...concerned(court, blocks)]
    .filter((principal) => input.only === undefined || input.only.has(principal))
    .sort()
    .map((principal) => judgeOne(principal, court))
}

/** Whoever spent or is named by a wish, itself or as a member. */
function concerned({ limits, pots, spends, input }: Court, blocks: readonly ManualBlock[]): ReadonlySet<PrincipalKey> {
  // The roles of sessions are known too: what blocks everybody can only stop a session by stopping its role.
  const roles = limits.some((limit) => limit.of.kind === 'account' && limit.action === 'block')
    ? spends.known.flatMap((principal) => roleKeyOf(principal) ?? [])
    : []
  // Of a person who shares in `everyone`, whoever has not spent is stopped with the others.
  const sharing = limits.some((limit) => limit.of.kind === 'everyone') ? spends.known.flatMap(pots.groupsOf) : []
  const subjects = [
    ...limits.map(({ of }) => potKey(of)).filter((key) => key !== '*' && key !== 'account'),
    ...blocks.map((block) => block.principal),
    ...input.wishes.excluded.filter((key) => !key.includes('*')),
  ]
  const groups = [...subjects.filter(isGroup), ...sharing.filter((group) => group.startsWith('person/'))]
  const principals = subjects.filter((key): key is PrincipalKey => !isGroup(key))
  return new Set([...spends.known, ...principals, ...pots.membersOf(new Set(groups)), ...roles])
}
