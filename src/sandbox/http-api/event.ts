/**
 * What a function is given and what is made of its answer, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { Api } from './deployed.ts'
import type { Granted } from './jwt.ts'
import type { Matched } from './route.ts'

export interface Asked {
  readonly id: string
  readonly at: number
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly sourceIp: string
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: Buffer
}

export const messageAnswer = (status: number, message: string, headers: Record<string, string> = {}): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
})

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `21/Nov/2026:04:05:06 +0000` */
export function requestTime(at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[new Date(at).getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}

/** Claims come as text, whatever they were; a list as `[a b]`. */
const claimText = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(' ')}]` : typeof value === 'object' ? JSON.stringify(value) : String(value)

const whereOf = (api: Api, account: string) => ({
  accountId: account,
  apiId: api.id,
  domainName: `${api.id}.execute-api.${api.region}.amazonaws.com`,
  domainPrefix: api.id,
})

export function eventOf(
  api: Api,
  account: string,
  asked: Asked,
  { route, parameters }: Matched,
  granted: Granted | undefined,
): object {
  const [path = '/', query = ''] = asked.url.split('?')
  const search = new URLSearchParams(query)
  const names = [...new Set(search.keys())]
  const { cookie, ...headers } = asked.headers
  const text = asked.body.length > 0 ? asked.body.toString('utf8') : undefined
  const jwt = granted && {
    claims: Object.fromEntries(Object.entries(granted.claims).map(([key, value]) => [key, claimText(value)])),
    scopes: route.AuthorizationScopes?.length ? route.AuthorizationScopes : null,
  }
  return {
    version: '2.0',
    routeKey: route.RouteKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie ? { cookies: cookie.split(/; */) } : {}),
    headers: { ...headers, 'x-forwarded-for': asked.sourceIp, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
    ...(names.length > 0
      ? { queryStringParameters: Object.fromEntries(names.map((name) => [name, search.getAll(name).join(',')])) }
      : {}),
    requestContext: {
      ...whereOf(api, account),
      ...(jwt ? { authorizer: { jwt } } : {}),
      http: {
        method: asked.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: asked.sourceIp,
        userAgent: asked.headers['user-agent'] ?? '',
      },
      requestId: asked.id,
      routeKey: route.RouteKey,
      stage: '$default',
      time: requestTime(asked.at),
      timeEpoch: asked.at,
    },
    ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
  }
}

/** Undefined: not what API Gateway understands, so it answers 500. */
export function answerOf(result: unknown): ApiAnswer | undefined {
  const isAnswer = typeof result === 'object' && result !== null && 'statusCode' in result
  if (!isAnswer) {
    const headers = { 'content-type': 'application/json' }
    return result === undefined
      ? undefined
      : { status: 200, headers, cookies: [], body: Buffer.from(JSON.stringify(result)) }
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result as Record<string, unknown>
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') return undefined
  const given = Object.entries(headers as object).map(([key, value]) => [key.toLowerCase(), String(value)])
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(given) },
    cookies: (cookies as readonly unknown[]).map(String),
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}
