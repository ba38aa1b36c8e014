import type { Zoning } from '../runtime/domain/calendar.ts'

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
