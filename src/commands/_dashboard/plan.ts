/** What `users add` does about a name and an address, from what is there. Interrupted anywhere, the same again repairs it. */

import type { Login } from '../../provision/page-users/standing.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { PageUser } from '../../runtime/ports.ts'
import type { UsersRoom } from './room.ts'
import { refused, type TypedUser, userCalled } from './typed.ts'

export interface UserPlan {
  /** In the list already, under this name. */
  readonly before: PageUser | undefined
  /** Can sign in already; undefined: is invited. */
  readonly login: Login | undefined
  readonly name: string
  /** Whom the mail goes to. */
  readonly email: string
}

/** @throws GuardError `email-missing`, `email-taken`, `other-email`. */
export async function planUser(
  typed: TypedUser,
  { users, logins }: Pick<UsersRoom, 'users' | 'logins'>,
  command: (words: string) => string,
): Promise<UserPlan> {
  const { name, email } = typed
  const [all, ofEmail] = await Promise.all([users.all(), email === undefined ? undefined : logins.find(email)])
  const owner = ofEmail && all.find(({ sub }) => sub === ofEmail.sub)
  // The address tells two of one name apart.
  const isOwner = owner !== undefined && owner.name.toLowerCase() === name.toLowerCase()
  const before = isOwner ? owner : await userCalled(name, all, { logins, command })
  if (email !== undefined && owner !== undefined && owner.sub !== before?.sub)
    throw refused('email-taken', `${email} is how ${owner.name} signs in: nothing was done`, [
      command(`dashboard users add ${shellQuoted(owner.name)} --principals …`),
      command(`dashboard users remove ${shellQuoted(owner.name)}`),
    ])
  const own = before && (await logins.find(before.sub))
  if (before === undefined || own === undefined) {
    if (email === undefined) throw emailMissing(before?.name ?? name, before !== undefined, command)
    return { before, login: ofEmail, name: before?.name ?? name, email }
  }
  if (email !== undefined && ofEmail?.sub !== own.sub)
    throw refused(
      'other-email',
      `${before.name} signs in with ${own.email}, not with ${email}: an address is not changed, nothing was done`,
      [
        `${command(`dashboard users remove ${shellQuoted(before.name)}`)}, then add them with the new address`,
        'another name, for somebody else',
      ],
    )
  return { before, login: own, name: before.name, email: own.email }
}

const emailMissing = (name: string, known: boolean, command: (words: string) => string) =>
  refused(
    'email-missing',
    known
      ? `nobody can sign in as ${name} any more, their login is gone from the user pool: whom shall the invitation go to?`
      : `there is no user "${name}" of the page yet: --email is missing`,
    [
      command(
        `dashboard users add ${shellQuoted(name)} --email ${known ? 'ADDRESS' : `${/^[\w.-]+$/.test(name) ? name : 'you'}@example.com`}`,
      ),
    ],
  )
