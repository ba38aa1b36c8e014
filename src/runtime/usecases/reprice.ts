/** Applies the price book in force to tokens that are in the journal: what it says otherwise becomes a correcting entry. */
import { type Day, dayPeriod, type Instant, instant, type Month, type Zoning } from '../domain/base/calendar.ts'
import type { Balance, Detail, Entry } from '../domain/metering/balance.ts'
import { lastEntries, type Standing, standingOf } from '../domain/metering/bookkeeping.ts'
import type { Charge } from '../domain/metering/charge.ts'
import { type ModelRef, parseModelId } from '../domain/metering/model-id.ts'
import { type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import type { Usage } from '../domain/metering/usage.ts'
import type { PicoUsd } from '../domain/money/money.ts'
import { bareRateId, makeBook, type PriceBook } from '../domain/money/price-book.ts'
import { mayBePriced, price } from '../domain/money/pricing.ts'
import { inParallel } from '../parallel.ts'
import type { Clock, Ledger, RateBook } from '../ports.ts'

export interface RepriceRoom {
  readonly ledger: Ledger
  readonly rates: RateBook
  readonly clock: Clock
  readonly config: { readonly zoning: Zoning; readonly assumedCacheTtl: '5m' | '1h' }
  /** Undefined: takes the time it takes. */
  readonly deadlineMs?: () => number
  /** So many users and roles side by side; each one's entries move the same balance, so they go one by one. Undefined: one. */
  readonly atOnce?: number
}

/** Rows of details and entries have in common what decides whether they are meant. */
export interface Priced {
  readonly model: string
  readonly assumed: bigint
}

export interface Repricing {
  readonly months: readonly Month[]
  /** Days of the guard, both inclusive; undefined: whole months. */
  readonly days?: { readonly from: Day; readonly to: Day }
  readonly concerns: (what: Priced) => boolean
  /** Whose details are worth a look. */
  readonly whose: (balance: Balance) => boolean
  /** Says what would change and writes nothing. */
  readonly pretend?: boolean
  readonly reason: (standing: Standing, model: string) => string
  /** Hears of every entry that is (or would be) corrected. */
  readonly each?: (change: Repriced) => void
  /** After each entry: how many days of principals lie behind, of how many. */
  readonly progress?: (done: number, of: number) => void
  /** Asked before each entry. */
  readonly stop?: () => boolean
}

export interface Repriced {
  readonly principal: PrincipalKey
  readonly day: Day
  readonly model: string
  readonly before: PicoUsd
  readonly after: PicoUsd
}

export interface Corrected {
  readonly corrected: number
  /** Booked at an assumed price and still without one. */
  readonly left: number
  /** Somebody else corrected the same entry at the same moment; the next run sees what they wrote. */
  readonly conflicts: number
  /** False: stopped, or the time ran out; run it again. */
  readonly complete: boolean
}

/** Time for one last transaction and the answer. */
const RESERVE_MS = 5_000

/** What is priced right is left alone, so running it again changes nothing more. */
export async function reprice(room: RepriceRoom, task: Repricing): Promise<Corrected> {
  const { assumedCacheTtl } = room.config
  const [kept, profiles] = await Promise.all([room.rates.kept(), room.rates.profiles()])
  const book = makeBook({ kept, profiles, assumedCacheTtl })
  const result = { corrected: 0, left: 0, conflicts: 0 }
  for (const month of task.months) {
    const { found, left } = await daysToLookAt(room, month, task, book)
    result.left += left
    let behind = 0
    const isOver = () => task.stop?.() === true || timeIsUp(room)
    await inParallel(found, room.atOnce ?? 1, async (days) => {
      for (const { day, principals } of days) {
        if (isOver()) return
        for (const entry of await entriesOf(room, principals, day)) {
          task.progress?.(behind, daysIn(found))
          if (!task.concerns(standingOf(entry))) continue
          if (isOver()) return
          const fate = await repriceOne(room.ledger, entry, book, task)
          if (fate !== 'right') result[fate] += 1
        }
        behind += 1
      }
    })
    if (behind < daysIn(found)) return { ...result, complete: false }
  }
  return { ...result, complete: true }
}

const timeIsUp = (room: RepriceRoom): boolean =>
  room.deadlineMs !== undefined && room.clock.now() > room.deadlineMs() - RESERVE_MS

/** A day of one user, or of a role with those of its sessions that are meant: their entries lie together. */
interface DayOf {
  readonly day: Day
  readonly principals: PrincipalKey[]
}

const daysIn = (found: readonly (readonly DayOf[])[]): number => found.reduce((sum, days) => sum + days.length, 0)

/**
 * Balances first: they are few, and mostly nobody is concerned. What has no price yet is only counted from its row:
 * reading all its entries every quarter of an hour would cost more than the guard.
 */
async function daysToLookAt(
  { ledger, config }: RepriceRoom,
  month: Month,
  task: Repricing,
  book: PriceBook,
): Promise<{ found: readonly (readonly DayOf[])[]; left: number }> {
  const found = new Map<PrincipalKey, Map<Day, DayOf>>()
  let left = 0
  // A row of the ledger says no region, and a price may hold in one alone.
  const regions = ['', ...new Set(book.rates.flatMap((rate) => rate.regions ?? []))]
  for await (const balance of ledger.balances(month)) {
    if (!task.whose(balance)) continue
    const { principal } = balance
    const days = new Set<Day>()
    const withoutPrice: Detail[] = []
    for await (const detail of ledger.detail(month, principal)) {
      if (!task.concerns(detail) || !isWithin(detail.day, task)) continue
      if (detail.assumed !== 0n && !hasPrice(detail, book, config.zoning, regions)) withoutPrice.push(detail)
      else days.add(detail.day)
    }
    for (const { day, requests } of withoutPrice) if (!days.has(day)) left += requests
    const base = roleKeyOf(principal) ?? principal
    const known = found.get(base) ?? new Map<Day, DayOf>()
    if (days.size > 0) found.set(base, known)
    for (const day of [...days].sort()) {
      const one = known.get(day) ?? { day, principals: [] }
      known.set(day, one)
      one.principals.push(principal)
    }
  }
  return { found: [...found.values()].map((days) => [...days.values()]), left }
}

const isWithin = (day: Day, { days }: Repricing): boolean => days === undefined || (day >= days.from && day <= days.to)

/** Whether the book knows a price for what the row holds, on one of the UTC days that the guard's day touches, in some region. */
function hasPrice(
  { model, rateId, day, tokens }: Detail,
  book: PriceBook,
  zoning: Zoning,
  regions: readonly string[],
): boolean {
  const named = parseModelId(model)
  const ref: ModelRef =
    named.kind === 'model' ? { ...named, scope: bareRateId(rateId).endsWith('/global') ? 'global' : 'regional' } : named
  const { start, end } = dayPeriod(day, zoning)
  return [start, instant(end - 1)].some((at) =>
    regions.some((region) => mayBePriced(book, { model: ref, at, region, tokens }, rateId)),
  )
}

/** A day at a time: a month of a busy role would not fit into a function's memory. */
async function entriesOf(room: RepriceRoom, principals: readonly PrincipalKey[], day: Day): Promise<readonly Entry[]> {
  const { start, end } = dayPeriod(day, room.config.zoning)
  const entries: Entry[] = []
  for await (const entry of room.ledger.journal({ from: start, to: end }, ...principals)) entries.push(entry)
  return lastEntries(entries)
}

async function repriceOne(
  ledger: Ledger,
  entry: Entry,
  book: PriceBook,
  task: Repricing,
): Promise<'corrected' | 'left' | 'conflicts' | 'right'> {
  const standing = standingOf(entry)
  const priced = price(book, usageOf(standing.charge))
  if (priced.kind === 'unpriced') return 'left'
  if (standing.assumed === 0n && standing.cost === priced.cost && standing.rateId === priced.rateId) return 'right'
  if (task.pretend !== true) {
    const answer = await ledger.correct(entry, {
      id: `priced by ${priced.rateId}`,
      cost: priced.cost,
      rateId: priced.rateId,
      model: priced.model,
      reason: task.reason(standing, priced.model),
    })
    if (answer === 'conflict') return 'conflicts'
  }
  const { principal, day } = standing.charge
  task.each?.({ principal, day, model: priced.model, before: standing.cost, after: priced.cost })
  return 'corrected'
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

/** Until when the journal is whole: behind its oldest living entry a record that was counted would look new. */
export const oldestKept = (journalDays: number | undefined, now: Instant): Instant =>
  instant(journalDays === undefined ? 0 : now - (journalDays - 1) * 86_400_000)
