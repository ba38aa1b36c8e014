import { describe, expect, it } from 'vitest'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { parseModelId } from '../../src/runtime/domain/metering/model-id.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'
import {
  makeBook,
  noKeptPrices,
  parseOverride,
  type RateOverride,
  rateById,
  type TypedPrice,
} from '../../src/runtime/domain/money/price-book.ts'
import { price } from '../../src/runtime/domain/money/pricing.ts'

const typed = (more: Partial<TypedPrice>): TypedPrice => ({
  model: 'anthropic.claude-opus-5-5',
  scope: undefined,
  input: '3',
  output: '12',
  cacheRead: undefined,
  cacheWrite5m: undefined,
  cacheWrite1h: undefined,
  validFrom: '2026-11-01',
  setAt: '2026-11-10T09:00:00Z',
  setBy: 'arn:aws:iam::123456789012:user/admin',
  ...more,
})

function cost(overrides: readonly RateOverride[], modelId: string, day = '2026-11-18', inputTokens = 1_000_000) {
  const book = makeBook({ kept: { ...noKeptPrices, overrides }, profiles: new Map(), assumedCacheTtl: '5m' })
  const priced = price(book, {
    requestId: 'r',
    at: instant(Date.parse(`${day}T00:00:00Z`)),
    account: '123456789012',
    region: 'us-east-1',
    operation: 'Converse',
    model: parseModelId(modelId),
    caller: { arn: undefined, base: { kind: 'unattributed', account: '123456789012' }, session: undefined },
    source: undefined,
    tokens: { input: inputTokens, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 },
  })
  return { usd: toDecimal(priced.kind === 'priced' ? priced.cost : priced.assumed), kind: priced.kind, book, priced }
}

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof GuardError) return error.code
    throw error
  }
  return 'nothing was refused'
}

describe('a price set by the admin', () => {
  it('is refused for what is no model and no ARN of a model of Bedrock', () => {
    for (const model of [
      'wonder',
      'arn:aws:bedrock:::nonsense',
      'arn:aws:s3:::a-bucket',
      'arn:aws:iam::123456789012:role/x',
    ])
      expect(codeOf(() => parseOverride(typed({ model })))).toBe('bad-model')
    for (const model of [
      'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc',
      'arn:aws:bedrock:us-east-1:123456789012:imported-model/abc',
      'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
    ])
      expect(parseOverride(typed({ model })).stem).toBe(model)
  })

  it('wins over the built-in one from its first day on', () => {
    const override = parseOverride(typed({}))
    expect(cost([override], 'global.anthropic.claude-opus-5-5', '2026-10-31').usd).toBe('4')
    expect(cost([override], 'global.anthropic.claude-opus-5-5', '2026-11-01').usd).toBe('3')
    expect(cost([override], 'us.anthropic.claude-opus-5-5', '2026-11-01').usd).toBe('3')
  })

  it('holds for one scope when the id shows one', () => {
    const override = parseOverride(typed({ model: 'global.anthropic.claude-opus-5-5' }))
    expect(override.scope).toBe('global')
    expect(cost([override], 'global.anthropic.claude-opus-5-5').usd).toBe('3')
    expect(cost([override], 'us.anthropic.claude-opus-5-5').usd).toBe('4.4')
  })

  it('holds for prompts of any size', () => {
    const override = parseOverride(typed({ model: 'anthropic.claude-haiku-5-5', input: '0.3' }))
    expect(cost([override], 'global.anthropic.claude-haiku-5-5', '2026-11-18', 1_000_000).usd).toBe('0.3')
  })

  it('is found again by the id that a journal entry cites', () => {
    const { book, priced } = cost([parseOverride(typed({}))], 'us.anthropic.claude-opus-5-5')
    expect(rateById(book, priced.rateId)?.source).toBe('set by arn:aws:iam::123456789012:user/admin')
  })

  it('gives way to the one set later for the same day', () => {
    const first = parseOverride(typed({ input: '3' }))
    const second = parseOverride(typed({ input: '2', setAt: '2026-11-12T09:00:00Z' }))
    expect(cost([first, second], 'us.anthropic.claude-opus-5-5').usd).toBe('2')
    expect(cost([second, first], 'us.anthropic.claude-opus-5-5').usd).toBe('2')
  })

  it('makes an unknown model and a thing without a list price known', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl'
    expect(cost([], 'global.newlab.wonder-9').kind).toBe('unpriced')
    expect(cost([parseOverride(typed({ model: 'newlab.wonder-9' }))], 'global.newlab.wonder-9')).toMatchObject({
      kind: 'priced',
      usd: '3',
    })
    expect(cost([parseOverride(typed({ model: arn }))], arn)).toMatchObject({ kind: 'priced', usd: '3' })
  })

  it('fills in what was not typed: writes 1.25 and 2 times the input, reads the whole input', () => {
    expect(parseOverride(typed({ input: '0.0875' })).perMillion).toEqual({
      input: '0.0875',
      output: '12',
      cacheRead: '0.0875',
      cacheWrite5m: '0.109375',
      cacheWrite1h: '0.175',
    })
    expect(parseOverride(typed({ cacheRead: '0.2', cacheWrite5m: '0', cacheWrite1h: '7' })).perMillion).toMatchObject({
      cacheRead: '0.2',
      cacheWrite5m: '0',
      cacheWrite1h: '7',
    })
  })

  it.each([
    ['a negative price', { input: '-3' }, 'bad-amount'],
    ['a price in words', { output: 'cheap' }, 'bad-amount'],
    ['more than six decimals', { input: '0.0000001' }, 'bad-price'],
    ['a cache price that would need more than six decimals', { input: '0.000001' }, 'bad-price'],
    ['a day that is none', { validFrom: '2026-02-30' }, 'bad-date'],
    ['a model that is none', { model: 'opus' }, 'bad-model'],
  ] as const)('is refused for %s', (_what, more, code) => {
    expect(codeOf(() => parseOverride(typed(more)))).toBe(code)
  })
})
