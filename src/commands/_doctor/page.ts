/** The page: whether the guard's list and the user pool agree on who can open it. */
import { type Joined, joined, standingOf } from '../../provision/page-users/standing.ts'
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { Door } from '../_compose.ts'
import { usersRoom } from '../_dashboard/room.ts'
import { type Finding, found } from './finding.ts'

const SHOWN = 5

export async function pageFindings(door: Door): Promise<readonly Finding[]> {
  if ((await door.settings()).page === undefined) return []
  try {
    const { users, logins } = await usersRoom(door)
    const [listed, able] = await Promise.all([users.all(), logins.all()])
    return userFindings(joined(listed, able), { now: door.clock.now(), command: door.command })
  } catch (error) {
    // Known to be gone or unfinished; what could not be asked is said by the caller.
    if (!(error instanceof GuardError) || !GONE.has(error.code)) throw error
    return [found('page', 'warn', error.message, door.command('init'))]
  }
}

const GONE = new Set(['no-page', 'user-pool-gone'])

export function userFindings(
  all: readonly Joined[],
  { now, command }: { readonly now: Instant; readonly command: (words: string) => string },
): readonly Finding[] {
  if (all.length === 0)
    return [
      found(
        'page',
        'note',
        'nobody can open the page yet',
        command('dashboard users add NAME --email you@example.com'),
      ),
    ]
  const of = (standing: ReturnType<typeof standingOf>) => all.filter((one) => standingOf(one, now) === standing)
  const [without, strangers, ended] = [of('no-login'), of('not-listed'), of('invitation-ended')]
  const fine = all.length - without.length - strangers.length - ended.length
  return [
    found(
      'page',
      'ok',
      `${fine === 1 ? '1 user of the page is' : `${fine} users of the page are`} invited or can open it`,
    ),
    ...(without.length === 0
      ? []
      : [
          found(
            'page-users',
            'warn',
            `${namesOf(without)}: in the list of the page, and nobody can sign in as them: their login was deleted in Cognito`,
            command(`dashboard users add ${firstOf(without)} --email ADDRESS`),
          ),
        ]),
    ...(strangers.length === 0
      ? []
      : [
          found(
            'page-users',
            'note',
            `${namesOf(strangers)}: can sign in to the page and see nothing, because the list does not name them`,
            command('dashboard users list'),
          ),
        ]),
    ...(ended.length === 0
      ? []
      : [
          found(
            'page-users',
            'note',
            `${namesOf(ended)}: never signed in to the page, and the password of the invitation has run out`,
            command(`dashboard users resend ${firstOf(ended)}`),
          ),
        ]),
  ]
}

const nameOf = ({ user, login }: Joined): string => user?.name ?? login?.email ?? ''
const firstOf = ([first]: readonly Joined[]): string => shellQuoted(first === undefined ? '' : nameOf(first))

function namesOf(some: readonly Joined[]): string {
  const more = some.length - SHOWN
  return `${some.slice(0, SHOWN).map(nameOf).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
