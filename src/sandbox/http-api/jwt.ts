/**
 * The JWT authorizer of HTTP APIs, step by step as AWS says it:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Authorizer } from '@aws-sdk/client-apigatewayv2'

export interface Granted {
  readonly claims: Readonly<Record<string, unknown>>
}
export type Judged = Granted | { readonly refused: 401 | 403; readonly why: string }

export interface Issuers {
  /** Where an issuer of AWS is played; itself where it is somebody else's. */
  localIssuer(issuer: string): Promise<string>
  /** Milliseconds: tokens live in real time, whatever the sandbox's clock says, because the browser does. */
  tokenNow(): number
}

type Jwk = JsonWebKey & { readonly kid?: string }

const part = (text: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

async function json(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return (await answer.json()) as Record<string, unknown>
}

export class JwtAuthorizers {
  readonly #issuers: Issuers
  readonly #keys = new Map<string, readonly Jwk[]>()

  constructor(issuers: Issuers) {
    this.#issuers = issuers
  }
  clear(): void {
    this.#keys.clear()
  }
  async #keyOf(issuer: string, kid: unknown): Promise<Jwk | undefined> {
    const known = this.#keys.get(issuer)?.find((one) => one.kid === kid)
    if (known) return known
    const { jwks_uri } = await json(`${issuer}/.well-known/openid-configuration`)
    const { keys } = await json(String(jwks_uri))
    this.#keys.set(issuer, keys as readonly Jwk[])
    return (keys as readonly Jwk[]).find((one) => one.kid === kid)
  }
  async judge(
    header: string | undefined,
    authorizer: Pick<Authorizer, 'JwtConfiguration'>,
    scopes: readonly string[],
  ): Promise<Judged> {
    const token = (header ?? '').replace(/^Bearer\s+/i, '')
    if (token === '') return { refused: 401, why: 'no token' }
    try {
      return await this.#check(token, authorizer, scopes)
    } catch (error) {
      // What cannot be read or fetched is not believed; the access log says why.
      return { refused: 401, why: error instanceof Error ? error.message : String(error) }
    }
  }
  async #check(
    token: string,
    { JwtConfiguration }: Pick<Authorizer, 'JwtConfiguration'>,
    scopes: readonly string[],
  ): Promise<Judged> {
    const [head, payload, signature] = token.split('.')
    const { kid, alg } = part(head)
    const issuer = await this.#issuers.localIssuer(JwtConfiguration?.Issuer ?? '')
    const claims = part(payload)
    const refused = (why: string): Judged => ({ refused: 401, why })
    if (alg !== 'RS256') return refused(`signed with ${String(alg)}`)
    const jwk = await this.#keyOf(issuer, kid)
    if (jwk === undefined) return refused('the key is not the issuer’s')
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const signed = Buffer.from(`${head}.${payload}`)
    if (!verify('RSA-SHA256', signed, key, Buffer.from(signature ?? '', 'base64url'))) return refused('wrong signature')
    if (claims['iss'] !== issuer) return refused('another issuer')
    const audiences = [claims['aud'] ?? claims['client_id']].flat()
    if (!audiences.some((one) => JwtConfiguration?.Audience?.includes(String(one)))) return refused('another audience')
    const now = this.#issuers.tokenNow() / 1000
    if (typeof claims['exp'] !== 'number' || claims['exp'] <= now) return refused('the token has expired')
    if (typeof claims['nbf'] === 'number' && claims['nbf'] > now) return refused('not valid yet')
    if (typeof claims['iat'] === 'number' && claims['iat'] > now + 1) return refused('issued in the future')
    const has = String(claims['scope'] ?? claims['scp'] ?? '').split(' ')
    if (scopes.length > 0 && !scopes.some((one) => has.includes(one))) return { refused: 403, why: 'no such scope' }
    return { claims }
  }
}
