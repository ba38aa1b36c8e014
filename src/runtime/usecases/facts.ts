import type { Instant } from '../domain/base/calendar.ts'
import { type Membership, membershipOf } from '../domain/metering/belonging.ts'
import { makeBook, type PriceBook } from '../domain/money/price-book.ts'
import type { Clock, HealthBook, PeopleBook, RateBook } from '../ports.ts'

/** What ingest needs to know besides the records, and what changes rarely. */
export interface Facts {
  readonly book: PriceBook
  /** Who belongs to whom: kept with each entry. */
  readonly membership: Membership
  /** Seconds from the call to the log group, as last measured by catch-up. */
  readonly logSeconds: number | undefined
}

const FRESH_MS = 60_000

/** Reads prices, profiles, memberships and health together and remembers them for a minute, for all batches of a warm function. */
export function factsFrom(parts: {
  readonly rates: RateBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly health: HealthBook
  readonly clock: Clock
  readonly assumedCacheTtl: '5m' | '1h'
}): () => Promise<Facts> {
  let known: { readonly facts: Facts; readonly at: Instant } | undefined
  return async () => {
    const now = parts.clock.now()
    if (known && now - known.at < FRESH_MS && now >= known.at) return known.facts
    const [kept, profiles, belongings, health] = await Promise.all([
      parts.rates.kept(),
      parts.rates.profiles(),
      parts.people.belongings(),
      parts.health.read(),
    ])
    const book = makeBook({ kept, profiles, assumedCacheTtl: parts.assumedCacheTtl })
    known = { facts: { book, membership: membershipOf(belongings), logSeconds: health.logSeconds }, at: now }
    return known.facts
  }
}
