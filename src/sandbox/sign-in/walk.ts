/** The way of a browser through the sign-in, over HTTP alone: authorization code with PKCE, cookies, the form. */
import { createHash, randomBytes } from 'node:crypto'

/** As the page's own `config.json` says it. */
export interface WalkStart {
  readonly clientId: string
  readonly url: string
  readonly signIn: { readonly authorize: string; readonly token: string }
}

export interface Credentials {
  readonly email: string
  readonly password: string
  /** Given where the form asks for one: at the first sign-in. */
  readonly newPassword?: string
}

export interface Tokens {
  readonly accessToken: string
  readonly idToken: string
}

const HOPS_MAX = 12

/** Cookies as a browser keeps them for localhost: one jar, whatever the port. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  async go(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const one of answer.headers.getSetCookie()) {
      const [pair = '', ...rest] = one.split('; ')
      const [name = '', value = ''] = pair.split('=')
      const isGone = value === '' || rest.some((part) => /^expires=Thu, 01 Jan 1970/.test(part))
      if (isGone) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}

const alertOf = (html: string): string | undefined => /<p role="alert">([^<]+)</.exec(html)?.[1]

/** Follows redirects and fills in forms until the browser is sent back to the page; answers that address. */
async function back(browser: Browser, first: string, start: WalkStart, who: Credentials | undefined): Promise<URL> {
  let at = first
  let form: Record<string, string> | undefined
  for (let hop = 0; hop < HOPS_MAX; hop++) {
    const answer = await browser.go(at, form)
    form = undefined
    const location = answer.headers.get('location')
    if (location !== null) {
      at = new URL(location, at).href
      if (at.startsWith(start.url)) return new URL(at)
      continue
    }
    const html = await answer.text()
    const problem = alertOf(html) ?? (answer.status === 200 ? undefined : html.replace(/<[^>]+>/g, ' ').trim())
    if (problem !== undefined) throw new Error(`not signed in: ${problem}`)
    if (who === undefined) throw new Error('not signed in: a password is asked for')
    const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? ''
    at = new URL(action, at).href
    if (html.includes('name="newPassword"')) {
      if (who.newPassword === undefined) throw new Error('not signed in: a new password must be chosen')
      form = { newPassword: who.newPassword }
    } else form = { email: who.email, password: who.password }
  }
  throw new Error(`not signed in: sent on ${HOPS_MAX} times`)
}

/** Without credentials: by the session that the browser has. Throws with what the person would have read. */
export async function signIn(start: WalkStart, who: Credentials | undefined, browser = new Browser()): Promise<Tokens> {
  const code_verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: start.clientId,
    redirect_uri: start.url,
    scope: 'openid',
    state,
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const came = (await back(browser, `${start.signIn.authorize}?${asked}`, start, who)).searchParams
  if (came.get('state') !== state || !came.has('code')) throw new Error(`not signed in: ${came}`)
  const answer = await fetch(start.signIn.token, {
    method: 'POST',
    headers: { origin: new URL(start.url).origin },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: start.clientId,
      redirect_uri: start.url,
      code: came.get('code') ?? '',
      code_verifier,
    }),
  })
  const told = (await answer.json()) as { access_token?: string; id_token?: string; error?: string }
  if (!told.access_token || !told.id_token) throw new Error(`no token: ${told.error}`)
  return { accessToken: told.access_token, idToken: told.id_token }
}
