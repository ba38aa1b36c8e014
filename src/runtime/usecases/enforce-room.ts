import type { RuntimeConfig } from '../config.ts'
import type { Instant } from '../domain/base/calendar.ts'
import type { PicoUsd } from '../domain/money/money.ts'
import type { AlarmCode, NoticeGroup, NoticeItem } from '../domain/telling/notice.ts'
import type {
  BadRecords,
  BlockBook,
  Clock,
  Enforcer,
  HealthBook,
  History,
  Lease,
  Ledger,
  LimitBook,
  NoticeLog,
  Notifier,
  PeopleBook,
  ProfileResolver,
  RateBook,
  Sleeper,
} from '../ports.ts'

/** Everything a check works with. */
export interface EnforceRoom {
  readonly config: RuntimeConfig
  readonly clock: Clock
  readonly sleeper: Sleeper
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: BlockBook
  readonly enforcer: Enforcer
  readonly notifier: Notifier
  readonly notices: NoticeLog
  readonly lease: Lease
  readonly health: HealthBook
  readonly rates: RateBook
  readonly profiles: ProfileResolver
  readonly history: History
  readonly badRecords: BadRecords
  /** Chooses the words of a mail. */
  render(kind: NoticeGroup['kind'], items: readonly NoticeItem[], at: Instant): { subject: string; text: string }
  /** Books the difference between the assumed price and the real one for the records of this profile, as many as it can by `until`. */
  correctProfile(arn: string, now: Instant, until: Instant): Promise<void>
  /** What a warm function remembers to save reads; nothing rests on it. */
  readonly memory: { assumedSeen: PicoUsd | undefined; readonly goneProfiles?: Set<string> }
}

/** Who acts when nobody typed a command. */
export const guardItself = 'cost-guard'

/** What went wrong without stopping the check. */
export interface Problem {
  readonly text: string
  /** What of it is mailed once a day, in the reader's language; with the principal it is about. Undefined: not worth a mail. */
  readonly alarm?: Alarm
}

export type Alarm = AlarmCode | `${AlarmCode} ${string}`

export const because = (what: string, error: unknown, alarm?: Alarm): Problem => ({
  text: `${what}: ${error instanceof Error ? error.message : String(error)}`,
  ...(alarm === undefined ? {} : { alarm }),
})
