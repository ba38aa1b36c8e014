/** Which price counts: of the admin, of AWS's list, built in; tiers, bands, dates, regions, discounts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { parseModelId } from '../../src/runtime/domain/metering/model-id.ts'
import type { TokenCounts, Units } from '../../src/runtime/domain/metering/usage.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { builtInRates } from '../../src/runtime/domain/money/price-book.data.ts'
import {
  billedBy,
  type Discount,
  type KeptPrices,
  type ListedRate,
  makeBook,
  noKeptPrices,
  notMeteredByTokens,
  type PerMillion,
  type PriceBook,
  parseMultiplier,
  type RateOverride,
  rateById,
  type Tier,
} from '../../src/runtime/domain/money/price-book.ts'
import { price } from '../../src/runtime/domain/money/pricing.ts'

const bookOf = (kept: Partial<KeptPrices> = {}): PriceBook =>
  makeBook({ kept: { ...noKeptPrices, ...kept }, profiles: new Map(), assumedCacheTtl: '5m' })

interface Asked {
  readonly day?: string
  readonly region?: string
  readonly tier?: Tier
  readonly tokens?: Partial<TokenCounts>
  readonly units?: Units
}

const none: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }

/** What a call costs; a thousand input tokens where nothing else is said. */
function ask(book: PriceBook, model: string, how: Asked = {}) {
  const priced = price(book, {
    model: parseModelId(model),
    at: instant(Date.parse(`${how.day ?? '2026-11-18'}T12:00:00Z`)),
    region: how.region ?? 'us-east-1',
    tokens: { ...none, ...(how.tokens ?? { input: 1000 }) },
    ...(how.tier === undefined ? {} : { tier: how.tier }),
    ...(how.units === undefined ? {} : { units: how.units }),
  })
  return {
    usd: toDecimal(priced.kind === 'priced' ? priced.cost : priced.assumed),
    kind: priced.kind,
    rateId: priced.rateId,
    row: rateById(book, priced.rateId),
  }
}

const allAt = (each: string): PerMillion => ({
  input: each,
  output: each,
  cacheRead: each,
  cacheWrite5m: each,
  cacheWrite1h: each,
})

const listed = (more: Partial<ListedRate> & { readonly each?: string } = {}): ListedRate => ({
  stem: 'anthropic.claude-opus-5-5',
  provider: 'anthropic',
  scope: 'global',
  tier: 'default',
  perMillion: allAt(more.each ?? '3'),
  derived: [],
  validFrom: '2026-11-01',
  source: 'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json',
  checked: '2026-11-10',
  setAt: '2026-11-10T09:00:00Z',
  setBy: 'arn:aws:iam::123456789012:user/admin',
  ...more,
})

const set = (more: Partial<RateOverride> & { readonly each?: string } = {}): RateOverride => ({
  stem: 'anthropic.claude-opus-5-5',
  scope: 'both',
  perMillion: allAt(more.each ?? '2'),
  validFrom: '2026-11-01',
  setAt: '2026-11-09T09:00:00Z',
  setBy: 'arn:aws:iam::123456789012:user/admin',
  ...more,
})

const discount = (of: string, multiplier: string, validFrom = '2026-11-01'): Discount => ({
  of,
  multiplier,
  validFrom,
  setAt: `${validFrom}T09:00:00Z`,
  setBy: 'arn:aws:iam::123456789012:user/admin',
})

const OPUS = 'global.anthropic.claude-opus-5-5'
const HAIKU = 'global.anthropic.claude-haiku-5-5'

