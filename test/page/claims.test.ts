import { describe, expect, test } from 'vitest'
import { listClaim, subOf } from '../../src/runtime/page/claims.ts'
import { accessClaims, CLIENT, ISSUER, TANAKA } from './served.ts'

const ours = { issuer: ISSUER, clientId: CLIENT }

describe('claims as API Gateway hands them over', () => {
  test.each([
    ['[openid email]', ['openid', 'email']],
    ['openid email', ['openid', 'email']],
    ['[openid]', ['openid']],
    ['openid', ['openid']],
    ['[]', []],
    ['', []],
    [
      ['openid', 'email'],
      ['openid', 'email'],
    ],
    [undefined, []],
    [7, []],
  ])('a list is read from %j', (claim, expected) => {
    expect(listClaim({ scope: claim }, 'scope')).toEqual(expected)
  })

  test('an access token of the page names its user', () => {
    expect(subOf(accessClaims(), ours)).toBe(TANAKA.sub)
    expect(subOf({ ...accessClaims(), scope: '[openid email]' }, ours)).toBe(TANAKA.sub)
  })

  test.each([
    ['an ID token', { token_use: 'id', aud: CLIENT }],
    ['a token without a use', { token_use: undefined }],
    ['a token of another client', { client_id: 'another' }],
    ['a token of another user pool', { iss: ISSUER.replace('_HblcSIjTD', '_Other1234') }],
    ['a token of nobody', { iss: undefined }],
    ['a token without a client', { client_id: undefined }],
    ['a token with no user', { sub: undefined }],
    ['a token with an empty user', { sub: '' }],
    ['a token of a sign-in without the page', { scope: 'aws.cognito.signin.user.admin' }],
    ['a scope that only contains the word', { scope: 'openid-like' }],
  ])('%s names nobody', (_, change) => {
    expect(subOf({ ...accessClaims(), ...change }, ours)).toBeUndefined()
  })
})
