import type { Instant } from './calendar.ts'
import type { PicoUsd } from './money.ts'
import type { PrincipalKey } from './principal.ts'
import type { CannotBlock } from './verdict.ts'

/** What makes a notice once: `<kind>#<subject>#<limit version, period, threshold or episode>`. */
export type NoticeKey = string

export type NoticeKind =
  | 'warned'
  | 'blocked'
  | 'released'
  | 'over'
  | 'cannot-block'
  | 'reattached'
  | 'unpriced'
  | 'caught-up'
  | 'bad-records'
  | 'unhealthy'
  | 'report'

/** One fact worth saying; the renderer chooses the words. */
export interface NoticeItem {
  readonly key: NoticeKey
  readonly principal?: PrincipalKey
  readonly limit?: string
  readonly spent?: PicoUsd
  readonly amount?: PicoUsd
  readonly percent?: number
  readonly threshold?: number
  readonly until?: Instant | 'no-end'
  readonly policy?: string
  readonly why?: CannotBlock | string
  readonly by?: string
  readonly model?: string
  readonly count?: number
}

/** All items of one kind that one check brought: one mail. Words are already chosen where it is sent. */
export interface Notice {
  readonly kind: NoticeKind
  readonly at: Instant
  readonly items: readonly NoticeItem[]
  /** At most 99 characters, no line breaks (SNS). */
  readonly subject: string
  readonly text: string
}
