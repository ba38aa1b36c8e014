/** What the alarms and the dashboard say, in the guard's language. */
import type { Settings } from '../guard.ts'
import { en } from './words-en.ts'
import { ja } from './words-ja.ts'

export type AlarmKey =
  | 'throttled'
  | 'dead-letters'
  | 'ingest-errors'
  | 'enforce-errors'
  | 'report-errors'
  | 'no-check'
  | 'silence'
  | 'log-delivery'
  | 's3-delivery'
  | 'not-blocked'

export type PanelKey =
  | 'invocations'
  | 'tokens'
  | 'calls'
  | 'output'
  | 'latency'
  | 'first-token'
  | 'quota'
  | 'throttles'
  | 'cost'
  | 'health'
  | 'functions'
  | 'delivery'

/** What the texts name. */
export interface Naming {
  readonly guard: string
  readonly region: string
  readonly deadLetters: string
  readonly logGroup: string
  /** Minutes in which a check must have finished. */
  readonly checkWithin: number
  /** `status` → the whole command, ready to be pasted. */
  command(words: string): string
}

export interface AlarmWords {
  /** What happened. */
  readonly what: string
  /** Why it matters. */
  readonly why: string
  /** Which command to run next, or what to do. */
  readonly next: string
}

export interface PanelWords {
  readonly title: string
  /** What to do when it looks wrong. */
  readonly help: string
}

export interface HeaderLinks {
  readonly alarms: string
  readonly log: string
  readonly ingest: string
  readonly enforce: string
  readonly table: string
  readonly bedrock: string
}

export interface CloudWatchWords {
  alarm(key: AlarmKey, naming: Naming): AlarmWords
  panel(key: PanelKey, naming: Naming): PanelWords
  /** Markdown. */
  header(naming: Naming, links: HeaderLinks): string
  readonly alarmsTitle: string
  readonly lines: {
    readonly calls: string
    readonly clientErrors: string
    readonly serverErrors: string
    readonly input: string
    readonly output: string
    readonly cacheRead: string
    readonly cacheWrite: string
    readonly checks: string
    readonly records: string
    readonly notBlocked: string
    readonly errors: string
    readonly duration: string
    readonly deadLetters: string
    readonly logFailures: string
    readonly s3Failures: string
  }
}

export const cloudWatchWords = (language: Settings['language']): CloudWatchWords => (language === 'ja' ? ja : en)
