/**
 * What the guard needs from the world. Use cases know these and the domain, nothing else.
 * Each port has one contract suite (test/contract) that runs on the fake and on the emulator.
 */

import type { Instant, Month } from './domain/base/calendar.ts'
import type { Exclusion, Limit, LimitId, ManualBlock, Waiver, Wishes } from './domain/judging/limit.ts'
import type { BlockedRecord } from './domain/judging/verdict.ts'
import type { Balance, Detail, Entry, FailedCalls } from './domain/metering/balance.ts'
import type { Belongings, Person, Subject, Team } from './domain/metering/belonging.ts'
import type { Charge, FailedCall } from './domain/metering/charge.ts'
import type { PrincipalKey } from './domain/metering/principal.ts'
import type { PicoUsd } from './domain/money/money.ts'
import type { Discount, KeptPrices, ListedRate, RateOverride } from './domain/money/price-book.ts'
import type { CountedTokens, Deliveries } from './domain/telling/coverage-tokens.ts'
import type { Notice, NoticeKey } from './domain/telling/notice.ts'
import type { EnforceAnswer, EnforceEvent } from './protocol.ts'

export interface Clock {
  now(): Instant
}

/** Waits; only provisioning and retry loops have it. Tests inject one that does not. */
export interface Sleeper {
  sleep(milliseconds: number): Promise<void>
}

/** `conflict`: the request id is in the journal with other content; loud, never charged again. */
export type Recorded = 'recorded' | 'duplicate' | 'conflict'

export interface Correction {
  /** Makes the correction idempotent: one correction per entry and id. */
  readonly id: string
  readonly cost: PicoUsd
  readonly rateId: string
  readonly model: string
  /** Undefined: whose it is, and its label, stay as they are. */
  readonly principal?: PrincipalKey
  readonly label?: string
  readonly reason: string
}

export interface Ledger {
  /**
   * One answer per charge, in order. Journal entry and counters move in one transaction per principal group;
   * throws only for AWS failures (the caller's retry is then safe). A charge that the store refuses for its content
   * is answered 'refused'.
   */
  record(charges: readonly Charge[]): Promise<readonly (Recorded | 'refused')[]>
  /** Adds an entry that replaces an assumed price; the journal entry itself stays as written. */
  correct(entry: Entry, correction: Correction): Promise<Recorded>
  /** Plain counters by error class; outside every transaction. */
  recordFailed(calls: readonly FailedCall[]): Promise<void>
  /** All balances of the month, complete and consistent, or it throws. */
  balances(month: Month): AsyncIterable<Balance>
  /** One principal's balance, read consistently; undefined when it has none. */
  balance(principal: PrincipalKey, month: Month): Promise<Balance | undefined>
  detail(month: Month, principal?: PrincipalKey): AsyncIterable<Detail>
  failed(month: Month): AsyncIterable<FailedCalls>
  /** Journal entries (corrections applied as own entries) with from <= at < to, of these principals or of all. */
  journal(range: { from: Instant; to: Instant }, ...whose: readonly PrincipalKey[]): AsyncIterable<Entry>
  /** Which of these charges the journal does not hold yet. */
  missing(charges: readonly Charge[]): Promise<readonly Charge[]>
  /** Recomputes the month's counters from the journal alone. */
  rebuilt(month: Month): Promise<readonly Balance[]>
}

/** What a few spent in several months: keys looked up and short stretches read, never a month as a whole. */
export interface PastSpend {
  /** Balances of exactly these in these months, and of every session of these roles; who has none is left out. */
  balances(
    of: { readonly principals: readonly PrincipalKey[]; readonly sessionsOf: readonly string[] },
    months: readonly Month[],
  ): Promise<readonly Balance[]>
}

export interface LimitBook {
  /** Limits, waivers, manual blocks and exclusions, read together, completely and consistently, or it throws. */
  wishes(): Promise<Wishes>
  put(limit: Limit): Promise<{ previous: Limit | undefined }>
  remove(id: LimitId): Promise<{ previous: Limit | undefined }>
  waive(waiver: Waiver): Promise<void>
  endWaiver(id: string): Promise<void>
  block(block: ManualBlock): Promise<void>
  endBlock(subject: Subject): Promise<{ previous: ManualBlock | undefined }>
  exclude(exclusion: Exclusion): Promise<void>
  endExclusion(subject: Subject): Promise<void>
  /** With who excluded whom, when and why; `wishes` names the keys alone. */
  exclusions(): Promise<readonly Exclusion[]>
}

export type BlockAnswer =
  | 'blocked'
  | 'already'
  | 'no-such-principal'
  | 'attachment-quota'
  | 'protected'
  | 'not-allowed'
  | 'no-policy'
export type ReleaseAnswer = 'released' | 'already' | 'no-such-principal'

export interface Attachment {
  readonly principal: PrincipalKey
  readonly policy: string
  readonly by: 'managed' | 'group'
}

