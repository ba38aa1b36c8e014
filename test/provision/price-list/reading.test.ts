import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Candidate, candidatesFrom, keyOf } from '../../../src/provision/price-list/candidates.ts'
import { namesFrom } from '../../../src/provision/price-list/model-name.ts'
import { readOfferFile } from '../../../src/provision/price-list/offer-file.ts'
import { meaningOf } from '../../../src/provision/price-list/usage-type.ts'
import { stemOf } from '../../../src/runtime/domain/metering/model-id.ts'
import { builtInRates } from '../../../src/runtime/domain/money/price-book.data.ts'
import { perMillion } from '../../../src/runtime/domain/money/price-book.ts'

const fixture = (name: string) => {
  const path = new URL(`../../cases/price-list/${name}.json`, import.meta.url)
  return readOfferFile(readFileSync(path, 'utf8'), name)
}
const files = [
  fixture('AmazonBedrock.us-east-1'),
  fixture('AmazonBedrockFoundationModels.us-east-1'),
  fixture('AmazonBedrock.eu-central-1'),
]
const stems = [...new Set(builtInRates.map(({ stem }) => stem))]
const read = candidatesFrom(files, { stems, regions: ['us-east-1'], today: '2026-11-20' })
const dollars = (candidate: Candidate | undefined, band: 'standard' | 'long' = 'standard') =>
  Object.fromEntries(
    Object.entries(candidate?.[band] ?? {}).map(([of, price]) => [of, price === undefined ? '' : perMillion(price)]),
  )
const one = (key: string) => read.candidates.find((candidate) => keyOf(candidate) === key)

interface Written extends Readonly<Record<string, string>> {
  readonly usagetype: string
  readonly usd: string
  readonly unit: string
}

const opusLine = (more: Partial<Written>): Written => ({
  usagetype: 'USE1-MP:USE1_input_tokens_global_standard-Units',
  servicename: 'Claude Opus 5.5 (Amazon Bedrock Edition)',
  usd: '4',
  unit: '1M tokens',
  ...more,
})

/** What is made of a file of us-east-1 with just these lines. */
function readLines(offerCode: string, lines: readonly Written[]) {
  const products = lines.map(({ usd, unit, description, effective, ...attributes }, sku) => [
    String(sku),
    { attributes: { regionCode: 'us-east-1', ...attributes } },
  ])
  const terms = lines.map(({ usd, unit, description = '', effective = '2026-11-01' }, sku) => [
    String(sku),
    {
      term: {
        effectiveDate: `${effective}T00:00:00Z`,
        priceDimensions: { one: { unit, description, pricePerUnit: { USD: usd } } },
      },
    },
  ])
  const file = { offerCode, products: Object.fromEntries(products), terms: { OnDemand: Object.fromEntries(terms) } }
  return candidatesFrom([readOfferFile(JSON.stringify(file), 'made.json')], {
    ...{ stems, regions: ['us-east-1'], today: '2026-11-20' },
  })
}

