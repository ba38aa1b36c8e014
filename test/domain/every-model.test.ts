/**
 * Every model of the source is priced as the source prices it. What our book is held against is the package's own choice
 * (`calcPrice`: which model an id means, which day's price holds) and its numbers as decimals, multiplied exactly; its own
 * sums are floating-point, so they are only compared loosely.
 */
import { calcPrice, findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { parseModelId, stemOf } from '../../src/runtime/domain/metering/model-id.ts'
import type { TokenCounts } from '../../src/runtime/domain/metering/usage.ts'
import { builtInRates } from '../../src/runtime/domain/money/price-book.data.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'
import { price, promptOf } from '../../src/runtime/domain/money/pricing.ts'

const book = makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' })
const models: readonly ModelInfo[] = findProvider({ providerId: 'aws' })?.models ?? []

/** Left out of our book on purpose; docs/pricing.md says why. */
const LEFT_OUT = /nova-(2-)?sonic/
/** Ended on this day in our book. */
const ENDED: Readonly<Record<string, string>> = {
  'amazon.nova-premier': '2026-09-15',
  'anthropic.claude-3-5-haiku': '2026-10-05',
}
/** Dearer above 200,000 tokens, which the source does not say. */
const LONGER = /claude-sonnet-4-(20250514|5-20250929)/
/** In-region only, and known to the source by the bare id alone. */
const REGIONAL_ONLY = /^openai\.gpt-5\.[45]$/

/** Ids that Bedrock logs for a model of the source. */
function idsOf({ id }: ModelInfo): readonly string[] {
  if (id.startsWith('global.')) return [id]
  if (id.startsWith('regional.')) return [`us.${id.slice('regional.'.length)}`]
  return REGIONAL_ONLY.test(id) ? [id] : [`global.${id}`, `us.${id}`, id]
}

const cases = models
  .filter(({ id }) => !LEFT_OUT.test(id))
  .flatMap((model) => idsOf(model).map((id) => ({ id, model })))

/** 10^-12 dollars per token: dollars per million with six decimals more. */
function picoOf(dollarsPerMillion: number): bigint {
  const [whole = '', fraction = ''] = String(dollarsPerMillion).split('.')
  if (fraction.length > 6) throw new Error(`${dollarsPerMillion} has no whole number of pico-dollars per token`)
  return BigInt(whole + fraction.padEnd(6, '0'))
}

/** The number of the source for a class and prompt; undefined: it lists none. */
function listed(prices: ModelPrice, of: string, prompt: number): bigint | undefined {
  const value = prices[of]
  if (value === undefined || typeof value === 'number') return value === undefined ? undefined : picoOf(value)
  const [tier, ...more] = value.tiers
  if (tier === undefined || more.length > 0) throw new Error('one tier is expected')
  // "At 272K and above" there, above 272,000 here and at OpenAI.
  return picoOf(prompt > (tier.start === 271_999 ? 272_000 : tier.start) ? tier.price : value.base)
}

/** The exact cost by the source's numbers, with our rules for classes it has none for. */
function exactCost(prices: ModelPrice, tokens: TokenCounts, isNova: boolean): bigint {
  const prompt = promptOf(tokens)
  const of = (name: string): bigint | undefined => listed(prices, name, prompt)
  const input = of('input_mtok') ?? 0n
  const write5m = isNova ? 0n : (of('cache_write_mtok') ?? (input * 5n) / 4n)
  const write1h = isNova ? 0n : (of('cache_write_1h_mtok') ?? input * 2n)
  return (
    BigInt(tokens.input) * input +
    BigInt(tokens.output) * (of('output_mtok') ?? input) +
    BigInt(tokens.cacheRead) * (of('cache_read_mtok') ?? input) +
    BigInt(tokens.cacheWrite5m + tokens.cacheWriteUnknown) * write5m +
    BigInt(tokens.cacheWrite1h) * write1h
  )
}

const few = fc.integer({ min: 0, max: 5_000 })
const many = fc.oneof(few, fc.integer({ min: 60_000, max: 400_000 }))
const tokensOf = fc.record({
  input: many,
  output: many,
  cacheRead: many,
  cacheWrite5m: few,
  cacheWrite1h: few,
  cacheWriteUnknown: few,
})
const noonOf = fc.integer({ min: 0, max: 200 }).map((day) => Date.UTC(2026, 4, 15 + day, 12))

/** What the package says of the same call, without writes for an hour: it has no price for them where nothing is listed. */
const bySource = (id: string, tokens: TokenCounts, at: number) =>
  calcPrice(
    {
      input_tokens: tokens.input + tokens.cacheRead + tokens.cacheWrite5m,
      cache_read_tokens: tokens.cacheRead,
      cache_write_tokens: tokens.cacheWrite5m,
      output_tokens: tokens.output,
    },
    id,
    { providerId: 'aws', timestamp: new Date(at) },
  )

describe('every model of the source, any tokens on any day, to the pico-dollar', () => {
  it.each(cases)('$id', ({ id, model }) => {
    const stem = stemOf(parseModelId(id).kind === 'model' ? id.replace(/^(global|us)\./, '') : id)
    fc.assert(
      fc.property(tokensOf, noonOf, (tokens, at) => {
        if (LONGER.test(id)) fc.pre(promptOf(tokens) <= 200_000)
        const ended = ENDED[stem]
        if (ended !== undefined) fc.pre(at < Date.parse(ended))
        const theirs = bySource(id, tokens, at)
        expect(theirs?.model.id, 'the package means this model by the id').toBe(model.id)
        const priced = price(book, { model: parseModelId(id), at: instant(at), region: 'us-east-1', tokens })
        const expected = exactCost(theirs?.model_price ?? {}, tokens, stem.startsWith('amazon.nova-'))
        expect(priced).toMatchObject({ kind: 'priced', cost: expected })
      }),
      { numRuns: 40 },
    )
  })

  it('agrees with the package’s own sums as far as floating point goes', () => {
    const plain = fc.record({ input: few, output: few, cacheRead: few, cacheWrite5m: few })
    const cached = cases.filter(({ model }) => JSON.stringify(model.prices).includes('cache_write_mtok'))
    expect(cached.length).toBeGreaterThan(30)
    fc.assert(
      fc.property(fc.constantFrom(...cached), plain, ({ id }, some) => {
        const tokens = { ...some, cacheWrite1h: 0, cacheWriteUnknown: 0 }
        const at = Date.UTC(2026, 8, 10, 12)
        const priced = price(book, { model: parseModelId(id), at: instant(at), region: 'us-east-1', tokens })
        if (priced.kind !== 'priced') throw new Error(`${id} has no price`)
        expect(Number(priced.cost) / 1e12).toBeCloseTo(bySource(id, tokens, at)?.total_price ?? -1, 10)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves no built-in model unchecked but those kept by hand, whose prices are in test/cases/pricing.json', () => {
    const checked = new Set(models.map(({ id }) => stemOf(id.replace(/^(global|regional)\./, ''))))
    const byTokens = builtInRates.filter(({ units }) => units === undefined).map(({ stem }) => stem)
    expect([...new Set(byTokens)].filter((stem) => !checked.has(stem)).sort()).toEqual([
      'amazon.titan-embed-text-v2',
      'anthropic.claude-haiku-5-5',
      'anthropic.claude-mythos-5-1',
      'anthropic.claude-sonnet-5-5',
      'moonshotai.kimi-k3',
    ])
  })
})
