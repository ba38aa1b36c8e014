/** Reading from bytes gives exactly what the parser gives: the same counts, money, rows and order, whatever the records are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeBook, noKeptPrices } from '../../src/runtime/domain/money/price-book.ts'
import { Analysis, type Paid } from '../../src/runtime/usecases/analyze.ts'
import { wholeLines } from '../../src/runtime/usecases/lines.ts'
import { ACCOUNT, charging, sampleLines } from './metering.ts'

type Options = ConstructorParameters<typeof Analysis>[0]

const everything = (analysis: Analysis, paid: readonly Paid[]) => ({
  result: analysis.result(),
  groups: (['principal', 'model', 'day', 'source'] as const).map((by) => analysis.groups(by)),
  money: analysis.money,
  reasons: analysis.malformedReasons,
  paid,
})

function byParser(lines: readonly string[], options: Options) {
  const analysis = new Analysis(options)
  const paid: Paid[] = []
  // Whoever asks for each charge gets all from the parser.
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
  analysis.addLines(bytes, { each: () => undefined, paid: (one) => paid.push({ ...one }) })
  analysis.endFile()
  expect(analysis.readQuickly).toBe(0)
  return everything(analysis, paid)
}

async function byBytes(lines: readonly string[], options: Options, chunk = 1 << 20) {
  const analysis = new Analysis(options)
  const paid: Paid[] = []
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) =>
    bytes.slice(index * chunk, (index + 1) * chunk),
  )
  for await (const piece of wholeLines(chunks)) {
    analysis.addLines(piece, { paid: (one) => paid.push({ ...one }) })
  }
  analysis.endFile()
  return { found: everything(analysis, paid), quickly: analysis.readQuickly }
}

const options = (more: Partial<Options> = {}): Options => ({ ...charging(), account: undefined, ...more })

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('claude-code', 'my script', 'source', '') },
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('"', '\\', '\n', 'é', '日本', '\u007f', '\u0001', '\ud800', '{"requestId":"x"}'),
)
const count = fc.oneof(
  { weight: 12, arbitrary: fc.nat(300_000) },
  fc.constantFrom(0, 199_999, 200_000, 200_001, 999_999_999, 1_000_000_000, 1_000_000_001, -1, 0.5, 1e21, -0),
  fc.constantFrom(null, '7', true, {}, []),
)
const body = fc.oneof(
  fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json) as unknown),
  fc.constantFrom(
    { requestId: 'inner', inputTokenCount: 5, schemaType: 'ModelInvocationLog', identity: { arn: 'x' } },
    { usage: { cacheDetails: [{ ttl: '1h', inputTokens: 50 }] }, service_tier: 'priority' },
    [{ type: 'message_start', message: { usage: { service_tier: 'flex' } } }, '[DONE]'],
    's3',
  ),
)
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 4 })
const seldom = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

const people = [
  `arn:aws:iam::${ACCOUNT}:user/tanaka`,
  `arn:aws:iam::${ACCOUNT}:user/tanak`,
  `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/sato@example.com`,
  `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-1`,
  'arn:aws:iam::999999999999:user/elsewhere',
]
const models = [
  'global.anthropic.claude-opus-4-7',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile/us.anthropic.claude-sonnet-4-6`,
  `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/abc`,
  'global.newlab.one',
  'amazon.titan-image-generator-v2:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
]
const record = fc.record({
  timestamp: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: Date.UTC(2026, 9, 30), max: Date.UTC(2026, 11, 2) }).map(second) },
    fc.constantFrom('2026-02-29T00:00:00Z', '2022-12-31T23:59:59Z', '2099-12-31T23:59:59Z', '2100-01-01T00:00:00Z'),
    fc.constantFrom('2026-11-18T24:00:00Z', '2026-11-18T02:10:00.5Z', '2026-11-18T02:10:00+09:00', 'x', 7),
  ),
  accountId: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, '999999999999', '12'),
  identity: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...people).map((arn) => ({ arn })) },
    fc.constantFrom({}, { arn: null }, null, 'x', undefined, { arn: people[0], more: 1 }),
  ),
  region: fc.constantFrom('us-east-1', 'ap-northeast-1', '', 'no region'),
  requestId: fc.oneof(
    { weight: 9, arbitrary: fc.uuid() },
    fc.constantFrom('a', 'b', 'a.b:c-d_e', '', 'x y', 'é', 'x'.repeat(128), 'x'.repeat(129)),
  ),
  operation: fc.constantFrom('Converse', 'InvokeModel', 'InvokeModelWithResponseStream'),
  modelId: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...models) }, fc.constantFrom('', 'x', null)),
  input: fc.record({
    inputContentType: sometimes(fc.constant('application/json')),
    inputBodyJson: seldom(body),
    inputBodyS3Path: seldom(text),
    inputTokenCount: count,
    cacheReadInputTokenCount: sometimes(count),
    cacheWriteInputTokenCount: sometimes(count),
    other: seldom(text),
  }),
  output: fc.record({
    outputContentType: sometimes(fc.constant('application/json')),
    outputBodyJson: seldom(body),
    outputVideoDurationSeconds: seldom(fc.constant(7)),
    outputTokenCount: count,
  }),
  inferenceRegion: sometimes(fc.constantFrom('us-east-1', 'us-west-2')),
  requestMetadata: sometimes(
    fc.oneof(
      { weight: 4, arbitrary: text.map((source) => ({ source })) },
      { weight: 4, arbitrary: fc.dictionary(text, text, { maxKeys: 3 }) },
      fc.constantFrom({}, null, { source: 7 }, { source: { source: 'x' } }),
    ),
  ),
  errorCode: seldom(fc.constantFrom('ThrottlingException', '', null)),
  serviceTier: seldom(fc.constant('priority')),
  schemaType: fc.constantFrom('ModelInvocationLog', 'ModelInvocationLog', 'ModelInvocationLog', 'Other', undefined),
  schemaVersion: fc.constant('1.0'),
})

function second(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** The record as text: keys in any order, and now and then written as Bedrock does not. */
const line = fc.tuple(record, fc.infiniteStream(fc.nat()), fc.nat(60)).map(([wanted, numbers, style]) => {
  const order = Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .map((entry) => [numbers.next().value % (style % 3 === 0 ? 1000 : 1), entry] as const)
    .sort(([a], [b]) => a - b)
    .map(([, entry]) => entry)
  const json = JSON.stringify(Object.fromEntries(order))
  if (style === 1) return JSON.stringify(JSON.parse(json), null, 1).replaceAll('\n', '')
  if (style === 2) return `${json}\r`
  if (style === 3) return json.slice(0, -1)
  if (style === 4) return json.replace('"requestId"', '"request\\u0049d"')
  if (style === 5) return `${json.slice(0, -1)},"accountId":"999999999999"}`
  if (style === 6) return `${json.slice(0, -1)},"input":{"inputTokenCount":1}}`
  if (style === 7) return json.replace(/"inputTokenCount":(\d+)/, '"inputTokenCount":0$1')
  if (style === 8) return json.replace(/"outputTokenCount":(\d+)/, '"outputTokenCount":$1.0')
  if (style === 9) return json.replace('"region":', '"region" :')
  if (style === 10) return `${json}{}`
  if (style === 11) return `\ufeff${json}`
  if (style === 12) return JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ message: json }] })
  if (style === 13) return '{'
  if (style === 14) return json.replace('"timestamp":"', '"timestamp":"\\u0032')
  if (style === 15) return json.replace('}', ',}')
  return json
})