describe('a price read from the list', () => {
  it('wins over the built-in one from its first day on, in its scope alone', () => {
    const book = bookOf({ listed: [listed()] })
    expect(ask(book, OPUS).usd).toBe('0.003')
    expect(ask(book, OPUS, { day: '2026-10-31' }).usd).toBe('0.004')
    expect(ask(book, 'us.anthropic.claude-opus-5-5').usd).toBe('0.0044')
    expect(ask(book, OPUS).row).toMatchObject({ origin: 'list', checked: '2026-11-10' })
  })

  it('gives way to what the admin set, whenever that was', () => {
    expect(ask(bookOf({ listed: [listed()], overrides: [set()] }), OPUS).usd).toBe('0.002')
  })

  it('counts in its region alone', () => {
    const book = bookOf({ listed: [listed({ region: 'eu-west-1' })] })
    expect(ask(book, OPUS, { region: 'eu-west-1' }).usd).toBe('0.003')
    expect(ask(book, OPUS).usd).toBe('0.004')
  })

  it('leaves the built-in price of long prompts in force where the list names none', () => {
    const book = bookOf({ listed: [listed({ stem: 'anthropic.claude-haiku-5-5', each: '0.2' })] })
    expect(ask(book, HAIKU, { tokens: { input: 100_000 } }).usd).toBe('0.02')
    expect(ask(book, HAIKU, { tokens: { input: 100_001 } }).usd).toBe('0.0500005')
  })

  it('knows nothing of a built-in price that came into force after the list was read', () => {
    const early = listed({ validFrom: '2026-07-01', checked: '2026-08-20', stem: 'openai.gpt-5.6-sol' })
    const book = bookOf({ listed: [early] })
    expect(ask(book, 'global.openai.gpt-5.6-sol', { day: '2026-08-20' }).usd).toBe('0.003')
    expect(ask(book, 'global.openai.gpt-5.6-sol', { day: '2026-08-21' }).usd).toBe('0.004')
    const late = bookOf({ listed: [{ ...early, checked: '2026-08-21' }] })
    expect(ask(late, 'global.openai.gpt-5.6-sol', { day: '2026-08-21' }).usd).toBe('0.003')
  })

  it('makes a new model known, also for the days before', () => {
    const book = bookOf({ listed: [listed({ stem: 'newlab.wonder-9', provider: 'newlab' })] })
    expect(ask(book, 'global.newlab.wonder-9', { day: '2026-10-01' })).toMatchObject({ kind: 'priced', usd: '0.003' })
  })

  it('read again and changed has another id, so that what was charged by the first can be corrected', () => {
    const again = listed({ setAt: '2026-11-12T09:00:00Z', each: '5' })
    expect(ask(bookOf({ listed: [again] }), OPUS).rateId).not.toBe(ask(bookOf({ listed: [listed()] }), OPUS).rateId)
  })
})

describe('a tier', () => {
  const model = 'newlab.wonder-9'
  const wonder = (more: Partial<ListedRate> & { readonly each?: string }) =>
    listed({ stem: model, provider: 'newlab', scope: 'regional', ...more })
  const book = bookOf({ listed: [wonder({ each: '4' }), wonder({ tier: 'flex', each: '2' })] })

  it('has its own price where the book knows one', () => {
    expect(ask(book, model, { tier: 'flex' }).usd).toBe('0.002')
    expect(ask(book, model, { tier: 'flex' }).row?.tier).toBe('flex')
  })

  it('without a row costs the default price; priority 1.75 times as much, which the rate id says', () => {
    expect(ask(book, model, { tier: 'batch' })).toMatchObject({ usd: '0.004' })
    const priority = ask(book, model, { tier: 'priority' })
    expect(priority).toMatchObject({ kind: 'priced', usd: '0.007' })
    expect(priority.rateId).toMatch(/;priority-x1\.75$/)
    expect(priority.row?.tier).toBe('default')
  })

  it('of an unknown model costs no less than its provider’s dearest rate', () => {
    const usual = ask(book, 'global.anthropic.claude-unheard-of')
    expect(ask(book, 'global.anthropic.claude-unheard-of', { tier: 'flex' }).usd).toBe(usual.usd)
    const priority = ask(book, 'global.anthropic.claude-unheard-of', { tier: 'priority' })
    expect(parseUsd(priority.usd) * 4n).toBe(parseUsd(usual.usd) * 7n)
  })

  it('of a price that the admin set costs what was set', () => {
    const own = bookOf({ listed: [wonder({ tier: 'priority', each: '9' })], overrides: [set({ stem: model })] })
    for (const tier of ['default', 'priority', 'flex', 'batch'] as const)
      expect(ask(own, model, { tier }).usd).toBe('0.002')
  })

  it('for prompts of any size does not undercut a long prompt that has a price of its own', () => {
    const long = bookOf({
      listed: [wonder({ each: '4' }), wonder({ tier: 'flex', each: '2' }), wonder({ over: 1000, each: '8' })],
    })
    expect(ask(long, model, { tier: 'flex', tokens: { input: 1000 } }).usd).toBe('0.002')
    expect(ask(long, model, { tier: 'flex', tokens: { input: 1001 } }).usd).toBe('0.008008')
  })
})

