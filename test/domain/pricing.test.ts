import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../src/runtime/domain/base/calendar.ts'
import { parseModelId } from '../../src/runtime/domain/metering/model-id.ts'
import type { TokenCounts, Usage } from '../../src/runtime/domain/metering/usage.ts'
import { parseUsd, pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { builtInRates } from '../../src/runtime/domain/money/price-book.data.ts'
import { makeBook, noKeptPrices, type PriceBook, rateById } from '../../src/runtime/domain/money/price-book.ts'
import { costOf, price, promptOf } from '../../src/runtime/domain/money/pricing.ts'
import { readCases } from './metering.ts'

type TokenClass = 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'
interface RequestCase {
  readonly it: string
  readonly model: string
  readonly day?: string
  readonly assumedCacheTtl?: '5m' | '1h'
  readonly tokens: Partial<TokenCounts>
  readonly usd: string
}
const cases = readCases<{
  readonly list: readonly {
    readonly model: string
    readonly day: string
    readonly region?: string
    readonly prompt?: number
    readonly dollarsPerMillion: Readonly<Record<TokenClass, string>>
  }[]
  readonly requests: readonly RequestCase[]
  readonly unknown: readonly RequestCase[]
}>('pricing.json')

const none: TokenCounts = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWriteUnknown: 0,
}

const bookOf = (more: Partial<Parameters<typeof makeBook>[0]> = {}): PriceBook =>
  makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m', ...more })

function used(model: string, tokens: Partial<TokenCounts>, day = '2026-11-18', region = 'us-east-1'): Usage {
  const at = parseInstant(`${day}T12:00:00Z`)
  if (at === undefined) throw new Error(`${day} is no day`)
  return {
    requestId: 'r',
    at,
    account: '123456789012',
    region,
    operation: 'Converse',
    model: parseModelId(model),
    caller: { arn: undefined, base: { kind: 'unattributed', account: '123456789012' }, session: undefined },
    source: undefined,
    tokens: { ...none, ...tokens },
  }
}

describe('list prices', () => {
  it.each(
    cases.list.map((row) => [`${row.model}, ${row.day}${row.prompt ? `, ${row.prompt} tokens` : ''}`, row] as const),
  )('%s', (_name, row) => {
    const prompt = row.prompt ?? 1000
    const priced = price(bookOf(), used(row.model, { input: prompt }, row.day, row.region))
    if (priced.kind !== 'priced') throw new Error('unpriced')
    expect(priced.cost).toBe((parseUsd(row.dollarsPerMillion.input) * BigInt(prompt)) / 1_000_000n)

    const prices = rateById(bookOf(), priced.rateId)?.prices
    const classes = Object.entries(prices ?? {}).map(([of, each]) => [of, toDecimal(pico(each * 1_000_000n))])
    expect(Object.fromEntries(classes)).toEqual(row.dollarsPerMillion)
  })
})

describe('the price of a request', () => {
  it.each(cases.requests.map((request) => [request.it, request] as const))('%s', (_it, request) => {
    const book = bookOf({ assumedCacheTtl: request.assumedCacheTtl ?? '5m' })
    const priced = price(book, used(request.model, request.tokens, request.day))
    if (priced.kind !== 'priced') throw new Error('unpriced')
    expect(toDecimal(priced.cost)).toBe(request.usd)
    expect(rateById(book, priced.rateId)?.scope).toBe(priced.scope)
  })
})

describe('what is not in the book', () => {
  it.each(cases.unknown.map((request) => [request.it, request] as const))('%s', (_it, request) => {
    const priced = price(bookOf(), used(request.model, request.tokens, request.day))
    if (priced.kind !== 'unpriced') throw new Error('priced')
    expect(toDecimal(priced.assumed)).toBe(request.usd)
    expect(rateById(bookOf(), priced.rateId)).toBeUndefined()
  })

  it('is named by its own rate id, so that it can be corrected alone', () => {
    const one = price(bookOf(), used('global.newlab.wonder-9', { input: 1 }))
    const other = price(bookOf(), used('us.newlab.wonder-9', { input: 1 }))
    expect([one.rateId, other.rateId]).toEqual(['assumed/newlab.wonder-9/global', 'assumed/newlab.wonder-9/regional'])
  })

  it('costs what its model costs once the profile is resolved', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
    const profiles = new Map([[arn, { model: 'anthropic.claude-sonnet-4-6', scope: 'regional' as const }]])
    expect(price(bookOf(), used(arn, { input: 1000 }))).toMatchObject({ kind: 'unpriced', model: arn })
    expect(price(bookOf({ profiles }), used(arn, { input: 1000 }))).toMatchObject({
      kind: 'priced',
      cost: parseUsd('0.0033'),
      model: 'anthropic.claude-sonnet-4-6',
      scope: 'regional',
    })
  })
})

