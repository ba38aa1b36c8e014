/** Which row counts, said a second time as docs/pricing.md says it, row by row and slowly: for any book, the same dollars. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { parseModelId } from '../../src/runtime/domain/metering/model-id.ts'
import { pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { builtInRates } from '../../src/runtime/domain/money/price-book.data.ts'
import {
  type KeptPrices,
  type ListedRate,
  makeBook,
  perToken,
  type Tier,
} from '../../src/runtime/domain/money/price-book.ts'
import { price } from '../../src/runtime/domain/money/pricing.ts'

const none = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }

/** Has built-in rows of two dates and two bands. */
const STEM = 'openai.gpt-5.6-sol'
const day = (offset: number): string => new Date(Date.UTC(2026, 7, 10 + offset)).toISOString().slice(0, 10)
/** Often the day on which the built-in price changed. */
const days = fc.oneof(fc.integer({ min: 0, max: 24 }).map(day), fc.constant('2026-08-21'))
const usd = fc.integer({ min: 1, max: 20_000_000 }).map((micros) => (micros / 1_000_000).toFixed(6))
const allAt = (each: string) => ({ input: each, output: each, cacheRead: each, cacheWrite5m: each, cacheWrite1h: each })
const stamp = (number: number) => ({ setAt: `2026-09-01T00:00:${String(number).padStart(2, '0')}Z`, setBy: 'x' })
const maybe = <Value>(value: Value) => fc.constantFrom(undefined, value)

const listed = fc
  .record({ usd, tier: fc.constantFrom<Tier>('default', 'flex', 'priority'), validFrom: days, checked: days })
  .chain((row) =>
    fc.record({ over: maybe(272_000), region: maybe('us-east-1') }).map((where) => ({ ...row, ...where })),
  )
  .map(({ usd: each, ...row }): ListedRate => {
    const known = { stem: STEM, provider: 'openai', scope: 'global', derived: [], source: 'list' } as const
    return { ...known, ...row, perMillion: allAt(each), ...stamp(0) }
  })
const override = fc
  .record({ usd, validFrom: days, scope: fc.constantFrom('both' as const, 'global' as const) })
  .map(({ usd: each, ...row }) => ({ stem: STEM, ...row, perMillion: allAt(each) }))
const discount = fc
  .record({
    of: fc.constantFrom('*', 'openai', STEM, 'anthropic'),
    validFrom: days,
    millionths: fc.integer({ min: 1, max: 2_000_000 }),
  })
  .map(({ millionths, ...row }) => ({ ...row, multiplier: (millionths / 1_000_000).toFixed(6), ...stamp(0) }))
const placeOf = ({ tier, over, region, validFrom }: ListedRate): string =>
  JSON.stringify([tier, over, region, validFrom])
const kept: fc.Arbitrary<KeptPrices> = fc.record({
  listed: fc.uniqueArray(listed, { maxLength: 6, selector: placeOf }),
  overrides: fc
    .uniqueArray(override, { maxLength: 2, selector: ({ scope, validFrom }) => `${scope} ${validFrom}` })
    .map((all) => all.map((one, index) => ({ ...one, ...stamp(index) }))),
  discounts: fc.uniqueArray(discount, { maxLength: 4, selector: ({ of, validFrom }) => `${of} ${validFrom}` }),
})
const asked = fc.record({
  on: days,
  region: fc.constantFrom('us-east-1', 'eu-west-1'),
  tier: maybe<Tier>('flex').chain((flex) => fc.constantFrom<Tier | undefined>(flex, 'priority', 'default', undefined)),
  input: fc.oneof(fc.nat(1000), fc.constantFrom(272_000, 272_001)),
})
type Asked = typeof asked extends fc.Arbitrary<infer One> ? One : never

interface Row {
  readonly each: bigint
  readonly over: number
  readonly region: string | undefined
  readonly fromList: boolean
  readonly from: string
  readonly until: string
}

