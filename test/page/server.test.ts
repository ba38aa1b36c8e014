import { describe, expect, test } from 'vitest'
import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import { awsError } from '../fakes/faults.ts'
import { accessClaims, bodyOf, CLIENT, codeOf, jsonOf, page, TANAKA } from './served.ts'

const SCRIPT = '/files/app-0123456789ab.js'
const STYLE = '/files/style-0123456789ab.css'
const signedIn = { claims: accessClaims() }

describe('what everybody may have', () => {
  test('the document is served at / and is asked for anew each time', async () => {
    const answer = await page().ask('/')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    expect(bodyOf(answer)).toBe('<!doctype html><title>cost-guard</title>')
  })

  test.each([
    [SCRIPT, 'text/javascript; charset=utf-8'],
    [STYLE, 'text/css; charset=utf-8'],
  ])('%s is kept by the browser for ever', async (path, type) => {
    const answer = await page().ask(path)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    })
  })

  test('the configuration says where to sign in, and nothing of who may', async () => {
    const answer = await page({ cidrs: ['203.0.113.0/24'] }).ask('/config.json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(jsonOf(answer)).toEqual({
      guard: 'default',
      language: 'en',
      clientId: CLIENT,
      url: 'https://abc.execute-api.eu-west-1.amazonaws.com/',
      signIn: {
        issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_HblcSIjTD',
        authorize: 'https://guard.auth.eu-west-1.amazoncognito.com/oauth2/authorize',
        token: 'https://guard.auth.eu-west-1.amazoncognito.com/oauth2/token',
        logout: 'https://guard.auth.eu-west-1.amazoncognito.com/logout',
      },
    })
  })

  test.each([
    '/index.html',
    '/files',
    '/files/',
    '/files/x.js',
    `${SCRIPT}/`,
    `/${SCRIPT}`,
    '/files/../index.html',
    '/files/..%2findex.html',
    '/files/%2e%2e/%2e%2e/etc/passwd',
    '/files/../../dashboard.mjs',
    '/files//etc/passwd',
    '/files/app-0123456789ab.js%00.css',
    '/FILES/app-0123456789ab.js',
    '/constructor',
    '/__proto__',
    '',
    '*',
  ])('there is nothing at %s', async (path) => {
    const answer = await page().ask(path, signedIn)
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  test.each(['/api/', '/api/spend/', '/api/x', '/api/constructor', '/api/../api/spend'])(
    'there is no data at %s',
    async (path) => {
      const { ask, reads } = page()
      const answer = await ask(path, signedIn)
      expect([answer.statusCode, codeOf(answer), reads]).toEqual([404, 'not-found', []])
    },
  )

  test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'get', ''])('%s is no way to ask', async (method) => {
    const { ask, reads } = page()
    expect((await ask('/', { method })).statusCode).toBe(404)
    expect((await ask('/api/spend', { method, ...signedIn })).statusCode).toBe(404)
    expect(reads).toEqual([])
  })
})

