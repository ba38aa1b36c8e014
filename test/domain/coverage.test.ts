import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'
import { coverageOf, isAlarming } from '../../src/runtime/domain/telling/coverage.ts'
import type {
  CountedTokens,
  CoverageInput,
  MeteredTokens,
  TokenSums,
} from '../../src/runtime/domain/telling/coverage-tokens.ts'

const hour = 3_600_000
const start = Date.parse('2026-11-20T00:00:00Z') as Instant
const at = (hours: number): Instant => (start + hours * hour) as Instant
const region = 'us-east-1'
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const profile = `arn:aws:bedrock:${region}:123456789012:application-inference-profile/abc123def456`
const book = makeBook({
  kept: noKeptPrices,
  profiles: new Map([[profile, { model: sonnet, scope: 'global' as const }]]),
  assumedCacheTtl: '5m',
})

const tokens = (input: number, output = 0, cacheRead = 0, cacheWrite = 0): TokenSums => ({
  ...{ input, output, cacheRead, cacheWrite },
})
const metered = (hours: number, of: TokenSums, more: Partial<MeteredTokens> = {}): MeteredTokens => ({
  ...{ at: at(hours), region, model: sonnet, requests: 1, tokens: of, spend: parseUsd('0') },
  ...more,
})
const counted = (hours: number, of: TokenSums, more: Partial<CountedTokens> = {}): CountedTokens => ({
  ...{ at: at(hours), region, modelId: `global.${sonnet}`, requests: 1, tokens: of },
  ...more,
})
const covering = (more: Partial<CoverageInput>) =>
  coverageOf({
    ...{ from: at(0), to: at(24), step: hour, region, metered: [], counted: [], mantle: [], deliveries: [] },
    ...{ onlySources: false, book },
    ...more,
  })
const told = ({ causes }: ReturnType<typeof covering>) =>
  causes.map(({ code, tokens: of, usd }) => [code, of, toDecimal(usd)])

describe('coverage', () => {
  test('is whole, and has no cause to name, where AWS counted what the ledger holds', () => {
    const all = covering({
      metered: [metered(3, tokens(1000, 200, 5000, 300), { spend: parseUsd('0.00862') })],
      counted: [counted(3, tokens(1000, 200, 5000, 300))],
    })
    expect(all).toMatchObject({ coveredPermille: 1000, missingUsdPermille: 0, causes: [] })
    expect(toDecimal(all.total.missingUsd)).toBe('0')
  })

  test('is not known where AWS counted nothing', () => {
    expect(covering({})).toMatchObject({ coveredPermille: undefined, missingUsdPermille: undefined, causes: [] })
  })

  test('prices what is missing per class, at the price of the profile that was called', () => {
    const missing = tokens(1_000_000, 100_000, 2_000_000, 400_000)
    const [global, regional] = [`global.${sonnet}`, `us.${sonnet}`].map((modelId) =>
      covering({ counted: [counted(3, missing, { modelId })] }),
    )
    // 3 + 0.1 × 15 + 2 × 0.30 + 0.4 × 3.75 dollars; a geographic profile costs a tenth more.
    expect(toDecimal(global?.total.missingUsd ?? parseUsd('0'))).toBe('6.6')
    expect(toDecimal(regional?.total.missingUsd ?? parseUsd('0'))).toBe('7.26')
    expect(global).toMatchObject({ coveredPermille: 0, missingUsdPermille: 1000 })
  })

  test('a sum above the size of a long prompt is priced as the many short prompts it is', () => {
    const model = 'anthropic.claude-sonnet-4-20250514-v1:0'
    const all = covering({ counted: [counted(3, tokens(10_000_000), { modelId: `global.${model}` })] })
    expect(toDecimal(all.total.missingUsd)).toBe('30')
  })

  test.each([
    ['with its region’s prefix', `us.${sonnet}`],
    ['bare', sonnet],
    ['as the ARN of a profile', `arn:aws:bedrock:${region}:123456789012:inference-profile/eu.${sonnet}`],
    ['as the id of an application profile', 'abc123def456'],
    ['as the ARN of an application profile', profile],
  ])('knows a model that CloudWatch names %s', (_, modelId) => {
    const of = tokens(1000, 10)
    expect(covering({ metered: [metered(3, of)], counted: [counted(3, of, { modelId })] }).coveredPermille).toBe(1000)
  })

  test('a profile that nobody could resolve is compared by its id', () => {
    const gone = profile.replace('abc123def456', 'zzz999zzz999')
    const of = tokens(1000, 10)
    const all = covering({
      metered: [metered(3, of, { model: gone })],
      counted: [counted(3, of, { modelId: 'zzz999zzz999' })],
    })
    expect(all.coveredPermille).toBe(1000)
    expect(all.models.map(({ model }) => model)).toEqual(['zzz999zzz999'])
  })

  test('a call that begins in one hour and ends in the next is missing in neither', () => {
    const all = covering({ metered: [metered(3, tokens(1000))], counted: [counted(4, tokens(1000))] })
    expect(all).toMatchObject({ coveredPermille: 1000, causes: [] })
    expect(all.stretches.map(({ missingTokens, surplusTokens }) => [missingTokens, surplusTokens])).toEqual([
      [0, 1000],
      [1000, 0],
    ])
  })

  test('says its share so that a gap is never rounded away', () => {
    const all = covering({
      metered: [metered(3, tokens(999_999), { spend: parseUsd('2.999997') })],
      counted: [counted(3, tokens(1_000_000))],
    })
    expect(all.coveredPermille).toBe(999)
    expect(toDecimal(all.total.missingUsd)).toBe('0.000003')
  })

  test('the sum of the models is the whole', () => {
    const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
    const all = covering({
      metered: [metered(1, tokens(10, 20, 30, 40)), metered(2, tokens(5), { model: haiku })],
      counted: [counted(1, tokens(20, 20, 30, 40)), counted(2, tokens(5, 7), { modelId: `us.${haiku}` })],
      mantle: [counted(2, tokens(100, 9), { modelId: sonnet })],
    })
    expect(all.models.reduce((sum, one) => sum + one.missingTokens, 0)).toBe(10 + 7 + 109)
    expect(all.total).toMatchObject({ missingTokens: 126, real: tokens(125, 36, 30, 40) })
    expect(all.total.missingUsd).toBe(all.models.reduce((sum, one) => sum + one.missingUsd, 0n))
  })
})