const ALWAYS = '0000-00-00'
const builtIn = builtInRates
  .filter(({ stem, scope }) => stem === STEM && scope === 'global')
  .map(({ prices, band, validFrom, until = '9999' }) => ({
    ...{ each: prices.input, over: band === 'standard' ? -1 : band.over, region: undefined, fromList: false, until },
    ...{ validFrom, from: validFrom < '2024' ? ALWAYS : validFrom },
  }))

function rowsOf(book: KeptPrices, tier: Tier): readonly Row[] {
  const ours = tier === 'default' ? builtIn : []
  const list = book.listed.filter((row) => row.tier === tier)
  const first = list.map(({ validFrom }) => validFrom).sort()[0]
  const read = list.map(({ perMillion, over = -1, region, validFrom, checked }) => {
    const newer = ours.filter((row) => row.over === over && row.validFrom > checked && row.validFrom > validFrom)
    const until = newer.map((row) => row.validFrom).sort()[0] ?? '9999'
    // Before the first day there is a price of, the first one holds.
    const from = ours.length === 0 && validFrom === first ? ALWAYS : validFrom
    return { each: perToken(perMillion.input), over, region, fromList: true, from, until }
  })
  return [...ours, ...read]
}

function best(rows: readonly Row[], { on, region, input }: Asked): Row | undefined {
  const fit = rows
    .filter((row) => row.from <= on && on < row.until && input > row.over)
    .filter((row) => row.region === undefined || row.region === region)
  const rank = (row: Row) =>
    [row.over + 2_000_000, row.region === undefined ? 0 : 1, row.fromList ? 1 : 0, row.from].join(' ')
  return fit.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0]
}

function slowly(book: KeptPrices, call: Asked): bigint {
  const own = book.overrides
    .filter(({ validFrom }) => validFrom <= call.on)
    .toSorted((a, b) => (`${a.validFrom}${a.setAt}` < `${b.validFrom}${b.setAt}` ? 1 : -1))[0]
  const input = BigInt(call.input)
  if (own !== undefined) return input * perToken(own.perMillion.input)
  const usual = best(rowsOf(book, 'default'), call)
  const { tier = 'default' } = call
  const special = tier === 'default' ? undefined : best(rowsOf(book, tier), call)
  const row = special !== undefined && (usual === undefined || special.over >= usual.over) ? special : usual
  const times = row !== special && tier === 'priority' ? 175n : 100n
  const [factor] = [STEM, 'openai', '*'].flatMap((of) =>
    book.discounts
      .filter((one) => one.of === of && one.validFrom <= call.on)
      .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
      .slice(0, 1),
  )
  const millionths = factor === undefined ? 1_000_000n : perToken(factor.multiplier)
  return halfEven(input * (row?.each ?? 0n) * times * millionths, 100n * 1_000_000n)
}

function halfEven(value: bigint, by: bigint): bigint {
  const [whole, rest] = [value / by, value % by]
  return rest * 2n > by || (rest * 2n === by && whole % 2n === 1n) ? whole + 1n : whole
}

describe('any book with own prices, rows of the list and discounts', () => {
  it('charges what its rules say, one after the other', () => {
    fc.assert(
      fc.property(kept, asked, (parts, call) => {
        const book = makeBook({ kept: parts, profiles: new Map(), assumedCacheTtl: '5m' })
        const { on, region, tier, input } = call
        const priced = price(book, {
          model: parseModelId(`global.${STEM}`),
          at: instant(Date.parse(`${on}T23:59:59Z`)),
          region,
          tokens: { ...none, input },
          ...(tier === undefined ? {} : { tier }),
        })
        expect(priced.kind).toBe('priced')
        expect(toDecimal(priced.kind === 'priced' ? priced.cost : priced.assumed)).toBe(
          toDecimal(pico(slowly(parts, call))),
        )
      }),
      { numRuns: 600 },
    )
  })
})
