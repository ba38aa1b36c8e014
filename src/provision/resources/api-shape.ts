/** The routes and the stage of the page's HTTP API, as data. */

export interface RouteShape {
  readonly key: string
  /** Whether API Gateway asks for an access token before it calls the function. */
  readonly signedIn: boolean
  readonly why: string
}

/** Nothing else is routed: there is no `$default`. */
export const ROUTES: readonly RouteShape[] = [
  { key: 'GET /', signedIn: false, why: 'gives the page to whoever is to sign in' },
  { key: 'GET /files/{file}', signedIn: false, why: 'gives the script and the style of the page' },
  { key: 'GET /config.json', signedIn: false, why: 'says where to sign in' },
  { key: 'GET /api/{what}', signedIn: true, why: 'gives data, to whoever is signed in' },
]

/**
 * Only an access token has scopes: with one asked for, an ID token is refused.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export const SCOPES: readonly string[] = ['openid']

/** Served at the root of the address. */
export const STAGE = '$default'

/**
 * Requests a second, and at once, of everybody together. A view of the page is five or six requests, so twenty a second is
 * three views a second and a burst of forty a meeting in which six people open it at the same moment; more than that is
 * nobody's wish, and each costs a read of the ledger.
 */
export const THROTTLING = { rate: 20, burst: 40 } as const

/**
 * One line of JSON a request: who (the id that the sign-in vouches for), from where, what was answered and how long it took. Neither
 * `$context.path` nor a header: query strings and tokens are nobody's business.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  at: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  sub: '$context.authorizer.claims.sub',
  refused: '$context.authorizer.error',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  failed: '$context.integrationErrorMessage',
})
