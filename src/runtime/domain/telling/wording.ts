import type { CannotBlock } from '../judging/verdict.ts'
import type { CauseCode } from './coverage-causes.ts'
import type { AlarmCode, NoticeKind, ReleasedWhy } from './notice.ts'
import type { PrincipalState } from './status-view.ts'

/** What a mail says besides its facts. */
export interface MailContext {
  readonly guard: string
  readonly account: string
  /** The account's alias, where it is known. */
  readonly alias?: string | undefined
  readonly region: string
  /** The guard's zone now. */
  readonly zone: string
  readonly currency: { readonly code: string; readonly rate: string } | undefined
}

/** A notice item with every value as text, so that a sentence needs no formatting of its own. Absent values are empty. */
export interface Told {
  /** `user/tanaka`, or the word for the whole account. */
  readonly who: string
  /** `user/tanaka per month`. */
  readonly limit: string
  readonly spent: string
  readonly amount: string
  readonly percent: string
  readonly until: string
  readonly model: string
  /** What the model is billed by, where not by tokens. */
  readonly unit: 'image' | 'second' | 'search' | undefined
  readonly count: string
  readonly day: string
  readonly why: string
}

/** The words of one kind of notice: one sentence that says what happened, and a subject for one or for several. */
export interface NoticeWords {
  subject(told: Told): string
  subjects(count: number): string
  sentence(told: Told): string
}

/** What a command in a mail is for. */
export type Todo =
  | 'raise'
  | 'grant'
  | 'unblock'
  | 'lift'
  | 'enforce'
  | 'exclude'
  | 'status'
  | 'limits'
  | 'set-price'
  | 'check-installation'
  | 'coverage'
  | 'preview'
  | 'change-mails'

/** One language, complete: a key that is missing does not compile. */
export interface Words {
  readonly language: 'en' | 'ja'
  /** Every total rests on list prices. */
  readonly estimate: string
  readonly noEnd: string
  readonly wholeAccount: string
  readonly eachOther: string
  per(kind: string): string
  /** A pot with the period of its limit. */
  perPot(pot: string, per: string): string
  readonly facts: {
    readonly limit: string
    readonly spent: string
    readonly until: string
    readonly pardoned: string
    readonly grant: string
    readonly resets: string
    readonly policy: string
    readonly by: string
    readonly reason: string
    readonly assumed: string
    readonly account: string
    readonly guard: string
    readonly period: string
    readonly rate: string
    readonly prices: string
    readonly total: string
    readonly yesterday: string
    readonly forecast: string
    readonly ofWhichAssumed: string
    readonly lastRecord: string
    readonly delay: string
  }
  readonly notices: Readonly<Record<Exclude<NoticeKind, 'report'>, NoticeWords>>
  readonly cannot: Readonly<Record<CannotBlock, { readonly why: string; readonly fix: string }>>
  readonly released: Readonly<Record<ReleasedWhy, string>>
  /** Where what the log did not show likely hides: in a word, as a sentence, and what to do about it. */
  readonly uncovered: Readonly<
    Record<CauseCode, { readonly short: string; readonly why: string; readonly fix: string }>
  >
  /** What is wrong with the guard itself. */
  readonly alarms: Readonly<Record<AlarmCode, (who: string) => string>>
  /** A pardon that is over goes before a block. */
  readonly pardonOver: string
  /** Above the names of those who are not told of in full. */
  readonly others: string
  andMore(count: number): string
  /** What a blocked person sees, and that a new period frees without anybody's doing. */
  readonly blockedSees: string
  readonly freeByItself: string
  readonly untilLifted: string
  /** Past a limit only with assumed money: why nobody is blocked. */
  readonly assumedOnly: string
  readonly whatToDo: string
  readonly todo: Readonly<Record<Todo, string>>
  readonly states: Readonly<Record<PrincipalState, string>>
  readonly report: ReportWords
}

export interface ReportWords {
  /** Headings of the sections of people and of teams. */
  readonly people: string
  readonly teams: string
  /** Below the teams: why they may add up to more than the total. */
  readonly teamsOverlap: string
  subject(about: { guard: string; account: string; total: string; day: string }): string
  statementSubject(about: { guard: string; account: string; total: string; month: string }): string
  title(day: string): string
  statementTitle(month: string): string
  /** On the rate of the second currency: who set it. */
  rate(code: string, rate: string): string
  readonly users: string
  readonly roles: string
  readonly others: string
  readonly sources: string
  readonly stopped: string
  readonly models: string
  readonly unpriced: string
  readonly health: string
  readonly next: string
  readonly columns: {
    readonly name: string
    readonly limit: string
    readonly used: string
    readonly state: string
    readonly model: string
    readonly requests: string
    readonly assumed: string
    readonly other: string
    readonly none: string
    readonly total: string
    /** Within "other": labels that the settings do not name. */
    readonly unlisted: string
  }
  readonly labels: {
    readonly asOf: string
    readonly since: string
    readonly mode: string
    readonly caughtUp: string
    readonly unreadable: string
    readonly ownCost: string
    readonly coverage: string
  }
  /** Yesterday's money, and by how much it differs from the day before. */
  change(yesterday: string, before: string, sign: 'more' | 'less' | 'same'): string
  /** Yesterday, of which nothing or only a part was counted, because counting began then. */
  notCounted(began: string): string
  partOfDay(spent: string, began: string): string
  byTheEnd(money: string): string
  /** By how much a past month differs from its statement. */
  sinceStatement(difference: string, sign: 'more' | 'less' | 'same', total: string): string
  readonly observing: string
  ofLimit(spent: string, amount: string): string
  /** A state that lasts until then. */
  until(state: string, time: string): string
  /** A limit's amount and how much of it is used. */
  usedOf(amount: string, percent: string): string
  caughtUp(count: number, at: string): string
  unreadable(count: number): string
  ownCost(money: string): string
  /** Of the tokens that CloudWatch counted on a day, the share that the ledger has and the one it lacks. */
  covered(of: { day: string; covered: string; missing: string; money: string; causes: string }): string
  coveredWhole(day: string): string
  nothingToCover(day: string): string
  coverageTooEarly(day: string): string
  coverageUnknown(day: string, why: string): string
  readonly csv: string
  readonly rounding: string
  moreStopped(count: number): string
  more(count: number, usd: string): string
  readonly noLimit: string
  readonly noForecast: string
  readonly nobodyStopped: string
  readonly noRecords: readonly string[]
  readonly noRecordsInMonth: string
  readonly never: string
  readonly unknownDelay: string
  delay(parts: { log: string; delivery: string; enforce: string }): string
  seconds(count: number): string
  /** A statement is final for what has arrived. */
  readonly late: string
  problems(count: number): string
  why(guard: string): string
  /** `command` changes who gets these mails. */
  stop(command: string): string
  /** Who did it by hand; empty where that is not known. */
  byHand(who: string): string
}
