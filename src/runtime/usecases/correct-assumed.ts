import { type Instant, monthOf, previousMonth } from '../domain/base/calendar.ts'
import { parseModelId } from '../domain/metering/model-id.ts'
import { priceKey } from '../domain/money/price-book.ts'
import { type Corrected, type Priced, type RepriceRoom, reprice } from './reprice.ts'

export type CorrectRoom = RepriceRoom
export type { Corrected } from './reprice.ts'

/** Neither: what is booked at an assumed price and can be priced by now. */
export interface Which {
  /** The price of this model was set: whatever the book now prices otherwise, assumed or not. */
  readonly stem?: string
  /** ARN of an application inference profile. */
  readonly profile?: string
}

/**
 * Gives entries that were booked at an assumed price (or at one that the admin has replaced) the price of the book, in
 * this month and the last, by correcting entries. Running it again changes nothing more.
 */
export function correctAssumed(room: CorrectRoom, which: Which, now: Instant): Promise<Corrected> {
  const month = monthOf(now, room.config.zoning)
  return reprice(room, {
    months: [previousMonth(month), month],
    concerns: (what) => concerns(what, which),
    whose: ({ assumed }) => assumed !== 0n || which.stem !== undefined,
    reason: ({ assumed }, model) =>
      assumed === 0n
        ? `the price of ${model} was set anew`
        : `booked at an assumed price before the price of ${model} was known`,
  })
}

function concerns(what: Priced, which: Which): boolean {
  // The name behind an ARN may end like a version: `endpoint/mine-v1` is no version of `endpoint/mine`.
  if (which.stem !== undefined) return priceKey(parseModelId(what.model)) === which.stem
  return what.assumed !== 0n && (which.profile === undefined || what.model === which.profile)
}
