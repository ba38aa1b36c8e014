/**
 * Serves the page on localhost with invented answers and the real security headers, to look at it in each of its states.
 *   npx tsx scripts/serve-page.ts [--port 8765]
 * Then open http://localhost:8765/?state=blocked&language=ja&sees=all&people=500 (the wish stays until another is given):
 *   state     ok warned over blocked manual paused waived excluded observed unlimited cannot-block several shared nobody empty
 *             many-models hostile
 *   fails     unknown-user | not-yours | address-not-allowed | not-readable | 401 | 500: what /api answers; none
 *   troubled  no: the guard itself has no problem that admins read
 *   slow      milliseconds before /api answers
 *   lives     seconds that a session lasts (900)
 *   refuses   access_denied | server_error | …: what the sign-in answers instead of a code; none
 * Whoever signs in is let in: there is no password.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { securityHeaders } from '../src/runtime/page/headers.ts'
import type { PageStart } from '../src/runtime/page-protocol.ts'
import {
  hostileTeam,
  manyPrincipals,
  nobodyYet,
  type PageData,
  pageAdmin,
  smallTeam,
  tellPage,
} from '../test/support/page-data.ts'
import { bundlePage, type PageFile } from './build-page.ts'
import { type SampleState, type SampleWish, sampleHead, sampleSpend, sampleStates } from './page-samples.ts'

interface Wish extends SampleWish {
  /** 0, 5 or more principals in the view of everybody. */
  readonly people: number
  readonly fails: string
  readonly slow: number
  readonly lives: number
  readonly refuses: string
}

const usual: Wish = {
  state: 'warned',
  language: 'en',
  sees: 'all',
  people: 40,
  month: '2026-11',
  fails: '',
  slow: 0,
  lives: 900,
  refuses: '',
}

const isState = (text: string): text is SampleState => (sampleStates as readonly string[]).includes(text)

function wishFrom(query: URLSearchParams, before: Wish): Wish {
  const text = (name: string): string | null => (query.get(name) === 'none' ? '' : query.get(name))
  const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise)
  const state = query.get('state') ?? before.state
  const sees = query.get('sees') ?? before.sees
  return {
    state: isState(state) ? state : before.state,
    language: (query.get('language') ?? before.language) === 'ja' ? 'ja' : 'en',
    sees: sees === 'own' || sees === 'team' ? sees : 'all',
    people: number('people', before.people),
    month: before.month,
    troubled: (query.get('troubled') ?? (before.troubled === false ? 'no' : 'yes')) !== 'no',
    fails: text('fails') ?? before.fails,
    slow: number('slow', before.slow),
    lives: number('lives', before.lives),
    refuses: text('refuses') ?? before.refuses,
  }
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Looks like an ID token; nobody checks its signature, because it comes straight from the token address. */
const idToken = (issuer: string, nonce: string): string => {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, aud: 'page', sub: 'sample', nonce, iat: now, exp: now + 3600 }
  return `${base64({ alg: 'RS256', typ: 'JWT' })}.${base64(claims)}.c2lnbmF0dXJl`
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
}

/** Five hundred principals take seconds to invent; the same ones are told every time. */
const told = new Map<string, Promise<PageData>>()
function everybodyOf(wish: Wish): Promise<PageData> {
  const key = `${wish.state === 'hostile'} ${wish.people}`
  const data = told.get(key) ?? worldOf(wish).then((world) => tellPage(world, pageAdmin))
  told.set(key, data)
  return data
}

const worldOf = ({ people, state }: Wish) =>
  state === 'hostile' ? hostileTeam() : people === 0 ? nobodyYet() : people <= 40 ? smallTeam() : manyPrincipals(people)

export interface ServedPage {
  readonly origin: string
  readonly close: () => Promise<void>
}

/** On a free port where none is named. */
export async function servePage(files: readonly PageFile[], port = 0): Promise<ServedPage> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(port, 'localhost', listening))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  server.on('request', answering(files, origin))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { origin, close }
}

function answering(files: readonly PageFile[], origin: string): RequestListener {
  const start = (language: 'en' | 'ja'): PageStart => ({
    guard: 'cost-guard',
    language,
    clientId: 'page',
    url: `${origin}/`,
    signIn: {
      issuer: `${origin}/issuer`,
      authorize: `${origin}/oauth2/authorize`,
      token: `${origin}/oauth2/token`,
      logout: `${origin}/logout`,
    },
  })
  const nonces = new Map<string, string>()
  let wish = usual

  const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array, more = {}): void => {
    response.writeHead(status, {
      ...securityHeaders(start('en')),
      'content-type': type,
      'cache-control': 'no-store',
      'content-encoding': 'gzip',
      ...more,
    })
    response.end(gzipSync(body))
  }
  const json = (response: ServerResponse, status: number, value: object): void =>
    send(response, status, 'application/json', JSON.stringify(value))
  const redirect = (response: ServerResponse, to: string): void => void response.writeHead(302, { location: to }).end()

  async function api(what: string, url: URL, response: ServerResponse): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, wish.slow))
    if (wish.fails === '401') return json(response, 401, { message: 'Unauthorized' })
    if (wish.fails !== '') {
      const status = wish.fails === '500' ? 500 : wish.fails === 'not-readable' ? 503 : 403
      return json(response, status, { error: { code: wish.fails, message: 'as wished' } })
    }
    const asked = { ...wish, month: url.searchParams.get('month') ?? '2026-11' }
    if (what === 'spend') return json(response, 200, sampleSpend(asked))
    const { everybody, models } = await everybodyOf(wish)
    if (what === 'everybody' && everybody !== null)
      return json(response, 200, { ...everybody, head: sampleHead(asked) })
    if (what === 'models' && models !== null) return json(response, 200, models)
    return json(response, 404, { error: { code: 'not-found', message: what } })
  }

  function signIn(url: URL, response: ServerResponse): void {
    const [state, code] = [url.searchParams.get('state') ?? '', `code-${nonces.size}`]
    nonces.set(code, url.searchParams.get('nonce') ?? '')
    const said = new URLSearchParams({ state, ...(wish.refuses === '' ? { code } : { error: wish.refuses }) })
    redirect(response, `${url.searchParams.get('redirect_uri')}?${said}`)
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const nonce = nonces.get(new URLSearchParams(body).get('code') ?? '') ?? ''
    json(response, 200, {
      access_token: 'sample',
      token_type: 'Bearer',
      expires_in: wish.lives,
      id_token: idToken(start('en').signIn.issuer, nonce),
    })
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', origin)
    const path = url.pathname
    const file = files.find(({ name }) => `/${name}` === path)
    if (path.startsWith('/api/')) return void api(path.slice('/api/'.length), url, response)
    if (path === '/oauth2/authorize') return signIn(url, response)
    if (path === '/oauth2/token') return void token(request, response)
    if (path === '/logout') return redirect(response, url.searchParams.get('logout_uri') ?? '/')
    if (path === '/config.json') return json(response, 200, start(wish.language))
    if (file !== undefined)
      return send(response, 200, TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? '', file.contents)
    if (path !== '/') return json(response, 404, {})
    wish = wishFrom(url.searchParams, wish)
    return send(response, 200, TYPES['html'] ?? '', files[0]?.contents ?? '')
  }
}

if (process.argv[1]?.endsWith('serve-page.ts')) {
  const at = process.argv.indexOf('--port')
  const port = at < 0 ? 8765 : Number(process.argv[at + 1])
  const files = await bundlePage()
  const size = files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
  const { origin } = await servePage(files, port)
  process.stderr.write(`the page, ${size} bytes gzip: ${origin}/?state=warned (see the head of this script)\n`)
}
