/** Which model a line of the price list is about. Exact after spelling is evened out; nothing is matched by likeness. */
import { parseModelId, stemOf } from '../../runtime/domain/metering/model-id.ts'

export type Found =
  | { readonly kind: 'known' | 'new'; readonly stem: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** How the list writes providers → how model ids begin. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  ai21: ['ai21'],
  'ai21 labs': ['ai21'],
  amazon: ['amazon'],
  anthropic: ['anthropic'],
  cohere: ['cohere'],
  deepseek: ['deepseek'],
  google: ['google'],
  'luma ai': ['luma'],
  meta: ['meta'],
  minimax: ['minimax'],
  'minimax ai': ['minimax'],
  mistral: ['mistral'],
  'mistral ai': ['mistral'],
  'moonshot ai': ['moonshotai', 'moonshot'],
  nvidia: ['nvidia'],
  openai: ['openai'],
  qwen: ['qwen'],
  'stability ai': ['stability'],
  twelvelabs: ['twelvelabs'],
  writer: ['writer'],
  xai: ['xai'],
  'z ai': ['zai'],
  'z.ai': ['zai'],
}
const PREFIXES: ReadonlySet<string> = new Set(Object.values(PROVIDERS).flat())

/** Finds the stem of a name among those that are known. */
export interface Names {
  find(line: {
    readonly name: string | undefined
    readonly provider: string | undefined
    readonly inUsageType: string | undefined
  }): Found
}

/**
 * @param stems of the price book, and of the models that the guard has seen.
 * @param taught names that lines of the same list give together with an id.
 */
export function namesFrom(stems: Iterable<string>, taught: ReadonlyMap<string, string> = new Map()): Names {
  const known = new Set(stems)
  const spelled = new Map<string, Set<string>>()
  for (const stem of known) {
    for (const form of [even(stem.slice(stem.indexOf('.') + 1)), even(stem)])
      spelled.set(form, (spelled.get(form) ?? new Set()).add(stem))
  }
  // The list writes `openai.gpt-oss-120b` of what calls name `openai.gpt-oss-120b-1:0`.
  const answer = (id: string): Found => {
    const [only, ...others] = known.has(id) ? [id] : (spelled.get(even(id)) ?? [])
    return only === undefined || others.length > 0 ? { kind: 'new', stem: id } : { kind: 'known', stem: only }
  }
  return {
    find: ({ name, provider, inUsageType }) => {
      const id = idIn(inUsageType)
      if (id !== undefined) return answer(id)
      if (name === undefined || name === '') return { kind: 'unknown', why: 'it names no model' }
      const bare = plain(name)
      const claude = claudeStem(bare)
      if (claude !== undefined) return answer(claude)
      const learned = taught.get(bare)
      if (learned !== undefined) return answer(learned)
      const all = [...(spelled.get(even(bare)) ?? [])]
      const own = PROVIDERS[(provider ?? '').toLowerCase()]
      const fitting = own === undefined ? all : all.filter((stem) => own.includes(stem.slice(0, stem.indexOf('.'))))
      const [only, ...others] = fitting
      if (only !== undefined && others.length === 0) return { kind: 'known', stem: only }
      return fitting.length === 0
        ? { kind: 'unknown', why: 'no model id is known for this name' }
        : { kind: 'unknown', why: `the name fits ${fitting.join(' and ')}` }
    },
  }
}

/** `Claude Opus 5.5 (Amazon Bedrock Edition)` → `Claude Opus 5.5`. */
export const plain = (name: string): string => name.replace(/\s*\([^)]*\)\s*$/, '').trim()

/** A Bedrock id in the usage type (`moonshotai.kimi-k3`), as a stem. */
export function idIn(inUsageType: string | undefined): string | undefined {
  if (inUsageType === undefined || !/^[a-z][a-z0-9]*\.[a-z0-9][a-z0-9.:-]*$/.test(inUsageType)) return undefined
  if (!PREFIXES.has(inUsageType.slice(0, inUsageType.indexOf('.')))) return undefined
  const ref = parseModelId(inUsageType)
  return ref.kind === 'model' ? stemOf(ref.model) : undefined
}

/**
 * Claude's ids follow its names: `claude-opus-5-5` from generation 4 on (the list writes some of them number first),
 * `claude-3-5-sonnet` before. https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
function claudeStem(name: string): string | undefined {
  const after = /^Claude ([A-Z][a-z]{2,19}) (\d{1,2})(?:\.(\d{1,2}))?$/.exec(name)
  const before = /^Claude (\d{1,2})(?:\.(\d{1,2}))? ([A-Z][a-z]{2,19})(?: v\d)?$/.exec(name)
  const family = (after?.[1] ?? before?.[3])?.toLowerCase()
  const generation = after?.[2] ?? before?.[1]
  if (family === undefined || generation === undefined) return undefined
  const minor = after === null ? before?.[2] : after[3]
  const version = minor === undefined || minor === '0' ? generation : `${generation}-${minor}`
  return `anthropic.claude-${Number(generation) >= 4 ? `${family}-${version}` : `${version}-${family}`}`
}

/**
 * The spelling that names and ids have in common: `Nova 2.0 Lite` and `nova-2-lite`, `Llama 3.3 70B` and
 * `llama3-3-70b-instruct`, `gpt-oss-120b` and `gpt-oss-120b-1`.
 */
const even = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(\d)\.0(?!\d)/g, '$1')
    .replace(/(\d+b)-\d$/, '$1')
    .replace(/[\s-]+(instruct|it)$/, '')
    .replace(/[^a-z0-9]/g, '')
