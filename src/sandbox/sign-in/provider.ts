/**
 * The OpenID provider of one user pool, with Cognito's paths and tokens. `oidc-provider` is there for development only:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider'
import type { AdapterPayload, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { messagePage } from './login-page.ts'
import { memoryAdapter } from './memory.ts'
import type { PoolUsers } from './users.ts'

type Module = typeof import('oidc-provider')
const UNIT_S: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }
/** Whatever it is called: access tokens are JWTs where there is a resource. */
const RESOURCE = 'urn:user-pool'
/** Cognito's session, in seconds: https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
const SESSION_S = 3600

/** Undefined: it is not installed, as with the published package. */
export async function loadProvider(): Promise<Module | undefined> {
  // It warns of a Node that it does not name, into whatever terminal shows the sandbox.
  const { warn } = console
  console.warn = () => undefined
  try {
    return await import('oidc-provider')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  } finally {
    console.warn = warn
  }
}

/** Default: one hour, as in AWS. */
const secondsOf = (client: UserPoolClientType | undefined, kind: 'AccessToken' | 'IdToken'): number => {
  const unit = UNIT_S[client?.TokenValidityUnits?.[kind] ?? 'hours'] ?? 3600
  return (client?.[`${kind}Validity`] ?? 3600 / unit) * unit
}

const payloadOf = (client: UserPoolClientType): AdapterPayload => ({
  client_id: client.ClientId ?? '',
  ...(client.ClientSecret ? { client_secret: client.ClientSecret } : { token_endpoint_auth_method: 'none' }),
  redirect_uris: client.CallbackURLs ?? [],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  scope: (client.AllowedOAuthScopes ?? []).join(' '),
  id_token_seconds: secondsOf(client, 'IdToken'),
})

async function signingKey(): Promise<Record<string, unknown>> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'sandbox', use: 'sig', alg: 'RS256' }
}

/** Who was removed or disabled meanwhile is asked again, as everybody is who has no session. */
function policyOf({ interactionPolicy: { base, Check } }: Module) {
  const policy = base()
  const isGone = new Check('account_gone', 'the account is gone', ({ oidc }) =>
    oidc.session?.accountId !== undefined && oidc.account === undefined
      ? Check.REQUEST_PROMPT
      : Check.NO_NEED_TO_PROMPT,
  )
  policy.get('login')?.checks.add(isGone)
  return policy
}

function configurationOf(
  module: Module,
  users: PoolUsers,
  { key, cookie }: { readonly key: Record<string, unknown>; readonly cookie: string },
): Configuration {
  const clientOf = async (id: string) => {
    const client = await users.client(id)
    return client?.AllowedOAuthFlowsUserPoolClient ? payloadOf(client) : undefined
  }
  const scopesOf = (ctx: KoaContextWithOIDC) => String(ctx.oidc.params?.['scope'] ?? 'openid')
  return {
    adapter: memoryAdapter(clientOf),
    jwks: { keys: [key] } as never,
    cookies: {
      // A browser sends the cookies of one port of localhost to every other.
      names: { session: `${cookie}_session`, interaction: `${cookie}_interaction`, resume: `${cookie}_resume` },
      keys: [String(key['d'])],
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      userinfo: '/oauth2/userInfo',
      revocation: '/oauth2/revoke',
      jwks: '/.well-known/jwks.json',
    },
    scopes: ['openid', 'email', 'profile'],
    claims: { openid: ['sub', 'token_use', 'cognito:username'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    extraClientMetadata: { properties: ['id_token_seconds'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientBasedCORS: (_, origin, client) => (client.redirectUris ?? []).some((one) => new URL(one).origin === origin),
    interactions: { url: (_, interaction) => `/login/${interaction.uid}`, policy: policyOf(module) },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 3600,
      AuthorizationCode: 300,
      Grant: SESSION_S,
      IdToken: (_ctx, _token, client) => Number(client['id_token_seconds']),
      Interaction: 600,
      Session: SESSION_S,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: async (_ctx, _resource, client) => ({
          scope: client.scope ?? '',
          audience: client.clientId,
          accessTokenTTL: secondsOf(await users.client(client.clientId), 'AccessToken'),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(scopesOf(ctx))
      grant.addResourceScope(RESOURCE, scopesOf(ctx))
      await grant.save()
      return grant
    },
    async findAccount(_, id) {
      const person = await users.person(id)
      if (person === undefined) return undefined
      const { sub, email, username } = person
      const claims = { sub, email, email_verified: true, 'cognito:username': username }
      return { accountId: sub, claims: (use) => ({ ...claims, ...(use === 'id_token' ? { token_use: 'id' } : {}) }) }
    },
    formats: {
      customizers: {
        async jwt(ctx, token, parts) {
          const code = ctx.oidc.entities.AuthorizationCode
          const sub = String(parts.payload['sub'])
          const ours = { token_use: 'access', version: 2, username: sub, auth_time: code?.authTime }
          // Cognito's have no audience; the provider insists on one, so it gets one that is not written.
          const aud = { toJSON: () => undefined }
          parts.payload = { ...parts.payload, ...ours, aud, scope: [...(code?.scopes ?? token.scopes)].join(' ') }
        },
      },
    },
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = messagePage('This did not work', `<p>${out.error}: ${out.error_description ?? ''}</p>`)
    },
  }
}

/** Cognito's own way out: it ends the session and goes to registered addresses only. */
function addLogout(provider: Provider, users: PoolUsers, cookie: string): void {
  provider.use(async (ctx, next) => {
    if (ctx.path !== '/logout') return next()
    const { client_id, logout_uri } = ctx.query
    const client = typeof client_id === 'string' ? await users.client(client_id) : undefined
    if (typeof logout_uri !== 'string' || !client?.LogoutURLs?.includes(logout_uri)) {
      ctx.status = 400
      ctx.type = 'html'
      ctx.body = messagePage('This did not work', '<p>invalid_request: this address is not registered</p>')
      return undefined
    }
    const session = await provider.Session.get(ctx as unknown as KoaContextWithOIDC)
    if (session.accountId !== undefined) await session.destroy()
    for (const name of [`${cookie}_session`, `${cookie}_session.sig`]) ctx.cookies.set(name, null, { signed: false })
    ctx.redirect(logout_uri)
    return undefined
  })
}

export async function providerFor(
  module: Module,
  users: PoolUsers,
  { issuer, cookie }: { readonly issuer: string; readonly cookie: string },
): Promise<Provider> {
  const key = await signingKey()
  const provider = new module.Provider(issuer, configurationOf(module, users, { key, cookie }))
  addLogout(provider, users, cookie)
  return provider
}
