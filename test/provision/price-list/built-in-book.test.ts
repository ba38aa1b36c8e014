/** The built-in book against AWS's price list: every row can be said in its grammar, and passes its sanity rules. */
import { expect, it } from 'vitest'
import { nonsenseIn } from '../../../src/provision/price-list/sanity.ts'
import { meaningOf } from '../../../src/provision/price-list/usage-type.ts'
import { builtInRates } from '../../../src/runtime/domain/money/price-book.data.ts'
import type { Rate, TokenPrices } from '../../../src/runtime/domain/money/price-book.ts'

const byTokens = builtInRates.filter(({ units, prices }) => units === undefined || prices.input > 0n)

const WORDS: Readonly<Record<keyof TokenPrices, readonly [word: string, hour: string]>> = {
  input: ['input', ''],
  output: ['output', ''],
  cacheRead: ['cache_read', ''],
  cacheWrite5m: ['cache_write', ''],
  cacheWrite1h: ['cache_write', '_1h'],
}

/** As the list writes the fifth generation. */
function usageTypeOf({ band, scope, tier }: Rate, of: keyof TokenPrices): string {
  const [word, hour] = WORDS[of]
  const long = band === 'standard' ? '' : '_long_ctx'
  return `USE1-MP:USE1_${word}_tokens${hour}${long}${scope === 'global' ? '_global' : ''}_${tier === 'default' ? 'standard' : tier}-Units`
}

it('knows no class, scope, tier or band that the list has no words for', () => {
  expect(byTokens.length).toBeGreaterThan(150)
  for (const rate of byTokens) {
    for (const of of Object.keys(WORDS) as (keyof TokenPrices)[]) {
      const usagetype = usageTypeOf(rate, of)
      const { scope, tier, band } = rate
      expect(meaningOf({ usagetype }, '1M tokens'), `${rate.id}: ${usagetype}`).toMatchObject({
        ...{ kind: 'tokens', of, scope, tier },
        long: band !== 'standard',
      })
    }
  }
})

it('passes the rules that a price of the list must pass', () => {
  const found = byTokens.flatMap((rate) => {
    const { prices, derived = [], stem, scope, tier, band, validFrom } = rate
    const shorter = builtInRates.find(
      (other) =>
        band !== 'standard' &&
        other.band === 'standard' &&
        [other.stem, other.scope, other.tier, other.validFrom].join() === [stem, scope, tier, validFrom].join(),
    )
    return nonsenseIn({ prices, derived }, stem, shorter && { prices: shorter.prices, derived: [] })
  })
  expect(found).toEqual([])
})