describe('a discount', () => {
  it('counts once, the most exact one: of the model, of its maker, of all', () => {
    const all = discount('*', '0.5')
    const maker = discount('anthropic', '0.8')
    const model = discount('anthropic.claude-opus-5-5', '0.9')
    expect(ask(bookOf({ discounts: [all] }), OPUS).usd).toBe('0.002')
    expect(ask(bookOf({ discounts: [all, maker] }), OPUS).usd).toBe('0.0032')
    expect(ask(bookOf({ discounts: [all, model, maker] }), OPUS).usd).toBe('0.0036')
    expect(ask(bookOf({ discounts: [all, model, maker] }), 'us.amazon.nova-pro-v1:0').usd).toBe('0.0004')
  })

  it('holds from its first UTC day until a later one of the same kind', () => {
    const book = bookOf({ discounts: [discount('*', '0.5', '2026-11-10'), discount('*', '1', '2026-11-20')] })
    const on = (day: string) => ask(book, OPUS, { day }).usd
    expect([on('2026-11-09'), on('2026-11-10'), on('2026-11-19'), on('2026-11-20')]).toEqual([
      '0.004',
      '0.002',
      '0.002',
      '0.004',
    ])
  })

  it('stands in the rate id, which still leads to the row', () => {
    const book = bookOf({ discounts: [discount('*', '0.90')] })
    const plain = ask(bookOf(), OPUS)
    expect(ask(book, OPUS).rateId).toBe(`${plain.rateId};x0.9`)
    expect(ask(book, OPUS).row?.id).toBe(plain.rateId)
    expect(ask(book, OPUS, { tier: 'priority' }).rateId).toBe(`${plain.rateId};priority-x1.75;x0.9`)
    expect(ask(bookOf({ discounts: [discount('*', '1')] }), OPUS).rateId).toBe(plain.rateId)
  })

  it('holds for list prices, assumed ones too, and not for what the admin set', () => {
    const discounts = [discount('*', '0.5')]
    expect(ask(bookOf({ discounts, overrides: [set()] }), OPUS).usd).toBe('0.002')
    expect(ask(bookOf({ discounts, listed: [listed()] }), OPUS).usd).toBe('0.0015')
    const unknown = 'global.newlab.wonder-9'
    expect(parseUsd(ask(bookOf({ discounts }), unknown).usd) * 2n).toBe(parseUsd(ask(bookOf(), unknown).usd))
  })

  it('rounds half to even, once per request, to the pico-dollar', () => {
    const each = '0.000001'
    const book = bookOf({ listed: [listed({ each })], discounts: [discount('*', '0.5')] })
    const picos = [1, 2, 3, 5].map((input) => parseUsd(ask(book, OPUS, { tokens: { input } }).usd))
    expect(picos).toEqual([0n, 1n, 2n, 2n])
  })

  it('rounds once also where a tier makes it dearer before', () => {
    const book = bookOf({ listed: [listed({ each: '0.000001' })], discounts: [discount('*', '0.8')] })
    const picos = [1, 2, 3, 5].map((input) => parseUsd(ask(book, OPUS, { tier: 'priority', tokens: { input } }).usd))
    // 1.4, 2.8, 4.2, 7; rounded twice it would be 2, 3, 4, 7.
    expect(picos).toEqual([1n, 3n, 4n, 7n])
  })

  it.each(['0', '-1', '0.0000001', '11', '', '1e1', 'ten', '.5'])('is refused as "%s"', (text) => {
    expect(() => parseMultiplier(text)).toThrow(GuardError)
  })
})

