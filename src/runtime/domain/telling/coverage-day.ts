/** A day's coverage, and when it is worth a mail of its own. */
import type { Day } from '../base/calendar.ts'
import { pico } from '../money/money.ts'
import type { Coverage } from './coverage.ts'

/** The last day that is over and settled, in the guard's zone. */
export type DayCoverage =
  | { readonly kind: 'known'; readonly day: Day; readonly coverage: Coverage }
  /** Counting began on that day or later. */
  | { readonly kind: 'too-early'; readonly day: Day }
  /** CloudWatch, or the price book, could not be read. */
  | { readonly kind: 'unknown'; readonly day: Day; readonly why: string }

/** So much of the tokens or of the dollars of a day, and at least so many of these, are worth a mail of their own. */
const ALARM_PERMILLE = 50
const ALARM_USD = pico(1_000_000_000_000n)

/** The larger of both shares that the ledger lacks, in tenths of a percent. */
export const missingPermille = ({ coveredPermille = 1000, missingUsdPermille = 0 }: Coverage): number =>
  Math.max(1000 - coveredPermille, missingUsdPermille)

/** Whether somebody should be told at once. */
export const isAlarming = (coverage: Coverage): boolean =>
  missingPermille(coverage) > ALARM_PERMILLE && coverage.total.missingUsd > ALARM_USD
