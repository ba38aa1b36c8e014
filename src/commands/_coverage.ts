/** coverage: the journal by UTC hour beside CloudWatch's own counts. Reads only. */
import type { AwsClients } from '../provision/clients.ts'
import { CloudWatchUsage } from '../runtime/aws/cloudwatch-usage.ts'
import { type Instant, instant, toIso } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { add, toDecimal, zero } from '../runtime/domain/money/money.ts'
import { makeBook } from '../runtime/domain/money/price-book.ts'
import {
  type Coverage,
  type Covered,
  coverageOf,
  type ModelCoverage,
  missingPermille,
} from '../runtime/domain/telling/coverage.ts'
import type { Cause } from '../runtime/domain/telling/coverage-causes.ts'
import { type MeteredTokens, noTokens, plus, sumsOf } from '../runtime/domain/telling/coverage-tokens.ts'
import type { CountedUsage, Ledger } from '../runtime/ports.ts'
import { SETTLED_MS } from '../runtime/usecases/day-coverage.ts'
import type { Door } from './_compose.ts'
import { rateBook, statusRoom } from './_rooms.ts'
import { readDay } from './_status-range.ts'
import { adviceOf, coverageText } from './_view/coverage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The journal is read entry by entry. CloudWatch keeps hours for 455 days. */
const DAYS_AT_MOST = 93
const PATIENCE_MS = 120_000

interface Days {
  readonly from: Instant
  readonly to: Instant
}

/** @param nowMs epoch milliseconds. @throws GuardError `bad-day`, `bad-range`. */
export function readDays(flags: { since?: string | undefined; until?: string | undefined }, nowMs: number): Days {
  const today = Math.floor(nowMs / DAY) * DAY
  const last = flags.until === undefined ? today : Date.parse(readDay(flags.until, '--until'))
  const first = flags.since === undefined ? Math.min(last, today - DAY) : Date.parse(readDay(flags.since, '--since'))
  const refuse = (message: string): never => {
    const suggestions = ['--since 2026-11-01 --until 2026-11-07']
    throw new GuardError({ code: 'bad-range', fault: 'user', message, suggestions })
  }
  if (first > nowMs)
    refuse(`--since ${flags.since} has not begun: today is ${toIso(instant(today)).slice(0, 10)} (UTC)`)
  if (first > last) refuse(`--until ${flags.until} is before --since ${flags.since}`)
  if (last - first >= DAYS_AT_MOST * DAY) refuse(`that is more than ${DAYS_AT_MOST} days`)
  return { from: instant(first), to: instant(last + DAY) }
}

interface Wish {
  readonly days: Days
  readonly by: string
  readonly regions: readonly string[]
  /** Percent. */
  readonly threshold: number
  readonly screen: number
}

export async function showCoverage(door: Door, wish: Wish): Promise<{ text: string; json: object; over: boolean }> {
  const [room, rates] = await Promise.all([statusRoom(door), rateBook(door)])
  const { countFrom } = await room.health.read()
  const settled = Math.floor((door.clock.now() - SETTLED_MS) / HOUR) * HOUR
  const from = instant(Math.max(wish.days.from, Math.ceil((countFrom ?? 0) / HOUR) * HOUR))
  const to = instant(Math.max(from, Math.min(wish.days.to, settled)))
  const regions = [...new Set([door.region, ...wish.regions])]
  const [metered, kept, profiles, ...counted] = await Promise.all([
    meteredIn(room.ledger, { from, to }, regions),
    rates.kept(),
    rates.profiles(),
    ...regions.map((region) => countedIn(door, region, { from, to })),
  ])
  const { assumedCacheTtl, onlySources } = room.settings
  const coverage = coverageOf({
    ...{ from, to, step: HOUR, region: door.region, metered, onlySources },
    counted: counted.flatMap((one) => one.counted),
    mantle: counted.flatMap((one) => one.mantle),
    deliveries: counted.flatMap((one) => one.deliveries),
    book: makeBook({ kept, profiles, assumedCacheTtl }),
  })
  const { command, guard, region } = door
  const began = from > wish.days.from
  return {
    text: coverageText(coverage, { guard, region, by: wish.by, screen: wish.screen, command, began }),
    json: { guard, region, regions, ...coverageJson(coverage, command) },
    over: missingPermille(coverage) > wish.threshold * 10,
  }
}

/** A correction changes the price of an entry and never its tokens, so the entries alone count. */
async function meteredIn(ledger: Ledger, range: Days, regions: readonly string[]): Promise<readonly MeteredTokens[]> {
  const cells = new Map<string, MeteredTokens>()
  for await (const entry of ledger.journal(range)) {
    if (entry.kind !== 'charge' || !regions.includes(entry.charge.region)) continue
    const { model, region, tokens, cost } = entry.charge
    const at = instant(Math.floor(entry.charge.at / HOUR) * HOUR)
    const key = [at, region, model].join('\n')
    const known = cells.get(key) ?? { at, region, model, requests: 0, tokens: noTokens, spend: zero }
    const sums = { tokens: plus(known.tokens, sumsOf(tokens)), spend: add(known.spend, cost) }
    cells.set(key, { ...known, ...sums, requests: known.requests + 1 })
  }
  return [...cells.values()]
}

async function countedIn(door: Door, region: string, { from, to }: Days): Promise<CountedUsage> {
  const clients: AwsClients =
    region === door.region ? door.clients : (await import('./_cloud.ts')).awsClients({ region, version: door.version })
  const usage = new CloudWatchUsage({ client: await clients.cloudwatch(), region, patienceMs: PATIENCE_MS })
  return usage.read({ from, to, step: HOUR })
}

function coverageJson(of: Coverage, command: (words: string) => string) {
  const { coveredPermille, missingUsdPermille } = of
  return {
    from: toIso(of.from),
    to: toIso(of.to),
    coveredPercent: coveredPermille === undefined ? null : coveredPermille / 10,
    missingPercent: coveredPermille === undefined ? null : (1000 - coveredPermille) / 10,
    missingUsdPercent: missingUsdPermille === undefined ? null : missingUsdPermille / 10,
    ...sidesJson(of.total),
    models: of.models.map(modelJson),
    hours: of.stretches.map((one) => ({ at: toIso(one.at), ...sidesJson(one) })),
    causes: of.causes.map((cause) => causeJson(cause, command)),
  }
}

const sidesJson = (of: Covered) => ({
  ledgerRequests: of.requests.metered,
  awsRequests: of.requests.real,
  ledgerTokens: of.metered,
  awsTokens: of.real,
  missing: of.missing,
  missingTokens: of.missingTokens,
  missingUsd: toDecimal(of.missingUsd),
  surplusTokens: of.surplusTokens,
  ledgerUsd: toDecimal(of.spend),
})

const modelJson = (of: ModelCoverage) => ({
  region: of.region,
  model: of.model,
  endpoint: of.mantle ? 'bedrock-mantle' : 'bedrock-runtime',
  ...sidesJson(of),
  assumedPrice: of.assumed,
})

const causeJson = (cause: Cause, command: (words: string) => string) => ({
  cause: cause.code,
  region: cause.region,
  tokens: cause.tokens,
  usd: toDecimal(cause.usd),
  models: cause.models,
  from: toIso(cause.from),
  to: toIso(cause.to),
  records: cause.count ?? null,
  ...adviceOf(cause, command),
})