describe('a model that is not billed by tokens', () => {
  const nothing = { tokens: {} }

  it('costs what the body tells, by image or search', () => {
    expect(ask(bookOf(), 'amazon.nova-canvas-v1:0', { ...nothing, units: { images: 3 } })).toMatchObject({
      kind: 'priced',
      usd: '0.18',
    })
    expect(ask(bookOf(), 'amazon.rerank-v1:0', { ...nothing, units: { searches: 2 } }).usd).toBe('0.002')
  })

  it('is never free where no body tells: one is counted, and is assumed', () => {
    const silent = ask(bookOf(), 'amazon.nova-canvas-v1:0', nothing)
    expect(silent).toMatchObject({
      kind: 'unpriced',
      usd: '0.06',
      rateId: 'assumed/amazon.nova-canvas-v1:0/regional;uncounted',
    })
  })

  it('costs the dearest of its kind, and is assumed, where only its kind is known', () => {
    const erase = 'stability.stable-image-brand-new-v1:0'
    expect(ask(bookOf(), erase, nothing)).toMatchObject({ kind: 'unpriced', usd: '0.6' })
    expect(ask(bookOf(), erase, { ...nothing, units: { images: 2 } })).toMatchObject({ kind: 'unpriced', usd: '1.2' })
    const reel = ask(bookOf(), 'us.amazon.nova-reel-v1:0', { ...nothing, units: { seconds: 6 } })
    expect(reel).toMatchObject({ kind: 'unpriced', usd: '9' })
    for (const rerank of ['cohere.rerank-v3-5:0', 'cohere.rerank-v3-5'])
      expect(ask(bookOf(), rerank, nothing)).toMatchObject({ kind: 'unpriced', usd: '0.002' })
  })

  it('is not made free by a price per token that the admin set for it', () => {
    const book = bookOf({ overrides: [set({ stem: 'amazon.nova-canvas' })] })
    expect(ask(book, 'amazon.nova-canvas-v1:0', { ...nothing, units: { images: 1 } }).usd).toBe('0.06')
  })

  it('is known by what it is billed by', () => {
    expect(notMeteredByTokens.get('amazon.nova-canvas')).toBe('image')
    expect(billedBy('luma.ray', 'luma')).toBe('second')
    expect(billedBy('anthropic.claude-opus-5-5', 'anthropic')).toBeUndefined()
  })

  it('has discounts like any other', () => {
    const book = bookOf({ discounts: [discount('amazon', '0.5')] })
    const priced = ask(book, 'amazon.nova-canvas-v1:0', { ...nothing, units: { images: 1 } })
    expect(priced).toMatchObject({ usd: '0.03', row: { stem: 'amazon.nova-canvas' } })
  })

  it('leaves a call without tokens of any other model free', () => {
    expect(ask(bookOf(), OPUS, nothing)).toMatchObject({ kind: 'priced', usd: '0' })
  })
})

describe('a built-in tier', () => {
  it('is published for these: flex and batch half, priority 1.75 times the default price', () => {
    const qwen = (tier: Tier) => ask(bookOf(), 'qwen.qwen3-coder-480b-a35b-v1:0', { tier }).usd
    expect([qwen('default'), qwen('priority'), qwen('flex'), qwen('batch')]).toEqual([
      '0.00045',
      '0.0007875',
      '0.000225',
      '0.000225',
    ])
  })

  it('follows from the default price exactly', () => {
    const times = { default: 100n, priority: 175n, flex: 50n, batch: 50n }
    const tiers = builtInRates.filter(({ tier }) => tier !== 'default')
    expect(tiers.length).toBeGreaterThan(30)
    for (const { id, tier, prices } of tiers) {
      const usual = builtInRates.find((rate) => rate.id === id.replace(`/${tier}/`, '/default/'))
      for (const of of ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const)
        expect(prices[of] * 100n, id).toBe((usual?.prices[of] ?? -1n) * times[tier])
    }
  })
})

describe('a region with a price of its own', () => {
  it('pays that, others pay the general price', () => {
    const nova = (region: string) => ask(bookOf(), 'eu.amazon.nova-2-lite-v1:0', { region }).usd
    expect([nova('eu-central-1'), nova('eu-west-1')]).toEqual(['0.00039', '0.00033'])
  })
})

describe('arithmetic', () => {
  it('gives the same for small and for absurdly large requests', () => {
    const count = fc.integer({ min: 0, max: 1_000_000_000 })
    const shape = { input: count, output: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count }
    fc.assert(
      fc.property(fc.record({ ...shape, cacheWriteUnknown: count }), (tokens) => {
        const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, cacheWriteUnknown } = tokens
        const exact =
          BigInt(input) * 4n +
          BigInt(output) * 20n +
          BigInt(cacheWrite5m + cacheWriteUnknown) * 5n +
          BigInt(cacheWrite1h) * 8n
        expect(parseUsd(ask(bookOf(), OPUS, { tokens }).usd)).toBe(exact * 1_000_000n + BigInt(cacheRead) * 200_000n)
      }),
    )
  })
})
