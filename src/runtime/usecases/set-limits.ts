import type { RuntimeConfig } from '../config.ts'
import type { Instant, PeriodKind } from '../domain/base/calendar.ts'
import { cannotBlockWhy } from '../domain/judging/enforcement.ts'
import { type Limit, type LimitId, limitId, type Pot, refuseDuplicates, type Wishes } from '../domain/judging/limit.ts'
import type { CannotBlock, Judgement } from '../domain/judging/verdict.ts'
import { type Belongings, membersOf } from '../domain/metering/belonging.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import { type PicoUsd, toDecimal } from '../domain/money/money.ts'
import type { Clock, Directory, EnforceCaller, History, HistoryEvent, Ledger, LimitBook, PeopleBook } from '../ports.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { judge, protectedBy, readBooks } from './books.ts'

/** Where an admin's wishes about limits, blocks and pardons are written. */
export interface WishRoom {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly history: History
  readonly enforce: EnforceCaller
  readonly config: Pick<
    RuntimeConfig,
    'account' | 'zoning' | 'unknownPrice' | 'warnAt' | 'protectedPrincipals' | 'mode'
  >
}

/** One limit as the admin asks for it; what is left out keeps its value, or is the guard's default for a new limit. */
export interface LimitChange {
  readonly of: Pot
  readonly per: PeriodKind
  /** Undefined: take the limit away. */
  readonly amount: PicoUsd | undefined
  /** Default of a new limit: `block`; for the account `notify`, because a block there stops everybody. */
  readonly action?: 'block' | 'notify' | undefined
  readonly warnAt?: readonly number[] | undefined
  /** Of `*` alone: `false` takes the roles of applications out again. */
  readonly includeRoles?: boolean | undefined
  /** A limit for a time: it stands in the place of the lasting one, which counts again when it ends. */
  readonly until?: Instant | undefined
}

export interface PlannedLimit {
  readonly id: LimitId
  readonly previous: Limit | undefined
  /** Undefined: it goes away. */
  readonly next: Limit | undefined
  /** Nothing to do. */
  readonly same: boolean
}

/** What setting these limits would do now; computed, nothing written. */
export interface LimitsPlan {
  readonly limits: readonly PlannedLimit[]
  /** Not blocked now, and would be at once. */
  readonly blocks: readonly { principal: PrincipalKey; limit: string; spent: PicoUsd; amount: PicoUsd }[]
  /** Blocked now, and would be free at once. */
  readonly releases: readonly PrincipalKey[]
  /** Limits that block on paper only, and why: keys, and patterns of members. */
  readonly cannotBlock: readonly { principal: string; why: CannotBlock }[]
}

export interface LimitsAnswer {
  readonly done: readonly PlannedLimit[]
  readonly failed: readonly { id: LimitId; message: string }[]
  /** What the check that followed did; undefined when nothing was changed. */
  readonly check: EnforceAnswer | undefined
}

/** Previews the changes: `50.00 → 80.00`, whom they block and free. */
export async function planLimits(
  room: Omit<WishRoom, 'enforce' | 'history'> & { readonly directory?: Directory },
  changes: readonly LimitChange[],
): Promise<LimitsPlan> {
  refuseDuplicates(changes.map(idOf).map((id) => ({ id, typed: id })))
  const now = room.clock.now()
  const books = await readBooks(room, now)
  const planned = changes.flatMap((change) => [
    plannedLimit(change, books.wishes, room.config, now),
    ...temporaryToo(change, books.wishes),
  ])
  const before = blockedIn(judge(books, room.config))
  const after = blockedIn(judge({ ...books, wishes: withChanges(books.wishes, planned) }, room.config))
  return {
    limits: planned,
    blocks: blocksBetween(before, after, room.config),
    releases: [...before.keys()].filter((principal) => !after.has(principal)),
    cannotBlock: await unblockable(planned, books.belongings, neverOf(room.config), room.directory),
  }
}

/** Writes what was planned, each with its history entry, then has enforce act on it at once. */
export async function setLimits(room: WishRoom, plan: LimitsPlan, by: string): Promise<LimitsAnswer> {
  const done: PlannedLimit[] = []
  const failed: { id: LimitId; message: string }[] = []
  for (const planned of plan.limits) {
    if (planned.same) continue
    try {
      const { previous } = planned.next ? await room.limits.put(planned.next) : await room.limits.remove(planned.id)
      done.push({ ...planned, previous })
      await room.history.append(limitEvent({ ...planned, previous }, by, room.clock.now()))
    } catch (error) {
      failed.push({ id: planned.id, message: error instanceof Error ? error.message : String(error) })
    }
  }
  const check = done.length > 0 ? await room.enforce.ask({ kind: 'check', from: 'command' }) : undefined
  return { done, failed, check }
}

const idOf = ({ of, per, until }: LimitChange): LimitId =>
  limitId(of, per, until === undefined ? 'lasting' : 'for-a-time')

/** Whoever takes a limit away means the one for a time as well, or it would go on acting. */
function temporaryToo(change: LimitChange, wishes: Wishes): readonly PlannedLimit[] {
  if (change.amount !== undefined) return []
  const previous = wishes.limits.find((limit) => limit.id === limitId(change.of, change.per, 'for-a-time'))
  return previous === undefined ? [] : [{ id: previous.id, previous, next: undefined, same: false }]
}

