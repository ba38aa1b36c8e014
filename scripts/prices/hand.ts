/**
 * What we know better than the source: rows it lacks or has wrong, and rules for what it leaves open. A hand row replaces
 * every row of the source of the same model and scope. To change a price, end the old row with `until` and add a new one:
 * old usage keeps its old price.
 */
import { type Five, type Line, NONE, type Source } from './line.ts'

const LIST: Source = {
  source:
    'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/us-east-1/index.json',
  checked: '2026-09-30',
}
const page = (checked: string): Source => ({ source: 'https://aws.amazon.com/bedrock/pricing/', checked })
const LITELLM: Source = {
  source: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
  checked: '2026-11-20',
}

/** Which models have tiers; the page names no factors. */
const TIERS: Source = {
  source: 'https://aws.amazon.com/about-aws/whats-new/2025/11/amazon-bedrock-priority-flex-inference-service-tiers',
  checked: '2026-11-20',
}

export interface Hand {
  /** Why it is kept by hand; stands in docs/pricing.md. */
  readonly why: string
  readonly source: Source
  readonly rows: readonly Row[]
}

/** `G+10%`: global as listed and regional 10 % above; `G=R`: one price for both; `G`, `R`: only there. */
type Scopes = 'G+10%' | 'G=R' | 'G' | 'R'
interface Row extends Pick<Line, 'from' | 'until' | 'over' | 'regions' | 'units'> {
  readonly stem: string
  readonly scope: Scopes
  readonly prices: Five
}

const claude = (stem: string, scope: Scopes, prices: string, more: Partial<Row> = {}): Row => ({
  stem: `anthropic.claude-${stem}`,
  scope,
  prices: prices.split(' ') as unknown as Five,
  ...more,
})
const nothing: Five = ['0', '0', '0', '0', '0']
const byUnit = (stem: string, units: string): Row => ({ stem, scope: 'G=R', prices: nothing, units })

export const hand: readonly Hand[] = [
  {
    why: 'Claude from AWS’s own price list, because the source lacks the price of 1-hour cache writes and of Sonnet 4 and 4.5 above 200,000 tokens, and some models',
    source: LIST,
    rows: [
      claude('opus-5-5', 'G+10%', '4 20 5 8 0.20', { from: '2026-09-22' }),
      claude('sonnet-5-5', 'G+10%', '2 10 2.5 4 0.20', { from: '2026-09-28' }),
      // Reads cost 0.025 times the input, not 0.1. In-region only in us-east-1.
      claude('fable-5-1', 'G+10%', '10 50 12.5 20 0.25', { from: '2026-09-01' }),
      claude('mythos-5-1', 'G+10%', '10 50 12.5 20 0.25', { from: '2026-09-01' }),
      claude('fable-5', 'G+10%', '10 50 12.5 20 1'),
      claude('opus-5', 'G+10%', '5 25 6.25 10 0.5'),
      claude('opus-4-8', 'G+10%', '5 25 6.25 10 0.5'),
      claude('opus-4-7', 'G+10%', '5 25 6.25 10 0.5'),
      claude('opus-4-6', 'G+10%', '5 25 6.25 10 0.5'),
      claude('opus-4-5', 'G+10%', '5 25 6.25 10 0.5'),
      claude('opus-4-1', 'R', '15 75 18.75 - 1.5'),
      claude('opus-4', 'R', '15 75 18.75 - 1.5'),
      // The launch price became permanent.
      claude('sonnet-5', 'G+10%', '2 10 2.5 4 0.2'),
      claude('sonnet-4-6', 'G+10%', '3 15 3.75 6 0.3'),
      claude('sonnet-4-5', 'G+10%', '3 15 3.75 6 0.3'),
      claude('sonnet-4-5', 'G+10%', '6 22.5 7.5 12 0.6', { over: 200_000 }),
      claude('sonnet-4', 'G=R', '3 15 3.75 - 0.3'),
      claude('sonnet-4', 'G=R', '6 22.5 7.5 - 0.6', { over: 200_000 }),
      claude('haiku-4-5', 'G+10%', '1 5 1.25 2 0.1'),
      claude('3-7-sonnet', 'R', '3 15 3.75 - 0.3'),
      claude('3-5-sonnet', 'R', '3 15 3.75 - 0.3'),
    ],
  },
  {
    why: 'ended: what is charged after the end of life is not known',
    source: page('2026-10-07'),
    rows: [
      claude('3-5-haiku', 'R', '0.8 4 1 - 0.08', { until: '2026-10-05' }),
      {
        stem: 'amazon.nova-premier',
        scope: 'G=R',
        until: '2026-09-15',
        prices: ['2.5', '12.5', '0', '0', '0.625'],
      },
    ],
  },
  {
    why: 'launched after the source was written; the regional price is 10 % above by the rule of its generation, it was not listed yet',
    source: page('2026-10-07'),
    rows: [
      claude('haiku-5-5', 'G+10%', '0.10 0.50 0.125 0.20 0.01', { from: '2026-10-07' }),
      claude('haiku-5-5', 'G+10%', '0.50 2.50 0.625 1 0.05', { from: '2026-10-07', over: 100_000 }),
    ],
  },
  {
    why: 'not in the source for Bedrock',
    source: LITELLM,
    rows: [
      { stem: 'moonshotai.kimi-k3', scope: 'G=R', prices: ['3', '15', '3.75', NONE, '0.30'] },
      {
        stem: 'amazon.titan-embed-image',
        scope: 'G=R',
        prices: ['0.8', NONE, NONE, NONE, NONE],
        units: 'image:0.00006',
      },
    ],
  },
  {
    why: 'a fifth of the price of version 1, which the source names for both',
    source: {
      source: 'https://aws.amazon.com/bedrock/pricing/ (as public estimates of 2026 quote it)',
      checked: '2026-11-21',
    },
    rows: [{ stem: 'amazon.titan-embed-text-v2', scope: 'G=R', prices: ['0.02', NONE, NONE, NONE, NONE] }],
  },
  {
    why: 'billed by image, or by search: not in the source',
    source: LITELLM,
    rows: [
      byUnit('amazon.nova-canvas', 'image:0.06'),
      byUnit('amazon.rerank', 'search:0.001'),
      byUnit('stability.sd3-large', 'image:0.08'),
      byUnit('stability.sd3-5-large', 'image:0.08'),
      byUnit('stability.stable-diffusion-xl', 'image:0.08'),
      byUnit('stability.stable-image-core', 'image:0.04'),
      byUnit('stability.stable-image-ultra', 'image:0.14'),
      byUnit('stability.stable-conservative-upscale', 'image:0.4'),
      byUnit('stability.stable-creative-upscale', 'image:0.6'),
      byUnit('stability.stable-fast-upscale', 'image:0.03'),
      byUnit('stability.stable-outpaint', 'image:0.06'),
      byUnit('stability.stable-style-transfer', 'image:0.08'),
      ...'control-sketch control-structure erase-object inpaint remove-background search-recolor search-replace style-guide'
        .split(' ')
        .map((name) => byUnit(`stability.stable-image-${name}`, 'image:0.07')),
    ],
  },
  {
    why: 'billed by image, at the dearest size and quality, which the log does not tell',
    source: {
      source:
        'https://github.com/sungminna/GapS/blob/main/crawl/legacy/aws_pricing_data_titan.md (copy of the pricing page)',
      checked: '2026-11-20',
    },
    rows: [byUnit('amazon.titan-image-generator', 'image:0.012')],
  },
]

