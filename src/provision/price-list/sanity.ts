/** What no price list may say. AWS's own has said some of it: a long-context price below the short one, placeholders of 0 dollars. */
import { type PicoUsd, pico } from '../../runtime/domain/money/money.ts'
import { perMillion, type TokenPrices } from '../../runtime/domain/money/price-book.ts'
import { CLASSES, type FullPrices } from './complete.ts'

/** Dollars per million tokens that no model costs: the cheapest is at 0.02, the dearest ever listed at 75. */
const ABSURDLY_MUCH = pico(10_000n * 1_000_000n)
const ABSURDLY_LITTLE = pico(1_000n)

const WORDS: Readonly<Record<keyof TokenPrices, string>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache reads',
  cacheWrite5m: '5-minute cache writes',
  cacheWrite1h: '1-hour cache writes',
}

/**
 * Why these prices cannot be true; empty: they can. Classes that follow from a rule are not judged.
 * @param shorter the prices of the same model for shorter prompts.
 */
export function nonsenseIn(full: FullPrices, stem: string, shorter?: FullPrices): readonly string[] {
  const { prices, derived } = full
  const listed = (of: keyof TokenPrices): boolean => !derived.includes(of)
  const said = (of: keyof TokenPrices): string => `${WORDS[of]} ${perMillion(prices[of])}`
  const reasons: string[] = []
  const below = (of: keyof TokenPrices, floor: keyof TokenPrices): void => {
    if (listed(of) && listed(floor) && prices[of] < prices[floor]) reasons.push(`${said(of)} below ${said(floor)}`)
  }
  // Nova's cache writes are free; every other 0 is a price that AWS has not filled in yet.
  const free = (of: keyof TokenPrices): boolean => of.startsWith('cacheWrite') && stem.startsWith('amazon.')
  for (const of of CLASSES) {
    if (!listed(of)) continue
    if (prices[of] === 0n && !free(of)) reasons.push(`${said(of)} is a placeholder, not a price`)
    else if (prices[of] > ABSURDLY_MUCH) reasons.push(`${said(of)} dollars per million tokens is absurd`)
    else if (prices[of] > 0n && prices[of] < ABSURDLY_LITTLE) reasons.push(`${said(of)} dollars per million is absurd`)
  }
  if (reasons.length > 0) return reasons
  below('output', 'input')
  if (prices.cacheWrite5m > 0n) below('cacheWrite5m', 'input')
  below('cacheWrite1h', 'cacheWrite5m')
  if (listed('cacheRead') && prices.cacheRead > prices.input)
    reasons.push(`${said('cacheRead')} above ${said('input')}`)
  for (const of of CLASSES) {
    if (shorter !== undefined && listed(of) && prices[of] < shorter.prices[of])
      reasons.push(`long prompts below short ones: ${said(of)} after ${perMillion(shorter.prices[of])}`)
  }
  return reasons
}

/** The largest change of any listed class in percent, to the tenth; `undefined`: from nothing to something. */
export function changeIn(before: TokenPrices, { prices, derived }: FullPrices): number | undefined {
  const each = CLASSES.filter((of) => !derived.includes(of)).map((of) => percent(before[of], prices[of]))
  if (each.includes(undefined)) return undefined
  return each.reduce<number>((most, one = 0) => (Math.abs(one) > Math.abs(most) ? one : most), 0)
}

/** A change that has to be accepted by itself: more than half up or down in any class. */
export const isBig = (change: number | undefined): boolean => change === undefined || Math.abs(change) > 50

function percent(before: PicoUsd, after: PicoUsd): number | undefined {
  if (before === after) return 0
  if (before === 0n) return undefined
  const tenths = Number(((after - before) * 1000n) / before)
  return tenths === 0 ? (after > before ? 0.1 : -0.1) : tenths / 10
}
