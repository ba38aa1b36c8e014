import { type Instant, instant } from '../base/calendar.ts'
import type { Scope } from '../metering/model-id.ts'
import type { TokenCounts, Units, Usage } from '../metering/usage.ts'
import { MILLIONTHS, reckoned } from './discount.ts'
import { type PicoUsd, pico, zero } from './money.ts'
import { billedBy } from './not-metered.ts'
import type { PriceBook, Priced, Rate, Tier, TokenPrices, UnitPrices } from './price-book.ts'
import { DAY, type Index, indexOf, type Named, type Row } from './price-index.ts'

/** Exact cost of the tokens. Cache writes of unknown time are taken for `ttl`. */
export function costOf(tokens: TokenCounts, prices: TokenPrices, ttl: '5m' | '1h'): PicoUsd {
  const fiveMinutes = tokens.cacheWrite5m + (ttl === '5m' ? tokens.cacheWriteUnknown : 0)
  const oneHour = tokens.cacheWrite1h + (ttl === '1h' ? tokens.cacheWriteUnknown : 0)
  let cost = 0n
  if (tokens.input > 0) cost += BigInt(tokens.input) * prices.input
  if (tokens.output > 0) cost += BigInt(tokens.output) * prices.output
  if (tokens.cacheRead > 0) cost += BigInt(tokens.cacheRead) * prices.cacheRead
  if (fiveMinutes > 0) cost += BigInt(fiveMinutes) * prices.cacheWrite5m
  if (oneHour > 0) cost += BigInt(oneHour) * prices.cacheWrite1h
  return pico(cost)
}

/**
 * The same in one step: whole numbers below 2^53 are exact, and a sum of products that stays below has no part above.
 * Dearer requests (thousands of dollars each) are added up the long way.
 */
function costByRow(tokens: TokenCounts, { quick, rate }: Row, ttl: '5m' | '1h'): PicoUsd {
  const cost =
    tokens.input * quick.input +
    tokens.output * quick.output +
    tokens.cacheRead * quick.cacheRead +
    tokens.cacheWrite5m * quick.cacheWrite5m +
    tokens.cacheWrite1h * quick.cacheWrite1h +
    tokens.cacheWriteUnknown * (ttl === '5m' ? quick.cacheWrite5m : quick.cacheWrite1h)
  return cost < Number.MAX_SAFE_INTEGER ? pico(BigInt(cost)) : costOf(tokens, rate.prices, ttl)
}

/** Everything the model reads: what decides the prompt-size band. */
export const promptOf = (tokens: TokenCounts): number =>
  tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheWriteUnknown

/** The rate id of an assumed price; a model of its own has one of its own, so that it can be corrected alone. */
export const assumedRateId = (model: string, scope: Scope): string => `assumed/${model}/${scope}`

/** Behind the rate id of a call that was charged for one image, second or search because nothing told how many. */
const UNCOUNTED = ';uncounted'

/**
 * Whether the book may have a price for calls that were booked together at this (assumed) rate: of whatever tier, and with
 * counts of whatever kind, neither of which is kept with them.
 */
export function mayBePriced(book: PriceBook, usage: Priceable, rateId: string): boolean {
  const counts = rateId.includes(UNCOUNTED) ? [] : UNITS.map(([count]) => ({ units: { [count]: 1 } }))
  const tiers = (['default', 'priority', 'flex', 'batch'] as const).map((tier) => ({ tier }))
  return [...tiers, ...counts].some((more) => price(book, { ...usage, ...more }).kind === 'priced')
}

/** What a price depends on. */
type Priceable = Pick<Usage, 'model' | 'at' | 'region' | 'tokens'> & Partial<Usage>

/**
 * What `priority` costs where no row of its own is known: 1.75 times the default tier, as AWS showed for a Qwen model. The
 * page that explains tiers names no factor (https://aws.amazon.com/bedrock/service-tiers, read 2026-11-20).
 */
const PRIORITY = { millionths: 1_750_000n, suffix: ';priority-x1.75' } as const

/**
 * The price of one request by the rates in force on its UTC day. Lookup is exact; a model that is not in the book costs,
 * per token class, the dearest rate its provider had on that day (of all providers, where it is unknown).
 * What changes a price besides the row (a tier without rows, a discount) stands at the end of the rate id, behind `;`.
 */
