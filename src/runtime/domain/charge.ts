import type { Day, Instant, Month } from './calendar.ts'
import type { Scope } from './model-id.ts'
import type { PicoUsd } from './money.ts'
import type { Caller, PrincipalKey } from './principal.ts'
import type { TokenCounts } from './usage.ts'

/** Usage priced: complete, it could be written on paper. */
export interface Charge {
  readonly requestId: string
  readonly at: Instant
  /** Month and day in the guard's zone, from `at`. */
  readonly month: Month
  readonly day: Day
  /** Whose balance it counts in. */
  readonly principal: PrincipalKey
  readonly caller: Caller
  readonly region: string
  readonly operation: string
  /** The resolved base model, or the ARN of an unresolved profile. */
  readonly model: string
  readonly scope: Scope
  readonly rateId: string
  /** A configured label, `other` or `none`. */
  readonly label: string
  readonly tokens: TokenCounts
  readonly cost: PicoUsd
  /** The part of `cost` that rests on an assumed price: all of it for an unpriced model, else zero. */
  readonly assumed: PicoUsd
}

export interface FailedCall {
  readonly requestId: string
  readonly at: Instant
  readonly month: Month
  readonly principal: PrincipalKey
  /** AWS's error class, from a closed list; anything else is `Other`. */
  readonly code: string
}
