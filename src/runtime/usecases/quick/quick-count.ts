/**
 * Counts records of Bedrock's usual layout from their bytes. What a record is (who called, which model, which label) the
 * parser says, once for all records that differ in nothing but time, request id and counts; the price is the row's by which
 * `price` would charge. Whatever does not fit goes the usual way.
 */
import { type Day, dayOf, type Instant, instant } from '../../domain/base/calendar.ts'
import { chargeFor } from '../../domain/metering/charge.ts'
import { parseRecord, type TokenCounts, type Usage } from '../../domain/metering/usage.ts'
import { type PlainRate, plainRate } from '../../domain/money/pricing.ts'
import type { Tally } from '../analysis-result.ts'
import type { Places, Sums } from '../analysis-sums.ts'
import type { AnalysisOptions, Paid } from '../analyze.ts'
import type { SeenIds } from '../seen-ids.ts'
import { asText, type Lines } from './bytes.ts'
import type { Fields } from './fields.ts'
import { Layouts } from './layouts.ts'
import { Shapes } from './shapes.ts'

/** All records that agree in everything but time, request id and counts. */
interface Shape {
  /** As the parser read the first of them; undefined: they are for the parser. */
  readonly usage: Usage | undefined
  /** Of the model and region: one after the other as they were needed. */
  readonly rates: PlainRate[]
  places: Places | undefined
  /** Of `places`. */
  month: string
}

interface Tokens extends TokenCounts {
  input: number
  output: number
  cacheRead: number
  cacheWriteUnknown: number
}

interface MutablePaid extends Paid {
  at: Instant
  principal: Paid['principal']
  dollars: number
  rest: number
}

const MAX_SHAPES = 1 << 17
/** Zones change their offset at a full quarter of an hour, if at all: what is one day at both ends of it is one day. */
const QUARTER = 15 * 60_000
const PICO_PER_USD = 1_000_000_000_000

export class QuickCount {
  private readonly options: AnalysisOptions
  private readonly sums: Sums
  private readonly seen: SeenIds
  private readonly counts: { requests: number; duplicates: number }
  /** Records that needed no parser, so far. */
  taken = 0
  private layouts = new Layouts()
  private shapes = new Shapes<Shape>()
  private rates = new Map<Usage['model'], Map<string, PlainRate[]>>()
  private readonly tokens: Tokens = {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheWriteUnknown: 0,
  }
  private readonly paid: MutablePaid
  private quarter = Number.NaN
  private day = '' as Day
  private month = ''
  private dayTally: Tally | undefined

  constructor(parts: {
    readonly options: AnalysisOptions
    readonly sums: Sums
    readonly seen: SeenIds
    readonly counts: { requests: number; duplicates: number }
  }) {
    this.options = parts.options
    this.sums = parts.sums
    this.seen = parts.seen
    this.counts = parts.counts
    this.paid = { at: instant(0), principal: '' as Paid['principal'], dollars: 0, rest: 0, assumed: false }
  }

  /** Counts the record that begins here; where the next line begins, or -1: nothing was counted, it is for the parser. */
  take(lines: Lines, from: number, hear: ((paid: Paid) => void) | undefined): number {
    const { layouts, tokens } = this
    const { fields } = layouts
    const end = layouts.read(lines, from)
    if (end < 0) {
      if (fields.full) this.forget()
      return -1
    }
    const shape = this.shapeOf(fields, lines.bytes, from, end)
    if (shape?.usage === undefined) return -1
    tokens.input = fields.input
    tokens.output = fields.output
    tokens.cacheRead = fields.cacheRead
    tokens.cacheWriteUnknown = fields.cacheWrite
    const cost = this.costOf(shape, shape.usage, fields.at)
    if (cost < 0) return -1
    this.count(shape, shape.usage, cost, lines.bytes, hear)
    this.taken += 1
    return end
  }

  private count(
    shape: Shape,
    usage: Usage,
    cost: number,
    bytes: Uint8Array,
    hear: ((paid: Paid) => void) | undefined,
  ): void {
    const { fields } = this.layouts
    if (!this.seen.addAscii(bytes, fields.idFrom, fields.idTo)) {
      this.counts.duplicates += 1
      return
    }
    this.counts.requests += 1
    this.moveTo(fields.at)
    if (shape.places === undefined || shape.month !== this.month) {
      const charge = chargeFor({ ...usage, at: instant(fields.at), tokens: this.tokens }, this.options)
      shape.places = this.sums.placesOf(charge)
      shape.month = this.month
    }
    this.dayTally ??= this.sums.dayOf(this.day)
    let dollars = 0
    let rest = cost
    if (cost >= PICO_PER_USD) {
      // The quotient may be rounded up to the next dollar; the remainder of whole numbers is exact.
      rest = cost % PICO_PER_USD
      dollars = Math.round((cost - rest) / PICO_PER_USD)
    }
    this.sums.add(shape.places, this.dayTally, dollars, rest, this.tokens)
    if (hear === undefined) return
    const { paid } = this
    paid.at = instant(fields.at)
    paid.principal = shape.places.principal
    paid.dollars = dollars
    paid.rest = rest
    hear(paid)
  }

