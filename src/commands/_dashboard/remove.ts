/** dashboard users remove and resend: one user, by the name in the list or by the address of the login. */
import type { Joined, Login } from '../../provision/page-users/standing.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import { mustConfirm } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'
import { mailAdvice, noMailText, userJson } from '../_view/page-users.ts'
import type { Done, Teller } from './add.ts'
import { type UsersRoom, usersRoom } from './room.ts'
import { refused, unknownUser, userCalled } from './typed.ts'

interface Found extends Joined {
  /** As they are spoken of. */
  readonly name: string
}

/** @throws GuardError `unknown-user`, `ambiguous-user`. */
async function userFor(typed: string, { users, logins }: UsersRoom, door: Teller): Promise<Found> {
  const all = await users.all()
  const [user, byMail] = await Promise.all([
    userCalled(typed, all, { logins, command: door.command }),
    typed.includes('@') ? logins.find(typed.toLowerCase()) : undefined,
  ])
  if (user !== undefined && byMail !== undefined && user.sub !== byMail.sub)
    throw refused('ambiguous-user', `"${typed}" is the name of one user and the address of another: nothing was done`, [
      door.command('dashboard users list'),
    ])
  const found = user ?? all.find(({ sub }) => sub === byMail?.sub)
  if (found !== undefined) return { user: found, login: byMail ?? (await logins.find(found.sub)), name: found.name }
  if (byMail !== undefined) return { user: undefined, login: byMail, name: byMail.email }
  throw unknownUser(typed, all, door.command('dashboard users list'))
}

export async function removeUser(door: Door, typed: string, how: { yes: boolean; json: boolean }): Promise<Done> {
  return removeIn(await usersRoom(door), door, typed, how)
}

/** The list first: it is asked at every request, so the page is closed to them from that moment, whatever their token says. */
export async function removeIn(
  room: UsersRoom,
  door: Teller,
  typed: string,
  how: { readonly yes: boolean; readonly json: boolean },
): Promise<Done> {
  const { user, login, name } = await userFor(typed, room, door)
  const now = door.clock.now()
  const json = { guard: door.guard, user: userJson({ user, login }, now) }
  await mustConfirm({
    message: `Close the page to ${name}${login === undefined || login.email === name ? '' : ` (${login.email})`} now?`,
    yes: how.yes,
    json: how.json,
    answeredBy: door.command(`dashboard users remove ${shellQuoted(typed)} --yes`),
    document: { ...json, removed: false },
  })
  if (user !== undefined) {
    await room.users.remove(user.sub)
    await room.history.append({ at: now, by: door.caller, what: 'page-user-removed', details: { name } })
  }
  if (login !== undefined) await removeLogin(room, login, { name, door })
  return {
    text:
      user === undefined
        ? `The login ${name} is gone; it was not in the list and saw nothing.`
        : `${name} sees nothing from now on${login === undefined ? '; there was no login any more' : ', and their login is gone'}.`,
    json: { ...json, removed: true },
    failed: false,
  }
}

async function removeLogin({ logins }: UsersRoom, login: Login, { name, door }: { name: string; door: Teller }) {
  try {
    await logins.remove(login.username)
  } catch (error) {
    throw new GuardError({
      code: 'login-stays',
      fault: 'aws',
      message: `${name} sees nothing from now on, but the login ${login.email} could not be deleted: ${error instanceof Error ? error.message : String(error)}`,
      suggestions: [door.command(`dashboard users remove ${login.email} --yes`)],
      cause: error,
    })
  }
}

export async function resendTo(door: Door, typed: string): Promise<Done> {
  return resendIn(await usersRoom(door), door, typed)
}

export async function resendIn(room: UsersRoom, door: Teller, typed: string): Promise<Done> {
  const { user, login, name } = await userFor(typed, room, door)
  if (login === undefined)
    throw refused('no-login', `nobody can sign in as ${name} any more: there is nothing to send again`, [
      door.command(`dashboard users add ${shellQuoted(name)} --email ADDRESS`),
    ])
  if (!login.enabled)
    throw refused('login-disabled', `${login.email} is disabled in Cognito, and could not sign in: nothing was sent`, [
      'enable the user in the console of Cognito; config outputs has its address',
      `${door.command(`dashboard users remove ${shellQuoted(name)}`)}, then add them again`,
    ])
  const neverCame = login.status === 'FORCE_CHANGE_PASSWORD'
  const answer = neverCame ? await room.logins.inviteAgain(login.username) : 'not-invited'
  const json = { guard: door.guard, name, email: login.email, url: room.url }
  if (answer === 'not-invited')
    return {
      text: `${name} has signed in already: nothing was sent. Who forgot the password asks for a new one where they sign in: ${room.url}`,
      json: { ...json, sent: false, mail: 'none' },
      failed: false,
    }
  if (answer === 'gone') throw unknownUser(typed, [], door.command('dashboard users list'))
  if (answer !== 'sent') {
    const again = door.command(`dashboard users resend ${shellQuoted(name)}`)
    const { why } = answer
    throw Object.assign(
      new GuardError({
        code: why === 'daily-limit' ? 'mail-limit' : 'mail-not-sent',
        fault: 'aws',
        message: `${noMailText(why)}: ${answer.message}`,
        suggestions: mailAdvice(why, { again, command: door.command }),
      }),
      { document: { ...json, sent: false, mail: why } },
    )
  }
  await room.history.append({
    at: door.clock.now(),
    by: door.caller,
    what: 'page-user-invited-again',
    details: { name },
  })
  return {
    text: [
      `Cognito mails a new invitation to ${login.email}; the password of the old one is no good any more.`,
      ...(user === undefined
        ? [
            'They are not in the list and see nothing. To change that:',
            `  ${door.command(`dashboard users add NAME --email ${login.email}`)}`,
          ]
        : []),
    ].join('\n'),
    json: { ...json, sent: true, mail: 'sent' },
    failed: false,
  }
}
