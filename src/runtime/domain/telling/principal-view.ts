/** One principal's month from its details: by day, model and source, with token classes and cache hit rate. Pure. */

import type { Day } from '../base/calendar.ts'
import type { Detail } from '../metering/balance.ts'
import { addTokens, noTokens } from '../metering/bookkeeping.ts'
import type { TokenCounts } from '../metering/usage.ts'
import { add, type PicoUsd, sum, zero } from '../money/money.ts'

export interface Part {
  readonly key: string
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
  readonly requests: number
  readonly tokens: TokenCounts
}

export interface PrincipalMonth {
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
  readonly requests: number
  readonly tokens: TokenCounts
  /** In order. */
  readonly days: readonly Part[]
  /** Dearest first, as the two below. */
  readonly models: readonly Part[]
  readonly sources: readonly Part[]
  /** Sessions of a role; empty for everybody else. */
  readonly members: readonly Part[]
}

export const cacheWritten = (tokens: TokenCounts): number =>
  tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheWriteUnknown

/**
 * Whole percent, rounded down, of the prompt tokens that were read from the cache. The three classes are counted apart
 * in the log: input holds only what was neither read from the cache nor written to it. Undefined: no prompt at all.
 */
export function cacheHitPercent(tokens: TokenCounts): number | undefined {
  const prompt = tokens.input + tokens.cacheRead + cacheWritten(tokens)
  return prompt === 0 ? undefined : Math.floor((tokens.cacheRead * 100) / prompt)
}

type Sums = { -readonly [Name in keyof Part]: Part[Name] }

function partsBy(details: readonly Detail[], keyOf: (detail: Detail) => string): readonly Part[] {
  const parts = new Map<string, Sums>()
  for (const detail of details) {
    const key = keyOf(detail)
    const part = parts.get(key) ?? { key, spend: zero, assumed: zero, requests: 0, tokens: noTokens }
    part.spend = add(part.spend, detail.spend)
    part.assumed = add(part.assumed, detail.assumed)
    part.requests += detail.requests
    part.tokens = addTokens(part.tokens, detail.tokens)
    parts.set(key, part)
  }
  return [...parts.values()]
}

const byKey = (a: Part, b: Part): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
const dearest = (a: Part, b: Part): number => (a.spend < b.spend ? 1 : a.spend > b.spend ? -1 : byKey(a, b))

/** Dearest first. */
export const modelsIn = (details: readonly Detail[]): readonly Part[] =>
  partsBy(details, ({ model }) => model).toSorted(dearest)
/** Dearest first. */
export const sourcesIn = (details: readonly Detail[]): readonly Part[] =>
  partsBy(details, ({ label }) => label).toSorted(dearest)

/** @param details all of this principal and month; for a role those of its sessions too. */
export function principalMonth(details: readonly Detail[]): PrincipalMonth {
  const members = partsBy(details, ({ principal }) => principal)
  return {
    spend: sum(details.map((detail) => detail.spend)),
    assumed: sum(details.map((detail) => detail.assumed)),
    requests: details.reduce((total, detail) => total + detail.requests, 0),
    tokens: details.reduce((total, detail) => addTokens(total, detail.tokens), noTokens),
    days: partsBy(details, ({ day }: { day: Day }) => day).toSorted(byKey),
    models: modelsIn(details),
    sources: sourcesIn(details),
    members: members.length > 1 ? members.toSorted(dearest) : [],
  }
}
