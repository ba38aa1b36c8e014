/** What a simulation works with, and what it says. Pure. */
import type { Instant, Period, Zoning } from '../base/calendar.ts'
import type { Belongings } from '../metering/belonging.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { type PicoUsd, pico } from '../money/money.ts'
import type { Limit, LimitId, Wishes } from './limit.ts'
import { Meter, type Spending, type Split, split } from './spending.ts'
import type { CannotBlock } from './verdict.ts'

export interface SimulateInput {
  readonly spending: Spending
  /** Taken as if they had stood all the time, whatever their own dates. */
  readonly limits: readonly Limit[]
  readonly excluded: Wishes['excluded']
  readonly belongings: Belongings
  readonly zoning: Zoning
  /** From a call to the deny that it causes. */
  readonly lagMs: number
  readonly unknownPrice: 'warn' | 'block'
  readonly isProtected: (principal: PrincipalKey) => boolean
}

export interface SimulatedWarning {
  readonly limit: LimitId
  /** `*` by whom it stands for: a principal's key or `person/NAME`. */
  readonly pot: string
  readonly period: string
  /** Percent. */
  readonly threshold: number
  readonly at: Instant
}

export interface SimulatedStop {
  readonly principal: PrincipalKey
  readonly limit: LimitId
  readonly period: string
  /** When the limit was reached, and when the deny would have held. */
  readonly reachedAt: Instant
  readonly stoppedAt: Instant
  readonly until: Instant | 'no-end'
  /** Set: nothing can be attached to this one, so it would have gone on. */
  readonly cannot: CannotBlock | undefined
  /** What it really spent while it would have been stopped. */
  readonly saved: PicoUsd
  readonly requests: number
}

/** One pot of one limit in one period that went past its amount. */
export interface SimulatedOver {
  readonly limit: LimitId
  readonly pot: string
  readonly period: string
  readonly amount: PicoUsd
  /** What it would have spent. */
  readonly spent: PicoUsd
  readonly over: PicoUsd
}

export interface Simulated {
  readonly requests: number
  /** What was really spent, and what would have been. */
  readonly spent: PicoUsd
  readonly wouldSpend: PicoUsd
  readonly saved: PicoUsd
  readonly stoppedRequests: number
  readonly from: Instant | undefined
  readonly to: Instant | undefined
  readonly warnings: readonly SimulatedWarning[]
  readonly stops: readonly SimulatedStop[]
  readonly over: readonly SimulatedOver[]
}

/** One limit on one pot: the pot of `*` is each person or principal. */
export interface Account {
  readonly limit: Limit
  readonly pot: string
  readonly amount: Split
  readonly thresholds: readonly { readonly percent: number; readonly at: Split }[]
  /** Whom it would stop. */
  readonly members: Set<number>
  period: Period | undefined
  spent: Meter
  counted: Meter
  warned: number
  reachedAt: number
  stopsAt: number
  /** Requests and money of each member while stopped. */
  readonly stopped: Map<number, { requests: number; money: Meter }>
}

/** What one principal is counted in, and what stops it. */
export interface Place {
  readonly principal: PrincipalKey
  readonly role: PrincipalKey | undefined
  readonly counts: readonly Account[]
  /** Through itself, and through the role it is a session of. */
  readonly own: readonly Account[]
  readonly ofRole: readonly Account[]
}

export const NEVER = Number.POSITIVE_INFINITY

export function openAccount(limit: Limit, pot: string): Account {
  return {
    limit,
    pot,
    amount: split(limit.amount),
    thresholds:
      limit.amount === 0n
        ? []
        : // Assumed money that goes past a limit without reaching it warns at 100.
          [...new Set([...limit.warnAt, 100])].map((percent) => ({
            percent,
            at: split(share(limit.amount, percent)),
          })),
    members: new Set(),
    period: undefined,
    spent: new Meter(),
    counted: new Meter(),
    warned: 0,
    reachedAt: NEVER,
    stopsAt: NEVER,
    stopped: new Map(),
  }
}

/** Empties an account for a new period. */
export function begin(account: Account, period: Period): void {
  account.period = period
  account.spent = new Meter()
  account.counted = new Meter()
  account.warned = 0
  account.stopped.clear()
  // 0 blocks for as long as it stands.
  const shut = account.limit.amount === 0n && account.limit.action === 'block'
  account.reachedAt = shut ? period.start : NEVER
  account.stopsAt = shut ? period.start - 1 : NEVER
}

export const byPeriod = (a: SimulatedOver, b: SimulatedOver): number =>
  a.period < b.period ? -1 : a.period > b.period ? 1 : a.limit < b.limit ? -1 : a.limit > b.limit ? 1 : 0

/** The smallest amount that is so many percent. */
const share = (amount: PicoUsd, percent: number): PicoUsd => pico((amount * BigInt(percent) + 99n) / 100n)
