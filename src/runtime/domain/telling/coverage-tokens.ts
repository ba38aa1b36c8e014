/** The two sides of coverage as they are read: what the ledger holds, and what CloudWatch counted. */
import type { Instant } from '../base/calendar.ts'
import type { TokenCounts } from '../metering/usage.ts'
import type { PicoUsd } from '../money/money.ts'
import type { PriceBook } from '../money/price-book.ts'

/** Whole tokens by the classes that CloudWatch knows; it does not tell five minutes of a cache write from an hour. */
export interface TokenSums {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** What the ledger holds of one model, in the stretch that begins `at`. */
export interface MeteredTokens {
  readonly at: Instant
  readonly region: string
  /** As a charge names it: base id, or the ARN of what was never resolved. */
  readonly model: string
  readonly requests: number
  readonly tokens: TokenSums
  readonly spend: PicoUsd
}

/** What CloudWatch counted. */
export interface CountedTokens {
  readonly at: Instant
  readonly region: string
  /** The dimension's value: an id with or without prefix, an ARN, the id of an application inference profile. */
  readonly modelId: string
  readonly requests: number
  readonly tokens: TokenSums
}

/** How many records Bedrock delivered to the log group, or failed to, in the stretch that begins `at`. */
export interface Deliveries {
  readonly at: Instant
  readonly region: string
  readonly succeeded: number
  readonly failed: number
}

export interface CoverageInput {
  readonly from: Instant
  readonly to: Instant
  /** Length of a stretch in milliseconds; every `at` is `from` and a multiple of it. */
  readonly step: number
  /** Whose log the guard reads. */
  readonly region: string
  readonly metered: readonly MeteredTokens[]
  readonly counted: readonly CountedTokens[]
  /** Of the endpoint bedrock-mantle, which writes no log. */
  readonly mantle: readonly CountedTokens[]
  readonly deliveries: readonly Deliveries[]
  readonly onlySources: boolean
  readonly book: PriceBook
}

export const noTokens: TokenSums = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
export const CLASSES = ['input', 'output', 'cacheRead', 'cacheWrite'] as const
const each = (of: (name: keyof TokenSums) => number): TokenSums => ({
  input: of('input'),
  output: of('output'),
  cacheRead: of('cacheRead'),
  cacheWrite: of('cacheWrite'),
})
export const plus = (a: TokenSums, b: TokenSums): TokenSums => each((name) => a[name] + b[name])
export const lacking = (a: TokenSums, b: TokenSums): TokenSums => each((name) => Math.max(0, a[name] - b[name]))
export const totalOf = (tokens: TokenSums): number => CLASSES.reduce((all, name) => all + tokens[name], 0)
/** A journal entry's tokens in the classes of CloudWatch. */
export const sumsOf = (tokens: TokenCounts): TokenSums => ({
  input: tokens.input,
  output: tokens.output,
  cacheRead: tokens.cacheRead,
  cacheWrite: tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheWriteUnknown,
})
