/**
 * IAM documents by meaning. AWS stores documents as they were sent and answers them in another spelling (IAM URL-encodes
 * them, RFC 3986): a comparison of texts would find a difference for ever. Pure.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
type Plain = Readonly<Record<string, unknown>>

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** A document as IAM answers it (URL-encoded), as Lambda answers it (plain JSON), or none. @throws SyntaxError */
export const readDocument = (text: string | undefined): unknown => {
  if (text === undefined) return undefined
  return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text))
}

/** Its statements, whether one or a list of them. */
export const statementsOf = (document: unknown): readonly Plain[] =>
  isPlain(document) ? listOf(document['Statement']).filter(isPlain) : []

/**
 * Text that is equal for statements of equal meaning: one value and a list of it are the same, order and repetition do
 * not count, the case of actions does not count, `"*"` and `{"AWS": "*"}` are the same principal.
 */
export const canonicalStatement = (statement: Plain): string => JSON.stringify(normal(statement, ''))

/** Statement order makes no difference. */
export const policiesEqual = (a: unknown, b: unknown): boolean => canonicalPolicy(a) === canonicalPolicy(b)

const canonicalPolicy = (document: unknown): string =>
  JSON.stringify({
    version: isPlain(document) ? (document['Version'] ?? '2008-10-17') : undefined,
    statements: statementsOf(document).map(canonicalStatement).sort(),
  })

function normal(value: unknown, path: string): unknown {
  if (path === '/Principal' && value === '*') return { AWS: ['*'] }
  if (isPlain(value)) {
    const entries = Object.entries(value).map(([key, inner]) => [key, normal(inner, `${path}/${key}`)] as const)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  // Numbers and booleans in conditions are texts to IAM.
  const texts = listOf(value).map(String)
  const caseless = path === '/Action' || path === '/NotAction'
  return [...new Set(caseless ? texts.map((text) => text.toLowerCase()) : texts)].sort()
}