  private moveTo(at: number): void {
    const quarter = Math.floor(at / QUARTER)
    if (quarter === this.quarter) return
    const first = dayOf(instant(quarter * QUARTER), this.options.zoning)
    const whole = first === dayOf(instant(quarter * QUARTER + QUARTER - 1), this.options.zoning)
    this.quarter = whole ? quarter : Number.NaN
    const day = whole ? first : dayOf(instant(at), this.options.zoning)
    if (day === this.day) return
    this.day = day
    this.month = day.slice(0, 7)
    this.dayTally = undefined
  }

  /** Pico-dollars, exact; -1: this price is more than tokens times prices, or the product is too large for a number. */
  private costOf(shape: Shape, usage: Usage, at: number): number {
    const { tokens } = this
    const prompt = tokens.input + tokens.cacheRead + tokens.cacheWriteUnknown
    // Such a call may be billed by what is no token.
    if (prompt === 0 && tokens.output === 0) return -1
    const { rates } = shape
    let rate: PlainRate | undefined
    for (let index = 0; index < rates.length; index++) {
      const one = rates[index] as PlainRate
      if (at >= one.from && at < one.until && prompt > one.over && prompt <= one.upTo) {
        rate = one
        break
      }
    }
    if (rate === undefined) {
      rate = plainRate(this.options.book, { ...usage, at: instant(at), tokens })
      if (rate === undefined) return -1
      rates.push(rate)
    }
    const { prices } = rate
    const cost =
      tokens.input * prices.input +
      tokens.output * prices.output +
      tokens.cacheRead * prices.cacheRead +
      tokens.cacheWriteUnknown * prices.cacheWriteUnknown
    // Sums of products below 2^53 have no part above it: every step was exact.
    return cost < Number.MAX_SAFE_INTEGER ? cost : -1
  }

  private shapeOf(fields: Fields, bytes: Uint8Array, from: number, end: number): Shape | undefined {
    const { layout } = this.layouts
    const known = this.shapes.find(layout, fields.operation, fields.model, fields.source, fields.arn)
    if (known !== undefined) return known
    const usage = this.parsed(fields, bytes, from, end)
    const shape: Shape = { usage, rates: this.ratesOf(usage), places: undefined, month: '' }
    if (this.shapes.size >= MAX_SHAPES) {
      this.forget()
      return undefined
    }
    this.shapes.add([layout, fields.operation, fields.model, fields.source, fields.arn], shape)
    return shape
  }

  private ratesOf(usage: Usage | undefined): PlainRate[] {
    if (usage === undefined) return []
    // The parser answers equal ids with the same object as long as it remembers them.
    const regions = this.rates.get(usage.model) ?? new Map<string, PlainRate[]>()
    this.rates.set(usage.model, regions)
    const rates = regions.get(usage.region) ?? []
    regions.set(usage.region, rates)
    return rates
  }

  /** Callers without end, such as sessions named at random: forgetting them all costs less than remembering. */
  private forget(): void {
    this.layouts = new Layouts()
    this.shapes = new Shapes()
    this.rates = new Map()
  }

  /** What the parser says, if it says what was read here. */
  private parsed(fields: Fields, bytes: Uint8Array, from: number, end: number): Usage | undefined {
    const read = parseRecord(asText(bytes, from, end - 1), this.options)
    if (read.kind !== 'usage') return undefined
    const { usage } = read
    const { tokens } = usage
    const agrees =
      usage.at === fields.at &&
      usage.requestId === asText(bytes, fields.idFrom, fields.idTo) &&
      tokens.input === fields.input &&
      tokens.output === fields.output &&
      tokens.cacheRead === fields.cacheRead &&
      tokens.cacheWriteUnknown === fields.cacheWrite &&
      tokens.cacheWrite5m + tokens.cacheWrite1h === 0
    return agrees ? usage : undefined
  }
}
