import {
  type Day,
  dayPeriod,
  type Instant,
  instant,
  type Month,
  monthOf,
  previousMonth,
  type Zoning,
} from '../domain/base/calendar.ts'
import type { Detail, Entry } from '../domain/metering/balance.ts'
import { lastEntries, standingOf } from '../domain/metering/bookkeeping.ts'
import type { Charge } from '../domain/metering/charge.ts'
import { type ModelRef, parseModelId, stemOf } from '../domain/metering/model-id.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { Usage } from '../domain/metering/usage.ts'
import { makeBook, type PriceBook } from '../domain/money/price-book.ts'
import { price } from '../domain/money/pricing.ts'
import type { Clock, Ledger, RateBook } from '../ports.ts'

export interface CorrectRoom {
  readonly ledger: Ledger
  readonly rates: RateBook
  readonly clock: Clock
  readonly config: { readonly zoning: Zoning; readonly assumedCacheTtl: '5m' | '1h' }
  /** Undefined: takes the time it takes. */
  readonly deadlineMs?: () => number
}

/** Neither: what is booked at an assumed price and can be priced by now. */
export interface Which {
  /** The price of this model was set: whatever the book now prices otherwise, assumed or not. */
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
 * Gives entries that were booked at an assumed price (or at one that the admin has replaced) the price of the book, in
 * this month and the last, by correcting entries. Running it again changes nothing more.
 */
export async function correctAssumed(room: CorrectRoom, which: Which, now: Instant): Promise<Corrected> {
  const { assumedCacheTtl, zoning } = room.config
  const [kept, profiles] = await Promise.all([room.rates.kept(), room.rates.profiles()])
  const book = makeBook({ kept, profiles, assumedCacheTtl })
  const result = { corrected: 0, left: 0, conflicts: 0 }
  const month = monthOf(now, zoning)
  for (const each of [previousMonth(month), month]) {
    const { found, left } = await daysToLookAt(room, each, which, book)
    result.left += left
    for (const { principal, day } of found) {
      if (timeIsUp(room)) return { ...result, complete: false }
      for (const entry of await entriesOf(room, principal, day)) {
        if (!concerns(standingOf(entry), which)) continue
        if (timeIsUp(room)) return { ...result, complete: false }
        const fate = await correctOne(room.ledger, entry, book)
        if (fate !== 'right') result[fate] += 1
      }
    }
  }
  return { ...result, complete: true }
}

const timeIsUp = (room: CorrectRoom): boolean =>
  room.deadlineMs !== undefined && room.clock.now() > room.deadlineMs() - RESERVE_MS

/** Rows and entries have in common what decides it. */
function concerns(what: { readonly model: string; readonly assumed: bigint }, which: Which): boolean {
  if (which.stem !== undefined) return stemOf(what.model) === which.stem
  return what.assumed !== 0n && (which.profile === undefined || what.model === which.profile)
}

/**
 * Balances first: they are few, and mostly nobody has anything assumed. What has no price yet is only counted from its
 * row: reading all its entries every quarter of an hour would cost more than the guard.
 */
async function daysToLookAt(
  { ledger, config }: CorrectRoom,
  month: Month,
  which: Which,
  book: PriceBook,
): Promise<{ found: readonly { principal: PrincipalKey; day: Day }[]; left: number }> {
  const found: { principal: PrincipalKey; day: Day }[] = []
  let left = 0
  for await (const { principal, assumed } of ledger.balances(month)) {
    if (assumed === 0n && which.stem === undefined) continue
    const days = new Set<Day>()
    const withoutPrice: Detail[] = []
    for await (const detail of ledger.detail(month, principal)) {
      if (!concerns(detail, which)) continue
      if (detail.assumed !== 0n && !hasPrice(detail, book, config.zoning)) withoutPrice.push(detail)
      else days.add(detail.day)
    }
    for (const { day, requests } of withoutPrice) if (!days.has(day)) left += requests
    found.push(...[...days].sort().map((day) => ({ principal, day })))
  }
  return { found, left }
}

/** Whether the book knows a price for what the row holds, on one of the UTC days that the guard's day touches. */
function hasPrice({ model, rateId, day, tokens }: Detail, book: PriceBook, zoning: Zoning): boolean {
  const named = parseModelId(model)
  const ref: ModelRef =
    named.kind === 'model' ? { ...named, scope: rateId.endsWith('/global') ? 'global' : 'regional' } : named
  const { start, end } = dayPeriod(day, zoning)
  return [start, instant(end - 1)].some((at) => price(book, { model: ref, at, region: '', tokens }).kind === 'priced')
}

/** A day at a time: a month of a busy role would not fit into a function's memory. */
async function entriesOf(room: CorrectRoom, principal: PrincipalKey, day: Day): Promise<readonly Entry[]> {
  const { start, end } = dayPeriod(day, room.config.zoning)
  const entries: Entry[] = []
  for await (const entry of room.ledger.journal({ from: start, to: end }, principal)) entries.push(entry)
  return lastEntries(entries)
}

async function correctOne(
  ledger: Ledger,
  entry: Entry,
  book: PriceBook,
): Promise<'corrected' | 'left' | 'conflicts' | 'right'> {
  const standing = standingOf(entry)
  const priced = price(book, usageOf(standing.charge))
  if (priced.kind === 'unpriced') return 'left'
  if (standing.assumed === 0n && standing.cost === priced.cost && standing.rateId === priced.rateId) return 'right'
  const answer = await ledger.correct(entry, {
    id: `priced by ${priced.rateId}`,
    cost: priced.cost,
    rateId: priced.rateId,
    model: priced.model,
    reason:
      standing.assumed === 0n
        ? `the price of ${priced.model} was set anew`
        : `booked at an assumed price before the price of ${priced.model} was known`,
  })
  return answer === 'conflict' ? 'conflicts' : 'corrected'
}

/** What was priced, from the entry: exactly what the record said, bodies included. */
export const usageOf = (charge: Charge): Usage => ({
  requestId: charge.requestId,
  at: charge.at,
  account: charge.caller.base.account,
  region: charge.region,
  operation: charge.operation,
  model: modelOf(charge),
  caller: charge.caller,
  source: undefined,
  tokens: charge.tokens,
  ...(charge.tier === undefined ? {} : { tier: charge.tier }),
  ...(charge.units === undefined ? {} : { units: charge.units }),
})

function modelOf({ model, scope, loggedModel }: Charge): ModelRef {
  const named = { kind: 'model', model, provider: model.slice(0, Math.max(model.indexOf('.'), 0)), scope } as const
  if (loggedModel === undefined || loggedModel === `${scope}/${model}`) return named
  const logged = parseModelId(loggedModel)
  // The body of a prompt or router told the model; of a profile the book does, perhaps better by now.
  return logged.kind === 'other' && logged.id !== model ? { ...named, via: loggedModel } : logged
}
