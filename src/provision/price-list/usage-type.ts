/**
 * What a line of the price list prices, from its usage type and attributes. Two grammars, both seen in the files of 2026:
 * AmazonBedrock writes `USE1-NovaPro-input-tokens-cross-region-global-flex`, `USE1-moonshotai.kimi-k3-mantle-output-tokens-standard`
 * and says the class in `inferenceType` too; AmazonBedrockFoundationModels (what Marketplace bills) writes
 * `USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units` for older models and `…_cache_write_tokens_1h_long_ctx_global_standard-Units`
 * for newer ones. Anything else has a reason why it is left out, or is listed as not understood.
 */
import type { Scope } from '../../runtime/domain/metering/model-id.ts'
import type { Tier, TokenPrices } from '../../runtime/domain/money/price-book.ts'

export type PriceClass = keyof TokenPrices | 'cacheWrite30m'

export interface Meaning {
  readonly kind: 'tokens'
  readonly of: PriceClass
  readonly scope: Scope
  readonly tier: Tier
  /** For prompts above a size that the list does not say. */
  readonly long: boolean
  /** Model part of the usage type, as written; the Marketplace's has none. */
  readonly model: string | undefined
  /** Sold at the other endpoint, `bedrock-mantle`; counts where the usual one has no line. */
  readonly mantle: boolean
}

/** Left out for a reason that holds for all its kind, or not understood. */
export type NotTokens =
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'unclear'; readonly why: string }

const SKIPPED: readonly (readonly [RegExp, string])[] = [
  [/reserved|tpm[_-]|tpm hour/i, 'reserved capacity: paid by month, no call shows it'],
  [/provisioned|model-?units?/i, 'provisioned throughput: paid by hour, no call shows it'],
  [
    /custom-?model|customi[sz]ation|training|storage|fine-?tun|custom.?import/i,
    'customised models: they have no list price',
  ],
  [/latency-?_?optimi[sz]ed/i, 'latency-optimised calls: the log does not tell them apart'],
  [/search[-_ ]?units?|rerank/i, 'billed by search, not by token'],
  [
    /image|video|audio|speech|seconds?\b|pixel|t2i|hdres|resolution|canvas|reel|request-?count/i,
    'billed by image, second or request, not by text token',
  ],
  [
    /guardrail|knowledge|flow|agent|evaluation|grounding|automation|prompt-?router|policyunits/i,
    'a service, not a model',
  ],
]

/** What follows the model: class first, then qualifiers in any order. */
const TOKENS =
  /^(million_batch_|million_)?(?:(cached|cache_reads?|cache_writes?)_)?(1h_)?(?:text_)?(?:(input|output|response)_)?tokens?(?:_count)?((?:_(?:1h|5m|30m|lctx|long_ctx|long_context|global|geo|regional|standard|on_demand|batch|flex|priority))*)$/

/** What one line prices. */
export function meaningOf(attributes: Readonly<Record<string, string>>, unit: string): Meaning | NotTokens {
  const usage = attributes['usagetype'] ?? ''
  const inference = attributes['inferenceType'] ?? ''
  const said = `${usage} ${inference} ${attributes['model'] ?? ''} ${attributes['feature'] ?? ''} ${unit}`
  const skipped = SKIPPED.find(([form]) => form.test(said))
  if (skipped !== undefined) return { kind: 'skipped', why: skipped[1] }
  const { model, words, mantle } = partsOf(usage)
  const byUsage = words === undefined ? undefined : read(words)
  const byType = read(
    inference
      .toLowerCase()
      .replace(/prompt |cross-region /g, '')
      .replaceAll(' ', '_'),
  )
  const found = byUsage ?? byType
  if (found === undefined) {
    return /token/i.test(`${usage} ${inference} ${unit}`)
      ? { kind: 'unclear', why: 'its usage type is not understood' }
      : { kind: 'skipped', why: 'not billed by token' }
  }
  if (byType !== undefined && byUsage !== undefined && family(byType.of) !== family(byUsage.of))
    return { kind: 'unclear', why: `its usage type says ${byUsage.of}, its inference type ${byType.of}` }
  const tier = tierOf(found.tier, byType?.tier, attributes)
  if (tier === undefined) return { kind: 'unclear', why: 'it names two service tiers' }
  const scope = found.scope === 'global' || byType?.scope === 'global' ? 'global' : 'regional'
  return { kind: 'tokens', of: found.of, scope, tier, long: found.long, model, mantle }
}

const family = (of: PriceClass): string => (of.startsWith('cacheWrite') ? 'cacheWrite' : of)

function partsOf(usage: string): { model: string | undefined; words: string | undefined; mantle: boolean } {
  const marketplace = /^[A-Z0-9]+-MP:(?:[A-Z]{2,4}\d*_)?(.+?)-Units$/.exec(usage)?.[1]
  if (marketplace !== undefined) return { model: undefined, words: snake(marketplace), mantle: false }
  const [, model, mantle, words] =
    /^(?:[A-Z]{2,4}\d*-)?(.+?)-(mantle-)?((?:text-)?(?:input|output|cache|response)-(?:read-|write-)?.*)$/.exec(
      usage,
    ) ?? []
  return { model, words: words?.replaceAll('cross-region-', '').replaceAll('-', '_'), mantle: mantle !== undefined }
}

/** `CacheWrite1hInputTokenCount_LCtx_Global` → `cache_write_1h_input_token_count_lctx_global`. */
const snake = (text: string): string =>
  text
    .replaceAll('LCtx', 'Lctx')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace('write1h', 'write_1h')

type Read = Pick<Meaning, 'of' | 'scope' | 'tier' | 'long'>

function read(words: string): Read | undefined {
  const [, million = '', cache, hour, direction, rest = ''] = TOKENS.exec(words) ?? []
  if (direction === undefined && cache === undefined) return undefined
  const has = (word: string) => `${rest}_`.includes(`_${word}_`)
  const tiers = (['priority', 'flex', 'batch'] as const).filter(
    (tier) => has(tier) || `_${million}`.includes(`_${tier}_`),
  )
  if (tiers.length > 1) return undefined
  const of: PriceClass | undefined =
    cache === undefined
      ? direction === 'input'
        ? 'input'
        : 'output'
      : direction === 'output' || direction === 'response'
        ? undefined
        : cache.startsWith('cache_write')
          ? hour !== undefined || has('1h')
            ? 'cacheWrite1h'
            : has('30m')
              ? 'cacheWrite30m'
              : 'cacheWrite5m'
          : 'cacheRead'
  if (of === undefined) return undefined
  const long = has('lctx') || has('long_ctx') || has('long_context')
  return { of, scope: has('global') ? 'global' : 'regional', tier: tiers[0] ?? 'default', long }
}

/** Where the usage type names none, the attributes may; undefined: they contradict each other. */
function tierOf(named: Tier, byType: Tier | undefined, attributes: Readonly<Record<string, string>>): Tier | undefined {
  const said = (attributes['service_tier'] ?? '').toLowerCase()
  const all = [
    named,
    byType,
    (['priority', 'flex', 'batch'] as const).find((one) => said === one),
    /batch/i.test(attributes['feature'] ?? '') ? ('batch' as const) : undefined,
  ].filter((tier) => tier !== undefined && tier !== 'default')
  return new Set(all).size > 1 ? undefined : (all[0] ?? 'default')
}
