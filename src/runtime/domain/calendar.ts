import type { Brand } from './brand.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>
/** `YYYY-MM` in the guard's zone. */
export type Month = Brand<string, 'Month'>
/** `YYYY-MM-DD` in the guard's zone. */
export type Day = Brand<string, 'Day'>

/**
 * The guard's time zone through time, ascending by `from`; the first counts from the beginning ('0000-00').
 * A change of zone counts from the next month, so a month never changes its zone while it runs.
 */
export type Zoning = readonly { readonly from: string; readonly zone: string }[]

export type PeriodKind = 'month' | 'week' | 'day'
export interface Period {
  readonly kind: PeriodKind
  /** `2026-11`, `2026-W47` or `2026-11-20`. */
  readonly key: string
  readonly zone: string
  readonly start: Instant
  /** First instant that no longer belongs to it. */
  readonly end: Instant
}