const plainLine = fc.tuple(fc.nat(500), fc.boolean()).map(([index, identityFirst]) => usual(index, identityFirst))

describe('reading records from their bytes', () => {
  it('gives what the parser gives, of any mixture of records', async () => {
    let quickly = 0
    let all = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 2, arbitrary: plainLine }, { weight: 1, arbitrary: line }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom(1 << 20, 997, 64),
        fc.constantFrom(
          options(),
          options({ account: ACCOUNT }),
          options({ zoning: tokyoSinceNovember }),
          options({ book: crowded('5m') }),
          options({ book: crowded('1h') }),
        ),
        async (lines, chunk, how) => {
          const twice = [...lines, ...lines.slice(0, 3)]
          const { found, quickly: some } = await byBytes(twice, how, chunk)
          expect(found).toEqual(byParser(twice, how))
          quickly += some
          all += twice.length
        },
      ),
      { numRuns: 300 },
    )
    // A test of what is never used would prove nothing.
    expect(quickly / all).toBeGreaterThan(0.2)
  })

  it('gives what the parser gives of the samples, and of prices that are more than tokens times a row', async () => {
    const kept = {
      ...noKeptPrices,
      discounts: [{ of: '*', multiplier: '0.9', validFrom: '2026-11-10', setAt: '2026-11-01T00:00:00Z', setBy: 'x' }],
    }
    const dear = options({ book: makeBook({ kept, profiles: new Map(), assumedCacheTtl: '1h' }) })
    for (const how of [options(), dear]) {
      const lines = sampleLines()
      expect((await byBytes(lines, how)).found).toEqual(byParser(lines, how))
    }
  })

  it('counts an image without tokens like the parser, also behind a call of the same model that has some', async () => {
    const image = (index: number, input: number) =>
      usual(index, true)
        .replace(/"modelId":"[^"]*"/, '"modelId":"amazon.nova-canvas-v1:0"')
        .replace(/TokenCount":\d+/g, 'TokenCount":0')
        .replace('"inputTokenCount":0', `"inputTokenCount":${input}`)
    const lines = [image(1, 5), image(2, 0), image(3, 0)]
    const { found } = await byBytes(lines, options())
    expect(found).toEqual(byParser(lines, options()))
    expect(found.result.totalUsd).toBe('0.12')
  })

  it('needs no parser for records as Bedrock writes them, whatever their order of keys', async () => {
    const plain = Array.from({ length: 500 }, (_, index) => usual(index, index % 2 === 0))
    const { found, quickly } = await byBytes(plain, options())
    expect(found).toEqual(byParser(plain, options()))
    expect(quickly).toBe(500)
  })

  it('keeps two hundred sessions of a role and month apart, as the ledger does, and goes on beyond so many callers', async () => {
    const lines = Array.from({ length: 450 }, (_, index) =>
      usual(index, true, `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0/p${(index * 7) % 230}`),
    )
    const { found, quickly } = await byBytes(lines, options())
    expect(found).toEqual(byParser(lines, options()))
    expect(found.result.principals.length).toBe(201)
    expect(quickly).toBe(450)
  })

  it('counts requests of thousands of dollars to the last pico-dollar', async () => {
    const lines = [1, 2, 3].map((index) =>
      usual(index, true).replace(/"inputTokenCount":\d+/, '"inputTokenCount":999999999'),
    )
    expect((await byBytes(lines, options())).found).toEqual(byParser(lines, options()))
  })
})

