import { expand, type Listed, NONE, type Source } from './price-rows.ts'
import type { Rate } from './rate.ts'

/**
 * List prices of Amazon Bedrock, on demand, default tier, as of us-east-1. To change a price, end the old row with
 * `until` and add a new one: old usage keeps its old price.
 *
 * Where the table has no price for a class, the row says so by `-`, and that class costs:
 * 5-minute cache writes 1.25 times the input and 1-hour writes twice the input (Anthropic's rule, true of every model that
 * lists both); cache reads the full input. Models without caching log no such tokens, so this only keeps a surprise
 * from being free.
 */

// Sources: AWS's public price list (no credentials needed) and the pricing page.
const CLAUDE: Source = {
  provider: 'anthropic',
  source:
    'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/us-east-1/index.json',
  checked: '2026-09-30',
}
const CLAUDE_PAGE: Source = {
  provider: 'anthropic',
  source: 'https://aws.amazon.com/bedrock/pricing/',
  checked: '2026-10-07',
}
const fromPackage = (provider: string): Source => ({
  provider,
  source: 'npm @pydantic/genai-prices 0.1.8 (provider aws), https://aws.amazon.com/bedrock/pricing/',
  checked: '2026-09-23',
})

/** Anthropic, list prices of October 2026. */
const claude: readonly Listed[] = [
  { stem: 'opus-5-5', from: '2026-09-22', scope: 'G+10%', prices: ['4', '20', '5', '8', '0.20'] },
  { stem: 'sonnet-5-5', from: '2026-09-28', scope: 'G+10%', prices: ['2', '10', '2.5', '4', '0.20'] },
  // Reads cost 0.025 times the input, not 0.1. In-region only in us-east-1.
  { stem: 'fable-5-1', from: '2026-09-01', scope: 'G+10%', prices: ['10', '50', '12.5', '20', '0.25'] },
  { stem: 'mythos-5-1', from: '2026-09-01', scope: 'G+10%', prices: ['10', '50', '12.5', '20', '0.25'] },
  { stem: 'fable-5', scope: 'G+10%', prices: ['10', '50', '12.5', '20', '1'] },
  { stem: 'opus-5', scope: 'G+10%', prices: ['5', '25', '6.25', '10', '0.5'] },
  { stem: 'opus-4-8', scope: 'G+10%', prices: ['5', '25', '6.25', '10', '0.5'] },
  { stem: 'opus-4-7', scope: 'G+10%', prices: ['5', '25', '6.25', '10', '0.5'] },
  { stem: 'opus-4-6', scope: 'G+10%', prices: ['5', '25', '6.25', '10', '0.5'] },
  { stem: 'opus-4-5', scope: 'G+10%', prices: ['5', '25', '6.25', '10', '0.5'] },
  { stem: 'opus-4-1', scope: 'R', prices: ['15', '75', '18.75', NONE, '1.5'] },
  { stem: 'opus-4', scope: 'R', prices: ['15', '75', '18.75', NONE, '1.5'] },
  // The launch price became permanent.
  { stem: 'sonnet-5', scope: 'G+10%', prices: ['2', '10', '2.5', '4', '0.2'] },
  { stem: 'sonnet-4-6', scope: 'G+10%', prices: ['3', '15', '3.75', '6', '0.3'] },
  { stem: 'sonnet-4-5', scope: 'G+10%', prices: ['3', '15', '3.75', '6', '0.3'] },
  { stem: 'sonnet-4-5', over: 200_000, scope: 'G+10%', prices: ['6', '22.5', '7.5', '12', '0.6'] },
  { stem: 'sonnet-4', scope: 'G=R', prices: ['3', '15', '3.75', NONE, '0.3'] },
  { stem: 'sonnet-4', over: 200_000, scope: 'G=R', prices: ['6', '22.5', '7.5', NONE, '0.6'] },
  { stem: 'haiku-4-5', scope: 'G+10%', prices: ['1', '5', '1.25', '2', '0.1'] },
  { stem: '3-7-sonnet', scope: 'R', prices: ['3', '15', '3.75', NONE, '0.3'] },
  { stem: '3-5-sonnet', scope: 'R', prices: ['3', '15', '3.75', NONE, '0.3'] },
  // End of life 2026-10-04.
  { stem: '3-5-haiku', until: '2026-10-05', scope: 'R', prices: ['0.8', '4', '1', NONE, '0.08'] },
]

