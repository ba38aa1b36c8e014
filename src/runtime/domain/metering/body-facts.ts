/**
 * What only bodies tell of a call: the tier that served it, which model answered for a prompt or router, and counts of
 * what is not billed by tokens. With metadata-only logging, or bodies above 100 KB, none of it is known.
 * Shapes: https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html,
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PromptRouterTrace.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html, read 2026-11-20.
 */
import { isObject, type JsonObject } from '../base/json.ts'
import type { Tier } from '../money/rate.ts'
import { type ModelRef, modelBehind, stemOf } from './model-id.ts'
import type { TokenCounts, Units } from './usage.ts'

export interface BodyFacts {
  readonly tier?: Tier
  readonly units?: Units
  /** Only where it is another than the record names. */
  readonly model?: ModelRef
}

/** More than any single call gives: a number above is taken for so many. */
const MAX_UNITS = { images: 100, seconds: 3600, searches: 1000 } as const

/** Looked at of a stream: its facts stand in the first and the last events. */
const EVENTS_EACH_END = 3

/** Never throws, whatever the bodies hold. */
export function factsIn(record: JsonObject, model: ModelRef, tokens: TokenCounts): BodyFacts {
  const input = isObject(record['input']) ? record['input'] : {}
  const output = isObject(record['output']) ? record['output'] : {}
  const asked = isObject(input['inputBodyJson']) ? input['inputBodyJson'] : undefined
  const answered = holdersIn(output['outputBodyJson'])
  if (asked === undefined && answered.length === 0 && output['outputVideoDurationSeconds'] === undefined) return {}
  const tier = tierOf(asked, answered)
  const units = unitsOf(model, tokens, asked, answered, output)
  const behind = answeredBy(model, answered)
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(units === undefined ? {} : { units }),
    ...(behind === undefined ? {} : { model: behind }),
  }
}

/** Every object in which an answer or a stream event may hold facts of the whole call; the last word last. */
function holdersIn(body: unknown): readonly JsonObject[] {
  const ends = (list: readonly unknown[]) =>
    list.length <= 2 * EVENTS_EACH_END ? list : [...list.slice(0, EVENTS_EACH_END), ...list.slice(-EVENTS_EACH_END)]
  const events = Array.isArray(body) ? ends(body) : [body]
  return events
    .filter(isObject)
    .flatMap((event) => [event, event['message'], event['metadata'], event['response']])
    .filter(isObject)
}

const TIERS: ReadonlyMap<unknown, Tier> = new Map<unknown, Tier>([
  ['default', 'default'],
  ['standard', 'default'],
  ['priority', 'priority'],
  ['flex', 'flex'],
  ['batch', 'batch'],
])

/** The tier that served the call wins over the one asked for, also when it is one we do not know (`reserved`). */
function tierOf(asked: JsonObject | undefined, answered: readonly JsonObject[]): Tier | undefined {
  let served: unknown
  for (const holder of answered) {
    const usage = isObject(holder['usage']) ? holder['usage'] : {}
    served = tierIn(holder, 'additionalModelResponseFields') ?? usage['service_tier'] ?? served
  }
  if (served !== undefined && served !== null) return TIERS.get(served)
  const wished = asked === undefined ? undefined : TIERS.get(tierIn(asked, 'additionalModelRequestFields'))
  // No call of its own is a batch, whatever it says of itself.
  return wished === 'batch' ? undefined : wished
}

function tierIn(holder: JsonObject, more: string): unknown {
  const { serviceTier } = holder
  const additional = holder[more]
  return (
    (isObject(serviceTier) ? serviceTier['type'] : serviceTier) ??
    holder['service_tier'] ??
    (isObject(additional) ? additional['service_tier'] : undefined)
  )
}

/** Converse names it in its trace, InvokeModel in the answer of the model. */
function answeredBy(model: ModelRef, answered: readonly JsonObject[]): ModelRef | undefined {
  if (model.kind !== 'other' || (model.form !== 'prompt' && model.form !== 'router')) return undefined
  for (const { trace, model: name } of answered) {
    const router = isObject(trace) ? trace['promptRouter'] : undefined
    const told = isObject(router) ? router['invokedModelId'] : name
    const behind = typeof told === 'string' ? modelBehind(model.id, told) : undefined
    if (behind !== undefined) return behind
  }
  return undefined
}

function unitsOf(
  model: ModelRef,
  tokens: TokenCounts,
  asked: JsonObject | undefined,
  answered: readonly JsonObject[],
  output: JsonObject,
): Units | undefined {
  const seconds = secondsIn(output) ?? answered.map(secondsIn).find((each) => each !== undefined)
  if (seconds !== undefined) return { seconds }
  if (model.kind === 'other') return undefined
  // Behind a profile may be a model of images; what else there is, only its name tells.
  const [stem, provider] = model.kind === 'model' ? [stemOf(model.model), model.provider] : ['', '']
  if (stem.includes('rerank')) return searchesOf(asked, answered)
  // An image that goes in, beside the tokens of the words: https://aws.amazon.com/bedrock/pricing/, read 2026-11-20.
  if (typeof asked?.['inputImage'] === 'string' && stem.includes('embed')) return { images: 1 }
  // Who counts tokens is billed by them.
  return tokens.input + tokens.output > 0 ? undefined : imagesOf(provider, asked, answered)
}

function secondsIn(holder: JsonObject): number | undefined {
  const value = holder['outputVideoDurationSeconds']
  return typeof value === 'number' && value > 0 ? Math.min(Math.ceil(value), MAX_UNITS.seconds) : undefined
}

const count = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, most) : undefined

/** Each started hundred of documents is one search: https://aws.amazon.com/bedrock/pricing/, read 2026-11-20. */
function searchesOf(asked: JsonObject | undefined, answered: readonly JsonObject[]): Units | undefined {
  for (const { meta, search_units } of answered) {
    const billed = isObject(meta) && isObject(meta['billed_units']) ? meta['billed_units'] : {}
    const searches = count(search_units ?? billed['search_units'], MAX_UNITS.searches)
    if (searches !== undefined) return { searches }
  }
  const documents = asked?.['documents']
  if (!Array.isArray(documents) || documents.length === 0) return undefined
  return { searches: Math.min(Math.ceil(documents.length / 100), MAX_UNITS.searches) }
}

/** Of Titan Image Generator and Nova Canvas; embeddings have tasks too, and make no images. */
const IMAGE_TASKS: ReadonlySet<unknown> = new Set(
  'TEXT_IMAGE IMAGE_VARIATION INPAINTING OUTPAINTING COLOR_GUIDED_GENERATION BACKGROUND_REMOVAL VIRTUAL_TRY_ON'.split(
    ' ',
  ),
)

/** What came back counts. Most images are too large for the log: then what was asked for, one where no number was. */
function imagesOf(provider: string, asked: JsonObject | undefined, answered: readonly JsonObject[]): Units | undefined {
  for (const { images, artifacts } of answered) {
    const made = Array.isArray(images) ? images : artifacts
    if (Array.isArray(made)) return made.length === 0 ? undefined : { images: Math.min(made.length, MAX_UNITS.images) }
  }
  if (asked === undefined) return undefined
  const config = asked['imageGenerationConfig']
  const number = (isObject(config) ? config['numberOfImages'] : undefined) ?? asked['samples']
  const asks = isObject(config) || IMAGE_TASKS.has(asked['taskType']) || provider === 'stability'
  return asks ? { images: count(number, MAX_UNITS.images) ?? 1 } : undefined
}
