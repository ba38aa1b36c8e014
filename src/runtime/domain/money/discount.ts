/** What an account pays less (or more) than the list prices say. */
import { GuardError } from '../base/guard-error.ts'
import { divideHalfEven, type PicoUsd, pico } from './money.ts'
import type { Discount } from './rate.ts'

/** One, as a factor. */
export const MILLIONTHS = 1_000_000n
const DAY = 86_400_000

/** A discount as pricing uses it: of one model already, the most exact first. */
export interface Reduction {
  /** Days since 1970, inclusive. */
  readonly from: number
  readonly millionths: bigint
  /** What the rate id of a charge ends in: `;x0.9`. Empty: the list price itself. */
  readonly suffix: string
}

/**
 * A multiplier in millionths: more than 0 and at most 10, up to six decimals. Nothing is free: that would end all limits.
 * @throws GuardError `bad-multiplier`
 */
export function parseMultiplier(text: string): bigint {
  const [, whole = '', fraction = ''] = /^(\d{1,2})(?:\.(\d{1,6}))?$/.exec(text) ?? []
  const millionths = whole === '' ? 0n : BigInt(whole) * MILLIONTHS + BigInt(fraction.padEnd(6, '0'))
  if (millionths > 0n && millionths <= 10n * MILLIONTHS) return millionths
  throw new GuardError({
    code: 'bad-multiplier',
    fault: 'user',
    message: `"${text}" is no multiplier of prices: a number above 0 and up to 10 with at most six decimals is expected`,
    suggestions: ['write 0.9 for ten percent less than the list price', 'write 1 for the list price itself'],
  })
}

/** All that may ever hold for this model, the one that counts first: of the model, of its maker, of all; the latest first. */
export function reductionsOf(discounts: readonly Discount[], stem: string, provider: string): readonly Reduction[] {
  const exactness = [stem, provider, '*']
  return discounts
    .filter(({ of }) => exactness.includes(of) && of !== '')
    .sort((a, b) => exactness.indexOf(a.of) - exactness.indexOf(b.of) || latestFirst(a, b))
    .map(({ multiplier, validFrom }) => {
      const millionths = parseMultiplier(multiplier)
      return {
        from: Date.parse(validFrom) / DAY,
        millionths,
        suffix: millionths === MILLIONTHS ? '' : `;x${plain(multiplier)}`,
      }
    })
}

/** `0.90` and `0.9` are one multiplier. */
const plain = (multiplier: string): string => (multiplier.includes('.') ? multiplier.replace(/\.?0+$/, '') : multiplier)

const latestFirst = (a: Discount, b: Discount): number =>
  a.validFrom === b.validFrom ? order(b.setAt, a.setAt) : order(b.validFrom, a.validFrom)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What a request costs by its row, and what changes that; both factors in millionths. */
export interface Reckoning {
  readonly tokens: PicoUsd
  /** On tokens alone: a tier without a row of its own. */
  readonly premium: bigint
  readonly units: PicoUsd
  readonly discount: bigint
}

/** Half-even to the pico-dollar, once per request, whatever it is multiplied by. */
export function reckoned({ tokens, premium, units, discount }: Reckoning): PicoUsd {
  if (premium === MILLIONTHS && discount === MILLIONTHS) return pico(tokens + units)
  return pico(divideHalfEven((tokens * premium + units * MILLIONTHS) * discount, MILLIONTHS * MILLIONTHS))
}
