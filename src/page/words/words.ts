import type { PrincipalState } from '../../runtime/domain/telling/status-view.ts'
import type { Failure } from '../answer.ts'
import type { EverybodyWords } from './everybody-words.ts'
import type { OwnWords } from './own-words.ts'

export type Language = 'en' | 'ja'

/** Everything that the page says. A language that lacks a word does not compile. */
export interface PageWords {
  /** How the other language is called in itself: the label of the switch. */
  readonly otherLanguage: string
  readonly product: string
  readonly skip: string
  readonly tabs: { readonly label: string; readonly mine: string; readonly everybody: string; readonly teams: string }
  readonly month: string
  readonly refresh: string
  readonly refreshed: (time: string) => string
  readonly signedInAs: (name: string) => string
  readonly admin: string
  readonly logOut: string
  readonly loading: string
  readonly retry: string
  readonly signIn: SignInWords
  readonly session: { readonly ended: string; readonly again: string }
  readonly failures: Readonly<Record<Failure, { readonly title: string; readonly text: string }>>
  /** What is on the screen is older than the question that failed. */
  readonly stale: (time: string) => string
  readonly states: Readonly<Record<PrincipalState, string>>
  readonly observing: string
  readonly estimate: string
  readonly zone: (timezone: string) => string
  readonly rate: (code: string, rate: string) => string
  readonly health: {
    readonly title: string
    readonly lastRecord: (time: string) => string
    readonly noRecord: string
    readonly lag: (minutes: number) => string
    readonly lagUnknown: string
    readonly problems: string
    /** What an admin does about them. */
    readonly whatToDo: string
  }
  readonly limits: LimitWords
  readonly chart: ChartWords
  readonly lines: LineWords
  readonly own: OwnWords
  readonly everybody: EverybodyWords
}

export interface SignInWords {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly going: string
  readonly coming: string
  /** By the error code of OAuth; `other` for those not named. */
  readonly refused: { readonly denied: string; readonly busy: string; readonly stale: string; readonly other: string }
  readonly details: (code: string) => string
}

export interface LimitWords {
  readonly title: string
  readonly per: { readonly month: string; readonly week: string; readonly day: string }
  /** `*`, `account`, `person/…`, `team/…`, and whatever else is a principal. */
  readonly of: (of: string) => string
  /** Whose limit and how often it starts anew, as one name. */
  readonly named: (of: string, per: string) => string
  readonly columns: {
    readonly limit: string
    readonly amount: string
    readonly spent: string
    readonly rest: string
    readonly used: string
    readonly forecast: string
    readonly resets: string
    readonly action: string
  }
  readonly shared: string
  readonly action: { readonly block: string; readonly notify: string }
  readonly decides: string
  readonly none: string
}

export interface ChartWords {
  readonly days: string
  readonly desc: (first: string, last: string, total: string, most: string) => string
  readonly empty: string
  readonly asTable: string
  readonly day: string
  readonly total: string
  /** The models that share the last colour. */
  readonly others: (count: number) => string
  readonly hint: string
}

export interface LineWords {
  readonly models: string
  readonly sources: string
  readonly columns: {
    readonly model: string
    readonly source: string
    readonly usd: string
    readonly share: string
    readonly requests: string
    readonly tokens: string
    readonly cacheHit: string
  }
  /** The two labels that the guard itself gives. */
  readonly source: (label: string) => string
  readonly none: string
  /** Beside what has no price of its own yet. */
  readonly assumed: string
  readonly tokens: {
    readonly title: string
    readonly class: string
    readonly count: string
    readonly share: string
    readonly input: string
    readonly output: string
    readonly cacheRead: string
    readonly cacheWrite5m: string
    readonly cacheWrite1h: string
    readonly cacheWriteUnknown: string
    readonly cacheHit: string
    readonly cacheHitNote: string
    readonly noPrompt: string
  }
}
