/**
 * IAM documents by meaning. IAM answers documents URL-encoded (RFC 3986), in whatever order and spelling they were
 * stored; a comparison of texts would find a difference for ever.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export type PolicyJson = unknown

/** A document as IAM returns it (URL-encoded text), as text, or as an object. Undefined: not a JSON document. */
export function parsePolicy(document: string | PolicyJson): PolicyJson | undefined {
  if (typeof document !== 'string') return document
  const text = document.trimStart().startsWith('{') ? document : decoded(document)
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Statement order, one value or a list of one, the order inside lists and the case of actions make no difference. */
export function policiesEqual(a: string | PolicyJson, b: string | PolicyJson): boolean {
  return canonical(parsePolicy(a)) === canonical(parsePolicy(b))
}

/** Text that is equal for documents of equal meaning. */
export function canonical(document: PolicyJson): string {
  if (!isRecord(document)) return JSON.stringify(document) ?? 'undefined'
  const statements = listOf(document['Statement']).map((statement) => JSON.stringify(normal(statement, '')))
  return JSON.stringify({
    version: document['Version'] ?? '2008-10-17',
    id: document['Id'],
    statements: statements.sort(),
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

function normal(value: unknown, path: string): unknown {
  if (Array.isArray(value) || !isRecord(value)) return leaves(value, path)
  const entries = Object.entries(value).map(([key, inner]) => [key, normal(inner, `${path}/${key}`)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Principal `*` and {AWS: "*"} mean the same; actions are case-insensitive; numbers and booleans are texts to IAM. */
function leaves(value: unknown, path: string): unknown {
  if (path === '/Principal' && value === '*') return { AWS: ['*'] }
  const texts = listOf(value).map((item) => (typeof item === 'string' ? item : String(item)))
  const comparable = path === '/Action' || path === '/NotAction' ? texts.map((text) => text.toLowerCase()) : texts
  if (path === '/Effect' || path === '/Sid') return comparable[0]
  return [...new Set(comparable)].sort()
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
