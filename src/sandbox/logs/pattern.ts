/**
 * Filter patterns as far as guards use them: empty, terms, and `{ $.a = "x" && $.b.c != 3 }`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (one, key) => (typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[key] : undefined),
      value,
    )

function jsonMatches(pattern: string, message: string): boolean {
  let record: unknown
  try {
    record = JSON.parse(message)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
  const holds = (term: string) => {
    const found = /^\$\.([\w.]+)\s*(=|!=)\s*("?)(.*?)\3$/.exec(term.trim())
    if (!found) throw new Error(`the sandbox cannot judge the filter pattern ${pattern}`)
    const [, path = '', operator, , wanted = ''] = found
    const actual = at(record, path)
    if (actual === undefined) return false
    const expression = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
    return expression.test(String(actual)) === (operator === '=')
  }
  return pattern
    .slice(1, -1)
    .split('||')
    .some((any) => any.split('&&').every(holds))
}

export function matchesPattern(pattern: string, message: string): boolean {
  const trimmed = pattern.trim()
  if (trimmed === '') return true
  if (trimmed.startsWith('{')) return jsonMatches(trimmed, message)
  const terms = trimmed.match(/[-?]?"[^"]*"|\S+/g) ?? []
  const bare = (term: string) => term.replace(/^[-?]/, '').replace(/^"|"$/g, '')
  const optional = terms.filter((term) => term.startsWith('?'))
  if (optional.length > 0 && !optional.some((term) => message.includes(bare(term)))) return false
  return terms
    .filter((term) => !term.startsWith('?'))
    .every((term) => message.includes(bare(term)) !== term.startsWith('-'))
}