/** The third generation, retired model by model; cache prices are not listed any more. */
const claude3: readonly Listed[] = [
  { stem: '3-opus', scope: 'R', prices: ['15', '75', NONE, NONE, NONE] },
  { stem: '3-sonnet', scope: 'R', prices: ['3', '15', '3.75', NONE, '0.3'] },
  { stem: '3-haiku', scope: 'R', prices: ['0.25', '1.25', NONE, NONE, NONE] },
]

/** Launched 2026-10-07. The regional price is 10 % above by the rule of its generation; it was not listed yet. */
const haiku55: readonly Listed[] = [
  { stem: 'haiku-5-5', from: '2026-10-07', scope: 'G+10%', prices: ['0.10', '0.50', '0.125', '0.20', '0.01'] },
  {
    stem: 'haiku-5-5',
    from: '2026-10-07',
    over: 100_000,
    scope: 'G+10%',
    prices: ['0.50', '2.50', '0.625', '1', '0.05'],
  },
]

/** Cache writes of Amazon Nova cost nothing: AWS lists them at 0. */
const nova: readonly Listed[] = [
  { stem: 'nova-micro', scope: 'G=R', prices: ['0.035', '0.14', '0', '0', '0.00875'] },
  { stem: 'nova-lite', scope: 'G=R', prices: ['0.06', '0.24', '0', '0', '0.015'] },
  { stem: 'nova-pro', scope: 'G=R', prices: ['0.8', '3.2', '0', '0', '0.2'] },
  // End of life 2026-09-14.
  { stem: 'nova-premier', until: '2026-09-15', scope: 'G=R', prices: ['2.5', '12.5', '0', '0', '0.625'] },
  { stem: 'nova-2-lite', scope: 'G+10%', prices: ['0.30', '2.50', '0', '0', '0.075'] },
  // Reads are a quarter of the input in every row of Nova; Frankfurt's was not listed by itself.
  { stem: 'nova-2-lite', scope: 'R', regions: ['eu-central-1'], prices: ['0.39', '3.27', '0', '0', '0.0975'] },
]

/** OpenAI. Cache writes live 30 minutes at 1.25 times the input. Over 272K: input and cache twice, output 1.5 times. */
const openai: readonly Listed[] = [
  { stem: 'gpt-oss-120b-1:0', scope: 'G=R', prices: ['0.15', '0.60', NONE, NONE, NONE] },
  { stem: 'gpt-oss-20b-1:0', scope: 'G=R', prices: ['0.07', '0.30', NONE, NONE, NONE] },
  { stem: 'gpt-5.4', scope: 'R', prices: ['2.75', '16.5', NONE, NONE, '0.275'] },
  { stem: 'gpt-5.5', scope: 'R', prices: ['5.5', '33', NONE, NONE, '0.55'] },
  // Global inference since 2026-08-17; at first only regional, and dearer.
  { stem: 'gpt-5.6-luna', until: '2026-07-30', scope: 'R', prices: ['1.1', '6.6', '1.375', NONE, '0.11'] },
  { stem: 'gpt-5.6-luna', from: '2026-07-30', scope: 'G+10%', prices: ['0.20', '1.20', '0.25', NONE, '0.02'] },
  {
    stem: 'gpt-5.6-luna',
    from: '2026-07-30',
    over: 272_000,
    scope: 'G+10%',
    prices: ['0.40', '1.80', '0.50', NONE, '0.04'],
  },
  { stem: 'gpt-5.6-terra', until: '2026-07-30', scope: 'R', prices: ['2.75', '16.5', '3.4375', NONE, '0.275'] },
  { stem: 'gpt-5.6-terra', from: '2026-07-30', scope: 'G+10%', prices: ['2', '12', '2.5', NONE, '0.2'] },
  {
    stem: 'gpt-5.6-terra',
    from: '2026-07-30',
    over: 272_000,
    scope: 'G+10%',
    prices: ['4', '18', '5', NONE, '0.4'],
  },
  { stem: 'gpt-5.6-sol', until: '2026-08-21', scope: 'G+10%', prices: ['5', '30', '6.25', NONE, '0.5'] },
  { stem: 'gpt-5.6-sol', until: '2026-08-21', over: 272_000, scope: 'G+10%', prices: ['10', '45', '12.5', NONE, '1'] },
  { stem: 'gpt-5.6-sol', from: '2026-08-21', scope: 'G+10%', prices: ['4', '20', '5', NONE, '0.4'] },
  { stem: 'gpt-5.6-sol', from: '2026-08-21', over: 272_000, scope: 'G+10%', prices: ['8', '30', '10', NONE, '0.8'] },
]