describe('a usage type says what is priced', () => {
  test.each([
    ['USE1-MP:USE1_InputTokenCount_Global-Units', 'input global default short'],
    ['USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units', 'cacheWrite1h global default short'],
    ['USE1-MP:USE1_CacheReadInputTokenCount-Units', 'cacheRead regional default short'],
    ['USE1-MP:USE1_InputTokenCount_LCtx_Global-Units', 'input global default long'],
    ['USE1-MP:USE1_InputTokenCount_Global_Batch-Units', 'input global batch short'],
    ['APN1-MP:APN1_MillionBatchInputTokens-Units', 'input regional batch short'],
    ['USE1-MP:USE1_InputTokenCount_Geo-Units', 'input regional default short'],
    ['USW2-MP:USW2_output_tokens_standard-Units', 'output regional default short'],
    ['EU-MP:EU_cache_write_tokens_1h_global_standard-Units', 'cacheWrite1h global default short'],
    ['USE1-MP:USE1_cache_write_tokens_1h_long_ctx_standard-Units', 'cacheWrite1h regional default long'],
    ['USE1-MP:USE1_cache_writes_tokens_global_standard-Units', 'cacheWrite5m global default short'],
    ['USE1-MP:USE1_cached_input_tokens_long_ctx_global_standard-Units', 'cacheRead global default long'],
    ['USE1-MP:USE1_cache_write_tokens_30m_priority-Units', 'cacheWrite30m regional priority short'],
    ['USE1-MP:USE1_output_tokens_batch-Units', 'output regional batch short'],
    ['USE1-NovaPro-input-tokens', 'input regional default short'],
    ['USE1-Nova2.0Lite-input-tokens-priority-cross-region-global', 'input global priority short'],
    ['USE1-Nova2.0Lite-input-tokens-cross-region-global-batch', 'input global batch short'],
    ['USE1-Nova2.0Pro-text-input-tokens-priority-cross-region-global', 'input global priority short'],
    ['USW2-NovaPro-input-tokens-cross-region-geo', 'input regional default short'],
    ['USE1-NovaPro-cache-write-input-token-count', 'cacheWrite5m regional default short'],
    ['USW2-moonshotai.kimi-k3-mantle-input-tokens-global-flex', 'input global flex short'],
    ['USW2-moonshotai.kimi-k3-mantle-cache-write-tokens-30m-standard', 'cacheWrite30m regional default short'],
  ])('%s', (usagetype, meaning) => {
    const found = meaningOf({ usagetype }, '1K tokens')
    expect(found).toMatchObject({ kind: 'tokens' })
    if (found.kind !== 'tokens') return
    expect(`${found.of} ${found.scope} ${found.tier} ${found.long ? 'long' : 'short'}`).toBe(meaning)
  })

  test('or the inference type does, where the usage type names no tier or nothing at all', () => {
    const of = (usagetype: string, inferenceType: string, more = {}) =>
      meaningOf({ usagetype, inferenceType, ...more }, '1K tokens')
    expect(of('x', 'Output tokens global priority')).toMatchObject({ of: 'output', scope: 'global', tier: 'priority' })
    expect(of('USE1-X-input-tokens', 'Input tokens flex')).toMatchObject({ of: 'input', tier: 'flex' })
    expect(of('x', 'Prompt cache read input tokens batch')).toMatchObject({ of: 'cacheRead', tier: 'batch' })
    expect(of('USE1-X-input-tokens', 'Input tokens', { feature: 'Batch Inference' })).toMatchObject({ tier: 'batch' })
    expect(of('USE1-X-input-tokens', 'Input tokens', { service_tier: 'flex' })).toMatchObject({ tier: 'flex' })
  })

  test('and where it contradicts itself, nothing is guessed', () => {
    expect(meaningOf({ usagetype: 'USE1-X-input-tokens', inferenceType: 'Output tokens' }, '1K tokens').kind).toBe(
      'unclear',
    )
    expect(meaningOf({ usagetype: 'USE1-X-input-tokens-flex', inferenceType: 'Input tokens priority' }, '').kind).toBe(
      'unclear',
    )
    expect(meaningOf({ usagetype: 'USE1-MP:USE1_input_tokens_sideways_standard-Units' }, '1M tokens').kind).toBe(
      'unclear',
    )
  })

  test.each([
    ['USE1-MP:USE1_Reserved_3Month_OutputTPM_Global-Units', 'reserved capacity'],
    ['USE1-MP:USE1_ProvisionedThroughput_NoCommit_ModelUnits_Usage-Units', 'provisioned throughput'],
    ['USE1-Nova2.0Lite-output-tokens-custom-model', 'customised models'],
    ['USE1-Claude3-5Haiku-input-tokens-latency-optimized', 'latency-optimised'],
    ['USE1-cohere.rerank-english-v3-search-units', 'billed by search'],
    ['USE1-MP:USE1_InputImageCount-Units', 'billed by image'],
    ['USW2-Nova2.0Omni-input-audio-token-count', 'billed by image, second'],
    ['USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed', 'a service'],
  ])('%s is left out by name', (usagetype, why) => {
    expect(meaningOf({ usagetype }, '')).toMatchObject({ kind: 'skipped', why: expect.stringContaining(why) })
  })
})