/** Beside the general rows: dearer or cheaper in some regions. */
export const regional: readonly Hand[] = [
  {
    why: 'Frankfurt is dearer; cache reads are a quarter of the input in every row of Nova, Frankfurt’s was not listed by itself',
    source: page('2026-09-23'),
    rows: [
      {
        stem: 'amazon.nova-2-lite',
        scope: 'R',
        regions: ['eu-central-1'],
        prices: ['0.39', '3.27', '0', '0', '0.0975'],
      },
    ],
  },
]

/** Changes to rows of the source. */
export interface Rule {
  readonly why: string
  readonly mend: (line: Line) => Line | undefined
}

export const rules: readonly Rule[] = [
  {
    why: 'Amazon Nova: AWS lists cache writes at 0; the source has no price for them',
    mend: (line) =>
      line.stem.startsWith('amazon.nova-')
        ? { ...line, prices: [line.prices[0], line.prices[1], '0', '0', line.prices[4]] }
        : line,
  },
  {
    why: 'GPT: the long band begins above 272,000 tokens (https://developers.openai.com/api/docs/models/gpt-5.6-sol), the source says from 272,000 on',
    mend: (line) => (line.over === 271_999 ? { ...line, over: 272_000 } : line),
  },
  {
    why: 'GPT-5.4 and 5.5 exist in-region only; a global id of theirs is no known model',
    mend: (line) => (/^openai\.gpt-5\.[45]$/.test(line.stem) && line.scope === 'global' ? undefined : line),
  },
  {
    why: 'Nova Sonic is left out: speech and text tokens cost differently, and no log tells them apart',
    mend: (line) => (/^amazon\.nova-(2-)?sonic$/.test(line.stem) ? undefined : line),
  },
]

export interface TierRule {
  readonly stems: readonly string[]
  /** Times the default price. */
  readonly tiers: Readonly<Partial<Record<'priority' | 'flex' | 'batch', string>>>
  readonly source: Source
}

/** Tiers that are published for these models; all others follow the rules of `price`. */
export const tierRules: readonly TierRule[] = [
  // AWS showed a Qwen at 0.2704 (priority), 0.1545 (default) and 0.0773 (flex, and batch): 1.75 times, and half.
  {
    stems: ['qwen.qwen3-32b', 'qwen.qwen3-coder-30b-a3b', 'qwen.qwen3-coder-480b-a35b'],
    tiers: { priority: '1.75', flex: '0.5', batch: '0.5' },
    source: TIERS,
  },
  {
    stems: ['openai.gpt-oss-120b-1', 'openai.gpt-oss-20b-1'],
    tiers: { priority: '1.75', flex: '0.5' },
    source: TIERS,
  },
  {
    stems:
      'amazon.nova-micro amazon.nova-lite amazon.nova-pro amazon.nova-premier anthropic.claude-3-5-sonnet anthropic.claude-3-haiku meta.llama3-1-8b-instruct meta.llama3-1-70b-instruct meta.llama3-3-70b-instruct meta.llama4-maverick-17b-instruct meta.llama4-scout-17b-instruct'.split(
        ' ',
      ),
    tiers: { batch: '0.5' },
    source: {
      source:
        'https://github.com/convo-lang/convo-lang/blob/main/packages/convo-lang-bedrock/bedrock-pricing.md (copy of the pricing page)',
      checked: '2025-07-20',
    },
  },
]
