/** What a sign-in that fails is called. Pure: the document plays no part. */
import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'

export type SignInRefusal = {
  readonly kind: 'denied' | 'busy' | 'stale' | 'other'
  /** The error code, for who has to find out. */
  readonly code: string
}

/** A development server on this machine speaks plain HTTP; anything else must not. */
export const isLocal = (url: string): boolean => /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/.test(url)

/** What went wrong, in the few kinds that the page has words for. Rethrows what is no answer of a sign-in. */
export function refusalOf(error: unknown): SignInRefusal {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const code = error.error
    if (code === 'access_denied') return { kind: 'denied', code }
    if (code === 'temporarily_unavailable' || code === 'server_error') return { kind: 'busy', code }
    // The code was used before or is too old; the login was left open for too long.
    if (code === 'invalid_grant' || code === 'login_required') return { kind: 'stale', code }
    return { kind: 'other', code }
  }
  if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError)
    return { kind: 'other', code: error.code ?? error.name }
  if (error instanceof WWWAuthenticateChallengeError) return { kind: 'other', code: error.code }
  // fetch: the token endpoint did not answer, or the browser did not let it.
  if (error instanceof TypeError) return { kind: 'busy', code: 'no-answer' }
  throw error
}
