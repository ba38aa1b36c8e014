/** The book in the order in which it is asked: of each model and scope the rows, the one that counts first. */
import { type ModelRef, type Scope, stemOf } from '../metering/model-id.ts'
import { type Reduction, reductionsOf } from './discount.ts'
import { type PicoUsd, parseUsd, zero } from './money.ts'
import type { PriceBook } from './price-book.ts'
import { priceKey, type Rate, type Tier, type TokenPrices, type UnitPrices } from './rate.ts'

export const DAY = 86_400_000

export interface Row {
  readonly rate: Rate
  /** Set by the admin. */
  readonly set: boolean
  /** Days since 1970, `from` inclusive, `until` exclusive. */
  readonly from: number
  readonly until: number
  readonly over: number
  /** Prices as numbers, for the arithmetic of everyday requests. */
  readonly quick: Readonly<Record<keyof TokenPrices, number>>
}

export interface Named {
  readonly model: string
  readonly scope: Scope
  readonly provider: string
  readonly stem: string
  /** Every row of the default tier, and what the admin set; the first that fits counts. */
  readonly rows: readonly Row[]
  /** The rows of the other tiers, likewise. */
  readonly tiers: Readonly<Partial<Record<Tier, readonly Row[]>>>
  readonly reductions: readonly Reduction[]
}

export interface Index {
  named(ref: ModelRef): Named
  /** Per class, the dearest of the provider on that day; of all providers, where it has none. */
  dearest(provider: string, day: number): TokenPrices
  /** The dearest of all there are on that day. */
  dearestUnits(day: number): Required<UnitPrices>
}

const indexes = new WeakMap<PriceBook, Index>()

export function indexOf(book: PriceBook): Index {
  let index = indexes.get(book)
  if (index === undefined) {
    index = buildIndex(book)
    indexes.set(book, index)
  }
  return index
}

