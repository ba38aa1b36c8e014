/** dashboard users add: look up, invite, put into the list. The login comes first: its id is what the list is kept by. */
import type { Invited } from '../../provision/page-users/logins.ts'
import { DAILY_MAILS, invitedLately } from '../../provision/page-users/standing.ts'
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { PageUser } from '../../runtime/ports.ts'
import type { Door } from '../_compose.ts'
import { wishRoom } from '../_rooms.ts'
import { type LookUp, lookUpIn } from '../_targets.ts'
import { addedText, type MailState, mailAdvice, noMailText, userJson } from '../_view/page-users.ts'
import { planUser, type UserPlan } from './plan.ts'
import { type UsersRoom, usersRoom } from './room.ts'
import { refused, subjectsFor, subjectsOf, type TypedUser } from './typed.ts'

export interface Done {
  readonly text: string
  readonly json: object
  /** It was done, and no mail went out. */
  readonly failed: boolean
}

/** What of the door is needed here. */
export type Teller = Pick<Door, 'guard' | 'caller' | 'command' | 'clock' | 'note'>

export async function addUser(door: Door, typed: TypedUser, how: { readonly force: boolean }): Promise<Done> {
  const [room, wishes] = await Promise.all([usersRoom(door), wishRoom(door)])
  return addIn(room, door, typed, lookUpIn(wishes, door, how.force))
}

/** Anything that can be wrong is found before the first mail goes out. */
export async function addIn(room: UsersRoom, door: Teller, typed: TypedUser, looking: LookUp): Promise<Done> {
  const plan = await planUser(typed, room, door.command)
  const wanted = await wantedFor(plan, typed, { room, looking, door })
  const invited = plan.login === undefined ? await invite(plan, { room, door }) : undefined
  const login = plan.login ?? invited?.login
  if (login === undefined) throw nobodyMade(plan, invited, door)
  const now = door.clock.now()
  const user: PageUser = {
    ...wanted,
    sub: login.sub,
    addedAt: plan.before?.sub === login.sub ? plan.before.addedAt : now,
    addedBy: plan.before?.sub === login.sub ? plan.before.addedBy : door.caller,
  }
  const changed = plan.before === undefined || !isSame(plan.before, user)
  if (changed) await keep(room, user, { before: plan.before, by: door.caller, now })
  const mail = mailOf(invited)
  return {
    text: addedText({ user, login, before: plan.before, changed, mail }, { ...door, now, url: room.url }),
    json: {
      guard: door.guard,
      user: userJson({ user, login }, now),
      previous: plan.before === undefined ? null : { admin: plan.before.admin, sees: plan.before.sees },
      changed,
      mail,
      url: room.url,
    },
    failed: mail === 'daily-limit' || mail === 'not-deliverable',
  }
}

const mailOf = (invited: Invited | undefined): MailState =>
  invited === undefined || invited.wasThere ? 'none' : (invited.notSent?.why ?? 'sent')

async function wantedFor(
  plan: UserPlan,
  typed: TypedUser,
  { room, looking, door }: { room: UsersRoom; looking: LookUp; door: Teller },
): Promise<Pick<PageUser, 'name' | 'admin' | 'sees'>> {
  const { name, before } = plan
  const admin = typed.admin ?? before?.admin ?? false
  const sees =
    typed.principals !== undefined
      ? await subjectsFor(typed.principals, looking)
      : (before?.sees ?? (await subjectsOf({ name, admin }, looking)))
  if (!admin && sees.length === 0 && room.page.shows !== 'all')
    throw refused('sees-nothing', `${name} would sign in and see nothing: nothing was done`, [
      '--principals user/NAME,person/NAME,team/NAME',
      '--admin, for somebody who sees everybody',
      ...(before === undefined ? [] : [door.command(`dashboard users remove ${shellQuoted(name)}`)]),
    ])
  return { name, admin, sees }
}

async function invite({ email }: UserPlan, { room, door }: { room: UsersRoom; door: Teller }): Promise<Invited> {
  if (room.page.sesIdentity === undefined) await noteMailsLeft(room, door)
  return room.logins.invite(email)
}

/** Near the limit, who has been invited today is counted: the list alone tells whether it can be near. */
async function noteMailsLeft({ users, logins }: UsersRoom, door: Teller): Promise<void> {
  const near = DAILY_MAILS - 10
  if ((await users.all()).length < near) return
  const known = invitedLately(await logins.all(), door.clock.now())
  if (known >= near)
    door.note(
      `${known} invitations of the last 24 hours are known; Cognito itself sends ${DAILY_MAILS} mails a day for the whole account`,
    )
}

const isSame = (before: PageUser, after: PageUser): boolean =>
  before.sub === after.sub &&
  before.admin === after.admin &&
  before.sees.length === after.sees.length &&
  before.sees.every((one) => after.sees.includes(one))

/** The new entry before the old one goes: whoever has both sees what the new one says, by the id of its login. */
async function keep(
  { users, history }: Pick<UsersRoom, 'users' | 'history'>,
  user: PageUser,
  { before, by, now }: { before: PageUser | undefined; by: string; now: Instant },
): Promise<void> {
  await users.put(user)
  if (before !== undefined && before.sub !== user.sub) await users.remove(before.sub)
  await history.append({
    at: now,
    by,
    what: before === undefined ? 'page-user-added' : 'page-user-changed',
    details: {
      name: user.name,
      admin: yesNo(user.admin),
      sees: user.sees.join(' ') || 'none',
      ...(before === undefined
        ? {}
        : { adminBefore: yesNo(before.admin), seesBefore: before.sees.join(' ') || 'none' }),
      ...(before === undefined || before.sub === user.sub ? {} : { login: 'new' }),
    },
  })
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

function nobodyMade({ name, email }: UserPlan, invited: Invited | undefined, door: Teller): GuardError {
  const why = invited?.notSent
  const again = door.command(`dashboard users add ${shellQuoted(name)} --email ${email}`)
  const failed = (code: string, message: string, suggestions: readonly string[]) =>
    new GuardError({ code, fault: 'aws', message, suggestions })
  if (why === undefined)
    return failed('not-made', `Cognito says that ${email} is there, and does not find it: nothing was done`, [again])
  return failed(
    why.why === 'daily-limit' ? 'mail-limit' : 'mail-not-sent',
    `${noMailText(why.why)}, and ${name} was not added: ${why.message}`,
    mailAdvice(why.why, { again, command: door.command }),
  )
}
