import type { Scope } from './model-id.ts'
import type { PicoUsd } from './money.ts'

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
  readonly prices: TokenPrices
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

export interface PriceBook {
  /** Every rate in force or dated, overrides first. */
  readonly rates: readonly Rate[]
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
