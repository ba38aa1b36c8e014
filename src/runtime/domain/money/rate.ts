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

/** How the call was to be served. The log names it only in bodies; without one a call counts as `default`. */
export type Tier = 'default' | 'priority' | 'flex' | 'batch'

/** Pico-dollars for one of what is not billed by tokens. */
export interface UnitPrices {
  readonly image?: PicoUsd
  readonly second?: PicoUsd
  readonly search?: PicoUsd
}

export interface Rate {
  /** `<stem>/<scope>/<band>/<tier>/<validFrom>`: what a journal entry cites. */
  readonly id: string
  /** Normalised model id: provider and stem without date and version, `anthropic.claude-sonnet-4-5`. */
  readonly stem: string
  readonly provider: string
  readonly scope: Scope
  readonly tier: Tier
  /** `long` holds when the whole prompt is above `over` tokens; then the whole request is in it. */
  readonly band: 'standard' | { readonly over: number }
  /** UTC day `YYYY-MM-DD`, inclusive; `until` exclusive. */
  readonly validFrom: string
  readonly until: string | undefined
  /** Only for calls made in these regions, and there instead of the rows without; undefined: everywhere. */
  readonly regions?: readonly string[]
  readonly prices: TokenPrices
  /** Of models billed by image, second or search: charged where the body tells how many. Undefined: by tokens alone. */
  readonly units?: UnitPrices
  /** Classes whose price follows from a rule, because AWS lists none; undefined: all are listed. */
  readonly derived?: readonly (keyof TokenPrices)[]
  /** Where the number was read, and when. */
  readonly source: string
  readonly checked: string
  /** `list`: read by `prices refresh`; `set`: by the admin. Undefined: shipped with this version. */
  readonly origin?: 'list' | 'set'
}

/** A row that `prices refresh` read from AWS's price list and the admin accepted; wins over built-in rows. */
export interface ListedRate {
  readonly stem: string
  readonly provider: string
  readonly scope: Scope
  readonly tier: Tier
  /** Prompts above so many tokens; undefined: any. */
  readonly over?: number | undefined
  /** Undefined: everywhere. */
  readonly region?: string | undefined
  /** Decimal dollars per million tokens. */
  readonly perMillion: PerMillion
  /** Classes the list has no price for: they follow from a rule. */
  readonly derived: readonly (keyof TokenPrices)[]
  readonly validFrom: string
  /** Address of the file, and the day it was read. */
  readonly source: string
  readonly checked: string
  readonly setAt: string
  readonly setBy: string
}

/** What the account pays less (or more) than the list: cost × multiplier, rounded half-even to the pico-dollar per request. */
export interface Discount {
  /** `*`, a provider (`anthropic`) or a stem (`anthropic.claude-opus-5-5`); the most exact one counts alone. */
  readonly of: string
  /** Decimal, such as `0.9`. */
  readonly multiplier: string
  readonly validFrom: string
  readonly setAt: string
  readonly setBy: string
}

/** Decimal dollars per million tokens. */
export interface PerMillion {
  readonly input: string
  readonly output: string
  readonly cacheRead: string
  readonly cacheWrite5m: string
  readonly cacheWrite1h: string
}

/** Everything about prices that is kept in the guard, read in one go. */
export interface KeptPrices {
  readonly overrides: readonly RateOverride[]
  readonly listed: readonly ListedRate[]
  readonly discounts: readonly Discount[]
}

export const noKeptPrices: KeptPrices = { overrides: [], listed: [], discounts: [] }

/** A price the admin set with `prices set`; wins over every built-in row of the same stem and scope. */
export interface RateOverride {
  readonly stem: string
  readonly scope: Scope | 'both'
  /** Decimal dollars per million tokens, as typed. */
  readonly perMillion: PerMillion
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
