import { parseInstant } from '../base/calendar.ts'
import { GuardError } from '../base/guard-error.ts'
import { parseModelId, type Scope } from '../metering/model-id.ts'
import { pico } from './money.ts'
import { perMillion as millionTimes, perToken, priceKey, type Rate, type RateOverride } from './rate.ts'

/** What has no list price has an ARN of its own: provisioned, imported and custom models, prompts, routers, endpoints. */
const BEDROCK_ARN = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]+:\d{12}:[a-z-]+\/[^\s]+$/

/** The rows that an override stands for: one per scope, for prompts of any size. */
export function rateFromOverride(override: RateOverride): Rate[] {
  const { stem, perMillion } = override
  const scopes: readonly Scope[] = override.scope === 'both' ? ['global', 'regional'] : [override.scope]
  return scopes.map((scope) => ({
    id: `${stem}/${scope}/standard/set@${override.setAt}/${override.validFrom}`,
    stem,
    provider: providerOf(stem),
    scope,
    tier: 'default',
    band: 'standard',
    validFrom: override.validFrom,
    until: undefined,
    prices: {
      input: perToken(perMillion.input),
      output: perToken(perMillion.output),
      cacheRead: perToken(perMillion.cacheRead),
      cacheWrite5m: perToken(perMillion.cacheWrite5m),
      cacheWrite1h: perToken(perMillion.cacheWrite1h),
    },
    origin: 'set',
    source: `set by ${override.setBy}`,
    checked: override.setAt.slice(0, 10),
  }))
}

function providerOf(stem: string): string {
  const ref = parseModelId(stem)
  return ref.kind === 'model' ? ref.provider : ''
}

/** What an admin types for `prices set`: dollars per million tokens, cache classes only where they differ from the rule. */
export interface TypedPrice {
  /** Any form of model id, or the ARN of what has no list price. */
  readonly model: string
  /** Undefined: the scope that the id shows by its prefix, both where it shows none. */
  readonly scope: Scope | 'both' | undefined
  readonly input: string
  readonly output: string
  readonly cacheRead: string | undefined
  readonly cacheWrite5m: string | undefined
  readonly cacheWrite1h: string | undefined
  readonly validFrom: string
  readonly setAt: string
  readonly setBy: string
}

/**
 * Makes an override of what was typed. Cache classes left out follow Anthropic's rule: 5-minute writes 1.25 times,
 * 1-hour writes twice the input; reads cost the full input, because the discount on them differs by model.
 * @throws GuardError bad-amount, bad-price, bad-date, bad-model
 */
export function parseOverride(typed: TypedPrice): RateOverride {
  const refuse = (code: string, message: string, suggestion: string): never => {
    throw new GuardError({ code, fault: 'user', message, suggestions: [suggestion] })
  }
  const input = perToken(typed.input)
  const times = (factor: bigint) => millionTimes(pico((input * factor) / 100n))
  if ((input * 125n) % 100n !== 0n && typed.cacheWrite5m === undefined) {
    refuse(
      'bad-price',
      `"${typed.input}" has too many decimals for a cache price`,
      'give the price of 5-minute cache writes as well',
    )
  }
  const perMillion = {
    input: millionTimes(input),
    output: millionTimes(perToken(typed.output)),
    cacheRead: typed.cacheRead === undefined ? times(100n) : millionTimes(perToken(typed.cacheRead)),
    cacheWrite5m: typed.cacheWrite5m === undefined ? times(125n) : millionTimes(perToken(typed.cacheWrite5m)),
    cacheWrite1h: typed.cacheWrite1h === undefined ? times(200n) : millionTimes(perToken(typed.cacheWrite1h)),
  }
  if (parseInstant(`${typed.validFrom}T00:00:00Z`) === undefined)
    refuse('bad-date', `"${typed.validFrom}" is no day`, 'write it as 2026-11-01')
  const ref = parseModelId(typed.model)
  if (ref.kind === 'other' && !BEDROCK_ARN.test(typed.model)) {
    refuse(
      'bad-model',
      `"${typed.model}" is no Bedrock model id`,
      'copy the id from cost-guard prices list, or from the model card',
    )
  }
  return {
    stem: priceKey(ref),
    scope: typed.scope ?? (ref.kind === 'model' && !typed.model.startsWith(ref.model) ? ref.scope : 'both'),
    perMillion,
    validFrom: typed.validFrom,
    setAt: typed.setAt,
    setBy: typed.setBy,
  }
}
