/** What was typed for a user of the page → words that make sense, or everything that is wrong with them. */
import type { Logins } from '../../provision/page-users/logins.ts'
import { isMailAddress } from '../../provision/settings-checks.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { isGroup, type Subject } from '../../runtime/domain/metering/belonging.ts'
import { isMemberKey, potNameFault } from '../../runtime/domain/metering/belonging-rules.ts'
import { parseKey } from '../../runtime/domain/metering/principal.ts'
import type { PageUser } from '../../runtime/ports.ts'
import { nearest } from '../_suggest.ts'
import { eachFound, type LookUp, targetFor } from '../_targets.ts'

export interface TypedUser {
  readonly name: string
  /** In small letters: Cognito's users are not told apart by case. */
  readonly email: string | undefined
  /** Undefined: as it is. */
  readonly admin: boolean | undefined
  /** As typed; empty: none. Undefined: as it is, or whom the name means. */
  readonly principals: readonly string[] | undefined
}

/** Few enough for one answer of the page; a person or a team holds as many as they are. */
const MAX_SEEN = 50

/** As in limits. */
const EVERYBODY = new Set(['*', 'everyone', 'account'])

export const refused = (code: string, message: string, suggestions: readonly string[]): GuardError =>
  new GuardError({ code, fault: 'user', message, suggestions })

/** Before anything is asked of AWS. @throws GuardError `bad-name`, `bad-email`, `bad-principals`. */
export function readUser(
  typed: string,
  flags: {
    readonly email?: string | undefined
    readonly admin?: boolean | undefined
    readonly principals?: string | undefined
  },
): TypedUser {
  const name = typed.trim()
  const fault = potNameFault(name)
  if (fault !== undefined)
    throw refused('bad-name', `"${name}" cannot be the name of a user: ${fault}`, [
      'dashboard users add tanaka --email tanaka@example.com',
    ])
  return { name, email: readEmail(flags.email), admin: flags.admin, principals: readPrincipals(flags.principals) }
}

function readEmail(typed: string | undefined): string | undefined {
  const email = typed?.trim().toLowerCase()
  // Cognito keeps at most 128 characters as a user name.
  if (email === undefined || (isMailAddress(email) && email.length <= 128)) return email
  throw refused('bad-email', `"${typed}" is not an e-mail address: nothing was done`, ['--email tanaka@example.com'])
}

function readPrincipals(typed: string | undefined): readonly string[] | undefined {
  if (typed === undefined) return undefined
  const all = typed.split(',').map((one) => one.trim())
  if (all.length === 1 && all[0]?.toLowerCase() === 'none') return []
  const bad = (message: string) =>
    refused('bad-principals', message, ['--principals user/tanaka,person/tanaka,team/growth', '--principals none'])
  if (all.every((one) => one === '')) throw bad('--principals names nobody')
  if (all.includes('')) throw bad(`"${typed}" names nobody between two commas`)
  if (all.some((one) => one.toLowerCase() === 'none')) throw bad('none goes with nothing else')
  const everybody = all.find((one) => EVERYBODY.has(one.toLowerCase()))
  if (everybody !== undefined)
    throw refused('bad-principals', `${everybody} is everybody, and everybody is what an admin of the page sees`, [
      '--admin',
    ])
  const pattern = all.find((one) => one.includes('*'))
  if (pattern !== undefined)
    throw refused('bad-principals', `"${pattern}" is a pattern: whose spend a user sees is said by name`, [
      `people set NAME='${pattern}', then --principals person/NAME`,
    ])
  if (all.length > MAX_SEEN)
    throw refused('bad-principals', `${all.length} principals are too many, at most ${MAX_SEEN} can be named`, [
      'teams set NAME=MEMBER,MEMBER, then --principals team/NAME',
    ])
  return [...new Set(all)]
}

/** Keys of what was typed, each looked up. @throws GuardError with everything that is wrong at once. */
export async function subjectsFor(typed: readonly string[], looking: LookUp): Promise<readonly Subject[]> {
  const { account } = looking
  const isNobodys = (key: string): boolean => parseKey(key, account) !== undefined && !isMemberKey(key, account)
  const found = await eachFound(typed, async (one) => {
    const key = isNobodys(one) ? one : await targetFor(one, looking)
    if (!isNobodys(key)) return key as Subject
    throw refused('bad-principals', `${key} is nobody's own spend: only an admin sees it`, [
      'user/NAME, role/NAME, session/ROLE/NAME, person/NAME or team/NAME',
    ])
  })
  return [...new Set(found)]
}

/** Who is called so, where nothing else was said. An admin may be nobody who spends. */
export async function subjectsOf(
  user: { readonly name: string; readonly admin: boolean },
  looking: LookUp,
): Promise<readonly Subject[]> {
  try {
    return await subjectsFor([user.name], looking)
  } catch (error) {
    if (!(error instanceof GuardError) || error.fault !== 'user') throw error
    if (user.admin) return []
    const keys = error.suggestions.filter((one) => isGroup(one) || parseKey(one, looking.account) !== undefined)
    throw refused(error.code, `whose spend ${user.name} sees is not clear, nothing was done: ${error.message}`, [
      ...keys.map((key) => `--principals ${key}`),
      ...(keys.length === 0 ? ['--principals user/NAME,session/ROLE/NAME,person/NAME,team/NAME'] : []),
      '--admin, for somebody who sees everybody',
    ])
  }
}

/**
 * By name, whatever the case, or by the id of their login. Two admins who add one name at the same moment make two.
 * @throws GuardError `ambiguous-user`, with the addresses that tell them apart.
 */
export async function userCalled(
  typed: string,
  users: readonly PageUser[],
  how: { readonly logins: Pick<Logins, 'find'>; readonly command: (words: string) => string },
): Promise<PageUser | undefined> {
  const called = users.filter(({ name, sub }) => name.toLowerCase() === typed.toLowerCase() || sub === typed)
  if (called.length < 2) return called[0]
  const addresses = await Promise.all(called.map(async ({ sub }) => (await how.logins.find(sub))?.email ?? sub))
  throw refused(
    'ambiguous-user',
    `${called.length} users are called ${typed}: ${addresses.join(', ')}: nothing was done`,
    [...addresses.map((one) => how.command(`dashboard users remove ${one}`))],
  )
}

export function unknownUser(typed: string, users: readonly PageUser[], listing: string): GuardError {
  const names = users.map(({ name }) => name)
  return refused('unknown-user', `there is no user "${typed}" of the page: nothing was done`, [
    ...(names.length > 0 && names.length <= 12 ? [`there are: ${names.toSorted().join(', ')}`] : nearest(typed, names)),
    listing,
  ])
}
