import type { Day, Instant, Month } from '../base/calendar.ts'
import type { Waiver, Wishes } from '../judging/limit.ts'
import type { BlockedRecord, CannotBlock, Judgement } from '../judging/verdict.ts'
import type { GroupKey, Subject } from '../metering/belonging.ts'
import type { PicoUsd } from '../money/money.ts'
import type { CauseCode } from './coverage-causes.ts'

/** What makes a notice once: `<kind>#<subject>#<limit version, period, threshold or episode>`. */
export type NoticeKey = string

export type NoticeKind =
  | 'warned'
  | 'blocked'
  /** Would have been blocked, were the guard not only observing. */
  | 'observed'
  | 'waived'
  | 'waiver-ended'
  | 'released'
  | 'over'
  | 'cannot-block'
  | 'reattached'
  | 'unpriced'
  | 'caught-up'
  | 'bad-records'
  | 'uncovered'
  | 'unhealthy'
  | 'report'

/** Why somebody is free again. */
export type ReleasedWhy =
  | 'observed'
  | 'new-period'
  | 'limit-changed'
  | 'limit-ended'
  /** Who belongs to the person or team whose limit it was has changed. */
  | 'moved'
  | 'waived'
  | 'excluded'
  | 'block-ended'

/** What is wrong with the guard itself; who it is about, if anybody, follows after a space. */
export type AlarmCode =
  | 'unread-books'
  | 'unread-records'
  | 'unread-health'
  | 'ledger-empty'
  | 'unread-iam'
  | 'not-blocked'
  | 'not-released'
  | 'not-noted'

/** One fact worth saying; the renderer chooses the words. */
export interface NoticeItem {
  readonly key: NoticeKey
  /** Said along with it: settled together. */
  readonly also?: NoticeKey
  /** Whom it is about: a person or a team where it is said of the pot as a whole. */
  readonly principal?: Subject
  /** The person or team whose block by hand it is, or whose share of everyone's limit. */
  readonly through?: GroupKey
  readonly limit?: string
  readonly spent?: PicoUsd
  readonly assumed?: PicoUsd
  readonly amount?: PicoUsd
  readonly percent?: number
  readonly threshold?: number
  readonly until?: Instant | 'no-end'
  readonly policy?: string
  readonly why?: CannotBlock | ReleasedWhy | string
  readonly by?: string
  readonly model?: string
  readonly count?: number
  /** The day it is about, where that is not today. */
  readonly day?: Day
  /** Likely causes, the dearest first. */
  readonly causes?: readonly CauseCode[]
  /** The pardon it is about: given, or over. */
  readonly waiver?: Waiver
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

export interface NoticeGroup {
  readonly kind: Exclude<NoticeKind, 'report'>
  readonly items: readonly NoticeItem[]
}

export interface NoticeInput {
  readonly judgements: readonly Judgement[]
  /** As they stand after the check, those that only wait for their release to be announced included. */
  readonly records: readonly BlockedRecord[]
  readonly wishes: Wishes
  readonly observe: boolean
  /** Ids of the waivers that are over: their time, or what they granted. */
  readonly waiversOver: ReadonlySet<string>
  readonly now: Instant
  /** The guard's day and month of `now`. */
  readonly day: Day
  readonly month: Month
  readonly unpriced: readonly { readonly model: string; readonly requests: number; readonly assumed: PicoUsd }[]
  /** Records found by catch-up that nobody had delivered, and when; undefined: none. */
  readonly caughtUp: { readonly count: number; readonly at: Instant } | undefined
  /** Records of today that could not be read. */
  readonly badRecords: number
  readonly problems: readonly string[]
}
