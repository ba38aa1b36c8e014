import { hash64 } from '../base/hash.ts'
import { memoized } from '../base/memo.ts'

/** `global` profiles cost the list price; `regional` is in-region and geographic profiles (+10 % from the 4.5 generation on). */
export type Scope = 'global' | 'regional'

/** What a record's `modelId` names. */
export type ModelRef =
  | {
      readonly kind: 'model'
      /** The full base id with its provider, without prefix and suffixes some clients leave: `anthropic.claude-opus-4-7`. */
      readonly model: string
      readonly provider: string
      readonly scope: Scope
      /** ARN of the prompt or router that the record named, where its body tells which model answered. */
      readonly via?: string
    }
  /** An application inference profile: which model it holds must be looked up. `model` shows the ARN until then. */
  | { readonly kind: 'profile'; readonly arn: string }
  /** No list price per token. A prompt or a router is priced by the model behind it, where a body names it. */
  | { readonly kind: 'other'; readonly id: string; readonly form: Form }

/** What an id names that is neither model nor profile; `unknown`: nothing we have ever seen. */
export type Form = 'provisioned' | 'custom' | 'imported' | 'prompt' | 'router' | 'endpoint' | 'unknown'

/** Resource types of https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html, read 2026-11-20. */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['provisioned-model', 'provisioned'],
  ['custom-model-deployment', 'custom'],
  ['custom-model', 'custom'],
  ['imported-model', 'imported'],
  ['prompt', 'prompt'],
  ['prompt-router', 'router'],
  ['default-prompt-router', 'router'],
])

/**
 * Providers whose names look like a geographic prefix (`meta.`, `qwen.`) or hold ids with dots (`openai.gpt-5.6-sol`).
 * Read from https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html on 2026-10-30. One that is
 * missing here is still understood; only `<unknown>.<word>.<rest>` would be read as a prefix.
 */
const PROVIDERS: ReadonlySet<string> = new Set(
  'ai21 amazon anthropic cohere deepseek google luma meta minimax mistral moonshot moonshotai nvidia openai qwen stability twelvelabs writer xai zai'.split(
    ' ',
  ),
)

const MAX_ID_CHARACTERS = 256
const ODD_CHARACTERS = /[^\w.:/+@-]/g

/** An id as it may stand in keys and on screens: harmless characters, at most 256; whatever was changed ends in a hash. */
function bounded(id: string): string {
  // What was bounded once (it comes back from the ledger) stays as it is.
  if (id.length <= MAX_ID_CHARACTERS && id.replace(/~[0-9a-f]{16}$/, '').search(ODD_CHARACTERS) < 0) return id
  return `${id.slice(0, MAX_ID_CHARACTERS - 17).replace(ODD_CHARACTERS, '_')}~${hash64(id)}`
}

const ARN = /^arn:[^:]+:([^:]*):([^:]*):([^:]*):([^/]+)\/(.+)$/s

/** Reads every form of `modelId` that Bedrock logs; never throws, what it does not know is `other`. */
export const parseModelId: (text: string) => ModelRef = memoized(readModelId)

function readModelId(text: string): ModelRef {
  // Claude Code shows its long-context variants as `…[1m]`; the price does not depend on it.
  const id = text.replace(/\[[^[\]]*\]$/, '')
  if (!id.startsWith('arn:')) return readBareId(id, 'regional') ?? { kind: 'other', id: bounded(id), form: 'unknown' }
  const [, service, region, , type = '', rest] = ARN.exec(id) ?? []
  const other: ModelRef = { kind: 'other', id: bounded(id), form: formOf(service, type) }
  if (service !== 'bedrock' || rest === undefined) return other
  if (type === 'application-inference-profile') return { kind: 'profile', arn: bounded(id) }
  if (type === 'inference-profile') return readBareId(rest, 'regional') ?? other
  // AWS writes the region-less ARN for calls that a global profile may route anywhere.
  if (type === 'foundation-model') return readBareId(rest, region === '' ? 'global' : 'regional') ?? other
  return other
}

function formOf(service: string | undefined, type: string): Form {
  // A model of the marketplace is called by the ARN of its SageMaker endpoint.
  if (service === 'sagemaker') return type === 'endpoint' ? 'endpoint' : 'unknown'
  return service === 'bedrock' ? (FORMS.get(type) ?? 'unknown') : 'unknown'
}

/**
 * What answered for a prompt or router, from the name its body gives: an id or ARN of a model or system profile, or the
 * maker's own short name (`claude-sonnet-4-20250514`). Undefined: not told. Only makers that are known count, so that no
 * body can make up names.
 */
export function modelBehind(via: string, told: string): Extract<ModelRef, { kind: 'model' }> | undefined {
  const ref = parseModelId(told.startsWith('claude-') ? `anthropic.${told}` : told)
  return ref.kind === 'model' && PROVIDERS.has(ref.provider) ? { ...ref, via } : undefined
}

function readBareId(id: string, unprefixed: Scope): ModelRef | undefined {
  if (id.length > MAX_ID_CHARACTERS || id.search(ODD_CHARACTERS) >= 0) return undefined
  const dot = id.indexOf('.')
  if (dot <= 0 || dot === id.length - 1) return undefined
  const first = id.slice(0, dot)
  const rest = id.slice(dot + 1)
  // New geographies appear without notice, so any short word before `<provider>.` is one.
  const second = /^([a-z][a-z0-9]*)\../.exec(rest)?.[1]
  if (!PROVIDERS.has(first) && second !== undefined && /^[a-z]{2,6}(-[a-z]+)?$/.test(first)) {
    return { kind: 'model', model: rest, provider: second, scope: first === 'global' ? 'global' : 'regional' }
  }
  if (!/^[a-z][a-z0-9-]*$/.test(first)) return undefined
  return { kind: 'model', model: id, provider: first, scope: unprefixed }
}

/** A version with a price of its own. */
const OWN_PRICE = /^amazon\.titan-embed-text-v2(?=:|$)/

/**
 * The id that prices are listed under: provider and name without date and version, also a version that is only a number
 * (`gpt-oss-120b-1:0`). The version goes first, so `claude-opus-4-6-v1` keeps its `4-6` and
 * `claude-sonnet-4-5-20250929-v1:0` loses date and version.
 */
export const stemOf: (model: string) => string = memoized(
  (model) => OWN_PRICE.exec(model)?.[0] ?? model.replace(/-v\d+(:\d+)?(:\w+)?$|:\d+$/, '').replace(/-\d{8}$/, ''),
)
