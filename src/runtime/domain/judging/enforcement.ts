import type { Instant } from '../base/calendar.ts'
import type { Balance } from '../metering/balance.ts'
import { isProtectedRole, type PrincipalKey, parseKey, roleKeyOf } from '../metering/principal.ts'
import type { LimitId } from './limit.ts'
import type { BlockedRecord, CannotBlock, Judgement } from './verdict.ts'

/** A refusal that may pass (quota freed, right granted, user made again) is tried again after this time, not each minute. */
export const RETRY_MS = 10 * 60_000

export interface DecideInput {
  readonly judgements: readonly Judgement[]
  readonly records: readonly BlockedRecord[]
  /** The settings' never-block list and the guard's own roles. */
  readonly isProtected: (principal: PrincipalKey) => boolean
  readonly now: Instant
  /** The guard only observes: nobody is to be blocked, and nothing of ours may hang on anybody. */
  readonly observe?: boolean
}

export interface Blocking {
  readonly principal: PrincipalKey
  readonly until: Instant | 'no-end'
  readonly decidedBy: LimitId | 'manual'
  /** What is in place or was tried before: the same episode goes on. Undefined: a new block. */
  readonly record: BlockedRecord | undefined
}

export interface Decision {
  /** Attach, or move to the policy that fits the new end. */
  readonly block: readonly Blocking[]
  /** Nothing of ours may stay on these; apply before `cannot`, which may name the same principal. */
  readonly release: readonly PrincipalKey[]
  /** Should be blocked and cannot be; all of them, each time. `record` tells what was already written down. */
  readonly cannot: readonly (Blocking & { readonly why: CannotBlock })[]
  /** As it should be. */
  readonly keep: readonly BlockedRecord[]
}

/** Why this principal can never be blocked by attaching a policy, whatever IAM answers; undefined where it can. */
export function cannotBlockWhy(
  principal: PrincipalKey,
  isProtected: (principal: PrincipalKey) => boolean,
): CannotBlock | undefined {
  if (principal.startsWith('root/')) return 'root'
  // No account: only a root's key holds one.
  const who = parseKey(principal, '')
  if (who === undefined || who.kind === 'unattributed') return 'unattributed'
  if (who.kind === 'root' || who.kind === 'federated') return who.kind
  if (who.kind === 'role' && isProtectedRole(who.name)) return 'protected-role'
  if (who.kind === 'session' && isProtectedRole(who.role)) return 'protected-role'
  if (isProtected(principal) || isProtected(roleKeyOf(principal) ?? principal)) return 'protected-principal'
  return who.kind === 'session' ? 'session-of-shared-role' : undefined
}

/** Whom the judgements would have stopped; a session whose role is stopped too is meant with it. */
export function blockedBy(judgements: readonly Judgement[]): readonly Judgement[] {
  const blocked = judgements.filter(({ verdict }) => verdict.kind === 'blocked')
  const all = new Set(blocked.map(({ principal }) => principal))
  return blocked.filter(({ principal }) => !spokenFor(principal, all))
}

/** A session needs nothing of its own while a deny on its role stops it, or the role itself tells why it cannot. */
function spokenFor(principal: PrincipalKey, blocked: ReadonlySet<PrincipalKey>): boolean {
  const role = roleKeyOf(principal)
  return role !== undefined && blocked.has(role)
}

type Todo = 'keep' | 'block' | 'cannot'
function todo(blocking: Blocking, now: Instant): Todo {
  const { record } = blocking
  if (record === undefined) return 'block'
  const same = record.until === blocking.until && record.decidedBy === blocking.decidedBy
  if (record.state === 'attached') return same ? 'keep' : 'block'
  return same && now - record.comparedAt < RETRY_MS ? 'cannot' : 'block'
}

/**
 * The difference between who should be blocked and who is. Level-triggered: nothing depends on what changed, so a
 * missed minute heals in the next, and a new month, a waiver, a raise or an exclusion releases without code of its own.
 */
export function decide(input: DecideInput): Decision {
  // A record that only waits for its release to be announced blocks nobody: blocking again is a new episode.
  const standing = new Map(input.records.filter((r) => r.releasedAt === undefined).map((r) => [r.principal, r]))
  const wanted = input.judgements.flatMap((judgement): readonly Blocking[] => {
    const { principal, verdict, decidedBy } = judgement
    if (input.observe || verdict.kind !== 'blocked' || decidedBy === undefined) return []
    return [{ principal, until: verdict.until, decidedBy, record: standing.get(principal) }]
  })
  const everyoneWanted = new Set(wanted.map((blocking) => blocking.principal))
  const block: Blocking[] = []
  const cannot: (Blocking & { why: CannotBlock })[] = []
  const keep: BlockedRecord[] = []
  const release: PrincipalKey[] = []
  const justified = new Set<PrincipalKey>()
  for (const blocking of wanted) {
    if (spokenFor(blocking.principal, everyoneWanted)) continue
    justified.add(blocking.principal)
    const { record } = blocking
    const never = cannotBlockWhy(blocking.principal, input.isProtected)
    if (never !== undefined) {
      if (record?.state === 'attached') release.push(blocking.principal)
      cannot.push({ ...blocking, why: never })
      continue
    }
    const next = todo(blocking, input.now)
    if (next === 'block') block.push(blocking)
    else if (next === 'keep' && record) keep.push(record)
    else cannot.push({ ...blocking, why: record?.why ?? 'not-allowed' })
  }
  for (const principal of standing.keys()) if (!justified.has(principal)) release.push(principal)
  return { block, release, cannot, keep }
}

/**
 * Balances that were there a minute ago and are all gone are unreadable, not zero: then nobody is released.
 * `previousKnown`: how many principals had a balance in this same month when it was last read.
 */
export const isUnreadable = (previousKnown: number, balances: readonly Balance[]): boolean =>
  previousKnown > 0 && balances.length === 0

/**
 * How many principals must have a balance in the month that began at `monthStart`, as the standing blocks tell: whom a
 * limit above zero blocked within this month has spent in it. Blocks by hand and limits of zero prove nothing (of a limit
 * for a time the record does not tell its amount); nor do limits per week, which count the last month's days too.
 */
export function knownFromRecords(records: readonly BlockedRecord[], monthStart: Instant, now: Instant): number {
  return records.filter(
    (record) =>
      record.releasedAt === undefined &&
      record.decidedBy !== 'manual' &&
      !/(?:@week|~)$/.test(record.decidedBy) &&
      record.since >= monthStart &&
      record.until !== 'no-end' &&
      now < record.until,
  ).length
}
