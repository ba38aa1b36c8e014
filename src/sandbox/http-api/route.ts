/** Which route a request takes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
import type { DeployedRoute } from './deployed.ts'

export interface Matched {
  readonly route: DeployedRoute
  readonly parameters: Readonly<Record<string, string>>
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `/files/{file}`: one segment; `/{proxy+}`: all that is left. */
function expressionOf(path: string): { expression: RegExp; names: readonly string[]; greedy: boolean } {
  const names: string[] = []
  const source = path.split(/(\{[^}]+\})/).map((piece) => {
    const name = /^\{([^}+]+)(\+?)\}$/.exec(piece)
    if (name === null) return escaped(piece)
    names.push(name[1] ?? '')
    return name[2] ? '(.+)' : '([^/]+)'
  })
  return { expression: new RegExp(`^${source.join('')}$`), names, greedy: path.includes('+}') }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

/** A path without a variable first, then single segments, then greedy ones, then `$default`; the method by name before ANY. */
export function routeOf(
  routes: readonly DeployedRoute[],
  asked: { readonly method: string; readonly path: string },
): Matched | undefined {
  const found: (Matched & { readonly rank: number })[] = []
  for (const route of routes) {
    if (route.RouteKey === '$default') {
      found.push({ route, parameters: {}, rank: 100 })
      continue
    }
    const [method = '', path = ''] = (route.RouteKey ?? '').split(' ')
    if (method !== 'ANY' && method !== asked.method) continue
    const { expression, names, greedy } = expressionOf(path)
    const match = expression.exec(asked.path)
    if (match === null) continue
    const parameters = Object.fromEntries(names.map((name, at) => [name, decoded(match[at + 1] ?? '')]))
    const rank = (greedy ? 20 : 0) + names.length * 2 + (method === 'ANY' ? 1 : 0)
    found.push({ route, parameters, rank })
  }
  return found.sort((one, other) => one.rank - other.rank)[0]
}
