import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { candidatesFrom, keyOf } from '../../../src/provision/price-list/candidates.ts'
import { type Comparison, compare, countsFrom } from '../../../src/provision/price-list/compare.ts'
import { completed } from '../../../src/provision/price-list/complete.ts'
import { type OfferFile, readOfferFile } from '../../../src/provision/price-list/offer-file.ts'
import { changeIn, isBig, nonsenseIn } from '../../../src/provision/price-list/sanity.ts'
import {
  type KeptPrices,
  makeBook,
  noKeptPrices,
  perToken,
  type TokenPrices,
} from '../../../src/runtime/domain/money/price-book.ts'
import { offerText, type SampleLine } from '../../support/price-list.ts'

const today = '2026-11-20'
const fixture = (name: string) =>
  readOfferFile(readFileSync(new URL(`../../cases/price-list/${name}.json`, import.meta.url), 'utf8'), name)
const real = [fixture('AmazonBedrock.us-east-1'), fixture('AmazonBedrockFoundationModels.us-east-1')]

function compared(
  files: readonly OfferFile[],
  kept: KeptPrices = noKeptPrices,
  seen: readonly string[] = [],
): Comparison {
  const book = makeBook({ kept, profiles: new Map(), assumedCacheTtl: '5m' })
  const stems = [...book.rates.map(({ stem }) => stem), ...seen]
  const read = candidatesFrom(files, { stems, regions: ['us-east-1'], today })
  const at = { setAt: `${today}T10:00:00Z`, setBy: 'arn:aws:iam::123456789012:user/admin' }
  return compare(read, { book, listed: kept.listed, regions: ['us-east-1'], today, ...at })
}
const listOf = (...lines: readonly SampleLine[]) => [readOfferFile(offerText(lines), 'list.json')]
const opus = (prices: SampleLine['prices'], more: Partial<SampleLine> = {}): SampleLine => ({
  name: 'Claude Opus 5.5',
  scope: 'global',
  prices,
  ...more,
})
const found = ({ proposals }: Comparison) =>
  proposals.map(
    ({ kind, rows: [row], changePercent }) =>
      `${kind} ${row === undefined ? '' : keyOf({ ...row.after, region: row.after.region ?? '' })} ${changePercent}`,
  )
const prices = (input: string, output: string, read: string, write5m: string, write1h: string): TokenPrices => ({
  input: perToken(input),
  output: perToken(output),
  cacheRead: perToken(read),
  cacheWrite5m: perToken(write5m),
  cacheWrite1h: perToken(write1h),
})

