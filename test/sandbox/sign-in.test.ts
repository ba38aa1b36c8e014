/** Cognito's sign-in as the sandbox plays it, walked over HTTP as a browser does. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { Browser, signIn, type WalkStart } from '../../src/sandbox/sign-in/walk.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf } from './_functions.ts'

const sandbox = sandboxForTests()
const URL_OF_PAGE = 'http://localhost:4999/'
const EMAIL = 'tanaka@example.com'
const PASSWORD = 'Correct-horse-9-battery'

let cognito: CognitoIdentityProviderClient
let start: WalkStart & { readonly signIn: { readonly issuer: string; readonly logout: string } }
let ids = { pool: '', client: '', sub: '' }
let told: Record<string, string> = {}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

beforeAll(async () => {
  cognito = new CognitoIdentityProviderClient({ region: 'us-east-1' })
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({ PoolName: 'page', UsernameAttributes: ['email'] }),
  )
  const pool = UserPool?.Id ?? ''
  await cognito.send(new CreateUserPoolDomainCommand({ UserPoolId: pool, Domain: 'guard-1' }))
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool,
      ClientName: 'page',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [URL_OF_PAGE],
      LogoutURLs: [URL_OF_PAGE],
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    }),
  )
  const made = await cognito.send(
    new AdminCreateUserCommand({ UserPoolId: pool, Username: EMAIL, DesiredDeliveryMediums: ['EMAIL'] }),
  )
  const client = UserPoolClient?.ClientId ?? ''
  ids = { pool, client, sub: made.User?.Username ?? '' }
  const domain = 'https://guard-1.auth.us-east-1.amazoncognito.com'
  const signInAtAws = {
    issuer: `https://cognito-idp.us-east-1.amazonaws.com/${pool}`,
    authorize: `${domain}/oauth2/authorize`,
    token: `${domain}/oauth2/token`,
    logout: `${domain}/logout`,
  }
  await functionOf('told', 'export const handler = async () => process.env', {
    environment: { PAGE: JSON.stringify(signInAtAws), OTHER: 'https://example.amazonaws.com/x' },
  })
  const { Payload } = await new LambdaClient({ region: 'us-east-1' }).send(new InvokeCommand({ FunctionName: 'told' }))
  told = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as Record<string, string>
  start = { clientId: client, url: URL_OF_PAGE, signIn: JSON.parse(told['PAGE'] ?? '{}') }
})

// A failure of the provider is no answer to anybody.
afterEach(() => expect(sandbox.problems()).toEqual([]))

test('a function is told the local addresses of the sign-in and nothing else is changed', async () => {
  const origin = new URL(start.signIn.authorize).origin
  expect(start.signIn).toEqual({
    issuer: `${origin}/${ids.pool}`,
    authorize: `${origin}/oauth2/authorize`,
    token: `${origin}/oauth2/token`,
    logout: `${origin}/logout`,
  })
  expect(origin).toMatch(/^http:\/\/localhost:\d+$/)
  expect(told['OTHER']).toBe('https://example.amazonaws.com/x')
  const discovered = await (await fetch(`${start.signIn.issuer}/.well-known/openid-configuration`)).json()
  expect(discovered).toMatchObject({ issuer: start.signIn.issuer, token_endpoint: start.signIn.token })
})

test('who was invited signs in with the mailed password, must choose an own one, and gets tokens as Cognito writes them', async () => {
  const temporary = / (\S+)\.? ?$/.exec(sandbox.mails().at(-1)?.text.trim() ?? '')?.[1]?.replace(/\.$/, '') ?? ''
  await expect(signIn(start, { email: EMAIL, password: 'wrong' })).rejects.toThrow(/Incorrect e-mail or password/)
  await expect(signIn(start, { email: EMAIL, password: temporary })).rejects.toThrow(/new password must be chosen/)
  const first = { email: EMAIL, password: temporary, newPassword: 'short' }
  await expect(signIn(start, first)).rejects.toThrow(/too simple/)
  // Real time, though the sandbox is a month ahead: the browser's clock is real.
  sandbox.advance(30 * 86_400_000)
  const { accessToken, idToken } = await signIn(start, { ...first, newPassword: PASSWORD })
  const access = claimsOf(accessToken)
  expect(access).toMatchObject({
    iss: start.signIn.issuer,
    sub: ids.sub,
    client_id: ids.client,
    token_use: 'access',
    scope: 'openid',
    username: ids.sub,
  })
  expect(Number(access['exp']) - Number(access['iat'])).toBe(900)
  expect(Math.abs(Number(access['iat']) - Date.now() / 1000)).toBeLessThan(60)
  expect(access).not.toHaveProperty('aud')
  expect(claimsOf(idToken)).toMatchObject({ aud: ids.client, sub: ids.sub, token_use: 'id' })
})

test('a session signs in again without a password until the person leaves, and leaving goes to registered addresses only', async () => {
  const browser = new Browser()
  // In another spelling of the same address.
  await signIn(start, { email: EMAIL.toUpperCase(), password: PASSWORD }, browser)
  expect(claimsOf((await signIn(start, undefined, browser)).accessToken)).toMatchObject({ sub: ids.sub })
  const leave = (to: string) =>
    browser.go(`${start.signIn.logout}?${new URLSearchParams({ client_id: ids.client, logout_uri: to })}`)
  expect((await leave('https://evil.example/')).status).toBe(400)
  expect((await leave(URL_OF_PAGE)).headers.get('location')).toBe(URL_OF_PAGE)
  await expect(signIn(start, undefined, browser)).rejects.toThrow(/a password is asked for/)
})

test('without PKCE, to another address, or for a user who was disabled there is no code', async () => {
  const ask = (more: Record<string, string>) => {
    const usual = { response_type: 'code', client_id: ids.client, redirect_uri: URL_OF_PAGE, scope: 'openid' }
    return new Browser().go(`${start.signIn.authorize}?${new URLSearchParams({ ...usual, ...more })}`)
  }
  expect((await ask({})).headers.get('location')).toContain('error=invalid_request')
  const elsewhere = await ask({ redirect_uri: `${URL_OF_PAGE}x`, code_challenge: 'x', code_challenge_method: 'S256' })
  expect(elsewhere.status).toBe(400)
  const browser = new Browser()
  await signIn(start, { email: EMAIL, password: PASSWORD }, browser)
  await cognito.send(new AdminDisableUserCommand({ UserPoolId: ids.pool, Username: EMAIL }))
  await expect(signIn(start, undefined, browser)).rejects.toThrow(/not signed in/)
  await expect(signIn(start, { email: EMAIL, password: PASSWORD })).rejects.toThrow(/Incorrect/)
})
