import type { Zoning } from '../runtime/domain/base/calendar.ts'

/** The admin's wishes about one guard, complete and validated. Kept in the guard's manifest. */
export interface Settings {
  readonly guard: string
  readonly emails: readonly string[]
  readonly zoning: Zoning
  /** `HH:MM` in the guard's zone. */
  readonly reportTime: string
  readonly language: 'en' | 'ja'
  readonly currency: { readonly code: string; readonly rate: string } | undefined
  readonly retentionDays: number
  readonly logGroup: string
  readonly table: string
  readonly topic: string
  /** Things that were there before the guard and are used with the admin's consent: never deleted, given back as they were. */
  readonly adopt: readonly Adoptable[]
  /** A copy of the invocation log in S3; undefined: none. */
  readonly s3: S3Copy | undefined
  /** Encrypts the log copy, and the log group and topic the guard makes: none, a key of the guard's own, or the ARN of an existing one. */
  readonly kmsKey: 'none' | 'own' | (string & {})
  /** ARNs or ARN patterns of who may read the encrypted log copy; empty: whoever IAM allows. */
  readonly logReaders: readonly string[]
  /** `observe`: everything is counted, judged and said, nobody is blocked and who is blocked is released. */
  readonly mode: 'enforce' | 'observe'
  /** Only calls that carry one of `labels` are counted, as the original guard did. */
  readonly onlySources: boolean
  /** CloudWatch alarms on the guard's own health and on throttling. */
  readonly alarms: boolean
  readonly cloudwatchDashboard: boolean
  /** The self-service page; undefined: none. */
  readonly page: PageSettings | undefined
  readonly bodies: {
    readonly text: boolean
    readonly image: boolean
    readonly embedding: boolean
    readonly video: boolean
    readonly audio: boolean
  }
  readonly checkMinutes: number
  readonly warnAt: readonly number[]
  readonly labels: readonly string[]
  readonly sessionRoles: readonly string[]
  readonly protectedPrincipals: readonly string[]
  readonly unknownPrice: 'warn' | 'block'
  readonly assumedCacheTtl: '5m' | '1h'
  readonly permissionsBoundary: string | undefined
  readonly rolePath: string
  /** Tag put on everything taggable besides our own; undefined: none. */
  readonly costTag: { readonly key: string; readonly value: string } | undefined
}

export type Adoptable = 'log-group' | 'table' | 'topic' | 'log-bucket'

export interface PageSettings {
  /** What a user sees besides what is mapped to them. */
  readonly shows: 'own' | 'team' | 'all'
  /** A second factor (an authenticator app): demanded of everybody, or of who has one; Cognito's pages offer it to nobody. */
  readonly mfa: 'optional' | 'required'
  /** Whose addresses may open it, IPv4 and IPv6; empty: every address. */
  readonly cidrs: readonly string[]
  /** Of the sign-in domain; undefined: derived from guard and account (`names.page.domain`). */
  readonly prefix: string | undefined
  /** Its address on a domain of the admin's own, `https://spend.example.com`; undefined: the one API Gateway gives. */
  readonly url: string | undefined
  /** ARN of a verified SES identity that sends its mails; undefined: Cognito itself, which sends 50 a day. */
  readonly sesIdentity: string | undefined
  /** Who those mails come from; only with an SES identity that is a domain. */
  readonly mailFrom: string | undefined
}

export interface S3Copy {
  /** Undefined: the name derived from guard, account and region (`names.logBucket`). */
  readonly bucket: string | undefined
  /** Undefined: kept for ever. */
  readonly expireDays: number | undefined
  /** Bodies too large for CloudWatch Logs (over 100 KB) are written there too, where bodies are logged at all. */
  readonly largeBodies: boolean
}
