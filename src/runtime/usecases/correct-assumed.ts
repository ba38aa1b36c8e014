import { lastEntries, type Standing, standingOf } from '../domain/bookkeeping.ts'
import {
  type Day,
  dayPeriod,
  type Instant,
  type Month,
  monthOf,
  previousMonth,
  type Zoning,
} from '../domain/calendar.ts'
import type { Charge } from '../domain/charge.ts'
import { type ModelRef, parseModelId, stemOf } from '../domain/model-id.ts'
import { makeBook, type PriceBook } from '../domain/price-book.ts'
import { price } from '../domain/pricing.ts'
import type { PrincipalKey } from '../domain/principal.ts'
import type { Usage } from '../domain/usage.ts'
import type { Clock, Ledger, RateBook } from '../ports.ts'

export interface CorrectRoom {
  readonly ledger: Ledger
  readonly rates: RateBook
  readonly clock: Clock
  readonly config: { readonly zoning: Zoning; readonly assumedCacheTtl: '5m' | '1h' }
  /** Undefined: takes the time it takes. */
  readonly deadlineMs?: () => number
}

/** Neither: whatever can be priced by now. */
export interface Which {
  readonly stem?: string
  /** ARN of an application inference profile. */
  readonly profile?: string
}

export interface Corrected {
  readonly corrected: number
  /** Booked at an assumed price and still without one. */
  readonly left: number
  /** Somebody else corrected the same entry at the same moment; the next run sees what they wrote. */
  readonly conflicts: number
  /** False: the time ran out; run it again. */
  readonly complete: boolean
}

/** Time for one last transaction and the answer. */
const RESERVE_MS = 5_000

/**
 * Gives entries that were booked at an assumed price their real one, in this month and the last, by correcting entries.
 * Running it again changes nothing more.
 */
export async function correctAssumed(room: CorrectRoom, which: Which, now: Instant): Promise<Corrected> {
  const { assumedCacheTtl, zoning } = room.config
  const [overrides, profiles] = await Promise.all([room.rates.overrides(), room.rates.profiles()])
  const book = makeBook({ overrides, profiles, assumedCacheTtl })
  const result = { corrected: 0, left: 0, conflicts: 0 }
  const month = monthOf(now, zoning)
  for (const each of [previousMonth(month), month]) {
    for (const { principal, days } of await assumedDays(room.ledger, each, which)) {
      for (const standing of await assumedEntries(room, principal, days)) {
        if (!matches(standing.charge.model, which)) continue
        if (room.deadlineMs && room.clock.now() > room.deadlineMs() - RESERVE_MS) return { ...result, complete: false }
        result[await correctOne(room.ledger, standing, book)] += 1
      }
    }
  }
  return { ...result, complete: true }
}

function matches(model: string, which: Which): boolean {
  if (which.profile !== undefined) return model === which.profile
  return which.stem === undefined || stemOf(model) === which.stem
}

/** Balances first: they are few, and mostly nobody has anything assumed. */
async function assumedDays(
  ledger: Ledger,
  month: Month,
  which: Which,
): Promise<readonly { principal: PrincipalKey; days: readonly Day[] }[]> {
  const found: { principal: PrincipalKey; days: readonly Day[] }[] = []
  for await (const { principal, assumed } of ledger.balances(month)) {
    if (assumed === 0n) continue
    const days = new Set<Day>()
    for await (const detail of ledger.detail(month, principal)) {
      if (detail.assumed !== 0n && matches(detail.model, which)) days.add(detail.day)
    }
    if (days.size > 0) found.push({ principal, days: [...days].sort() })
  }
  return found
}

async function assumedEntries(
  room: CorrectRoom,
  principal: PrincipalKey,
  days: readonly Day[],
): Promise<readonly Standing[]> {
  const standings: Standing[] = []
  for (const day of days) {
    const { start, end } = dayPeriod(day, room.config.zoning)
    const entries = []
    for await (const entry of room.ledger.journal({ from: start, to: end }, principal)) entries.push(entry)
    standings.push(
      ...lastEntries(entries)
        .map(standingOf)
        .filter(({ assumed }) => assumed !== 0n),
    )
  }
  return standings
}

async function correctOne(
  ledger: Ledger,
  standing: Standing,
  book: PriceBook,
): Promise<'corrected' | 'left' | 'conflicts'> {
  const priced = price(book, usageOf(standing.charge))
  if (priced.kind === 'unpriced') return 'left'
  const answer = await ledger.correct(
    { kind: 'charge', charge: standing.charge },
    {
      id: `priced by ${priced.rateId}`,
      cost: priced.cost,
      rateId: priced.rateId,
      model: priced.model,
      reason: `booked at an assumed price before the price of ${priced.model} was known`,
    },
  )
  return answer === 'conflict' ? 'conflicts' : 'corrected'
}

/** What was priced, from the entry; an entry that is still assumed has had no correction. */
const usageOf = (charge: Charge): Usage => ({
  requestId: charge.requestId,
  at: charge.at,
  account: charge.caller.base.account,
  region: charge.region,
  operation: charge.operation,
  model: modelOf(charge),
  caller: charge.caller,
  source: undefined,
  tokens: charge.tokens,
})

function modelOf(charge: Charge): ModelRef {
  const { model, scope, loggedModel } = charge
  if (loggedModel !== undefined && loggedModel !== `${scope}/${model}`) return parseModelId(loggedModel)
  return { kind: 'model', model, provider: model.slice(0, Math.max(model.indexOf('.'), 0)), scope }
}
