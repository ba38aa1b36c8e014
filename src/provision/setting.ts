/** What a row of the table of settings is, and what its checks give. */
import type { Adoptable } from './guard.ts'
import type * as check from './settings-checks.ts'

/** As typed: text, a list of texts (each may hold commas), or a switch. Undefined: not given. Empty text: none. */
export type Raw = string | readonly string[] | boolean | number | undefined

export interface Setting {
  readonly key: SettingKey
  /** Without the dashes. */
  readonly flag: string
  /** Another word for the flag. */
  readonly alias?: string
  /** `numbers`: one text on the command line, a list in a file. */
  readonly kind: 'text' | 'number' | 'numbers' | 'list' | 'switch' | 'choice'
  readonly choices?: readonly string[]
  /** One line, for `--help` and the README. */
  readonly summary: string
  /** The default in words. */
  readonly otherwise: string
  /** Another value than the default: an example for people and for tests. */
  readonly sample: NonNullable<Raw>
  /** Asked on a terminal at the first install when it is not given; the smallest order first. */
  readonly question?: { readonly order: number; readonly text: string }
  readonly check: check.Check<unknown>
}

export type SettingKey = keyof Checked
export type GivenSettings = { readonly [Key in SettingKey]?: Raw }

/** What the checks give; `settingsFrom` puts it together. */
export interface Checked {
  emails: readonly string[]
  timeZone: string
  reportTime: string
  language: 'en' | 'ja'
  currency: string | undefined
  currencyRate: string | undefined
  retentionDays: number
  logGroup: string
  table: string
  topic: string
  adopt: readonly Adoptable[]
  s3Logs: boolean
  logBucket: string | undefined
  s3ExpireDays: number | undefined
  s3LargeBodies: boolean
  kmsKey: 'none' | 'own' | (string & {})
  logReaders: readonly string[]
  mode: 'enforce' | 'observe'
  onlySources: boolean
  alarms: boolean
  cloudwatchDashboard: boolean
  dashboard: boolean
  pageShows: 'own' | 'team' | 'all'
  dashboardMfa: 'optional' | 'required'
  dashboardCidrs: readonly string[]
  dashboardPrefix: string | undefined
  dashboardUrl: string | undefined
  dashboardSes: string | undefined
  dashboardFrom: string | undefined
  logText: boolean
  logImages: boolean
  logEmbeddings: boolean
  logVideo: boolean
  logAudio: boolean
  checkMinutes: number
  warnAt: readonly number[]
  labels: readonly string[]
  sessionRoles: readonly string[]
  protectedPrincipals: readonly string[]
  unknownPrice: 'warn' | 'block'
  assumedCacheTtl: '5m' | '1h'
  permissionsBoundary: string | undefined
  rolePath: string
  costTagKey: string
  costTag: string | undefined
}
