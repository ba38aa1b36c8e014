import type { Charge } from '../domain/metering/charge.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import { type PicoUsd, pico, toDecimal } from '../domain/money/money.ts'

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

export interface Tally {
  usd: bigint
  requests: number
}

export interface PrincipalTally extends Tally {
  input: number
  output: number
  cacheRead: number
  cacheWrite5m: number
  cacheWrite1h: number
  readonly sources: Map<string, bigint>
}

export const newTally = (): PrincipalTally => ({
  usd: 0n,
  requests: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  sources: new Map(),
})

export function addCharge(mine: PrincipalTally, { cost, label, tokens }: Charge): void {
  mine.usd += cost
  mine.requests += 1
  mine.input += tokens.input
  mine.output += tokens.output
  mine.cacheRead += tokens.cacheRead
  mine.cacheWrite5m += tokens.cacheWrite5m + tokens.cacheWriteUnknown
  mine.cacheWrite1h += tokens.cacheWrite1h
  mine.sources.set(label, (mine.sources.get(label) ?? 0n) + cost)
}

export const shownPrincipal = ([principal, mine]: readonly [PrincipalKey, PrincipalTally]): AnalysisPrincipal => ({
  principal,
  usd: toDecimal(pico(mine.usd)),
  requests: mine.requests,
  inputTokens: mine.input,
  outputTokens: mine.output,
  cacheReadTokens: mine.cacheRead,
  cacheWrite5mTokens: mine.cacheWrite5m,
  cacheWrite1hTokens: mine.cacheWrite1h,
  sources: Object.fromEntries(
    [...mine.sources].sort(([a], [b]) => compare(a, b)).map(([label, usd]) => [label, toDecimal(pico(usd))]),
  ),
})

export function tally(tallies: Map<string, Tally>, key: string, cost: bigint): void {
  const mine = tallies.get(key)
  if (mine === undefined) tallies.set(key, { usd: cost, requests: 1 })
  else {
    mine.usd += cost
    mine.requests += 1
  }
}

export const dearestFirst = ([a, mine]: readonly [string, Tally], [b, other]: readonly [string, Tally]): number =>
  mine.usd === other.usd ? compare(a, b) : mine.usd > other.usd ? -1 : 1

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
