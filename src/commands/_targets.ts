/** What an admin typed for a principal → exactly one, or an error that lists who may be meant. */
import { GuardError } from '../runtime/domain/guard-error.ts'
import { type Pot, parsePot } from '../runtime/domain/limit.ts'
import { keyOf, type PrincipalKey, parseKey } from '../runtime/domain/principal.ts'
import type { Directory } from '../runtime/ports.ts'

export interface LookUp {
  readonly directory: Directory
  readonly account: string
  /** Take what was typed, known or not: somebody may be hired tomorrow. */
  readonly force: boolean
}

/** `*` and `account` need no look-up; everything else is a principal that exists. */
export async function potFor(typed: string, how: LookUp, options: { includeRoles: boolean }): Promise<Pot> {
  const pot = parsePot(typed, how.account)
  if (pot?.kind === 'everyone') return { ...pot, includeRoles: options.includeRoles }
  if (pot?.kind === 'account') return pot
  const key = await principalFor(typed, how)
  const found = parsePot(key, how.account)
  if (found !== undefined) return found
  throw new GuardError({
    code: 'cannot-carry-limit',
    fault: 'user',
    message: `"${typed}" cannot carry a limit of its own: only users, roles, sessions, * and account can`,
    suggestions: ['account=AMOUNT counts it together with everybody else'],
  })
}

export async function principalFor(typed: string, how: LookUp): Promise<PrincipalKey> {
  const parsed = parseKey(typed, how.account)
  if (parsed !== undefined) {
    const key = keyOf(parsed)
    if (how.force || (await how.directory.exists(key))) return key
    throw unknown(typed, await candidates(bareName(typed), how))
  }
  const found = await how.directory.find(typed)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only.key
  if (only !== undefined) throw ambiguous(typed, found)
  if (how.force && /^[\w+=,.@-]+$/.test(typed)) return keyOf({ kind: 'user', account: how.account, name: typed })
  throw unknown(typed, [])
}

const bareName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

const candidates = async (name: string, how: LookUp): Promise<readonly string[]> =>
  name === '' ? [] : (await how.directory.find(name)).map(({ key }) => key)

function ambiguous(typed: string, found: Awaited<ReturnType<Directory['find']>>): GuardError {
  const names = found.map(({ key, from }) => `${key} (${from === 'iam' ? 'IAM' : 'seen in the ledger'})`)
  return new GuardError({
    code: 'ambiguous-principal',
    fault: 'user',
    message: `"${typed}" may mean ${names.length} principals: ${names.join(', ')}`,
    suggestions: found.map(({ key }) => key),
  })
}

function unknown(typed: string, close: readonly string[]): GuardError {
  return new GuardError({
    code: 'unknown-principal',
    fault: 'user',
    message: `there is no principal "${typed}": neither IAM nor the ledger knows it`,
    suggestions: [...close, 'user/NAME, role/NAME or session/ROLE/NAME', '--force, to set it all the same'],
  })
}

/** A day (its end, in the guard's zone) or an exact ISO time, not in the past. */
export async function untilFor(
  typed: string,
  at: { readonly now: number; readonly zoning: import('../runtime/domain/calendar.ts').Zoning },
): Promise<import('../runtime/domain/calendar.ts').Instant> {
  const { dayPeriod, parseInstant } = await import('../runtime/domain/calendar.ts')
  const day = /^\d{4}-\d{2}-\d{2}$/.test(typed) && parseInstant(`${typed}T00:00:00Z`) !== undefined
  const until = day
    ? dayPeriod(typed as import('../runtime/domain/calendar.ts').Day, at.zoning).end
    : parseInstant(typed)
  const refuse = (why: string): never => {
    throw new GuardError({
      code: 'bad-until',
      fault: 'user',
      message: `"${typed}" cannot be an end: ${why}`,
      suggestions: ['--until 2026-12-24 (to the end of that day)', '--until 2026-12-24T18:00:00+09:00'],
    })
  }
  if (until === undefined) return refuse('a day such as 2026-12-24 or a time with its zone is expected')
  return until > at.now ? until : refuse('it has passed')
}
