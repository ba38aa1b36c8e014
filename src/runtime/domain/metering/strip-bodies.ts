import { isObject, parseJson } from '../base/json.ts'

/** What is kept of a record that could not be read, in bytes of UTF-8. */
export const MAX_EXCERPT_BYTES = 4096
const MAX_TEXT = 200

/** Fields of a record that hold no words of people: everything else, prompts and answers above all, is left out. */
const KEPT = [
  'timestamp',
  'accountId',
  'region',
  'requestId',
  'operation',
  'modelId',
  'errorCode',
  'status',
  'inferenceRegion',
  'schemaType',
  'schemaVersion',
]
const KEPT_INSIDE: Readonly<Record<string, readonly string[]>> = {
  identity: ['arn'],
  input: ['inputContentType', 'inputTokenCount', 'cacheReadInputTokenCount', 'cacheWriteInputTokenCount'],
  output: ['outputContentType', 'outputTokenCount'],
}

/** The message without bodies and metadata, at most 4,096 bytes: enough to see what is wrong with it. */
export function stripBodies(message: string): string {
  const parsed = parseJson(message)
  if (parsed === undefined) return stripText(message)
  const excerpt = JSON.stringify(stripped(parsed.value, 200))
  // Control characters take six bytes each once they are JSON.
  return new TextEncoder().encode(excerpt).length <= MAX_EXCERPT_BYTES
    ? excerpt
    : JSON.stringify(stripped(parsed.value, 20))
}

function stripped(record: unknown, longest: number): unknown {
  if (!isObject(record)) return kindOnly(record)
  const kept: Record<string, unknown> = {}
  for (const key of KEPT) if (key in record) kept[key] = shown(record[key], longest)
  for (const [key, fields] of Object.entries(KEPT_INSIDE)) {
    if (!(key in record)) continue
    const part = record[key]
    kept[key] = isObject(part)
      ? Object.fromEntries(fields.filter((field) => field in part).map((field) => [field, shown(part[field], longest)]))
      : kindOnly(part)
  }
  return kept
}

/** Numbers, words and null as they are, texts cut, anything larger named by its kind. */
const shown = (value: unknown, longest: number): unknown =>
  typeof value === 'string' && value.length > longest
    ? `${value.slice(0, longest)}…`
    : typeof value === 'string'
      ? value
      : kindOnly(value)

/** Where an object belongs, a text may be a prompt. */
function kindOnly(value: unknown): unknown {
  if (typeof value === 'string') return '(a text)'
  if (Array.isArray(value)) return '(a list)'
  return typeof value === 'object' && value !== null ? '(an object)' : value
}

/** Broken JSON may have been cut in the middle of a prompt: it ends where the first body begins. */
function stripText(text: string): string {
  const body = text.search(/"(?:input|output)Body|"requestMetadata/)
  return text.slice(0, body < 0 ? MAX_TEXT : Math.min(body, MAX_TEXT))
}