function plannedLimit(change: LimitChange, wishes: Wishes, config: WishRoom['config'], now: Instant): PlannedLimit {
  const id = idOf(change)
  const previous = wishes.limits.find((limit) => limit.id === id)
  const lasting = wishes.limits.find((limit) => limit.id === limitId(change.of, change.per))
  const model = previous ?? lasting
  if (change.amount === undefined) return { id, previous, next: undefined, same: previous === undefined }
  const action = change.action ?? model?.action ?? (change.of.kind === 'account' ? 'notify' : 'block')
  const next: Limit = {
    id,
    of: potOf(change, model),
    per: change.per,
    amount: change.amount,
    action,
    warnAt: change.warnAt ?? model?.warnAt ?? config.warnAt,
    from: previous?.from ?? now,
    ...(change.until === undefined ? {} : { until: change.until }),
    // Seconds, so that a limit taken away and set again is a new version too, and its notices are said again.
    version: Math.max((previous?.version ?? 0) + 1, Math.floor(now / 1000)),
  }
  return { id, previous, next, same: previous !== undefined && isSame(previous, next) }
}

function potOf({ of, includeRoles }: LimitChange, previous: Limit | undefined): Pot {
  if (of.kind !== 'everyone') return of
  const before = previous?.of.kind === 'everyone' && previous.of.includeRoles
  return { ...of, includeRoles: includeRoles ?? (of.includeRoles || before) }
}

const isSame = (one: Limit, other: Limit): boolean =>
  one.amount === other.amount &&
  one.action === other.action &&
  one.warnAt.join() === other.warnAt.join() &&
  one.until === other.until &&
  (one.of.kind !== 'everyone' || other.of.kind !== 'everyone' || one.of.includeRoles === other.of.includeRoles)

const withChanges = (wishes: Wishes, planned: readonly PlannedLimit[]): Wishes => ({
  ...wishes,
  limits: [
    ...wishes.limits.filter((limit) => !planned.some((change) => change.id === limit.id)),
    ...planned.flatMap((change) => change.next ?? []),
  ],
})

export const blockedIn = (judgements: readonly Judgement[]): ReadonlyMap<PrincipalKey, Judgement> =>
  new Map(judgements.filter((j) => j.verdict.kind === 'blocked').map((j) => [j.principal, j]))

const neverOf =
  ({ protectedPrincipals, account }: Pick<RuntimeConfig, 'protectedPrincipals' | 'account'>) =>
  (principal: PrincipalKey) =>
    cannotBlockWhy(principal, protectedBy(protectedPrincipals, account))

/** Who is free before and blocked after, and can be. */
export function blocksBetween(
  before: ReadonlyMap<PrincipalKey, Judgement>,
  after: ReadonlyMap<PrincipalKey, Judgement>,
  config: Pick<RuntimeConfig, 'protectedPrincipals' | 'account'>,
): LimitsPlan['blocks'] {
  const never = neverOf(config)
  return [...after.values()].flatMap((judgement) =>
    before.has(judgement.principal) || never(judgement.principal) !== undefined ? [] : blockOf(judgement),
  )
}

function blockOf(judgement: Judgement): LimitsPlan['blocks'] {
  const state = judgement.limits.find((limit) => limit.limit === judgement.decidedBy)
  if (state === undefined) return []
  return [{ principal: judgement.principal, limit: state.limit, spent: state.spent, amount: state.amount }]
}

async function unblockable(
  planned: readonly PlannedLimit[],
  belongings: Belongings,
  never: (principal: PrincipalKey) => CannotBlock | undefined,
  directory: Directory | undefined,
): Promise<LimitsPlan['cannotBlock']> {
  const answers: { principal: string; why: CannotBlock }[] = []
  for (const { next } of planned) {
    const pot = next?.of
    if (next?.action === 'block' && (pot?.kind === 'person' || pot?.kind === 'team')) {
      for (const member of new Set(membersOf(`${pot.kind}/${pot.key}`, belongings))) {
        // Of a pattern, somebody whom it means.
        const why = never(member.replaceAll('*', 'x') as PrincipalKey)
        if (why !== undefined) answers.push({ principal: member, why })
      }
    }
    if (next?.action !== 'block' || (pot?.kind !== 'user' && pot?.kind !== 'role' && pot?.kind !== 'session')) continue
    const why = never(pot.key)
    if (why !== undefined) answers.push({ principal: pot.key, why })
    // A user without a free slot goes into the guard's group; a role has no such way.
    else if (pot.kind === 'role' && (await directory?.freeSlots(pot.key)) === 0) {
      answers.push({ principal: pot.key, why: 'attachment-quota' })
    }
  }
  return answers
}

function limitEvent(change: PlannedLimit, by: string, at: Instant): HistoryEvent {
  const words = (limit: Limit | undefined) =>
    limit === undefined
      ? 'none'
      : `${toDecimal(limit.amount)} ${limit.action} warn at ${limit.warnAt.join(',') || 'none'}`
  return {
    at,
    by,
    what: change.next ? 'limit-set' : 'limit-unset',
    principal: change.id,
    details: { before: words(change.previous), after: words(change.next) },
  }
}