/** Own prices, rows of the list with a region, a size, a tier and days, a discount of one model: all at once. */
function crowded(assumedCacheTtl: '5m' | '1h') {
  const by = { setAt: '2026-11-01T00:00:00Z', setBy: 'x' }
  const perMillion = { input: '3.5', output: '7', cacheRead: '0.35', cacheWrite5m: '4', cacheWrite1h: '5' }
  const list = { ...by, perMillion, derived: [], source: 'list', checked: '2026-11-01', provider: 'anthropic' }
  const opus = { ...list, stem: 'anthropic.claude-opus-4-7', scope: 'global', tier: 'default' } as const
  const sonnet = { ...list, stem: 'anthropic.claude-sonnet-4-5', scope: 'regional', tier: 'default' } as const
  const kept = {
    overrides: [
      { ...by, perMillion, stem: 'anthropic.claude-sonnet-4-6', scope: 'both' as const, validFrom: '2026-11-08' },
    ],
    listed: [
      { ...opus, region: 'us-east-1', validFrom: '2026-11-05' },
      { ...opus, over: 150_000, validFrom: '2026-11-12' },
      { ...opus, tier: 'priority' as const, validFrom: '2026-11-03' },
      { ...sonnet, region: 'ap-northeast-1', validFrom: '2026-11-20' },
    ],
    discounts: [{ ...by, of: 'anthropic.claude-haiku-4-5', multiplier: '0.9', validFrom: '2026-11-10' }],
  }
  return makeBook({ kept, profiles: new Map(), assumedCacheTtl })
}

const tokyoSinceNovember = [
  { from: '0000-00', zone: 'America/New_York' },
  { from: '2026-11', zone: 'Asia/Tokyo' },
]

function usual(index: number, identityFirst: boolean, arn = people[index % 4]): string {
  const identity = { identity: { arn } }
  return JSON.stringify({
    timestamp: second(Date.UTC(2026, 10, 1) + index * 5_000_000),
    accountId: ACCOUNT,
    ...(identityFirst ? identity : {}),
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    operation: index % 3 === 0 ? 'Converse' : 'InvokeModelWithResponseStream',
    modelId: models[index % 3],
    input: {
      inputContentType: 'application/json',
      ...(index % 5 === 0 ? { inputBodyS3Path: `s3://logs/data/${index}_input.json.gz` } : {}),
      inputTokenCount: index,
      cacheReadInputTokenCount: index * 450,
      cacheWriteInputTokenCount: index % 2,
    },
    output: { outputContentType: 'application/json', outputTokenCount: index + 1 },
    ...(identityFirst ? {} : identity),
    inferenceRegion: index % 2 === 0 ? 'us-east-1' : 'us-west-2',
    ...(index % 3 === 0
      ? {}
      : { requestMetadata: { team: `t${index}`, source: index % 2 === 0 ? 'claude-code' : 'x' } }),
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
  })
}