describe('a name says which model', () => {
  const names = namesFrom([...stems, 'newlab.wonder-9'])
  const of = (name: string, provider?: string, inUsageType?: string) => {
    const found = names.find({ name, provider, inUsageType })
    return found.kind === 'unknown' ? `? ${found.why}` : `${found.kind} ${found.stem}`
  }
  test('Claude by its own rule, also where the number stands first', () => {
    expect(of('Claude Opus 5.5 (Amazon Bedrock Edition)')).toBe('known anthropic.claude-opus-5-5')
    expect(of('Claude 4.6 Sonnet (Amazon Bedrock Edition)')).toBe('known anthropic.claude-sonnet-4-6')
    expect(of('Claude Sonnet 4')).toBe('known anthropic.claude-sonnet-4')
    expect(of('Claude 3.5 Haiku')).toBe('known anthropic.claude-3-5-haiku')
    expect(of('Claude Opus 6')).toBe('new anthropic.claude-opus-6')
  })
  test('others by the spelling that name and id share, never by likeness', () => {
    expect(of('Nova 2.0 Lite', 'Amazon')).toBe('known amazon.nova-2-lite')
    expect(of('Llama 3.3 70B', 'Meta')).toBe('known meta.llama3-3-70b-instruct')
    expect(of('Wonder 9')).toBe('known newlab.wonder-9')
    expect(of('Kimi K9', 'Moonshot AI', 'moonshotai.kimi-k9')).toBe('new moonshotai.kimi-k9')
    expect(of('Nova Pro', 'Meta')).toBe('? no model id is known for this name')
    expect(of('Nova Profane')).toBe('? no model id is known for this name')
    expect(of('')).toBe('? it names no model')
  })
})

