/**
 * What the authorizer of an HTTP API hands over of a token it has verified: every claim as text, lists as `[a b]`, and `scope`
 * as the token has it, `a b`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 * The form of lists was measured: https://github.com/floci-io/floci/pull/2011
 */
export type Claims = Readonly<Record<string, unknown>>

export const textClaim = (claims: Claims, name: string): string | undefined => {
  const value = claims[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `[a b]`, `a b`, or a list as it is. A member with a space in it cannot be told from two: nothing may hang on such a one. */
export function listClaim(claims: Claims, name: string): readonly string[] {
  const value = claims[name]
  if (Array.isArray(value)) return value.filter((member) => typeof member === 'string')
  if (typeof value !== 'string') return []
  const inner = value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value
  return inner.split(' ').filter((member) => member !== '')
}

/** By whom and for whom a token has to be made. */
export interface Issued {
  readonly issuer: string
  readonly clientId: string
}

/**
 * Who is signed in, by an access token that this guard's client got for the page. Undefined for everything else: an ID token
 * (it has no scope, and its audience is the browser), a token of another pool or client, one made by a password sign-in without
 * the page. API Gateway has checked signature, issuer and time before this; whose token it is, is asked again, because an authorizer
 * can be changed by others.
 */
export function subOf(claims: Claims, { issuer, clientId }: Issued): string | undefined {
  const wanted: readonly (readonly [string, string])[] = [
    ['iss', issuer],
    ['client_id', clientId],
    ['token_use', 'access'],
  ]
  const isOurs = wanted.every(([name, value]) => textClaim(claims, name) === value)
  return isOurs && listClaim(claims, 'scope').includes('openid') ? textClaim(claims, 'sub') : undefined
}