function buildIndex(book: PriceBook): Index {
  const groups = new Map<string, Rate[]>()
  for (const rate of book.rates) {
    // What the admin set holds for every tier: whoever says what a model costs says no tier.
    const key = `${rate.stem}/${rate.scope}/${rate.tier}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [rate])
    else group.push(rate)
  }
  const rows = new Map([...groups].map(([key, rates]) => [key, inOrder(rates)]))
  const all = [...rows.values()].flat()
  // The parser answers equal ids with the same object as long as it remembers them.
  const names = new WeakMap<ModelRef, Named>()
  const dearestOf = remembered((key) => {
    const [provider = '', day = ''] = key.split('/')
    return findDearest(all, provider, Number(day))
  })
  const dearestUnitsOf = remembered((day) => findDearestUnits(all, Number(day)))
  return {
    named: (ref) => {
      let named = names.get(ref)
      if (named === undefined) {
        named = nameOf(book, rows, ref)
        names.set(ref, named)
      }
      return named
    },
    dearest: (provider, day) => dearestOf(`${provider}/${day}`),
    dearestUnits: (day) => dearestUnitsOf(String(day)),
  }
}

function remembered<Answer>(compute: (key: string) => Answer): (key: string) => Answer {
  const known = new Map<string, Answer>()
  return (key) => {
    let answer = known.get(key)
    if (answer === undefined) {
      answer = compute(key)
      if (known.size > 1000) known.clear()
      known.set(key, answer)
    }
    return answer
  }
}

/** What the usage is listed under; profiles through the book. Nothing global is known of what is no model: regional. */
function nameOf(book: PriceBook, rows: ReadonlyMap<string, readonly Row[]>, ref: ModelRef): Named {
  const known = ref.kind === 'model' ? ref : ref.kind === 'profile' ? book.profiles.get(ref.arn) : undefined
  const model = known?.model ?? priceKey(ref)
  const scope = known?.scope ?? 'regional'
  const stem = known === undefined ? model : stemOf(model)
  const provider = known === undefined ? '' : model.slice(0, Math.max(model.indexOf('.'), 0))
  const of = (tier: Tier): readonly Row[] => rows.get(`${stem}/${scope}/${tier}`) ?? []
  return {
    model,
    scope,
    provider,
    stem,
    rows: of('default'),
    tiers: { priority: of('priority'), flex: of('flex'), batch: of('batch') },
    reductions: reductionsOf(book.discounts, stem, provider),
  }
}

const days = (day: string): number => Date.parse(day) / DAY

/** The rows of one model, scope and tier, so that the first that fits is the one in force. */
function inOrder(rates: readonly Rate[]): readonly Row[] {
  const rows = rates.map((rate) => rowOf(rate, rates))
  // Usage before the first day we know of pays the first price there was: built-in, or where none is, of the list.
  const known = rows.filter(({ rate }) => rate.origin === undefined)
  const oldest = known.length > 0 ? known : rows.filter((row) => !row.set)
  const first = Math.min(...oldest.map((row) => row.from))
  return rows
    .map((row) => (oldest.includes(row) && row.from === first ? { ...row, from: Number.NEGATIVE_INFINITY } : row))
    .sort(precedence)
}

const rowOf = (rate: Rate, others: readonly Rate[]): Row => ({
  rate,
  set: rate.origin === 'set',
  from: days(rate.validFrom),
  until: Math.min(rate.until === undefined ? Number.POSITIVE_INFINITY : days(rate.until), outdated(rate, others)),
  over: rate.band === 'standard' ? -1 : rate.band.over,
  quick: {
    input: Number(rate.prices.input),
    output: Number(rate.prices.output),
    cacheRead: Number(rate.prices.cacheRead),
    cacheWrite5m: Number(rate.prices.cacheWrite5m),
    cacheWrite1h: Number(rate.prices.cacheWrite1h),
  },
})

/** A row of the list knows nothing of a price that came into force after the list was read: from that day the built-in counts. */
function outdated(listed: Rate, others: readonly Rate[]): number {
  if (listed.origin !== 'list') return Number.POSITIVE_INFINITY
  const over = JSON.stringify(listed.band)
  const later = others.filter(
    (rate) =>
      rate.origin === undefined &&
      rate.validFrom > listed.checked &&
      rate.validFrom > listed.validFrom &&
      JSON.stringify(rate.band) === over &&
      (rate.regions === undefined || listed.regions?.every((region) => rate.regions?.includes(region)) === true),
  )
  return Math.min(...later.map((rate) => days(rate.validFrom)))
}

/**
 * What the admin set; then the most exact: the band, the region; then the list before the built-in row; then the latest.
 * Equal ones stay in the order of the book, which names the admin's latest word first.
 */
function precedence(a: Row, b: Row): number {
  return (
    Number(b.set) - Number(a.set) ||
    b.over - a.over ||
    Number(b.rate.regions !== undefined) - Number(a.rate.regions !== undefined) ||
    Number(b.rate.origin === 'list') - Number(a.rate.origin === 'list') ||
    (b.from === a.from ? 0 : b.from - a.from)
  )
}

/** Per class, of what AWS lists; a price that only follows from a rule counts where the provider lists none. */
function findDearest(rows: readonly Row[], provider: string, day: number): TokenPrices {
  const inForce = rows
    .filter((row) => !row.set && row.rate.tier === 'default' && day >= row.from && day < row.until)
    .map((row) => row.rate)
  const own = inForce.filter((rate) => rate.provider === provider)
  const candidates = own.some((rate) => rate.prices.input > 0n) ? own : inForce
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

/** Assumed at least, in pico-dollars, where no row has a price: what the dearest of its kind that we have heard of costs. */
const FLOOR: Required<UnitPrices> = { image: zero, second: parseUsd('1.5'), search: parseUsd('0.002') }

function findDearestUnits(rows: readonly Row[], day: number): Required<UnitPrices> {
  const most = (of: keyof UnitPrices): PicoUsd => {
    let dearest = FLOOR[of]
    for (const { rate, from, until } of rows) {
      const price = rate.units?.[of] ?? zero
      if (day >= from && day < until && price > dearest) dearest = price
    }
    return dearest
  }
  return { image: most('image'), second: most('second'), search: most('search') }
}
