import { AuthorizationResponseError, OperationProcessingError, ResponseBodyError } from 'oauth4webapi'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { apiOf, failureOf } from '../../src/page/api.ts'
import { isLocal, refusalOf } from '../../src/page/sign-in-refusal.ts'

afterEach(() => vi.unstubAllGlobals())

const answers = (status: number, body: string) => {
  const asked: Request[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push(new Request(`http://localhost${path}`, init))
    return new Response(body, { status })
  })
  return asked
}

describe('asking the function', () => {
  test('shows the access token to nobody but the own origin, and lets nothing be kept', async () => {
    const asked = answers(200, '{"month":"2026-10"}')
    const answer = await apiOf(() => 'token', vi.fn()).models('2026-10')
    expect(answer).toEqual({ ok: true, value: { month: '2026-10' } })
    const [request] = asked
    expect(request?.url).toBe('http://localhost/api/models?month=2026-10')
    expect(request?.headers.get('authorization')).toBe('Bearer token')
    expect([request?.cache, request?.credentials]).toEqual(['no-store', 'omit'])
  })

  test('does not even ask when there is no token any more', async () => {
    const asked = answers(200, '{}')
    expect(await apiOf(() => null, vi.fn()).spend(null)).toEqual({ ok: false, failure: 'session-ended' })
    expect(asked).toHaveLength(0)
  })

  test("takes API Gateway's 401 for the end of the session", async () => {
    answers(401, '{"message":"Unauthorized"}')
    const ended = vi.fn()
    expect(await apiOf(() => 'token', ended).spend(null)).toEqual({ ok: false, failure: 'session-ended' })
    expect(ended).toHaveBeenCalledOnce()
  })

  test('tells a network that is not there from an answer that is none', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch')
    })
    expect(await apiOf(() => 'token', vi.fn()).spend(null)).toEqual({ ok: false, failure: 'offline' })
    answers(200, '<html>a proxy says hello</html>')
    expect(await apiOf(() => 'token', vi.fn()).spend(null)).toEqual({ ok: false, failure: 'unexpected' })
  })

  test.each([
    [403, { error: { code: 'unknown-user' } }, 'unknown-user'],
    [403, { error: { code: 'not-an-access-token' } }, 'session-ended'],
    [400, { error: { code: 'wrong-month' } }, 'wrong-month'],
    [503, { error: { code: 'not-readable' } }, 'not-readable'],
    [429, { message: 'Too Many Requests' }, 'not-readable'],
    [502, null, 'not-readable'],
    [403, { message: 'Forbidden' }, 'unexpected'],
    [403, { error: { code: 'constructor' } }, 'unexpected'],
  ] as const)('reads %i %j as %s', (status, body, failure) => {
    expect(failureOf(status, body)).toBe(failure)
  })
})

describe('a sign-in that fails', () => {
  const atThePage = (error: string) =>
    new AuthorizationResponseError('refused', { cause: new URLSearchParams({ error }) })
  const atTheToken = (error: string) =>
    new ResponseBodyError('refused', { cause: { error }, response: new Response(null, { status: 400 }) })

  test.each([
    [atThePage('access_denied'), 'denied', 'access_denied'],
    [atThePage('server_error'), 'busy', 'server_error'],
    [atThePage('invalid_request'), 'other', 'invalid_request'],
    [atTheToken('invalid_grant'), 'stale', 'invalid_grant'],
    [new TypeError('Failed to fetch'), 'busy', 'no-answer'],
    [
      new OperationProcessingError('state differs', { code: 'OAUTH_INVALID_RESPONSE' }),
      'other',
      'OAUTH_INVALID_RESPONSE',
    ],
  ] as const)('%s is said as %s', (error, kind, code) => {
    expect(refusalOf(error)).toEqual({ kind, code })
  })

  test('for a reason of our own is not called a refusal', () => {
    expect(() => refusalOf(new RangeError('a bug'))).toThrow(RangeError)
  })

  test('may speak plain HTTP with this machine alone', () => {
    expect(['http://localhost:8080/oauth2/token', 'http://127.0.0.1/x'].map(isLocal)).toEqual([true, true])
    expect(
      ['https://localhost/x', 'http://localhost.evil.example/x', 'http://example.com/http://localhost/'].map(isLocal),
    ).toEqual([false, false, false])
  })
})
