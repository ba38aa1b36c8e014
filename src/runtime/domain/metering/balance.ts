import type { Day, Instant, Month } from '../base/calendar.ts'
import type { PicoUsd } from '../money/money.ts'
import type { Charge } from './charge.ts'
import type { PrincipalKey } from './principal.ts'
import type { TokenCounts } from './usage.ts'

/** What one principal spent in one month. `spend` includes `assumed`. */
export interface Balance {
  readonly principal: PrincipalKey
  readonly month: Month
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
  readonly requests: number
  readonly tokens: TokenCounts
  readonly days: ReadonlyMap<Day, PicoUsd>
  readonly labels: ReadonlyMap<string, PicoUsd>
  readonly firstAt: Instant
  readonly lastAt: Instant
}

/** A principal's spend of one day with one rate and one label, as a member of whom it then was. */
export interface Detail {
  readonly principal: PrincipalKey
  readonly month: Month
  readonly day: Day
  readonly rateId: string
  readonly model: string
  readonly label: string
  /** Kept with each entry; undefined: nobody's. A charge counts in each of the teams. */
  readonly person?: string
  readonly teams?: readonly string[]
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
  readonly requests: number
  readonly tokens: TokenCounts
}

/** A journal entry: a charge as it was booked, or a correction of one. */
export type Entry =
  | { readonly kind: 'charge'; readonly charge: Charge }
  | {
      readonly kind: 'correction'
      readonly id: string
      /** From 1: the how-manieth correction of this entry; the highest is what the entry says now. */
      readonly step: number
      /** The charge as first booked. */
      readonly of: Charge
      readonly cost: PicoUsd
      readonly rateId: string
      readonly model: string
      /** Whose it is from now on, and under which label; undefined: as before. */
      readonly principal?: PrincipalKey
      readonly label?: string
      readonly reason: string
    }

export interface FailedCalls {
  readonly principal: PrincipalKey
  readonly byCode: ReadonlyMap<string, number>
}
