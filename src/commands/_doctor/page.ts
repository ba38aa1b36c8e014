/** The page: whether it answers, and whether the guard's list and the user pool agree on who can open it. */
import { type Joined, joined, standingOf } from '../../provision/page-users/standing.ts'
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { Door } from '../_compose.ts'
import { pageOf, usersRoom } from '../_dashboard/room.ts'
import { type Finding, found } from './finding.ts'

const SHOWN = 5

export async function pageFindings(door: Door): Promise<readonly Finding[]> {
  if ((await door.settings()).page === undefined) return []
  try {
    const [{ url, clientId, page }, { users, logins }] = await Promise.all([pageOf(door), usersRoom(door)])
    const [listed, able, answer] = await Promise.all([
      users.all(),
      logins.all(),
      pageAnswer({ url, clientId, own: page.url !== undefined }, door.command),
    ])
    return [answer, ...userFindings(joined(listed, able), { now: door.clock.now(), command: door.command })]
  } catch (error) {
    // Known to be gone or unfinished; what could not be asked is said by the caller.
    if (!(error instanceof GuardError) || !GONE.has(error.code)) throw error
    return [found('page', 'warn', error.message, door.command('init'))]
  }
}

const GONE = new Set(['no-page', 'user-pool-gone'])

/** A page that was not asked for a while takes a second or two. */
const ANSWER_MS = 8_000

/** Asks the page itself, as a browser begins. @param own its address is on a domain of the admin's. */
export async function pageAnswer(
  { url, clientId, own }: { readonly url: string; readonly clientId: string | undefined; readonly own: boolean },
  command: (words: string) => string,
): Promise<Finding> {
  const fix = own
    ? 'the name must point at the API, and the API be mapped to it; config outputs has the id of the API'
    : command('doctor --fix')
  try {
    const answer = await fetch(`${url}config.json`, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) })
    if (answer.status === 403)
      return found('page', 'note', `the page ${url} answers, but not to the address of this machine`)
    if (!answer.ok) return found('page', 'warn', `the page ${url} answers ${answer.status}`, fix)
    const text = await answer.text()
    if (clientId === undefined || !text.includes(`"${clientId}"`))
      return found('page', 'warn', `something else answers at ${url} than the page of this guard`, fix)
    return found('page', 'ok', `the page answers at ${url}`)
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    const why = cause instanceof Error ? cause.message : String(error)
    return found('page', 'warn', `the page ${url} does not answer: ${why}`, fix)
  }
}

export function userFindings(
  all: readonly Joined[],
  { now, command }: { readonly now: Instant; readonly command: (words: string) => string },
): readonly Finding[] {
  if (all.length === 0)
    return [
      found(
        'page-users',
        'note',
        'nobody can open the page yet',
        command('dashboard users add NAME --email you@example.com'),
      ),
    ]
  const of = (standing: ReturnType<typeof standingOf>) => all.filter((one) => standingOf(one, now) === standing)
  const [without, strangers, ended] = [of('no-login'), of('not-listed'), of('invitation-ended')]
  const disabled = of('disabled')
  const fine = all.length - without.length - strangers.length - ended.length - disabled.length
  return [
    ...(fine === 0
      ? []
      : [
          found(
            'page-users',
            'ok',
            `${fine === 1 ? '1 user of the page is' : `${fine} users of the page are`} invited or can open it`,
          ),
        ]),
    ...(disabled.length === 0
      ? []
      : [found('page-users', 'note', `${namesOf(disabled)}: disabled in Cognito, and cannot sign in to the page`)]),
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
