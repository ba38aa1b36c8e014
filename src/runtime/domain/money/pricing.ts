import type { Instant } from '../base/calendar.ts'
import { type ModelRef, type Scope, stemOf } from '../metering/model-id.ts'
import type { TokenCounts, Usage } from '../metering/usage.ts'
import { type PicoUsd, pico, zero } from './money.ts'
import { isOverride, type PriceBook, type Priced, priceKey, type Rate, type TokenPrices } from './price-book.ts'

const DAY = 86_400_000

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

/** Everything the model reads: what decides the prompt-size band. */
export const promptOf = (tokens: TokenCounts): number =>
  tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheWriteUnknown

/** The rate id of an assumed price; a model of its own has one of its own, so that it can be corrected alone. */
export const assumedRateId = (model: string, scope: Scope): string => `assumed/${model}/${scope}`

/** What a price depends on. */
type Priceable = Pick<Usage, 'model' | 'at' | 'region' | 'tokens'> & Partial<Usage>

/**
 * The price of one request by the rates in force on its UTC day. Lookup is exact; a model that is not in the book costs,
 * per token class, the dearest rate its provider had on that day (of all providers, where it is unknown).
 */
export function price(book: PriceBook, usage: Priceable): Priced {
  const index = indexOf(book)
  const { tokens } = usage
  const named = index.named(usage.model)
  const day = dayNumber(usage.at)
  const rate = pick(named.rows, usage.region, day, promptOf(tokens))
  if (rate !== undefined) {
    const cost = costOf(tokens, rate.prices, book.assumedCacheTtl)
    return { kind: 'priced', cost, rateId: rate.id, model: named.model, scope: named.scope }
  }
  const assumed = costOf(tokens, index.dearest(named.provider, day), book.assumedCacheTtl)
  const rateId = assumedRateId(named.model, named.scope)
  return { kind: 'unpriced', assumed, rateId, model: named.model, scope: named.scope }
}

interface Named {
  readonly model: string
  readonly scope: Scope
  readonly provider: string
  /** Every row of this key and scope. */
  readonly rows: readonly Row[]
}

/** What the usage is listed under; profiles through the book. Nothing global is known of what is no model: regional. */
function nameOf(book: PriceBook, rows: ReadonlyMap<string, readonly Row[]>, ref: ModelRef): Named {
  const known = ref.kind === 'model' ? ref : ref.kind === 'profile' ? book.profiles.get(ref.arn) : undefined
  if (known !== undefined) {
    const { model, scope } = known
    const provider = model.slice(0, Math.max(model.indexOf('.'), 0))
    return { model, scope, provider, rows: rows.get(`${stemOf(model)}/${scope}`) ?? [] }
  }
  const model = priceKey(ref)
  return { model, scope: 'regional', provider: '', rows: rows.get(`${model}/regional`) ?? [] }
}

interface Row {
  readonly rate: Rate
  /** Set by the admin. */
  readonly set: boolean
  /** Days since 1970, `from` inclusive, `until` exclusive. */
  readonly from: number
  readonly until: number
  readonly over: number
}

interface Index {
  named(ref: ModelRef): Named
  dearest(provider: string, day: number): TokenPrices
}

const dayNumber = (at: Instant): number => Math.floor(at / DAY)
const indexes = new WeakMap<PriceBook, Index>()

function indexOf(book: PriceBook): Index {
  const known = indexes.get(book)
  if (known !== undefined) return known
  const rows = new Map<string, readonly Row[]>()
  for (const rate of book.rates) {
    const key = `${rate.stem}/${rate.scope}`
    rows.set(key, [...(rows.get(key) ?? []), rowOf(rate)])
  }
  for (const [key, listed] of rows) rows.set(key, openBeginning(listed))
  const dearestOf = new Map<string, TokenPrices>()
  // The parser answers equal ids with the same object as long as it remembers them.
  const names = new WeakMap<ModelRef, Named>()
  const index: Index = {
    named: (ref) => {
      const named = names.get(ref) ?? nameOf(book, rows, ref)
      names.set(ref, named)
      return named
    },
    dearest: (provider, day) => {
      const key = `${provider}/${day}`
      let prices = dearestOf.get(key)
      if (prices === undefined) {
        prices = findDearest([...rows.values()].flat(), provider, day)
        if (dearestOf.size > 1000) dearestOf.clear()
        dearestOf.set(key, prices)
      }
      return prices
    },
  }
  indexes.set(book, index)
  return index
}

const rowOf = (rate: Rate): Row => ({
  rate,
  set: isOverride(rate),
  from: Date.parse(rate.validFrom) / DAY,
  until: rate.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(rate.until) / DAY,
  over: rate.band === 'standard' ? -1 : rate.band.over,
})

/** Usage before the first day we know of pays the first list price there was. */
function openBeginning(rows: readonly Row[]): Row[] {
  const first = Math.min(...rows.filter((row) => !row.set).map((row) => row.from))
  return rows.map((row) => (row.set || row.from !== first ? row : { ...row, from: Number.NEGATIVE_INFINITY }))
}

/** The row in force: an override before the built-in rows, the region's own before the general, the latest from. */
function pick(rows: readonly Row[], region: string, day: number, prompt: number): Rate | undefined {
  let best: Row | undefined
  for (const row of rows) {
    if (day < row.from || day >= row.until || prompt <= row.over) continue
    if (row.rate.regions !== undefined && !row.rate.regions.includes(region)) continue
    if (best === undefined || outranks(row, best)) best = row
  }
  return best?.rate
}

function outranks(row: Row, other: Row): boolean {
  if (row.set !== other.set) return row.set
  const byRegion = Number(row.rate.regions !== undefined) - Number(other.rate.regions !== undefined)
  if (byRegion !== 0) return byRegion > 0
  // Equal dates: the first stays, and the book lists the admin's latest word first.
  return row.over !== other.over ? row.over > other.over : row.from > other.from
}

/** Per class, of what AWS lists; a price that only follows from a rule counts where the provider lists none. */
function findDearest(rows: readonly Row[], provider: string, day: number): TokenPrices {
  const inForce = rows.filter((row) => !row.set && day >= row.from && day < row.until).map((row) => row.rate)
  const own = inForce.filter((rate) => rate.provider === provider)
  const candidates = own.length > 0 ? own : inForce
  const most = (of: keyof TokenPrices): PicoUsd => {
    const listed = candidates.filter((rate) => !rate.derived?.includes(of))
    let dearest = zero
    for (const { prices } of listed.length > 0 ? listed : candidates) {
      if (prices[of] > dearest) dearest = prices[of]
    }
    return dearest
  }
  return {
    input: most('input'),
    output: most('output'),
    cacheRead: most('cacheRead'),
    cacheWrite5m: most('cacheWrite5m'),
    cacheWrite1h: most('cacheWrite1h'),
  }
}