describe('a list against the price book', () => {
  test('says nothing of what the book has, class by class', () => {
    const all = compared(real)
    const keys = all.proposals.flatMap(({ rows }) =>
      rows.map(({ after }) => `${after.stem} ${after.scope} ${after.tier}`),
    )
    for (const same of ['claude-opus-5-5', 'claude-haiku-5-5', 'claude-sonnet-4-5', 'claude-sonnet-4-6'])
      expect(keys.filter((key) => key.startsWith(`anthropic.${same} `) && key.endsWith('default'))).toEqual([])
    expect(all.same).toBeGreaterThan(9)
  })

  test('shows what changed, with the old row and the largest change', () => {
    const cheaper = compared(
      listOf(opus({ input: '3', output: '15', cacheRead: '0.15', cacheWrite5m: '3.75', cacheWrite1h: '6' })),
    )
    expect(found(cheaper)).toEqual(['changed anthropic.claude-opus-5-5 global default us-east-1 -25'])
    const [row] = cheaper.proposals[0]?.rows ?? []
    expect(row?.after).toMatchObject({
      provider: 'anthropic',
      region: 'us-east-1',
      perMillion: { input: '3', output: '15', cacheRead: '0.15', cacheWrite5m: '3.75', cacheWrite1h: '6' },
      derived: [],
      validFrom: today,
      checked: today,
      source: 'list.json',
    })
    expect(row?.before?.stem).toBe('anthropic.claude-opus-5-5')
    expect(cheaper.proposals[0]).toMatchObject({ big: false, hidden: false })
  })

  test('more than half up or down has to be accepted by itself', () => {
    const doubled = compared(listOf(opus({ input: '8', output: '40' })))
    expect(found(doubled)).toEqual(['changed anthropic.claude-opus-5-5 global default us-east-1 100'])
    expect(doubled.proposals[0]?.big).toBe(true)
    expect(isBig(50)).toBe(false)
    expect(isBig(-50.1)).toBe(true)
    expect(isBig(undefined)).toBe(true)
  })

  test('a class that the list has no price for keeps its proportion, and is named', () => {
    const { proposals } = compared(listOf(opus({ input: '8', output: '40' })))
    expect(proposals[0]?.rows[0]?.after).toMatchObject({
      perMillion: { cacheRead: '0.4', cacheWrite5m: '10', cacheWrite1h: '16' },
      derived: ['cacheRead', 'cacheWrite5m', 'cacheWrite1h'],
    })
    const rule = completed({ input: perToken('2'), output: perToken('10') }, [], 'anthropic.claude-new-9')
    expect(rule?.prices).toEqual(prices('2', '10', '2', '2.5', '4'))
    expect(completed({ input: perToken('0.02') }, [], 'amazon.titan-embed-text-v2')?.derived).toContain('output')
    expect(completed({ input: perToken('2') }, [], 'anthropic.claude-new-9')).toBeUndefined()
    const flex = compared(real).proposals.find(
      ({ rows: [row] }) => row?.after.stem === 'amazon.nova-pro' && row.after.tier === 'flex',
    )
    // Half of what the default tier costs, in every class: Nova's cache writes stay free.
    expect(flex?.rows[0]?.after.perMillion).toEqual({
      input: '0.4',
      output: '1.6',
      cacheRead: '0.1',
      cacheWrite5m: '0',
      cacheWrite1h: '0',
    })
    const half = completed(
      { input: perToken('2'), output: perToken('9'), cacheWrite30m: perToken('2.5') },
      [],
      'openai.x',
    )
    expect(half?.prices.cacheWrite1h).toBe(perToken('2.5'))
  })

  test('a model that the guard has only seen so far gets its price from the beginning of last month', () => {
    const lines = listOf({ name: 'Wonder 9', scope: 'regional', prices: { input: '3', output: '15' } })
    expect(compared(lines)).toMatchObject({
      proposals: [],
      unmapped: [{ what: 'Wonder 9', lines: 2 }],
    })
    const { proposals } = compared(lines, noKeptPrices, ['newlab.wonder-9'])
    expect(proposals).toMatchObject([{ kind: 'model', changePercent: null, big: false }])
    expect(proposals[0]?.rows[0]?.after).toMatchObject({ stem: 'newlab.wonder-9', validFrom: '2026-09-30' })
  })

  test('one whose price had ended gets it from that day on', () => {
    const lines = listOf({ name: 'Claude 3.5 Haiku', scope: 'regional', prices: { input: '1.6', output: '8' } })
    const { proposals } = compared(lines)
    expect(proposals).toMatchObject([{ kind: 'row', changePercent: null }])
    const listed = proposals.flatMap(({ rows }) => rows.map(({ after }) => after))
    expect(listed).toMatchObject([{ stem: 'anthropic.claude-3-5-haiku', validFrom: '2026-10-05' }])
  })

  test('a new scope or tier of a known model is a row of its own', () => {
    const flex = compared(listOf(opus({ input: '2', output: '10' }, { tier: 'flex' })))
    expect(found(flex)).toEqual(['row anthropic.claude-opus-5-5 global flex us-east-1 null'])
  })

  test('an accepted list is the book: the next look finds nothing', () => {
    const files = listOf(opus({ input: '3', output: '15', cacheRead: '0.15', cacheWrite5m: '3.75', cacheWrite1h: '6' }))
    const listed = compared(files).proposals.flatMap(({ rows }) => rows.map(({ after }) => after))
    expect(compared(files, { ...noKeptPrices, listed })).toMatchObject({ proposals: [], same: 1, gone: [] })
    const other = listOf({ name: 'Claude Haiku 4.5', scope: 'global', prices: { input: '1', output: '5' } })
    expect(compared(other, { ...noKeptPrices, listed }).gone).toMatchObject([{ stem: 'anthropic.claude-opus-5-5' }])
  })

  test('where the admin has set a price, the list is compared with what lies under it, and says so', () => {
    const perMillion = { input: '1', output: '2', cacheRead: '1', cacheWrite5m: '1', cacheWrite1h: '1' }
    const override = { stem: 'anthropic.claude-opus-5-5', scope: 'both', perMillion, validFrom: '2026-11-01' } as const
    const overrides = [{ ...override, setAt: '2026-11-01T00:00:00Z', setBy: 'x' }]
    const { proposals } = compared(listOf(opus({ input: '3', output: '15' })), { ...noKeptPrices, overrides })
    expect(proposals).toMatchObject([{ kind: 'changed', hidden: true, changePercent: -25 }])
  })
})