/** Everybody else's: one price in all scopes. */
const others: Readonly<Record<string, readonly (readonly [stem: string, input: string, output: string])[]>> = {
  meta: [
    ['llama3-1-70b-instruct', '0.72', '0.72'],
    ['llama3-1-8b-instruct', '0.22', '0.22'],
    ['llama3-2-90b-instruct', '0.72', '0.72'],
    ['llama3-2-11b-instruct', '0.16', '0.16'],
    ['llama3-2-3b-instruct', '0.15', '0.15'],
    ['llama3-2-1b-instruct', '0.10', '0.10'],
    ['llama3-3-70b-instruct', '0.72', '0.72'],
    ['llama4-maverick-17b-instruct', '0.24', '0.97'],
    ['llama4-scout-17b-instruct', '0.17', '0.66'],
  ],
  mistral: [
    ['mistral-large-3-675b-instruct', '0.5', '1.5'],
    ['mistral-large-2402', '4', '12'],
    ['mistral-small-2402', '1', '3'],
    ['pixtral-large-2502', '2', '6'],
    ['devstral-2-123b', '0.4', '2'],
    ['magistral-small-2509', '0.5', '1.5'],
    ['ministral-3-14b-instruct', '0.2', '0.2'],
    ['ministral-3-8b-instruct', '0.15', '0.15'],
    ['ministral-3-3b-instruct', '0.1', '0.1'],
  ],
  deepseek: [['r1', '1.35', '5.4']],
  qwen: [
    ['qwen3-coder-480b-a35b', '0.45', '1.8'],
    ['qwen3-coder-30b-a3b', '0.15', '0.6'],
    ['qwen3-32b', '0.15', '0.6'],
    ['qwen3-vl-235b-a22b', '0.53', '2.66'],
  ],
  google: [
    ['gemma-3-27b-it', '0.23', '0.38'],
    ['gemma-3-12b-it', '0.09', '0.29'],
    ['gemma-3-4b-it', '0.04', '0.08'],
  ],
  writer: [
    ['palmyra-x4', '2.5', '10'],
    ['palmyra-x5', '0.6', '6'],
  ],
}

const kimi: readonly Listed[] = [{ stem: 'kimi-k3', scope: 'G=R', prices: ['3', '15', '3.75', NONE, '0.30'] }]

/** Every built-in row. */
export const builtInRates: readonly Rate[] = [
  ...claude.flatMap((listed) => expand(listed, CLAUDE, 'claude-')),
  ...haiku55.flatMap((listed) => expand(listed, CLAUDE_PAGE, 'claude-')),
  ...claude3.flatMap((listed) => expand(listed, fromPackage('anthropic'), 'claude-')),
  ...nova.flatMap((listed) => expand(listed, fromPackage('amazon'))),
  ...openai.flatMap((listed) => expand(listed, fromPackage('openai'))),
  ...kimi.flatMap((listed) => expand(listed, fromPackage('moonshotai'))),
  ...Object.entries(others).flatMap(([provider, rows]) =>
    rows.flatMap(([stem, input, output]) =>
      expand({ stem, scope: 'G=R', prices: [input, output, NONE, NONE, NONE] }, fromPackage(provider)),
    ),
  ),
]