describe('the built-in book', () => {
  it('has no two rows of one id', () => {
    const ids = builtInRates.map((rate) => rate.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has no two rows in force for one model, scope, tier, band and region on one day', () => {
    const clashes = builtInRates.flatMap((a, index) =>
      builtInRates
        .slice(index + 1)
        .filter(
          (b) =>
            a.stem === b.stem &&
            a.scope === b.scope &&
            JSON.stringify([a.tier, a.band, a.regions]) === JSON.stringify([b.tier, b.band, b.regions]) &&
            a.validFrom < (b.until ?? '9999') &&
            b.validFrom < (a.until ?? '9999'),
        )
        .map((b) => [a.id, b.id]),
    )
    expect(clashes).toEqual([])
  })

  it('keeps regional prices ten percent above global ones, to the pico-dollar', () => {
    const premium = builtInRates.filter((rate) => rate.scope === 'regional' && rate.stem.includes('-5-5'))
    expect(premium.length).toBeGreaterThan(3)
    for (const rate of premium) {
      const global = builtInRates.find((other) => other.id === rate.id.replace('/regional/', '/global/'))
      expect(rate.prices.input * 10n).toBe((global?.prices.input ?? 0n) * 11n)
      expect(rate.prices.cacheRead * 10n).toBe((global?.prices.cacheRead ?? 0n) * 11n)
      expect(rate.prices.cacheWrite5m * 10n).toBe((global?.prices.cacheWrite5m ?? 0n) * 11n)
    }
  })

  it('is plausible: long prompts cost no less, hours no less than minutes, output no less than input', () => {
    for (const rate of builtInRates) {
      expect(rate.prices.output, rate.id).toBeGreaterThanOrEqual(rate.prices.input)
      expect(rate.prices.cacheWrite1h, rate.id).toBeGreaterThanOrEqual(rate.prices.cacheWrite5m)
      expect(rate.prices.cacheRead, rate.id).toBeLessThanOrEqual(rate.prices.input)
      const units = Object.values(rate.units ?? {})
      expect(
        [rate.prices.input, ...units].some((price) => price > 0n),
        rate.id,
      ).toBe(true)
      expect(Object.keys(rate.units ?? {}).filter((unit) => !['image', 'second', 'search'].includes(unit))).toEqual([])
    }
  })

  it('names a public source and a day for every row', () => {
    for (const rate of builtInRates) {
      expect(rate.source, rate.id).toMatch(/^(https:\/\/|npm )/)
      expect(parseInstant(`${rate.checked}T00:00:00Z`), rate.id).toBeDefined()
    }
  })
})

describe('exactness', () => {
  const count = fc.integer({ min: 0, max: 1_000_000_000 })
  const tokensOf = fc.record({
    input: count,
    output: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    cacheWriteUnknown: count,
  })
  const rateOf = fc.constantFrom(...builtInRates)

  it('the whole costs what its parts cost', () => {
    fc.assert(
      fc.property(tokensOf, rateOf, fc.constantFrom('5m' as const, '1h' as const), (tokens, rate, ttl) => {
        const parts = Object.entries(tokens).map(([of, value]) => costOf({ ...none, [of]: value }, rate.prices, ttl))
        expect(costOf(tokens, rate.prices, ttl)).toBe(parts.reduce((total, part) => total + part, 0n))
      }),
    )
  })

  it('more tokens never cost less', () => {
    fc.assert(
      fc.property(tokensOf, fc.constantFrom('input', 'output', 'cacheRead', 'cacheWriteUnknown'), (tokens, of) => {
        const more = { ...tokens, [of]: Math.min(tokens[of as keyof typeof tokens] + 1, 1_000_000_000) }
        const model = 'global.anthropic.claude-haiku-5-5'
        const [less, greater] = [price(bookOf(), used(model, tokens)), price(bookOf(), used(model, more))]
        if (less.kind !== 'priced' || greater.kind !== 'priced') throw new Error('unpriced')
        expect(greater.cost).toBeGreaterThanOrEqual(less.cost)
      }),
    )
  })

  it('the prompt is everything the model reads', () => {
    expect(
      promptOf({ input: 1, output: 100, cacheRead: 2, cacheWrite5m: 4, cacheWrite1h: 8, cacheWriteUnknown: 16 }),
    ).toBe(31)
  })
})