describe('a price file', () => {
  test('gives each model its classes, per scope, tier and region, in dollars per million tokens', () => {
    expect(dollars(one('anthropic.claude-opus-5-5 global default us-east-1'))).toEqual({
      input: '4',
      output: '20',
      cacheWrite5m: '5',
      cacheWrite1h: '8',
      cacheRead: '0.2',
    })
    expect(dollars(one('anthropic.claude-opus-5-5 regional default us-east-1'))).toMatchObject({
      input: '4.4',
      cacheRead: '0.22',
    })
    expect(dollars(one('amazon.nova-pro regional default us-east-1'))).toEqual({
      input: '0.8',
      output: '3.2',
      cacheRead: '0.2',
      cacheWrite5m: '0',
    })
    expect(dollars(one('amazon.nova-pro regional priority us-east-1'))).toEqual({ input: '1.4', output: '5.6' })
    expect(dollars(one('amazon.nova-2-lite global default us-east-1'))).toMatchObject({
      input: '0.3',
      cacheRead: '0.075',
    })
  })

  test('keeps long prompts apart', () => {
    const haiku = one('anthropic.claude-haiku-5-5 regional default us-east-1')
    expect(dollars(haiku)).toMatchObject({ input: '0.11', output: '0.55' })
    expect(dollars(haiku, 'long')).toMatchObject({ input: '0.55', cacheWrite5m: '0.6875' })
  })

  test('teaches by one line what the name of another means', () => {
    expect(dollars(one('mistral.mistral-large-3-675b-instruct regional default us-east-1'))).toEqual({
      input: '0.5',
      output: '1.5',
    })
    expect(dollars(one('moonshotai.kimi-k3 global default us-east-1'))).toMatchObject({
      input: '3',
      cacheWrite30m: '3.75',
    })
  })

  test('names an open model by id at one endpoint and by name at the other: both mean what calls name', () => {
    const line = (usagetype: string, usd: string) => ({ usagetype, usd, unit: '1K tokens', model: 'gpt-oss-120b' })
    const { candidates, unmapped } = readLines('AmazonBedrock', [
      line('USE1-openai.gpt-oss-120b-mantle-input-tokens-standard', '0.0001'),
      line('USE1-openai.gpt-oss-120b-mantle-output-tokens-standard', '0.0004'),
      line('USE1-gpt-oss-120b-input-tokens', '0.0002'),
      line('USE1-gpt-oss-120b-output-tokens', '0.0008'),
    ])
    expect(candidates.map(keyOf)).toEqual(['openai.gpt-oss-120b-1 regional default us-east-1'])
    expect(stems).toContain(stemOf('openai.gpt-oss-120b-1:0'))
    // The usual endpoint's price counts.
    expect(dollars(candidates[0])).toEqual({ input: '0.2', output: '0.8' })
    expect(unmapped).toEqual([])
  })

  test.each([
    ['1M tokens', '', '3.3'],
    ['Units', 'AWS Marketplace software usage|us-east-1|Million Input Tokens Regional CRIS', '3.3'],
    ['Units', 'AWS Marketplace software usage|us-east-1|Price per 1 million input tokens', '3.3'],
    ['Units', 'AWS Marketplace software usage|us-east-1|thousand Input Tokens Regional', '3300'],
    ['Units', 'AWS Marketplace software usage|us-east-1|Input Tokens - Standard, Regional', undefined],
    ['Units', '', undefined],
    ['1M TPM Hour', 'Million tokens', undefined],
    ['1M requests', '', undefined],
  ])(
    'is for the tokens that its unit "%s" or, where that says none, its description "%s" names',
    (unit, description, usd) => {
      const servicename = 'Claude Sonnet 4.6 (Amazon Bedrock Edition)'
      const { candidates } = readLines('AmazonBedrockFoundationModels', [
        { usagetype: 'USE1-MP:USE1_InputTokenCount-Units', usd: '3.3000000000', unit, description, servicename },
      ])
      expect(dollars(candidates[0])).toEqual(usd === undefined ? {} : { input: usd })
    },
  )

  test('of other regions is left out', () => {
    expect(new Set(read.candidates.map(({ region }) => region))).toEqual(new Set(['us-east-1']))
    const german = candidatesFrom(files, { stems, regions: ['eu-central-1'], today: '2026-11-20' })
    expect(german.candidates.map(keyOf)).toEqual(['amazon.nova-2-lite regional default eu-central-1'])
    expect(dollars(german.candidates[0])).toMatchObject({ input: '0.39', output: '3.27' })
  })

  test('leaves nothing out without a reason', () => {
    const shown = read.unmapped.map(({ what, why }) => `${what}: ${why}`)
    expect(shown).toEqual(
      expect.arrayContaining([
        'Palmyra Vision 9: no model id is known for this name',
        'Jamba 1.5 Large (USE1-MP:USE1_InputTokenCount-Units): its unit "Units" says no number of tokens',
        'Qwen9 Dreamer (USE1-Qwen9-Dreamer-input-tokens): it is not priced in dollars',
      ]),
    )
    const used = read.candidates.flatMap(({ standard, long }) => [...Object.keys(standard), ...Object.keys(long ?? {})])
    const left = [...read.unmapped, ...read.skipped].reduce((sum, { lines }) => sum + lines, 0)
    // The usual endpoint and bedrock-mantle both list Mistral Large's input: two lines, one price.
    expect(used.length + left).toBe(read.lines - 1)
  })

  test.each(['NaN', '-4', 'Infinity', '1e3', '', ' 4', '٤', '0x10', '4.0000000001', '9'.repeat(400)])(
    'with a price of "%s" gives no price',
    (usd) => {
      const { candidates, unmapped } = readLines('AmazonBedrockFoundationModels', [opusLine({ usd })])
      expect(candidates).toEqual([])
      expect(unmapped).toMatchObject([{ lines: 1 }])
      expect(unmapped[0]?.why.length).toBeLessThan(200)
    },
  )

  test('cannot name a day that never was, nor a model of any length', () => {
    const { candidates } = readLines('AmazonBedrockFoundationModels', [opusLine({ effective: '2026-13-45' })])
    expect(candidates).toMatchObject([{ effective: '' }])
    const long = readLines('AmazonBedrockFoundationModels', [
      opusLine({ servicename: `Claude Opus 9.${'1'.repeat(2000)}` }),
    ])
    expect(long.candidates).toEqual([])
    expect(long.unmapped[0]?.what.length).toBeLessThan(300)
  })

  test('that is none is refused, and says why', () => {
    for (const [text, why] of [
      ['<html>', 'it is not JSON'],
      ['[]', 'offerCode and products are missing'],
      ['{"offerCode":"AmazonEC2","products":{}}', 'its offer is AmazonEC2'],
    ] as const)
      expect(() => readOfferFile(text, 'x.json')).toThrow(why)
  })
})