describe('a change counts', () => {
  test('from the day AWS names, never before today; only what was assumed is corrected backwards', () => {
    expect(countsFrom('2026-12-01', today, false)).toBe('2026-12-01')
    expect(countsFrom('2026-11-01', today, false)).toBe(today)
    expect(countsFrom('', today, false)).toBe(today)
    expect(countsFrom('2026-11-01', today, true)).toBe('2026-09-30')
    expect(countsFrom('2026-03-01', today, true)).toBe('2026-03-01')
    expect(countsFrom('2026-12-01', today, true)).toBe('2026-12-01')
    expect(countsFrom('2026-01-01', '2026-01-15', true)).toBe('2025-11-30')
  })
})

describe('a price that cannot be true is refused', () => {
  const nonsense = (of: TokenPrices, stem = 'anthropic.claude-x-1', shorter?: TokenPrices) =>
    nonsenseIn({ prices: of, derived: [] }, stem, shorter === undefined ? undefined : { prices: shorter, derived: [] })
  test.each([
    ['output 4 below input 5', prices('5', '4', '0.5', '6.25', '10')],
    ['5-minute cache writes 4 below input 5', prices('5', '25', '0.5', '4', '10')],
    ['1-hour cache writes 6 below 5-minute cache writes 6.25', prices('5', '25', '0.5', '6.25', '6')],
    ['cache reads 6 above input 5', prices('5', '25', '6', '6.25', '10')],
    ['input 0 is a placeholder, not a price', prices('0', '25', '0.5', '6.25', '10')],
    ['cache reads 0 is a placeholder, not a price', prices('5', '25', '0', '6.25', '10')],
    ['5-minute cache writes 0 is a placeholder, not a price', prices('5', '25', '0.5', '0', '10')],
    ['output 25000 dollars per million tokens is absurd', prices('5', '25000', '0.5', '6.25', '10')],
    ['input 0.0005 dollars per million is absurd', prices('0.0005', '25', '0.0005', '6.25', '10')],
  ])('%s', (sentence, of) => expect(nonsense(of)).toContain(sentence))

  test('except that Nova writes into the cache for nothing', () => {
    expect(nonsense(prices('0.8', '3.2', '0.2', '0', '0'), 'amazon.nova-pro')).toEqual([])
  })
  test('and long prompts never cost less than short ones', () => {
    expect(
      nonsense(prices('12', '20', '1.2', '15', '15'), 'openai.gpt-6.1-sol', prices('6', '30', '0.6', '7.5', '7.5')),
    ).toEqual(['long prompts below short ones: output 20 after 30'])
  })
  test('with the whole of its model: what is refused changes nothing', () => {
    const { refused, proposals } = compared(real, noKeptPrices, ['openai.gpt-6.1-sol', 'openai.gpt-6-astra'])
    expect(refused).toEqual([
      { what: 'anthropic.claude-mythos-6 regional default us-east-1', why: expect.stringContaining('placeholder') },
      { what: 'openai.gpt-6.1-sol global default us-east-1', why: 'long prompts below short ones: output 20 after 30' },
    ])
    const astra = proposals.find(({ rows }) => rows[0]?.after.stem === 'openai.gpt-6-astra')
    // From which size on is not in the list: OpenAI's other models all say 272,000.
    expect(astra?.rows.map(({ after }) => [after.over, after.perMillion.input])).toEqual([
      [undefined, '10'],
      [272_000, '20'],
    ])
  })
  test('listed twice, without a price for long prompts that has one, or without output: refused as well', () => {
    const twice = listOf(opus({ input: '3', output: '15' }), opus({ input: '4' }, { sku: 'again' }))
    expect(compared(twice).refused).toMatchObject([{ why: 'input is listed twice, at different prices' }])
    const short = listOf({ name: 'Claude Haiku 5.5', scope: 'global', prices: { input: '0.2', output: '1' } })
    expect(compared(short).refused).toMatchObject([{ why: expect.stringContaining('prompts above 100000 tokens') }])
    expect(compared(listOf(opus({ input: '3' }))).refused).toMatchObject([{ why: 'the list has no output price' }])
  })
  test('changes are exact in tenths of a percent', () => {
    const before = prices('3', '15', '0.3', '3.75', '6')
    const change = (from: TokenPrices, to: TokenPrices) => changeIn(from, { prices: to, derived: [] })
    expect(change(before, prices('3.3', '15', '0.3', '3.75', '6'))).toBe(10)
    expect(change(before, { ...before, output: perToken('15.000001') })).toBe(0.1)
    expect(change({ ...before, cacheRead: perToken('0') }, before)).toBeUndefined()
  })
})
