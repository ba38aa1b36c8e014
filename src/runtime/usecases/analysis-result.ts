import { Meter } from '../domain/judging/spending.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import { type PicoUsd, toDecimal } from '../domain/money/money.ts'

/** `analyze --charges --json`: one counted request. */
export interface ChargeLine {
  readonly requestId: string
  readonly at: string
  readonly principal: PrincipalKey
  readonly model: string
  readonly scope: 'global' | 'regional'
  /** Exact decimal dollars, assumed money included. */
  readonly usd: string
  /** The price is assumed: the model, or the profile's model, is not known. */
  readonly unpriced: boolean
}

/** `analyze --json`. */
export interface AnalysisResult {
  /** All charges, assumed money included. */
  readonly totalUsd: string
  readonly requests: number
  readonly failed: number
  readonly duplicates: number
  readonly malformed: number
  readonly ignored: number
  readonly unpriced: readonly { readonly model: string; readonly requests: number }[]
  readonly principals: readonly AnalysisPrincipal[]
}

export interface AnalysisPrincipal {
  readonly principal: PrincipalKey
  readonly usd: string
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  /** With those of unknown time: that is what they are priced as, unless the book assumes an hour. */
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly sources: Readonly<Record<string, string>>
}

export interface AnalysisGroup {
  readonly key: string
  readonly usd: PicoUsd
  readonly requests: number
}

/** Money and requests of one row. */
export class Tally {
  readonly money = new Meter()
  requests = 0

  get usd(): PicoUsd {
    return this.money.value
  }
}

/** A row of a principal: tokens too, and its money by source label. */
export class PrincipalTally extends Tally {
  input = 0
  output = 0
  cacheRead = 0
  /** With those of unknown time. */
  cacheWrite5m = 0
  cacheWrite1h = 0
  readonly sources = new Map<string, Meter>()
}

export const shownPrincipal = ([principal, mine]: readonly [string, PrincipalTally, PicoUsd]): AnalysisPrincipal => ({
  principal: principal as PrincipalKey,
  usd: toDecimal(mine.usd),
  requests: mine.requests,
  inputTokens: mine.input,
  outputTokens: mine.output,
  cacheReadTokens: mine.cacheRead,
  cacheWrite5mTokens: mine.cacheWrite5m,
  cacheWrite1hTokens: mine.cacheWrite1h,
  sources: Object.fromEntries(
    [...mine.sources].sort(([a], [b]) => compare(a, b)).map(([label, usd]) => [label, toDecimal(usd.value)]),
  ),
})

/** Dearest first, then by name. */
export function byMoney<One extends Tally>(
  tallies: ReadonlyMap<string, One>,
): readonly (readonly [string, One, PicoUsd])[] {
  return [...tallies]
    .map(([key, one]) => [key, one, one.usd] as const)
    .sort(([a, , mine], [b, , other]) => (mine === other ? compare(a, b) : mine > other ? -1 : 1))
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
