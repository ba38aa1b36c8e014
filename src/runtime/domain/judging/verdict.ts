import type { Instant, PeriodKind } from '../base/calendar.ts'
import type { GroupKey } from '../metering/belonging.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import type { PicoUsd } from '../money/money.ts'
import type { LimitId, ManualBlock, Waiver } from './limit.ts'

export type CannotBlock =
  | 'protected-role'
  /** Named by the setting of who is never blocked, or one of the guard's own roles. */
  | 'protected-principal'
  | 'attachment-quota'
  | 'unattributed'
  | 'root'
  | 'federated'
  | 'session-of-shared-role'
  | 'no-such-principal'
  | 'not-allowed'
  | 'no-policy'

export type Verdict =
  | { readonly kind: 'within' }
  | { readonly kind: 'warn'; readonly percent: number; readonly threshold: number }
  /** Over a limit that only notifies. */
  | { readonly kind: 'over'; readonly over: PicoUsd }
  | { readonly kind: 'blocked'; readonly over: PicoUsd; readonly until: Instant | 'no-end' }
  | { readonly kind: 'waived'; readonly waiver: Waiver }
  | { readonly kind: 'excluded' }
  | { readonly kind: 'unlimited' }

/** One limit as it stands for one principal. */
export interface LimitState {
  readonly limit: LimitId
  /** The pot as text: `user/tanaka`, `role/team-a`, `person/tanaka`, `team/growth`, `*`, `account`. */
  readonly of: string
  /** Of `*`: the person whose members share it; absent where a principal has it alone. */
  readonly sharedBy?: GroupKey
  readonly per: PeriodKind
  readonly spent: PicoUsd
  /** `spent` without what rests on assumed prices. */
  readonly confirmed: PicoUsd
  readonly amount: PicoUsd
  readonly action: 'block' | 'notify'
  readonly periodKey: string
  readonly resetsAt: Instant
  /** Highest threshold reached, or undefined. */
  readonly threshold: number | undefined
  readonly reached: boolean
  readonly version: number
}

export interface Judgement {
  readonly principal: PrincipalKey
  readonly verdict: Verdict
  readonly decidedBy: LimitId | 'manual' | undefined
  /** The block by hand that decides, where it is on a person or a team. */
  readonly hand?: ManualBlock
  readonly limits: readonly LimitState[]
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
}

/** What enforce put in place, or could not: the BLOCK item of a principal. */
export interface BlockedRecord {
  readonly principal: PrincipalKey
  readonly state: 'attached' | 'cannot-block'
  readonly why: CannotBlock | undefined
  readonly policy: string | undefined
  readonly by: 'managed' | 'group' | undefined
  readonly until: Instant | 'no-end'
  /** Unique per block: a second block in the same month is a new episode and is announced again. */
  readonly episode: string
  readonly decidedBy: LimitId | 'manual'
  readonly since: Instant
  readonly comparedAt: Instant
  /** When a deny that was gone was last put back. */
  readonly reattachedAt?: Instant | undefined
  /** Released in IAM, the record only waits until its release has been announced; it blocks nobody any more. */
  readonly releasedAt?: Instant | undefined
}