export function price(book: PriceBook, usage: Priceable): Priced {
  const { tokens, tier, units } = usage
  const index = indexOf(book)
  const named = index.named(usage.model)
  const { model, scope } = named
  const day = Math.floor(usage.at / DAY)
  const prompt = promptOf(tokens)
  let row = pick(named.rows, usage.region, day, prompt)
  let suffix = ''
  if (tier !== undefined && tier !== 'default' && row?.set !== true) {
    const own = ownOfTier(named, tier, row, usage.region, day, prompt)
    if (own !== undefined) row = own
    else if (tier === 'priority') suffix = PRIORITY.suffix
  }
  const ttl = book.assumedCacheTtl
  const byTokens =
    row === undefined ? costOf(tokens, index.dearest(named.provider, day), ttl) : costByRow(tokens, row, ttl)
  const premium = suffix === '' ? MILLIONTHS : PRIORITY.millionths
  let byUnits = zero
  let known = row !== undefined
  let rateId = row?.rate.id ?? assumedRateId(model, scope)
  if (units !== undefined || (prompt === 0 && tokens.output === 0)) {
    const more = costOfUnits(index, named, usage, day)
    if (more !== undefined) {
      byUnits = more.cost
      known = more.rate !== undefined
      rateId = more.rate?.id ?? assumedRateId(model, scope)
      suffix += more.suffix
    }
  }
  const reduction = row?.set === true ? undefined : named.reductions.find(({ from }) => from <= day)
  rateId += suffix + (reduction?.suffix ?? '')
  const discount = reduction?.millionths ?? MILLIONTHS
  const cost = reckoned({ tokens: byTokens, premium, units: byUnits, discount })
  return known
    ? { kind: 'priced', cost, rateId, model, scope }
    : { kind: 'unpriced', assumed: cost, rateId, model, scope }
}

/** A row as it holds for many requests: of one model and region, made in `[from, until)`, with a prompt in `(over, upTo]`. */
export interface PlainRate {
  readonly from: Instant
  readonly until: Instant
  readonly over: number
  readonly upTo: number
  /** Pico-dollars for one token; writes of unknown time at what the book takes them for. */
  readonly prices: Row['quick'] & { readonly cacheWriteUnknown: number }
}

/**
 * The row by which `price` charges such requests, where tokens times prices is all there is to it: for those who price
 * millions. Undefined where it is not: a tier or units in the usage, a discount on the model, no price, no tokens.
 */
export function plainRate(book: PriceBook, { tier, units, ...usage }: Priceable): PlainRate | undefined {
  const named = indexOf(book).named(usage.model)
  const day = Math.floor(usage.at / DAY)
  const prompt = promptOf(usage.tokens)
  const row = pick(named.rows, usage.region, day, prompt)
  const billed = prompt > 0 || usage.tokens.output > 0
  if (row === undefined || !billed || tier !== undefined || units !== undefined || named.reductions.length > 0) return
  const days = named.rows.flatMap((one) => [one.from, one.until])
  const sizes = named.rows.map((one) => one.over)
  const { quick } = row
  const { cacheWrite5m, cacheWrite1h } = quick
  return {
    from: instant(Math.max(...days.filter((each) => each <= day), Number.NEGATIVE_INFINITY) * DAY),
    until: instant(Math.min(...days.filter((each) => each > day)) * DAY),
    over: Math.max(...sizes.filter((each) => each < prompt)),
    upTo: Math.min(...sizes.filter((each) => each >= prompt)),
    prices: { ...quick, cacheWriteUnknown: book.assumedCacheTtl === '5m' ? cacheWrite5m : cacheWrite1h },
  }
}

/** The row in force: the first that fits, because they stand in order. */
function pick(rows: readonly Row[], region: string, day: number, prompt: number): Row | undefined {
  for (const row of rows) {
    if (day < row.from || day >= row.until || prompt <= row.over) continue
    if (row.rate.regions === undefined || row.rate.regions.includes(region)) return row
  }
  return undefined
}

/** A tier's row for prompts of any size says nothing of a long prompt that has a price of its own. */
function ownOfTier(
  named: Named,
  tier: Tier,
  usual: Row | undefined,
  region: string,
  day: number,
  prompt: number,
): Row | undefined {
  const own = pick(named.tiers[tier] ?? [], region, day, prompt)
  return own !== undefined && (usual === undefined || own.over >= usual.over) ? own : undefined
}

const UNITS = [
  ['images', 'image'],
  ['seconds', 'second'],
  ['searches', 'search'],
] as const satisfies readonly (readonly [keyof Units, keyof UnitPrices])[]

/**
 * What is billed by image, second or search. Where no body told how many, one is counted, and is assumed: such a call is
 * never free. A count that the book has no price for costs the dearest price of its kind. Undefined: nothing of the sort.
 */
function costOfUnits(
  index: Index,
  named: Named,
  { units = {}, region }: Priceable,
  day: number,
): { readonly cost: PicoUsd; readonly rate: Rate | undefined; readonly suffix: string } | undefined {
  const by = billedBy(named.stem, named.provider)
  const rate = pick(withUnits(named), region, day, 0)?.rate
  const told = UNITS.filter(([count]) => units[count] !== undefined)
  const counted = told.length > 0 ? told : UNITS.filter(([, unit]) => unit === by)
  if (counted.length === 0) return undefined
  const dearest = index.dearestUnits(day)
  let cost = zero
  let sure = told.length > 0
  for (const [count, unit] of counted) {
    const listed = rate?.units?.[unit]
    if (listed === undefined) sure = false
    cost = pico(cost + BigInt(units[count] ?? 1) * (listed ?? dearest[unit]))
  }
  return { cost, rate: sure ? rate : undefined, suffix: told.length > 0 ? '' : UNCOUNTED }
}

const withUnits = ({ rows }: Named): readonly Row[] => rows.filter(({ rate }) => rate.units !== undefined)
