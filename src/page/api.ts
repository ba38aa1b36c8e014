import type { PageEverybody, PageModels, PageRefusalCode, PageSpend } from '../runtime/page-protocol.ts'
import type { Answer, Failure } from './answer.ts'

/** The questions that the page asks its function; `month` null is the current one. */
export interface Api {
  readonly spend: (month: string | null) => Promise<Answer<PageSpend>>
  readonly everybody: (month: string | null) => Promise<Answer<PageEverybody>>
  readonly models: (month: string | null) => Promise<Answer<PageModels>>
}

/** API Gateway gives up on the function after 30 seconds; a connection that is silent for longer is gone. */
const PATIENCE_MS = 31_000

/** Money of people: in no cache, and with no cookie. */
const quietly = { cache: 'no-store', credentials: 'omit' } as const

const failures: Readonly<Record<PageRefusalCode, Failure>> = {
  'unknown-user': 'unknown-user',
  'not-yours': 'not-yours',
  'wrong-month': 'wrong-month',
  'not-an-access-token': 'session-ended',
  'address-not-allowed': 'address-not-allowed',
  'not-found': 'unexpected',
  failed: 'unexpected',
  'not-readable': 'not-readable',
}

/** What a status and a body mean that are not an answer. API Gateway's own 401 has no code of ours. */
export function failureOf(status: number, body: unknown): Failure {
  const code = (body as { readonly error?: { readonly code?: unknown } } | null)?.error?.code
  const known = typeof code === 'string' ? new Map<string, Failure>(Object.entries(failures)).get(code) : undefined
  if (known !== undefined) return known
  if (status === 401) return 'session-ended'
  return status === 429 || status >= 500 ? 'not-readable' : 'unexpected'
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** `token` is asked at every question: it may have ended since the last. `ended` is told when an answer says so. */
export function apiOf(token: () => string | null, ended: () => void): Api {
  async function ask<Value>(what: string, month: string | null): Promise<Answer<Value>> {
    const bearer = token()
    if (bearer === null) return { ok: false, failure: 'session-ended' }
    try {
      const response = await fetch(`/api/${what}${month === null ? '' : `?month=${encodeURIComponent(month)}`}`, {
        headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
        ...quietly,
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const body = await bodyOf(response)
      if (response.ok && typeof body === 'object' && body !== null) return { ok: true, value: body as Value }
      const failure = response.ok ? 'unexpected' : failureOf(response.status, body)
      if (failure === 'session-ended') ended()
      return { ok: false, failure }
    } catch (error) {
      // A network that is not there is a TypeError, patience at its end a DOMException: fetch says no more.
      if (error instanceof TypeError || error instanceof DOMException) return { ok: false, failure: 'offline' }
      throw error
    }
  }
  return {
    spend: (month) => ask('spend', month),
    everybody: (month) => ask('everybody', month),
    models: (month) => ask('models', month),
  }
}
