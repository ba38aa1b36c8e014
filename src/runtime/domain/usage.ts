import type { Instant } from './calendar.ts'
import type { ModelRef } from './model-id.ts'
import type { Caller } from './principal.ts'

/** Whole, non-negative counts. `input` is without cached tokens; the prompt is input + cacheRead + all cache writes. */
export interface TokenCounts {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  /** Written for an unknown time: the record carries no body with the split. Priced by the configured assumption. */
  readonly cacheWriteUnknown: number
}

/** Tokens of one request. */
export interface Usage {
  readonly requestId: string
  /** When the invocation was made (event time), never when it arrived. */
  readonly at: Instant
  readonly account: string
  readonly region: string
  readonly operation: string
  readonly model: ModelRef
  readonly caller: Caller
  /** `requestMetadata.source` as sent, cut; a label, never an identity. Undefined: none was sent. */
  readonly source: string | undefined
  readonly tokens: TokenCounts
}

export type IgnoredWhy =
  | 'not-an-invocation'
  | 'control-message'
  | 'bedrock-permission-check'
  | 'heartbeat'
  | 'other-stream'

/** Dropping is a decision with a name; from here on nothing is ever "maybe". */
export type ParsedUsage =
  | { readonly kind: 'usage'; readonly usage: Usage }
  | {
      readonly kind: 'failed'
      readonly requestId: string
      readonly at: Instant
      readonly caller: Caller
      readonly code: string
    }
  | { readonly kind: 'ignored'; readonly why: IgnoredWhy }
  | {
      readonly kind: 'malformed'
      readonly why: string
      readonly requestId: string | undefined
      readonly at: Instant | undefined
    }
