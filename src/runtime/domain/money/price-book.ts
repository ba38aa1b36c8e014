import type { Scope } from '../metering/model-id.ts'
import type { PicoUsd } from './money.ts'
import { builtInRates } from './price-book.data.ts'
import { rateFromListed } from './price-listed.ts'
import { rateFromOverride } from './price-override.ts'
import type { Discount, KeptPrices, Rate } from './rate.ts'

export { parseMultiplier } from './discount.ts'
export { billedBy, notMeteredByTokens, unitOf } from './not-metered.ts'
export { rateFromListed } from './price-listed.ts'
export { parseOverride, rateFromOverride, type TypedPrice } from './price-override.ts'
export {
  type Discount,
  type KeptPrices,
  type ListedRate,
  noKeptPrices,
  type PerMillion,
  perMillion,
  perToken,
  priceKey,
  type Rate,
  type RateOverride,
  type Tier,
  type TokenPrices,
  type UnitPrices,
} from './rate.ts'

export interface PriceBook {
  /** Every rate in force or dated: what the admin set, then rows of AWS's list, then the built-in ones. */
  readonly rates: readonly Rate[]
  readonly discounts: readonly Discount[]
  /** Application inference profile ARN → model and scope. */
  readonly profiles: ReadonlyMap<string, { readonly model: string; readonly scope: Scope }>
  /** What a cache write of unknown time is taken for. */
  readonly assumedCacheTtl: '5m' | '1h'
}

export type Priced =
  | {
      readonly kind: 'priced'
      readonly cost: PicoUsd
      readonly rateId: string
      readonly model: string
      readonly scope: Scope
    }
  /** The dearest current rate of the provider (of all, where the provider is unknown), per token class. */
  | {
      readonly kind: 'unpriced'
      readonly assumed: PicoUsd
      readonly rateId: string
      readonly model: string
      readonly scope: Scope
    }

/** All rates there are: what the admin set wins, the latest word first; then rows read from AWS's list. */
export function makeBook(parts: {
  readonly kept: KeptPrices
  readonly profiles: PriceBook['profiles']
  readonly assumedCacheTtl: '5m' | '1h'
}): PriceBook {
  const latestFirst = [...parts.kept.overrides].sort((a, b) => (a.setAt < b.setAt ? 1 : a.setAt > b.setAt ? -1 : 0))
  return {
    rates: [...latestFirst.flatMap(rateFromOverride), ...parts.kept.listed.map(rateFromListed), ...builtInRates],
    discounts: parts.kept.discounts,
    profiles: parts.profiles,
    assumedCacheTtl: parts.assumedCacheTtl,
  }
}

/** Whether the row was set by the admin. */
export const isOverride = (rate: Rate): boolean => rate.origin === 'set'

/** A rate id without what followed from no row: the premium of a tier, a discount. */
export const bareRateId = (id: string): string => {
  const end = id.indexOf(';')
  return end < 0 ? id : id.slice(0, end)
}

/** The row that a journal entry cites; undefined for assumed prices and rows no longer in the book. */
export const rateById = (book: PriceBook, id: string): Rate | undefined => {
  const bare = bareRateId(id)
  return book.rates.find((rate) => rate.id === bare)
}