/** The only writer of attachments. Outcomes a caller must expect are answers; only the unexpected throws. */
export interface Enforcer {
  /** Everything that hangs on the guard's block policies and group, every page, or it throws. */
  attached(): Promise<readonly Attachment[]>
  block(
    principal: PrincipalKey,
    until: Instant | 'no-end',
  ): Promise<{ answer: BlockAnswer; policy?: string; by?: 'managed' | 'group' }>
  /**
   * Takes every policy of the guard off this principal and takes it out of the guard's group. `known`: what the records
   * say hangs there; it is taken off even while AWS's lists, which lag behind its writes, do not show it.
   */
  release(principal: PrincipalKey, known?: readonly Omit<Attachment, 'principal'>[]): Promise<ReleaseAnswer>
}

/** What enforce believes is attached, and why (BLOCK items). */
export interface BlockBook {
  all(): Promise<readonly BlockedRecord[]>
  put(record: BlockedRecord): Promise<void>
  remove(principal: PrincipalKey): Promise<void>
}

export interface Notifier {
  send(notice: Notice): Promise<void>
}

export interface NoticeLog {
  claim(key: NoticeKey, leaseUntil: Instant): Promise<'claimed' | 'already-sent' | 'in-flight'>
  /** `note`: what it said, for those who must say later what has changed since. */
  settle(key: NoticeKey, note?: string): Promise<void>
  /** The note of a settled notice; undefined where there is none. */
  noteOf(key: NoticeKey): Promise<string | undefined>
}

export interface BadRecord {
  readonly id: string
  readonly why: string
  readonly requestId: string | undefined
  /** The record with bodies stripped, at most 4 KB. */
  readonly excerpt: string
  readonly at: Instant
}
export interface BadRecords {
  keep(records: readonly BadRecord[]): Promise<void>
  /** `atMost`: it is enough to know that there are so many; bounds what is read each minute. */
  count(day: string, atMost?: number): Promise<number>
}

export interface LogEvent {
  readonly id: string
  readonly at: Instant
  readonly ingestedAt: Instant
  readonly message: string
}
/** Reads the guard's log group again, oldest first, page by page. */
export interface LogReader {
  read(
    range: { from: Instant; to: Instant },
    cursor?: string,
  ): Promise<{ events: readonly LogEvent[]; cursor: string | undefined }>
}

/**
 * Which sessions of a role are principals of their own. A caller chooses session names, so only the first so many of a
 * role and month are; admitted once is admitted for the month.
 */
export interface SessionBook {
  /** Those of the names that are, or now become, principals. */
  admit(role: string, month: Month, names: readonly string[]): Promise<ReadonlySet<string>>
}

/** Wakes enforce after a committed batch; failing to wake it must not lose the batch. */
export interface EnforceTrigger {
  poke(): Promise<void>
}

/** Runs enforce and waits for its answer: how a command makes its wish effective at once. */
export interface EnforceCaller {
  ask(event: EnforceEvent): Promise<EnforceAnswer>
}

/** One enforce run at a time; a poke during a run causes exactly one more. */
export interface Lease {
  acquire(until: Instant): Promise<'acquired' | 'busy'>
  /** Gives the lease back. `again`: somebody poked since the run was acquired, so run once more. */
  release(): Promise<{ again: boolean }>
}

/** Prices kept in the guard and application inference profiles already resolved. */
export interface RateBook {
  /** Overrides, accepted rows of the price list and discounts, read together, consistently. */
  kept(): Promise<KeptPrices>
  putOverride(override: RateOverride): Promise<void>
  /** The override of exactly this stem, scope and day is gone from now on. */
  removeOverride(override: Pick<RateOverride, 'stem' | 'scope' | 'validFrom'>): Promise<void>
  putListed(rates: readonly ListedRate[]): Promise<void>
  removeListed(rates: readonly ListedRate[]): Promise<void>
  putDiscount(discount: Discount): Promise<void>
  removeDiscount(discount: Pick<Discount, 'of' | 'validFrom'>): Promise<void>
  profiles(): Promise<ReadonlyMap<string, { model: string; scope: 'global' | 'regional' }>>
  putProfile(arn: string, resolved: { model: string; scope: 'global' | 'regional' }): Promise<void>
}
/** Who belongs to which pot. A partition of its own: ingest may read it, and knows no limits. */
export interface PeopleBook {
  belongings(): Promise<Belongings>
  putPerson(person: Person): Promise<void>
  removePerson(name: string): Promise<void>
  putTeam(team: Team): Promise<void>
  removeTeam(name: string): Promise<void>
}

