import type { Context } from './evaluate.ts'

const compiled = new Map<string, RegExp>()

/** IAM's wildcards: `*` any run, `?` one character; nothing else is special. */
export function matches(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true
  let expression = compiled.get(pattern)
  if (!expression) {
    const body = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    expression = new RegExp(`^${body}$`, 's')
    compiled.set(pattern, expression)
  }
  return expression.test(text)
}

/** Policy variables: `${aws:username}` becomes the caller's; a variable without a value matches nothing. */
export function substitute(pattern: string, context: Context): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name
    const value = contextValue(context, name)
    return typeof value === 'string' ? value : '\u0000'
  })
}

/** Context keys are not case-sensitive. */
export function contextValue(context: Context, key: string): string | readonly string[] | undefined {
  if (key in context) return context[key]
  const lower = key.toLowerCase()
  for (const [name, value] of Object.entries(context)) if (name.toLowerCase() === lower) return value
  return undefined
}
