/** Users of the page in words and rows. Pure. */
import type { NotSent } from '../../provision/page-users/logins.ts'
import {
  type Joined,
  type Login,
  passwordEnds,
  type Standing,
  standingOf,
  TEMPORARY_PASSWORD_DAYS,
} from '../../provision/page-users/standing.ts'
import { type Instant, toIso } from '../../runtime/domain/base/calendar.ts'
import { displayWidth, printable, shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { PageUser } from '../../runtime/ports.ts'
import { columns } from './columns.ts'
import { wrap } from './width.ts'

/** What became of an invitation; `none`: there was none to send. */
export type MailState = 'sent' | 'none' | NotSent['why']

interface Words {
  readonly command: (words: string) => string
  readonly now: Instant
}

export function seesText({ admin, sees }: Pick<PageUser, 'admin' | 'sees'>): string {
  const own = sees.join(', ')
  if (admin) return own === '' ? 'everybody' : `everybody; own: ${own}`
  return own === '' ? 'what the page shows to all' : own
}

export function addedText(
  done: {
    readonly user: PageUser
    readonly login: Login
    readonly before: PageUser | undefined
    readonly changed: boolean
    readonly mail: MailState
  },
  words: Words & { readonly url: string },
): string {
  const { user, login, before, changed } = done
  const who = `${user.name} (${login.email})`
  const head =
    before === undefined
      ? `${who} is added; sees ${seesText(user)}.`
      : changed
        ? `${who} ${changeText(before, user)}.`
        : `${who} as before; sees ${seesText(user)}.`
  return [head, ...mailLines(done, words), `The page: ${words.url}`].join('\n')
}

/** `sees user/tanaka → team/growth`, as for limits. */
function changeText(before: PageUser, after: PageUser): string {
  const seen = { before: seesText(before), after: seesText(after) }
  return seen.before === seen.after ? 'has a new login, and sees what they saw' : `sees ${seen.before} → ${seen.after}`
}

function mailLines(
  { user, login, before, mail }: { user: PageUser; login: Login; before: PageUser | undefined; mail: MailState },
  { command, now }: Words,
): readonly string[] {
  const again = command(`dashboard users resend ${shellQuoted(user.name)}`)
  if (mail === 'sent')
    return [`Cognito mails them an invitation; its password is good for ${TEMPORARY_PASSWORD_DAYS} days.`]
  if (mail !== 'none')
    return [
      `${noMailText(mail)}: they cannot sign in yet.`,
      'Try this:',
      ...mailAdvice(mail, { again, command }).map((line) => `  ${line}`),
    ]
  const standing = standingOf({ user, login }, now)
  if (standing === 'disabled') return ['Their login is disabled in Cognito: they cannot sign in.']
  const invited = standing === 'invited' || standing === 'invitation-ended'
  if (before !== undefined && !invited) return []
  return [
    ...(before === undefined ? ['Their login was there already: no mail was sent.'] : []),
    ...(invited
      ? [
          `${standing === 'invited' ? 'Not signed in yet' : 'The password of the invitation has run out'}. A new invitation:`,
          `  ${again}`,
        ]
      : []),
  ]
}

export const noMailText = (why: NotSent['why']): string =>
  why === 'daily-limit'
    ? 'no mail went out, because Cognito’s own mails of this day are used up (50 for the whole account)'
    : 'no mail went out, because it could not be sent'

export const mailAdvice = (
  why: NotSent['why'],
  { again, command }: { readonly again: string; readonly command: (words: string) => string },
): readonly string[] =>
  why === 'daily-limit'
    ? [`tomorrow: ${again}`, `or let SES send: ${command('init --dashboard-ses ARN')}`]
    : [`is the SES identity verified, and out of the sandbox of SES? Then ${again}`]

/** How each stands, in words for a column. */
const STANDING: Readonly<Record<Standing, string>> = {
  invited: 'invited',
  'invitation-ended': 'invitation ran out',
  active: 'active',
  'must-change-password': 'must change password',
  disabled: 'disabled',
  'no-login': 'no login',
  'not-listed': 'not in the list',
}

export interface ListedUser extends Joined {
  readonly secondFactor: boolean | undefined
}

export function usersText(all: readonly ListedUser[], words: Words & { readonly screen: number }): string {
  const { command, now, screen } = words
  if (all.length === 0)
    return `Nobody can open the page yet.\nTry this: ${command('dashboard users add NAME --email you@example.com')}`
  const cells = all.map((one) => [
    one.user?.name ?? '',
    one.login?.email ?? '',
    STANDING[standingOf(one, now)] + (one.secondFactor === true ? ', MFA' : ''),
  ])
  const seen = all.map(({ user }) => (user === undefined ? 'nothing' : seesText(user)))
  const wide = columns(
    [{ head: 'NAME' }, { head: 'E-MAIL' }, { head: 'STATUS' }, { head: 'SEES' }],
    cells.map((row, index) => [...row, seen[index] ?? '']),
    screen,
  )
  const fits = wide.split('\n').every((line) => displayWidth(line) <= screen)
  return [fits ? wide : tall(cells, seen, screen), ...advice(all, words)].join('\n')
}

/** Where a row does not fit the screen: who and how they stand, and below what they see. */
const tall = (cells: readonly (readonly string[])[], seen: readonly string[], screen: number): string =>
  cells
    .flatMap(([name = '', email = '', standing = ''], index) => {
      const who = name === '' ? email : email === '' ? name : `${name} (${email})`
      return [`${printable(who)}: ${standing}`, wrap(`sees ${printable(seen[index] ?? '')}`, screen, '  ')]
    })
    .join('\n')

function advice(all: readonly ListedUser[], { command, now }: Words): readonly string[] {
  const lines = all.flatMap((one) => {
    const standing = standingOf(one, now)
    const spoken = one.user?.name ?? one.login?.email ?? ''
    const name = shellQuoted(spoken)
    const say = (what: string, ...commands: readonly string[]) => [
      `${printable(spoken)} ${what}`,
      ...commands.map((words) => `  ${command(words)}`),
    ]
    if (standing === 'invitation-ended')
      return say('has let the invitation run out; a new one:', `dashboard users resend ${name}`)
    if (standing === 'no-login')
      return say('cannot sign in any more; a new invitation:', `dashboard users add ${name} --email ADDRESS`)
    if (standing === 'disabled') return say('is disabled in Cognito and cannot sign in.')
    if (standing === 'not-listed')
      return say(
        'can sign in and sees nothing; one of these:',
        `dashboard users add NAME --email ${one.login?.email}`,
        `dashboard users remove ${name}`,
      )
    return []
  })
  return lines.length === 0 ? [] : ['', ...lines]
}

export const userJson = ({ user, login }: Joined, now: Instant, secondFactor?: boolean | undefined) => ({
  name: user?.name ?? null,
  email: login?.email ?? null,
  sub: user?.sub ?? login?.sub ?? null,
  admin: user?.admin ?? false,
  sees: user?.sees ?? [],
  status: standingOf({ user, login }, now),
  cognitoStatus: login?.status ?? null,
  enabled: login?.enabled ?? null,
  secondFactor: secondFactor ?? null,
  createdAt: login === undefined ? null : toIso(login.createdAt),
  invitationEndsAt: login === undefined || login.status !== 'FORCE_CHANGE_PASSWORD' ? null : toIso(passwordEnds(login)),
  addedAt: user === undefined ? null : toIso(user.addedAt),
  addedBy: user?.addedBy ?? null,
})