/** A user of the self-service page, as the admin mapped them. Found by the id the sign-in vouches for, never by a spelling. */
export interface PageUser {
  /** `sub` of the access token: Cognito's own id of the user, never given to another. */
  readonly sub: string
  /** What the admin calls them; unique in a guard. */
  readonly name: string
  /** Sees everybody. */
  readonly admin: boolean
  /** Whose spend is theirs to see: principals, people (with all members) and teams. */
  readonly sees: readonly Subject[]
  readonly addedAt: Instant
  /** ARN of the admin. */
  readonly addedBy: string
}
export interface PageUsers {
  /** Read consistently at every request: who was removed sees nothing from then on. */
  find(sub: string): Promise<PageUser | undefined>
  all(): Promise<readonly PageUser[]>
  put(user: PageUser): Promise<void>
  remove(sub: string): Promise<void>
}

/** Application inference profile ARN → the model behind it; used by enforce, never by ingest. */
export interface ProfileResolver {
  resolve(arn: string): Promise<{ model: string; scope: 'global' | 'regional' } | 'gone' | 'not-allowed'>
}

/** What AWS itself counted of Bedrock's use. */
export interface CountedUsage {
  readonly counted: readonly CountedTokens[]
  readonly mantle: readonly CountedTokens[]
  readonly deliveries: readonly Deliveries[]
}
export interface UsageMetrics {
  /** Everything of [from, to), summed in stretches of `step` milliseconds that begin with `from`. */
  read(range: { from: Instant; to: Instant; step: number }): Promise<CountedUsage>
}

/** Append-only: who did what, from where, why. */
export interface HistoryEvent {
  readonly at: Instant
  /** ARN of the caller, or the guard itself. */
  readonly by: string
  /** Which program on which machine; undefined: a function of the guard. */
  readonly from?: string
  readonly what: string
  readonly principal?: string
  readonly reason?: string
  readonly details?: Readonly<Record<string, string>>
}
export interface History {
  append(event: HistoryEvent): Promise<void>
  read(month: Month): AsyncIterable<HistoryEvent>
}

/** Small facts the runtime keeps about itself (watermark, last record, lags, hold switch). */
export interface Health {
  lastRecordAt: Instant | undefined
  logSeconds: number | undefined
  deliverySeconds: number | undefined
  enforceSeconds: number | undefined
  lastEnforceAt: Instant | undefined
  watermark: Instant | undefined
  /** Where the next catch-up begins: two hours before the watermark, or where the last one ran out of time. */
  catchUpFrom?: Instant | undefined
  /** What the last catch-up that found anything had to record itself, because nobody had delivered it. */
  caughtUp?: { readonly count: number; readonly at: Instant } | undefined
  /** The last beat of `doctor` that came through the pipe. */
  readonly heartbeat?: { readonly id: string; readonly at: Instant } | undefined
  /** When ingest last committed records; from here to the deny is `enforceSeconds`. */
  lastIngestAt?: Instant | undefined
  /** When IAM was last compared with the BLOCK records, whole. */
  comparedAt?: Instant | undefined
  /** How many balances the last check found in its month: if they are all gone a minute later, they are unreadable. */
  balancesSeen?: { readonly month: Month; readonly count: number } | undefined
  /** Money is counted and judged, nobody is blocked or warned: set while init counts the past. */
  hold: boolean
  /** The guard is being removed: enforce only releases. */
  closing: boolean
  /** What happened before is read only when somebody asks for it (backfill): the install, or the start of its month. */
  countFrom?: Instant | undefined
  problems: readonly string[]
}
export interface HealthBook {
  read(): Promise<Health>
  /** Written by ingest. */
  noteIngest(facts: {
    lastRecordAt?: Instant
    logSeconds?: number
    deliverySeconds?: number
    watermark?: Instant
    catchUpFrom?: Instant
    lastIngestAt?: Instant
    caughtUp?: { readonly count: number; readonly at: Instant }
    heartbeat?: { readonly id: string; readonly at: Instant }
  }): Promise<void>
  /** Written by enforce. */
  noteEnforce(facts: {
    lastEnforceAt: Instant
    enforceSeconds?: number
    comparedAt?: Instant
    balancesSeen?: { readonly month: Month; readonly count: number }
    problems: readonly string[]
  }): Promise<void>
  /** Written by commands. */
  setControl(control: { hold?: boolean; closing?: boolean; countFrom?: Instant }): Promise<void>
}

/** Bare name → the principals it may mean (IAM, and principals the ledger has seen). */
export interface Directory {
  find(name: string): Promise<readonly { key: PrincipalKey; from: 'iam' | 'ledger' }[]>
  /** The key with the names as IAM spells them, whatever the case of what was typed; undefined where there is none. */
  known(principal: PrincipalKey): Promise<PrincipalKey | undefined>
  /** Every name of a user or role; empty where the caller may not list them. */
  names(): Promise<readonly PrincipalKey[]>
  /** Free managed-policy slots of a user or role; undefined where it cannot be blocked by attaching. */
  freeSlots(principal: PrincipalKey): Promise<number | undefined>
}

/** One line of the function's own log, as JSON: what a person greps for and an alarm counts. */
export type Log = (
  line: { readonly level: 'info' | 'warn' | 'error'; readonly event: string } & Readonly<Record<string, unknown>>,
) => void
