/** Where somebody stands between an invitation and the page, from what Cognito and the guard's own list say. Pure. */
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import type { PageUser } from '../../runtime/ports.ts'

/** How long the password of an invitation is good; the user pool is made with it. */
export const TEMPORARY_PASSWORD_DAYS = 7

/**
 * Mails that Cognito itself sends a day, of all user pools of an account together
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html, "Email messages sent daily"); SES has a quota of its own.
 */
export const DAILY_MAILS = 50

const DAY_MS = 86_400_000

/** A user of the user pool: somebody who can sign in. What they may see is not said here. */
export interface Login {
  /** Cognito's own id; in tokens, and the key of the guard's list. */
  readonly sub: string
  /** What Cognito calls them; other than the e-mail where that is how one signs in. */
  readonly username: string
  readonly email: string
  /** `FORCE_CHANGE_PASSWORD`, `CONFIRMED`, `RESET_REQUIRED`… */
  readonly status: string
  readonly enabled: boolean
  readonly createdAt: Instant
  /** Of the last change, an invitation sent again among them. */
  readonly changedAt: Instant
}

export type Standing =
  /** A mail is on its way, and its password is good. */
  | 'invited'
  /** Never signed in, and the password of the invitation is no good any more. */
  | 'invitation-ended'
  | 'active'
  | 'must-change-password'
  /** Switched off in Cognito. */
  | 'disabled'
  /** In the guard's list, but nobody can sign in as them. */
  | 'no-login'
  /** Can sign in, but is not in the guard's list: sees nothing. */
  | 'not-listed'

export function standingOf({ user, login }: Joined, now: Instant): Standing {
  if (login === undefined) return 'no-login'
  if (user === undefined) return 'not-listed'
  if (!login.enabled) return 'disabled'
  if (login.status === 'FORCE_CHANGE_PASSWORD') return now < passwordEnds(login) ? 'invited' : 'invitation-ended'
  return login.status === 'RESET_REQUIRED' ? 'must-change-password' : 'active'
}

/** When the password of the last invitation is no good any more. */
export const passwordEnds = ({ createdAt, changedAt }: Login): Instant =>
  (Math.max(createdAt, changedAt) + TEMPORARY_PASSWORD_DAYS * DAY_MS) as Instant

/** Whoever is in the list, in the pool, or in both. */
export interface Joined {
  readonly user: PageUser | undefined
  readonly login: Login | undefined
}

/** The list by name, then those whom only the pool knows, by e-mail. */
export function joined(users: readonly PageUser[], logins: readonly Login[]): readonly Joined[] {
  const bySub = new Map(logins.map((login) => [login.sub, login]))
  const listed = new Set(users.map(({ sub }) => sub))
  return [
    ...users
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      .map((user) => ({ user, login: bySub.get(user.sub) })),
    ...logins
      .filter(({ sub }) => !listed.has(sub))
      .toSorted((a, b) => a.email.localeCompare(b.email, 'en'))
      .map((login) => ({ user: undefined, login })),
  ]
}

/** How many invitations of the last 24 hours are known; those of other pools and lost passwords count too, and are not known. */
export const invitedLately = (logins: readonly Login[], now: Instant): number =>
  logins.filter(
    ({ status, createdAt, changedAt }) =>
      createdAt > now - DAY_MS || (status === 'FORCE_CHANGE_PASSWORD' && changedAt > now - DAY_MS),
  ).length
