/**
 * Signing in at Cognito: authorization code with PKCE (S256), state and nonce. The endpoints come from /config.json, so nothing is
 * discovered. Tokens live in memory only; the session storage holds what the way back is checked with, until it is.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import type { PageStart } from '../runtime/page-protocol.ts'
import { isLocal, refusalOf, type SignInRefusal } from './sign-in-refusal.ts'

const UNDER_WAY = 'cost-guard.sign-in'

/** Kept while the browser is away at the sign-in page. */
interface UnderWay {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
  /** Where the viewer was: language and view, as the end of the page's address. */
  readonly back: string
}

export interface Session {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

export type ComingBack =
  | { readonly kind: 'signed-in'; readonly session: Session; readonly back: string }
  | { readonly kind: 'refused'; readonly refusal: SignInRefusal; readonly back: string }
  /** Nobody comes from a sign-in: a first visit. */
  | { readonly kind: 'none' }

const serverOf = ({ signIn }: PageStart) => ({
  issuer: signIn.issuer,
  authorization_endpoint: signIn.authorize,
  token_endpoint: signIn.token,
})

/** Leaves the page for the sign-in page. `back` is the end of the address to come back to: `?lang=ja#everybody`. */
export async function goSignIn(start: PageStart, language: string, back: string): Promise<void> {
  const [verifier, state, nonce] = [generateRandomCodeVerifier(), generateRandomState(), generateRandomNonce()]
  const underWay: UnderWay = { verifier, state, nonce, back }
  sessionStorage.setItem(UNDER_WAY, JSON.stringify(underWay))
  const url = new URL(start.signIn.authorize)
  url.search = new URLSearchParams({
    client_id: start.clientId,
    redirect_uri: start.url,
    response_type: 'code',
    scope: 'openid',
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // Cognito's managed login is shown in this language.
    lang: language,
  }).toString()
  location.assign(url)
}

/** Forgets nothing by itself: the caller drops the token. Cognito ends its session and sends the browser back. */
export function goLogOut(start: PageStart): void {
  const url = new URL(start.signIn.logout)
  url.search = new URLSearchParams({ client_id: start.clientId, logout_uri: start.url }).toString()
  location.assign(url)
}

function takeUnderWay(): UnderWay | null {
  const text = sessionStorage.getItem(UNDER_WAY)
  sessionStorage.removeItem(UNDER_WAY)
  return text === null ? null : (JSON.parse(text) as UnderWay)
}

/**
 * Takes the answer of the sign-in page out of the address bar, before anything else can read or keep it.
 * Call it first: what it returns belongs to `redeem`.
 */
export function takeAnswer(): URLSearchParams | null {
  const given = new URLSearchParams(location.search)
  if (!given.has('code') && !given.has('error')) return null
  history.replaceState(null, '', location.pathname)
  return given
}

/** Checks the answer and exchanges its code for an access token. */
export async function redeem(start: PageStart, answer: URLSearchParams | null): Promise<ComingBack> {
  if (answer === null) return { kind: 'none' }
  const underWay = takeUnderWay()
  // Nothing of such an answer is shown: anybody can make a link that has one in it.
  if (underWay === null) return refused({ kind: 'stale', code: 'no-sign-in-under-way' }, '')
  const server = serverOf(start)
  const client = { client_id: start.clientId }
  try {
    const checked = validateAuthResponse(server, client, answer, underWay.state)
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      None(),
      checked,
      start.url,
      underWay.verifier,
      {
        [allowInsecureRequests]: isLocal(start.signIn.token),
      },
    )
    const tokens = await processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: underWay.nonce,
      requireIdToken: true,
    })
    const lifetime = tokens.expires_in ?? 900
    return {
      kind: 'signed-in',
      session: { token: tokens.access_token, endsAt: Date.now() + lifetime * 1000 },
      back: underWay.back,
    }
  } catch (error) {
    return refused(refusalOf(error), underWay.back)
  }
}

const refused = (refusal: SignInRefusal, back: string): ComingBack => ({ kind: 'refused', refusal, back })
