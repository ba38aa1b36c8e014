import { GuardError } from '../base/guard-error.ts'
import { type ModelRef, type Scope, stemOf } from '../metering/model-id.ts'
import { type PicoUsd, parseUsd, pico, toDecimal } from './money.ts'

/** Pico-dollars for one token of each class. */
export interface TokenPrices {
  readonly input: PicoUsd
  readonly output: PicoUsd
  readonly cacheRead: PicoUsd
  readonly cacheWrite5m: PicoUsd
  readonly cacheWrite1h: PicoUsd
}

export interface Rate {
  /** `<stem>/<scope>/<band>/<tier>/<validFrom>`: what a journal entry cites. */
  readonly id: string
  /** Normalised model id: provider and stem without date and version, `anthropic.claude-sonnet-4-5`. */
  readonly stem: string
  readonly provider: string
  readonly scope: Scope
  readonly tier: 'default'
  /** `long` holds when the whole prompt is above `over` tokens; then the whole request is in it. */
  readonly band: 'standard' | { readonly over: number }
  /** UTC day `YYYY-MM-DD`, inclusive; `until` exclusive. */
  readonly validFrom: string
  readonly until: string | undefined
  /** Only for calls made in these regions, and there instead of the rows without; undefined: everywhere. */
  readonly regions?: readonly string[]
  readonly prices: TokenPrices
  /** Classes whose price follows from a rule, because AWS lists none; undefined: all are listed. */
  readonly derived?: readonly (keyof TokenPrices)[]
  /** Where the number was read, and when. */
  readonly source: string
  readonly checked: string
}

/** A price the admin set with `prices set`; wins over every built-in row of the same stem and scope. */
export interface RateOverride {
  readonly stem: string
  readonly scope: Scope | 'both'
  /** Decimal dollars per million tokens, as typed. */
  readonly perMillion: {
    readonly input: string
    readonly output: string
    readonly cacheRead: string
    readonly cacheWrite5m: string
    readonly cacheWrite1h: string
  }
  readonly validFrom: string
  readonly setAt: string
  readonly setBy: string
}

/** Dollars per million tokens as pico-dollars per token: exact up to six decimals. */
export function perToken(perMillion: string): PicoUsd {
  const million = 1_000_000n
  const amount = parseUsd(perMillion)
  if (amount % million !== 0n) {
    throw new GuardError({
      code: 'bad-price',
      fault: 'user',
      message: `"${perMillion}" dollars per million tokens is no price: more than six decimals`,
      suggestions: ['write dollars per million tokens, such as 3 or 0.0875'],
    })
  }
  return pico(amount / million)
}

/** The other way round: pico-dollars per token as decimal dollars per million tokens. */
export const perMillion = (price: PicoUsd): string => toDecimal(pico(price * 1_000_000n))

/** What prices of this model are listed under: the stem, or the whole ARN of what has no list price. */
export function priceKey(ref: ModelRef): string {
  if (ref.kind === 'model') return stemOf(ref.model)
  return ref.kind === 'profile' ? ref.arn : ref.id
}
