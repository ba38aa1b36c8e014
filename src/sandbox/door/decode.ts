/** Reads which AWS operation a request is, whoever speaks it: AWS JSON, Query, or REST. */
import { routeOf, s3RouteOf } from './routes.ts'

export interface Request {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type Input = Readonly<Record<string, unknown>>
export type Wire = 'json' | 'query' | 'rest-json' | 'rest-xml'

export interface Decoded {
  readonly accessKey: string | undefined
  readonly region: string | undefined
  /** Name in IAM actions, but `bedrock-runtime` for model calls. */
  readonly service: string
  readonly operation: string
  readonly wire: Wire
  readonly input: Input
}

const scopeOf = (request: Request) => {
  const header = request.headers['authorization'] ?? ''
  const query = new URLSearchParams(request.path.split('?')[1] ?? '').get('X-Amz-Credential')
  const [accessKey, , region, service] = (query ?? /Credential=([^,\s]+)/.exec(header)?.[1] ?? '').split('/')
  return { accessKey: accessKey || undefined, region, service }
}

/** `Tags.member.1.Key=a` → {Tags: [{Key: 'a'}]}; `Attributes.entry.1.key=…` → {Attributes: {…}}. */
export function unflatten(parameters: Iterable<readonly [string, string]>): Input {
  const root: Record<string, unknown> = {}
  for (const [path, value] of parameters) {
    const parts = path.split('.')
    const last = parts.pop() ?? ''
    let at = root
    for (const part of parts) {
      at[part] ??= {}
      at = at[part] as Record<string, unknown>
    }
    at[last] = value
  }
  const tidy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const object = value as Record<string, unknown>
    if ('member' in object) return Object.values(object['member'] as object).map(tidy)
    if ('entry' in object) {
      const entries = Object.values(object['entry'] as object) as Record<string, unknown>[]
      return Object.fromEntries(
        entries.map((entry) => [entry['key'] ?? entry['Name'], tidy(entry['value'] ?? entry['Value'])]),
      )
    }
    return Object.fromEntries(Object.entries(object).map(([key, one]) => [key, tidy(one)]))
  }
  return tidy(root) as Input
}

const parse = (body: Buffer): Input => {
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Input) : { body: value }
  } catch (error) {
    // Not ours to judge: the emulator refuses it. The caller's own bytes are forwarded untouched.
    return { unreadable: String(error) }
  }
}

export function decode(request: Request): Decoded {
  const { accessKey, region, service = 'unknown' } = scopeOf(request)
  const target = request.headers['x-amz-target']
  const common = { accessKey, region }
  if (target) {
    const [system, operation = ''] = target.split('.')
    // Signing in needs no signature, so nothing but this says whose operation it is.
    const of = service === 'unknown' && system === 'AWSCognitoIdentityProviderService' ? 'cognito-idp' : service
    return { ...common, service: of, operation, wire: 'json', input: parse(request.body) }
  }
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const form = new URLSearchParams(isForm ? request.body.toString('utf8') : (request.path.split('?')[1] ?? ''))
  const action = form.get('Action')
  if (action) {
    const rest = [...form].filter(([key]) => key !== 'Action' && key !== 'Version')
    return { ...common, service, operation: action, wire: 'query', input: unflatten(rest) }
  }
  if (service === 's3') return { ...common, service, wire: 'rest-xml', ...s3RouteOf(request.method, request.path) }
  const route = routeOf(service, request.method, request.path)
  const named = { ...route.parameters, ...parse(request.body) }
  return { ...common, service: route.service, operation: route.operation, wire: 'rest-json', input: named }
}
