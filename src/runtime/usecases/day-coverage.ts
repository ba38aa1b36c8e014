import type { RuntimeConfig } from '../config.ts'
import { dayOf, dayPeriod, type Instant, type Month } from '../domain/base/calendar.ts'
import type { Detail } from '../domain/metering/balance.ts'
import { makeBook } from '../domain/money/price-book.ts'
import { coverageOf, type DayCoverage } from '../domain/telling/coverage.ts'
import { sumsOf } from '../domain/telling/coverage-tokens.ts'
import { shiftDay } from '../domain/telling/forecast.ts'
import type { RateBook, UsageMetrics } from '../ports.ts'

/** CloudWatch's numbers, and the last records, take so long to be complete; nobody promises any of it. */
export const SETTLED_MS = 20 * 60_000

export interface DayCoverageRoom {
  readonly config: Pick<RuntimeConfig, 'region' | 'zoning' | 'assumedCacheTtl' | 'onlySources'>
  readonly rates: Pick<RateBook, 'kept' | 'profiles'>
  readonly usage: UsageMetrics
}

/**
 * How much of that day's tokens is in the ledger, out of the details that status and report read as well: a day of the journal may
 * be too much for a function. CloudWatch that cannot be read is an answer:
 * who asks has more to tell than this.
 */
export async function dayCoverage(
  room: DayCoverageRoom,
  how: {
    readonly now: Instant
    readonly countFrom: Instant | undefined
    readonly detailsOf: (month: Month) => Promise<readonly Detail[]>
  },
): Promise<DayCoverage> {
  const { zoning, region, assumedCacheTtl, onlySources = false } = room.config
  const today = dayOf(how.now, zoning)
  const yesterday = shiftDay(today, -1)
  const settled = dayPeriod(yesterday, zoning).end + SETTLED_MS <= how.now
  const day = settled ? yesterday : shiftDay(today, -2)
  const { start: from, end: to } = dayPeriod(day, zoning)
  if (how.countFrom !== undefined && how.countFrom > from) return { kind: 'too-early', day }
  const step = to - from
  const [usage, details, kept, profiles] = await Promise.all([
    room.usage.read({ from, to, step }).catch((error: unknown) => ({ why: textOf(error) })),
    how.detailsOf(day.slice(0, 7) as Month),
    room.rates.kept(),
    room.rates.profiles(),
  ])
  if ('why' in usage) return { kind: 'unknown', day, why: usage.why }
  const metered = details
    .filter((detail) => detail.day === day)
    .map(({ model, requests, tokens, spend }) => ({
      ...{ at: from, region, model, requests, spend },
      tokens: sumsOf(tokens),
    }))
  const book = makeBook({ kept, profiles, assumedCacheTtl })
  return { kind: 'known', day, coverage: coverageOf({ ...usage, from, to, step, region, metered, onlySources, book }) }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
