/**
 * The month that is under way: counted from the log, record by record, where the log reaches back far enough; else the
 * original's totals are carried over as opening entries. Never both. Pure.
 */

import { dayOf, type Instant, type Month, monthPeriod, toIso, type Zoning } from '../../runtime/domain/base/calendar.ts'
import type { Charge } from '../../runtime/domain/metering/charge.ts'
import { callerOf, keyOf, type PrincipalKey, parseKey } from '../../runtime/domain/metering/principal.ts'
import { type PicoUsd, parseUsd, toDecimal, zero } from '../../runtime/domain/money/money.ts'

export type SpendWay =
  /** The guard has counted the whole month itself. */
  | 'counted'
  /** Backfill from the log group. */
  | 'log'
  | 'opening'
  /** Neither can be had without counting twice. */
  | 'none'

export interface SpendFacts {
  readonly monthStart: Instant
  readonly now: Instant
  /** Since when the installed guard counts; undefined: none is installed. */
  readonly countFrom: Instant | undefined
  /** The guard's ledger holds money of this month already. */
  readonly hasBalances: boolean
  readonly hasOpenings: boolean
  /** The log group the guard reads, or will read; undefined: not the one the original wrote to, or none. */
  readonly log:
    | { readonly createdAt: number; readonly retentionDays: number | undefined; readonly hasRecords: boolean }
    | undefined
  /** First day of this month that the original counted money on, in its zone. */
  readonly firstDay: string | undefined
  readonly totals: number
}

const DAY_MS = 86_400_000
/** The original's days begin at midnight in Japan. */
const ORIGINAL_ZONE = [{ from: '0000-00', zone: 'Asia/Tokyo' }] as const

export function spendWay(facts: SpendFacts): { readonly way: SpendWay; readonly why: string } {
  const { countFrom, monthStart, log, totals } = facts
  if (facts.hasOpenings) return { way: 'opening', why: 'its totals of this month are in the ledger already' }
  if (countFrom !== undefined && countFrom <= monthStart)
    return { way: 'counted', why: 'the guard has counted this month from its beginning' }
  const gap = log === undefined ? 'its log group is not the one that the guard reads' : gapIn(log, facts)
  if (gap === undefined) return { way: 'log', why: 'its log group holds every record of this month' }
  if (totals === 0)
    return { way: log === undefined ? 'none' : 'log', why: `${gap}, and its table has no totals of this month` }
  if (!facts.hasBalances) return { way: 'opening', why: gap }
  return {
    way: 'none',
    why: `${gap}, and the ledger holds a part of this month already: its totals would count that twice`,
  }
}

function gapIn(
  log: NonNullable<SpendFacts['log']>,
  { monthStart, now, firstDay, totals }: SpendFacts,
): string | undefined {
  if (log.retentionDays !== undefined && now - log.retentionDays * DAY_MS > monthStart)
    return `its log group keeps records for ${log.retentionDays} days only`
  if (totals > 0 && !log.hasRecords) return 'its log group holds no record of this month'
  const made = log.createdAt as Instant
  if (made > monthStart && firstDay !== undefined && dayOf(made, ORIGINAL_ZONE) > firstDay)
    return `its log group is newer than what it counted (from ${firstDay})`
  return undefined
}

/** One principal's spend of the month so far, as the original counted it. */
export interface Opening {
  readonly principal: PrincipalKey
  /** Exact decimal dollars. */
  readonly usd: string
}

export const OPENING_MODEL = 'opening-balance.from-the-original'
const OPENING_RATE = 'opening/original/'

export const isOpening = ({ rateId }: { readonly rateId: string }): boolean => rateId.startsWith(OPENING_RATE)
/** When its totals were read: from then on the guard counts itself. */
export const openedAt = ({ rateId }: { readonly rateId: string }): string => rateId.slice(OPENING_RATE.length)

export interface OpeningPlace {
  readonly account: string
  readonly partition: string
  readonly region: string
  readonly month: Month
  readonly zoning: Zoning
  /** When the totals were read. */
  readonly readAt: Instant
}

/**
 * The entry that stands for it: one for a principal and month (a second is a duplicate, whatever its amount), at the first
 * instant of the month, without tokens, so that no change of prices ever touches it.
 */
export function openingCharge({ principal, usd }: Opening, place: OpeningPlace): Charge | undefined {
  const { account, partition, month, zoning, region, readAt } = place
  const parsed = parseKey(principal, account)
  if (parsed?.kind !== 'user' && parsed?.kind !== 'role') return undefined
  const at = monthPeriod(month, zoning).start
  const cost: PicoUsd = parseUsd(usd)
  return {
    requestId: `opening-balance-${month}`,
    ...{ at, month, day: dayOf(at, zoning), region, cost },
    principal: keyOf(parsed),
    caller: callerOf(`arn:${partition}:iam::${account}:${parsed.kind}/${parsed.name}`, account),
    operation: 'OpeningBalance',
    model: OPENING_MODEL,
    scope: 'global',
    rateId: `${OPENING_RATE}${toIso(readAt)}`,
    label: 'none',
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 },
    assumed: zero,
  }
}

export const openingOf = (principal: PrincipalKey, usd: PicoUsd): Opening => ({ principal, usd: toDecimal(usd) })