describe('a gap worth a mail of its own', () => {
  const withGap = (missing: number) =>
    covering({
      metered: [metered(1, tokens(100_000_000), { spend: parseUsd('300') })],
      counted: [counted(1, tokens(100_000_000 + missing))],
    })
  test('is above one in twenty and above a dollar', () => {
    expect(isAlarming(withGap(400_000))).toBe(false)
    expect(isAlarming(withGap(5_000_000))).toBe(false)
    expect(isAlarming(withGap(6_000_000))).toBe(true)
    expect(isAlarming(covering({ counted: [counted(1, tokens(333_333))] }))).toBe(false)
    expect(isAlarming(covering({ counted: [counted(1, tokens(333_334))] }))).toBe(true)
    expect(isAlarming(covering({}))).toBe(false)
  })
})

describe('the likely cause', () => {
  const day = (code: string) =>
    [0, 1, 2, 3].map((one) => ((code[one] ?? '-') === '-' ? [] : [counted(one, tokens(1000))]))
  const both = (pattern: string) => ({
    counted: day(pattern).flat(),
    metered: [0, 1, 2, 3].filter((one) => pattern[one] === '+').map((one) => metered(one, tokens(1000))),
  })

  test('of calls on bedrock-mantle is mantle, priced as if nothing came from the cache', () => {
    const all = covering({
      ...both('++'),
      mantle: [counted(1, tokens(1_000_000, 100_000), { modelId: sonnet })],
    })
    // Bare id: regional, 3.30 and 16.50 dollars a million.
    expect(told(all)).toEqual([['mantle', 1_100_000, '4.95']])
    expect(all.models.find(({ mantle }) => mantle)?.model).toBe('anthropic.claude-sonnet-4-5')
  })

  test('of hours without any record is that logging was off, from the first to the last of them', () => {
    const all = covering(both('+..+'))
    expect(told(all)).toEqual([['logging-off', 2000, '0.006']])
    expect(all.causes[0]).toMatchObject({ from: at(1), to: at(3) })
  })

  test('is one silence also where an hour in between was quiet', () => {
    expect(covering(both('+.-.')).causes).toMatchObject([{ code: 'logging-off', from: at(1), to: at(4) }])
  })

  test('is the guard itself where Bedrock did deliver the records', () => {
    const deliveries = [1, 2].map((one) => ({ at: at(one), region, succeeded: 7, failed: 0 }))
    expect(covering({ ...both('+..+'), deliveries }).causes).toMatchObject([
      { code: 'not-counted', from: at(1), to: at(3), tokens: 2000 },
    ])
  })

  test('is a failed delivery where Bedrock says so', () => {
    const all = covering({
      metered: [metered(1, tokens(600))],
      counted: [counted(1, tokens(1000))],
      deliveries: [{ at: at(1), region, succeeded: 3, failed: 2 }],
    })
    expect(all.causes).toMatchObject([{ code: 'delivery-failed', tokens: 400, count: 2 }])
  })

  test('is another region where the guard reads no log', () => {
    const all = covering({
      ...both('++'),
      counted: [...both('++').counted, counted(1, tokens(50), { region: 'eu-west-1' })],
    })
    expect(all.causes).toMatchObject([{ code: 'other-region', region: 'eu-west-1', tokens: 50 }])
  })

  test('is the labels where only those are counted', () => {
    const part = { metered: [metered(1, tokens(600))], counted: [counted(1, tokens(1000))] }
    expect(told(covering({ ...part, onlySources: true }))).toEqual([['only-sources', 400, '0.0012']])
  })

  test('is unlogged calls, such as batch jobs, where the rest was logged', () => {
    const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0'
    const all = covering({
      metered: [metered(1, tokens(1000))],
      counted: [counted(1, tokens(1000)), counted(1, tokens(2000), { modelId: haiku })],
    })
    expect(all.causes).toMatchObject([{ code: 'unlogged', tokens: 2000, models: ['anthropic.claude-haiku-4-5'] }])
  })

  test('is only time where just the last hour lacks something', () => {
    const all = covering({
      to: at(2),
      metered: [metered(0, tokens(1000)), metered(1, tokens(900))],
      counted: [counted(0, tokens(1000)), counted(1, tokens(1000))],
    })
    expect(all.causes).toMatchObject([{ code: 'settling', tokens: 100 }])
  })

  test('of a ledger with more than AWS counted is said, and costs nothing', () => {
    const all = covering({ metered: [metered(1, tokens(1200))], counted: [counted(1, tokens(1000))] })
    expect(told(all)).toEqual([['surplus', 200, '0']])
    expect(all.coveredPermille).toBe(1000)
  })

  test('of a day that is known only as a whole is no silence as long as a part was logged', () => {
    const part = { metered: [metered(0, tokens(600))], counted: [counted(0, tokens(1000))] }
    expect(covering({ ...part, step: 24 * hour }).causes).toMatchObject([{ code: 'unlogged' }])
    expect(covering({ ...part, metered: [], step: 24 * hour }).causes).toMatchObject([{ code: 'logging-off' }])
  })

  test('several at once add up to the whole gap', () => {
    const all = covering({
      metered: [metered(0, tokens(1000)), metered(3, tokens(400))],
      counted: [0, 1, 2, 3].map((one) => counted(one, tokens(1000))),
      mantle: [counted(2, tokens(10), { modelId: sonnet })],
    })
    expect(all.causes.map(({ code, tokens: of }) => [code, of])).toEqual([
      ['logging-off', 2000],
      ['unlogged', 600],
      ['mantle', 10],
    ])
    expect(all.causes.reduce((sum, one) => sum + one.tokens, 0)).toBe(all.total.missingTokens)
  })

  test('of a mixed day is each part by its own price, and no surplus of one model hides the gap of another', () => {
    const names = [`global.${sonnet}`, `us.${sonnet}`, 'abc123def456', profile]
    const all = covering({
      metered: [metered(3, tokens(4000)), metered(5, tokens(500), { model: 'anthropic.claude-haiku-4-5' })],
      counted: [
        ...names.map((modelId) => counted(3, tokens(1000), { modelId })),
        counted(4, tokens(0, 100_000), { modelId: `us.${sonnet}` }),
        counted(3, tokens(0, 0, 1_000_000), { modelId: `eu.${sonnet}`, region: 'eu-west-1' }),
      ],
      mantle: [counted(2, tokens(1_000_000), { modelId: sonnet })],
    })
    // A regional million costs 3.30 in, 16.50 out, 0.33 from the cache.
    expect(told(all)).toEqual([
      ['mantle', 1_000_000, '3.3'],
      ['logging-off', 100_000, '1.65'],
      ['other-region', 1_000_000, '0.33'],
      ['surplus', 500, '0'],
    ])
    expect([all.total.missingTokens, toDecimal(all.total.missingUsd)]).toEqual([2_100_000, '5.28'])
    expect(all.coveredPermille).toBe(1)
  })
})