describe('data', () => {
  test.each(['spend', 'everybody', 'models'])('%s is read for the user whom the token names', async (what) => {
    const { ask, reads } = page()
    const answer = await ask(`/api/${what}`, { ...signedIn, month: '2026-10' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
    expect(jsonOf(answer)).toEqual({ what })
    expect(reads).toEqual([{ what, viewer: 'tanaka', month: '2026-10' }])
  })

  test.each([
    ['no token', undefined],
    ['an ID token', { ...accessClaims(), token_use: 'id', aud: CLIENT, client_id: undefined }],
    ['a token of another client', { ...accessClaims(), client_id: 'other' }],
    [
      'a token of another user pool',
      { ...accessClaims(), iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x' },
    ],
  ])('with %s nothing is read', async (_, claims) => {
    const { ask, reads } = page()
    const answer = await ask('/api/spend', claims === undefined ? {} : { claims })
    expect([answer.statusCode, codeOf(answer), reads]).toEqual([403, 'not-an-access-token', []])
  })

  test('a user whom the admin has removed sees nothing at the next request', async () => {
    const { ask, users, reads } = page()
    expect((await ask('/api/spend', signedIn)).statusCode).toBe(200)
    await users.remove(TANAKA.sub)
    const answer = await ask('/api/spend', signedIn)
    expect([answer.statusCode, codeOf(answer), reads.length]).toEqual([403, 'unknown-user', 1])
  })

  test('who signed in is told by sub alone, whatever name or address the token has', async () => {
    const { ask } = page()
    const stranger = { ...accessClaims('another-sub'), username: TANAKA.sub, email: 'tanaka@example.com' }
    expect(codeOf(await ask('/api/spend', { claims: stranger }))).toBe('unknown-user')
  })

  test.each([
    ['not-yours', 403],
    ['wrong-month', 400],
  ] as const)('%s is answered with %d', async (refused, status) => {
    const no = async () => ({ refused })
    const answer = await page({ data: { spend: no, everybody: no, models: no } }).ask('/api/everybody', signedIn)
    expect([answer.statusCode, codeOf(answer)]).toEqual([status, refused])
  })
})

describe('a ledger that cannot be read', () => {
  const failing = (error: unknown) => {
    const no = () => Promise.reject(error)
    return page({ data: { spend: no, everybody: no, models: no } })
  }

  test.each([
    awsError('ProvisionedThroughputExceededException'),
    awsError('ThrottlingException'),
    awsError('InternalServerError'),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    new GuardError({ code: 'busy', fault: 'aws', message: 'the ledger is busy' }),
  ])('is asked for again: %s', async (error) => {
    const { ask, lines } = failing(error)
    const answer = await ask('/api/spend', signedIn)
    expect([answer.statusCode, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'not-readable', '5'])
    expect(lines).toMatchObject([{ level: 'warn', event: 'page-not-readable', requestId: 'Kx1=' }])
  })

  test('for want of a right is an error in the log, because it does not pass by itself', async () => {
    const { ask, lines } = failing(awsError('AccessDeniedException'))
    expect((await ask('/api/spend', signedIn)).statusCode).toBe(503)
    expect(lines).toMatchObject([{ level: 'error', event: 'page-not-readable', error: 'AccessDeniedException' }])
  })

  test('the list of users counts as the ledger', async () => {
    const { ask, users } = page()
    users.inject(awsError('ThrottlingException'))
    expect((await ask('/api/spend', signedIn)).statusCode).toBe(503)
    expect((await ask('/api/spend', signedIn)).statusCode).toBe(200)
  })

  test('is given up before Lambda ends the call', async () => {
    const never = () => new Promise<never>(() => {})
    const { ask } = page({
      data: { spend: never, everybody: never, models: never },
      deadlineMs: () => Date.UTC(2026, 10, 21) + 2_020,
    })
    expect((await ask('/api/spend', signedIn)).statusCode).toBe(503)
  })

  test('a mistake of ours is said with the id under which the log has it, and nothing of it', async () => {
    const { ask, lines } = failing(new TypeError('rows is not iterable'))
    const answer = await ask('/api/spend', signedIn)
    expect([answer.statusCode, codeOf(answer), answer.headers['retry-after']]).toEqual([500, 'failed', undefined])
    expect(bodyOf(answer)).toContain('Kx1=')
    expect(bodyOf(answer)).not.toContain('iterable')
    expect(lines).toMatchObject([{ level: 'error', event: 'page-failed', message: 'rows is not iterable' }])
  })
})

describe('a list of addresses', () => {
  const everything = ['/', SCRIPT, STYLE, '/config.json', '/api/spend', '/api/everybody', '/nothing']

  test.each(everything)('keeps others from %s', async (path) => {
    const { ask, reads } = page({ cidrs: ['203.0.113.0/24', '2001:db8::/32'] })
    for (const from of ['198.51.100.9', '2001:db9::1', '', 'localhost']) {
      const answer = await ask(path, { from, ...signedIn })
      expect(answer.statusCode).toBe(403)
      expect(bodyOf(answer)).toContain('address')
      expect(bodyOf(answer)).not.toContain('cognito')
    }
    expect(reads).toEqual([])
  })

  test('is told to the page with a code, and to people with a sentence that names their address', async () => {
    const { ask } = page({ cidrs: ['203.0.113.0/24'] })
    expect(codeOf(await ask('/api/spend', { from: '198.51.100.9', ...signedIn }))).toBe('address-not-allowed')
    const answer = await ask('/', { from: '198.51.100.9' })
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(bodyOf(answer)).toContain('Your address is 198.51.100.9.')
    const inJapanese = await page({ cidrs: ['203.0.113.0/24'], language: 'ja' }).ask('/', { from: '198.51.100.9' })
    expect(bodyOf(inJapanese)).toContain('現在のアドレス: 198.51.100.9')
  })

  test('asks the connection, not a header that anybody can write', async () => {
    const { ask } = page({ cidrs: ['203.0.113.0/24'] })
    const headers = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7' }
    expect((await ask('/', { from: '198.51.100.9', headers })).statusCode).toBe(403)
  })

  test.each(['203.0.113.7', '2001:db8::7', '::ffff:203.0.113.7'])('lets in %s', async (from) => {
    const { ask } = page({ cidrs: ['203.0.113.0/24', '2001:db8::/32'] })
    expect((await ask('/', { from })).statusCode).toBe(200)
    expect((await ask('/api/spend', { from, ...signedIn })).statusCode).toBe(200)
  })

  test('that cannot be read stops the function', () => {
    expect(() => page({ cidrs: ['203.0.113.0/248'] })).toThrow()
  })
})

describe('every answer', () => {
  const answers = async () => {
    const { ask } = page()
    const broken = () => Promise.reject(new Error('x'))
    const failing = page({ data: { spend: broken, everybody: broken, models: broken } })
    return [
      await ask('/'),
      await ask(SCRIPT),
      await ask('/config.json'),
      await ask('/nothing'),
      await ask('/api/spend', signedIn),
      await ask('/api/spend'),
      await failing.ask('/api/spend', signedIn),
      await page({ cidrs: ['192.0.2.0/24'] }).ask('/'),
    ]
  }

  test('carries a policy that lets the page run its own script and speak to its own origin and the sign-in only', async () => {
    for (const { headers } of await answers()) {
      expect(headers['content-security-policy']?.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' https://guard.auth.eu-west-1.amazoncognito.com",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ])
    }
  })

  test('carries the other security headers', async () => {
    for (const { headers } of await answers()) {
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-robots-tag': 'noindex',
        vary: 'Accept-Encoding',
      })
      expect(headers['permissions-policy']).toContain('geolocation=()')
      expect(headers['cache-control']).toBeDefined()
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test.each(['br', 'gzip'])('is packed with %s where that helps', async (encoding) => {
    const { ask } = page()
    const plain = await ask(SCRIPT)
    const packed = await ask(SCRIPT, { headers: { 'accept-encoding': encoding } })
    expect([plain.isBase64Encoded, plain.headers['content-encoding']]).toEqual([false, undefined])
    expect([packed.isBase64Encoded, packed.headers['content-encoding']]).toEqual([true, encoding])
    expect(bodyOf(packed)).toBe(bodyOf(plain))
    expect(packed.body.length).toBeLessThan(plain.body.length / 4)
    // A small one is not.
    expect((await ask('/', { headers: { 'accept-encoding': encoding } })).isBase64Encoded).toBe(false)
  })
})

describe('the log', () => {
  test('says who was shown what, with neither token nor query', async () => {
    const { ask, lines } = page()
    const headers = { authorization: 'Bearer eyJraWQi.secret.token', cookie: 'a=b' }
    await ask('/api/spend', { ...signedIn, headers, month: '2026-10' })
    await ask('/api/everybody', { claims: { ...accessClaims(), token_use: 'id' }, headers, month: '<x>' })
    await ask('/?code=secret-code', { headers })
    await ask('/files/<script>', { headers })
    expect(lines).toEqual([
      {
        level: 'info',
        event: 'page-read',
        what: '/api/spend',
        requestId: 'Kx1=',
        status: 200,
        refused: null,
        viewer: 'tanaka',
        milliseconds: 0,
      },
      {
        level: 'info',
        event: 'page-read',
        what: '/api/everybody',
        requestId: 'Kx1=',
        status: 403,
        refused: 'not-an-access-token',
        viewer: null,
        milliseconds: 0,
      },
    ])
  })
})
