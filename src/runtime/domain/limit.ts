import type { Instant, PeriodKind } from './calendar.ts'
import type { PicoUsd } from './money.ts'
import type { PrincipalKey } from './principal.ts'

/** What a limit is put on. `everyone` is each principal not named by a limit of its own; `account` is all together. */
export type Pot =
  | { readonly kind: 'user' | 'role' | 'session'; readonly key: PrincipalKey }
  | { readonly kind: 'person' | 'team'; readonly key: string }
  | { readonly kind: 'everyone'; readonly includeRoles: boolean }
  | { readonly kind: 'account' }

/** `<pot>@<per>`: `user/tanaka@month`, `*@month`, `account@month`. One limit per pot and period kind. */
export type LimitId = string

export interface Limit {
  readonly id: LimitId
  readonly of: Pot
  readonly per: PeriodKind
  readonly amount: PicoUsd
  readonly action: 'block' | 'notify'
  /** Percent of the amount, ascending. */
  readonly warnAt: readonly number[]
  readonly from: Instant
  readonly until?: Instant
  /** Rises with every change; notices are said once per version. */
  readonly version: number
}

/** A temporary pardon: ends at the first of until, grant used up, end of the period that blocked. Outranks limits, not a manual block. */
export interface Waiver {
  readonly id: string
  readonly principal: PrincipalKey
  /** Only this limit; undefined: every limit that would block. */
  readonly limit: LimitId | undefined
  readonly until: Instant
  readonly grant: PicoUsd | undefined
  /** The principal's spend of the period when the waiver was given. */
  readonly spentAtGrant: PicoUsd
  readonly by: string
  readonly at: Instant
  readonly reason: string | undefined
}

export interface ManualBlock {
  readonly principal: PrincipalKey
  readonly until: Instant | 'no-end'
  readonly by: string
  readonly at: Instant
  readonly reason: string | undefined
}

/** Everything the admin wishes, read in one go. */
export interface Wishes {
  readonly limits: readonly Limit[]
  readonly waivers: readonly Waiver[]
  readonly blocks: readonly ManualBlock[]
  readonly excluded: readonly PrincipalKey[]
}
