/** Who may open the page and whose spend they see: what the commands do, over fakes of the list and of the user pool. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Door } from '../../src/commands/_compose.ts'
import { addIn, type Teller } from '../../src/commands/_dashboard/add.ts'
import { openerFor } from '../../src/commands/_dashboard/open.ts'
import { removeIn, resendIn } from '../../src/commands/_dashboard/remove.ts'
import { pageOf, type UsersRoom } from '../../src/commands/_dashboard/room.ts'
import { readUser } from '../../src/commands/_dashboard/typed.ts'
import { userFindings } from '../../src/commands/_doctor/page.ts'
import { tell } from '../../src/commands/_errors.ts'
import type { LookUp } from '../../src/commands/_targets.ts'
import { usersText } from '../../src/commands/_view/page-users.ts'
import { namesFor } from '../../src/provision/names.ts'
import { joined, type Login, standingOf } from '../../src/provision/page-users/standing.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { type Instant, monthOf } from '../../src/runtime/domain/base/calendar.ts'
import type { GroupKey } from '../../src/runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { displayWidth } from '../../src/runtime/domain/telling/layout.ts'
import type { PageUser } from '../../src/runtime/ports.ts'
import { TestClock } from '../contract/world.ts'
import { MemoryHistory } from '../fakes/memory-books.ts'
import { MemoryLogins } from '../fakes/memory-logins.ts'
import { MemoryPageUsers } from '../fakes/memory-page-users.ts'
import { TOKYO } from '../support/charges.ts'

const ADMIN = 'arn:aws:iam::123456789012:user/admin'
const KNOWN: readonly PrincipalKey[] = ['user/tanaka', 'user/sato', 'role/sato', 'user/suzuki'] as PrincipalKey[]
const POTS: readonly GroupKey[] = ['person/yamada', 'team/growth']
const DAY = 86_400_000

const looking: LookUp = {
  account: '123456789012',
  force: false,
  seen: async () => [],
  pots: async () => POTS,
  directory: {
    find: async (name) => KNOWN.filter((key) => key.slice(5) === name).map((key) => ({ key, from: 'iam' as const })),
    known: async (key) => KNOWN.find((one) => one === key),
    names: async () => KNOWN,
    freeSlots: async () => undefined,
  },
}

let clock: TestClock
let users: MemoryPageUsers
let logins: MemoryLogins
let history: MemoryHistory
let notes: string[]
let room: UsersRoom
let door: Teller
beforeEach(() => {
  clock = new TestClock('2026-11-18T02:12:00Z')
  users = new MemoryPageUsers()
  logins = new MemoryLogins(clock)
  history = new MemoryHistory((when) => monthOf(when, TOKYO))
  notes = []
  room = {
    users,
    logins,
    history,
    url: 'https://page.example.com/',
    page: {
      ...{ shows: 'own', mfa: 'optional', cidrs: [], prefix: undefined, url: undefined },
      ...{ sesIdentity: undefined, mailFrom: undefined },
    },
  }
  door = {
    guard: 'cost-guard',
    caller: ADMIN,
    clock,
    command: (words) => `cost-guard ${words}`,
    note: (text) => notes.push(text),
  }
})

const add = (name: string, flags: Parameters<typeof readUser>[1] = {}) =>
  addIn(room, door, readUser(name, flags), looking)
const mail = (name: string) => ({ email: `${name}@example.com` })
const remove = (name: string) => removeIn(room, door, name, { yes: true, json: false })
const told = async () => (await users.all()).map(({ name, admin, sees }) => ({ name, admin, sees }))
const loginNow = (over: Partial<Login> = {}): Login => ({
  ...{ sub: 's-1', username: 's-1', email: 'tanaka@example.com', status: 'CONFIRMED', enabled: true },
  ...{ createdAt: clock.now(), changedAt: clock.now() },
  ...over,
})

describe('adding somebody', () => {
  it('invites them and lets them see whoever is called so', async () => {
    const done = await add('tanaka', { email: ' Tanaka@Example.com ' })
    expect(logins.mails).toEqual(['tanaka@example.com'])
    expect(await told()).toEqual([{ name: 'tanaka', admin: false, sees: ['user/tanaka'] }])
    expect(done).toMatchObject({ failed: false, json: { changed: true, mail: 'sent', previous: null } })
    expect(done.text).toContain('https://page.example.com/')
    expect(history.events).toMatchObject([
      { by: ADMIN, what: 'page-user-added', details: { name: 'tanaka', admin: 'no', sees: 'user/tanaka' } },
    ])
  })

  it('asks back where the name may mean several, or nobody, before any mail goes out', async () => {
    await expect(add('sato', mail('sato'))).rejects.toMatchObject({
      code: 'ambiguous-principal',
      suggestions: expect.arrayContaining(['--principals user/sato', '--principals role/sato']),
    })
    await expect(add('tanakaa', mail('tanaka'))).rejects.toMatchObject({
      code: 'unknown-principal',
      suggestions: expect.arrayContaining(['--principals user/tanaka']),
    })
    await expect(add('tanaka', { ...mail('tanaka'), principals: 'user/tanaka,user/nobody' })).rejects.toMatchObject({
      code: 'unknown-principal',
    })
    await expect(add('boss', { ...mail('boss'), principals: 'none' })).rejects.toMatchObject({ code: 'sees-nothing' })
    expect([logins.mails, await users.all(), history.events]).toEqual([[], [], []])
  })

  it('takes an admin who is nobody in IAM, and a lead who sees a person and a team', async () => {
    await add('boss', { ...mail('boss'), admin: true })
    await add('lead', { ...mail('lead'), principals: 'growth, person/yamada' })
    expect(await told()).toEqual([
      { name: 'boss', admin: true, sees: [] },
      { name: 'lead', admin: false, sees: ['team/growth', 'person/yamada'] },
    ])
  })

  it('lets who is mapped to nobody in where the page shows everything to all', async () => {
    room = { ...room, page: { ...room.page, shows: 'all' } }
    await add('guest', { ...mail('guest'), principals: 'none' })
    expect(await told()).toEqual([{ name: 'guest', admin: false, sees: [] }])
  })

  it('wants an address for somebody new, and one address is one user', async () => {
    await expect(add('tanaka')).rejects.toMatchObject({ code: 'email-missing' })
    await add('tanaka', mail('tanaka'))
    await expect(add('suzuki', mail('tanaka'))).rejects.toMatchObject({ code: 'email-taken' })
    await expect(add('tanaka', mail('other'))).rejects.toMatchObject({ code: 'other-email' })
    expect(await told()).toHaveLength(1)
    expect(logins.mails).toHaveLength(1)
  })

  it.each([
    ['a b@example.com', { email: 'x@example.com' }, 'unknown-principal'],
    ['a#b', { email: 'x@example.com' }, 'bad-name'],
    ['none', { email: 'x@example.com' }, 'bad-name'],
    ['tanaka', { email: 'tanaka' }, 'bad-email'],
    ['tanaka', { email: `${'x'.repeat(64)}@${'example.'.repeat(10)}com` }, 'bad-email'],
    ['tanaka', { principals: '' }, 'bad-principals'],
    ['tanaka', { principals: 'user/a,,user/b' }, 'bad-principals'],
    ['tanaka', { principals: 'none,user/a' }, 'bad-principals'],
    ['tanaka', { principals: 'role/*' }, 'bad-principals'],
    ['tanaka', { principals: '*' }, 'bad-principals'],
    ['tanaka', { principals: 'everyone' }, 'bad-principals'],
    ['tanaka', { principals: 'user/tanaka,account' }, 'bad-principals'],
    ['tanaka', { email: 'x@example.com', principals: 'root/123456789012' }, 'bad-principals'],
    ['tanaka', { email: 'x@example.com', principals: 'unattributed' }, 'bad-principals'],
  ])('refuses %s with %o', async (name, flags, code) => {
    await expect((async () => add(name, flags))()).rejects.toMatchObject({ code, fault: 'user' })
    expect(logins.mails).toEqual([])
  })
})

it('who asks for everybody, or for nobody in particular, is told how that is said', async () => {
  for (const principals of ['*', 'everyone', 'account'])
    expect(() => readUser('boss', { principals })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('admin'), suggestions: ['--admin'] }),
    )
  expect(() => readUser('boss', { principals: '' })).toThrow('--principals names nobody')
})

describe('adding somebody again', () => {
  it('changes only what is typed, says old and new, and sends no mail', async () => {
    await add('tanaka', mail('tanaka'))
    const [first] = await users.all()
    clock.pass(DAY)
    const done = await add('Tanaka', { principals: 'user/tanaka,team/growth' })
    expect(done.text).toContain('sees user/tanaka → user/tanaka, team/growth')
    expect(done.json).toMatchObject({ changed: true, mail: 'none', previous: { admin: false, sees: ['user/tanaka'] } })
    expect(await users.all()).toEqual([{ ...first, sees: ['user/tanaka', 'team/growth'] }])
    await add('tanaka', { admin: true })
    await add('tanaka', { ...mail('tanaka'), admin: false })
    expect(await users.all()).toEqual([{ ...first, sees: ['user/tanaka', 'team/growth'] }])
    expect(history.events.map(({ what }) => what)).toEqual(['page-user-added', ...Array(3).fill('page-user-changed')])
    const same = await add('tanaka', { principals: 'growth,tanaka' })
    expect(same).toMatchObject({ json: { changed: false } })
    expect(history.events).toHaveLength(4)
    expect(logins.mails).toHaveLength(1)
  })

  it('takes no admin off who would then see nothing', async () => {
    await add('boss', { ...mail('boss'), admin: true })
    await expect(add('boss', { admin: false })).rejects.toMatchObject({ code: 'sees-nothing' })
    expect(await told()).toEqual([{ name: 'boss', admin: true, sees: [] }])
  })

  it('finishes what was interrupted after the invitation', async () => {
    users.inject(new Error('the process is gone'), 1, 'put')
    await expect(add('tanaka', mail('tanaka'))).rejects.toThrow('gone')
    const [login] = await logins.all()
    const done = await add('tanaka', mail('tanaka'))
    expect(await users.all()).toMatchObject([{ name: 'tanaka', sub: login?.sub }])
    expect(logins.mails).toEqual(['tanaka@example.com'])
    expect(done.text).toContain('dashboard users resend tanaka')
  })

  it('says of a login that was disabled in Cognito that nobody can sign in with it', async () => {
    await add('tanaka', mail('tanaka'))
    const [login] = await logins.all()
    logins.set({ ...loginNow(), ...login, enabled: false })
    const again = await add('tanaka', { principals: 'user/tanaka,team/growth' })
    expect(again.text).toContain('disabled in Cognito')
    expect(again.text).not.toContain('resend')
  })

  it('invites again whose login somebody deleted, under the new id and no other', async () => {
    await add('tanaka', { ...mail('tanaka'), principals: 'user/tanaka,team/growth' })
    const [old] = await users.all()
    await logins.remove(old?.sub ?? '')
    await expect(add('tanaka')).rejects.toMatchObject({ code: 'email-missing' })
    await add('tanaka', mail('tanaka'))
    const [now, ...others] = await users.all()
    expect([now?.sees, others]).toEqual([['user/tanaka', 'team/growth'], []])
    expect(now?.sub).not.toBe(old?.sub)
    expect(history.events.at(-1)).toMatchObject({ what: 'page-user-changed', details: { login: 'new' } })
  })

  it('two admins who add one name at the same moment make two users, who are told apart by their addresses', async () => {
    await add('tanaka', mail('tanaka'))
    const [first] = await users.all()
    const other = loginNow({ sub: 's-2', username: 's-2', email: 'other@example.com' })
    logins.set(other)
    await users.put({
      ...{ addedAt: clock.now(), addedBy: ADMIN },
      ...first,
      sub: 's-2',
      name: 'tanaka',
      admin: true,
      sees: [],
    })
    const both = { code: 'ambiguous-user', message: expect.stringContaining('tanaka@example.com, other@example.com') }
    await expect(add('tanaka', { principals: 'team/growth' })).rejects.toMatchObject(both)
    await expect(remove('tanaka')).rejects.toMatchObject(both)
    await expect(resendIn(room, door, 'Tanaka')).rejects.toMatchObject(both)
    await add('tanaka', { email: 'tanaka@example.com', principals: 'team/growth' })
    await remove('other@example.com')
    expect(await told()).toEqual([{ name: 'tanaka', admin: false, sees: ['team/growth'] }])
  })
})

describe('Cognito’s fifty mails a day', () => {
  const notSent = {
    why: 'daily-limit',
    message: 'Exceeded daily email limit for the operation or the account.',
  } as const

  it('adds nobody where no user was made, and says what to do', async () => {
    logins.mute = { notSent, made: false }
    await expect(add('tanaka', mail('tanaka'))).rejects.toMatchObject({
      code: 'mail-limit',
      suggestions: [
        'tomorrow: cost-guard dashboard users add tanaka --email tanaka@example.com',
        'or let SES send: cost-guard init --dashboard-ses ARN',
      ],
    })
    expect([await users.all(), history.events]).toEqual([[], []])
  })

  it('keeps who was made all the same, and says how the mail is sent tomorrow', async () => {
    logins.mute = { notSent, made: true }
    const done = await add('tanaka', mail('tanaka'))
    expect(done).toMatchObject({ failed: true, json: { changed: true, mail: 'daily-limit' } })
    expect(done.text).toContain('tomorrow: cost-guard dashboard users resend tanaka')
    expect(done.text).toContain('init --dashboard-ses ARN')
    expect(await told()).toHaveLength(1)
    await expect(resendIn(room, door, 'tanaka')).rejects.toMatchObject({ code: 'mail-limit', fault: 'aws' })
    logins.mute = undefined
    expect(await resendIn(room, door, 'tanaka')).toMatchObject({ json: { sent: true } })
  })

  const crowd = async (count: number, over: Partial<Login>) => {
    for (let each = 0; each < count; each += 1) {
      logins.set(loginNow({ sub: `s${each}`, email: `u${each}@example.com`, ...over }))
      await users.put({
        sub: `s${each}`,
        name: `u${each}`,
        admin: true,
        sees: [],
        addedAt: clock.now(),
        addedBy: ADMIN,
      })
    }
  }

  it('is said when it is near, from who was invited within a day', async () => {
    await crowd(43, {})
    await add('tanaka', mail('tanaka'))
    expect(notes).toEqual([expect.stringContaining('43 invitations of the last 24 hours')])
  })

  it('is not spoken of when it is far, or SES sends', async () => {
    await crowd(45, { createdAt: (clock.now() - 2 * DAY) as Instant, changedAt: (clock.now() - 2 * DAY) as Instant })
    await add('tanaka', mail('tanaka'))
    await crowd(45, {})
    room = { ...room, page: { ...room.page, sesIdentity: 'arn:aws:ses:us-east-1:123456789012:identity/example.com' } }
    await add('suzuki', mail('suzuki'))
    expect(notes).toEqual([])
  })
})

describe('removing somebody', () => {
  it('closes the page first, then takes the login', async () => {
    await add('tanaka', mail('tanaka'))
    logins.inject(new Error('no answer'), 1, 'remove')
    await expect(remove('tanaka')).rejects.toMatchObject({
      code: 'login-stays',
      suggestions: ['cost-guard dashboard users remove tanaka@example.com --yes'],
    })
    expect(await users.all()).toEqual([])
    expect(await logins.all()).toHaveLength(1)
    expect((await remove('tanaka@example.com')).text).toContain('saw nothing')
    expect(await logins.all()).toEqual([])
    expect(history.events.map(({ what }) => what)).toEqual(['page-user-added', 'page-user-removed'])
  })

  it('finds them by name and by address, and refuses what may mean two', async () => {
    await add('tanaka', mail('tanaka'))
    await add('tanaka@example.com', { ...mail('suzuki'), principals: 'user/suzuki' })
    await expect(remove('tanaka@example.com')).rejects.toMatchObject({ code: 'ambiguous-user' })
    await expect(remove('tanka')).rejects.toMatchObject({ code: 'unknown-user' })
    await remove('SUZUKI@example.com')
    await remove('TANAKA@example.com')
    expect([await users.all(), await logins.all()]).toEqual([[], []])
  })

  it('asks, and without a terminal changes nothing unless --yes is given', async () => {
    await add('tanaka', mail('tanaka'))
    await expect(removeIn(room, door, 'tanaka', { yes: false, json: true })).rejects.toMatchObject({
      code: 'needs-yes',
      suggestions: ['cost-guard dashboard users remove tanaka --yes'],
    })
    expect(await users.all()).toHaveLength(1)
  })
})

describe('inviting again', () => {
  it('writes to who never signed in, and to nobody else', async () => {
    await add('tanaka', mail('tanaka'))
    expect(await resendIn(room, door, 'tanaka')).toMatchObject({ json: { sent: true } })
    const [login] = await logins.all()
    logins.set({ ...loginNow(), ...login, status: 'CONFIRMED' })
    expect(await resendIn(room, door, 'tanaka')).toMatchObject({ json: { sent: false } })
    await logins.remove(login?.sub ?? '')
    await expect(resendIn(room, door, 'tanaka')).rejects.toMatchObject({ code: 'no-login' })
    expect(logins.mails).toEqual(['tanaka@example.com', 'tanaka@example.com'])
  })

  it('writes to nobody who could not sign in with it, and says of whom the list does not name that they see nothing', async () => {
    logins.set(loginNow({ status: 'FORCE_CHANGE_PASSWORD', enabled: false }))
    await expect(resendIn(room, door, 'tanaka@example.com')).rejects.toMatchObject({ code: 'login-disabled' })
    expect(logins.mails).toEqual([])
    logins.set(loginNow({ status: 'FORCE_CHANGE_PASSWORD' }))
    const done = await resendIn(room, door, 'tanaka@example.com')
    expect(done.text).toContain('dashboard users add NAME --email tanaka@example.com')
  })
})

describe('where somebody stands', () => {
  const user = (over: Partial<PageUser> = {}): PageUser => ({
    ...{ sub: 's-1', name: 'tanaka', admin: false, sees: ['user/tanaka'] as PrincipalKey[] },
    ...{ addedAt: clock.now(), addedBy: ADMIN },
    ...over,
  })

  it('follows from both sides, and the password of an invitation runs out after seven days', () => {
    const invited = loginNow({ status: 'FORCE_CHANGE_PASSWORD' })
    const at = (days: number) => (clock.now() + days * DAY) as Instant
    expect(standingOf({ user: user(), login: invited }, at(6.9))).toBe('invited')
    expect(standingOf({ user: user(), login: invited }, at(7))).toBe('invitation-ended')
    expect(standingOf({ user: user(), login: { ...invited, changedAt: at(3) } }, at(7))).toBe('invited')
    expect(standingOf({ user: user(), login: loginNow() }, at(99))).toBe('active')
    expect(standingOf({ user: user(), login: loginNow({ status: 'RESET_REQUIRED' }) }, at(0))).toBe(
      'must-change-password',
    )
    expect(standingOf({ user: user(), login: loginNow({ enabled: false }) }, at(0))).toBe('disabled')
    expect(standingOf({ user: user(), login: undefined }, at(0))).toBe('no-login')
    expect(standingOf({ user: undefined, login: loginNow() }, at(0))).toBe('not-listed')
  })

  it('is what doctor speaks of, with the command that mends it', () => {
    const words = { now: (clock.now() + 8 * DAY) as Instant, command: door.command }
    const late = loginNow({ sub: 's-3', email: 'sato@example.com', status: 'FORCE_CHANGE_PASSWORD' })
    const findings = userFindings(
      joined(
        [user(), user({ sub: 's-2', name: '鈴木 花子' }), user({ sub: 's-3', name: 'sato' })],
        [loginNow(), loginNow({ sub: 's-9', email: 'who@example.com' }), late],
      ),
      words,
    )
    expect(findings.map(({ state, fix }) => [state, fix])).toEqual([
      ['ok', null],
      ['warn', "cost-guard dashboard users add '鈴木 花子' --email ADDRESS"],
      ['note', 'cost-guard dashboard users list'],
      ['note', 'cost-guard dashboard users resend sato'],
    ])
    expect(findings[0]?.what).toContain('1 user')
    expect(findings[2]?.what).toContain('who@example.com')
    expect(userFindings([], words)).toMatchObject([{ state: 'note', what: 'nobody can open the page yet' }])
  })

  it('is shown within eighty columns, Japanese names and long keys among it', () => {
    const long =
      'session/AWSReservedSSO_Developer_0123456789abcdef/suzuki.hanako@engineering.example.com' as PrincipalKey
    const all = joined(
      [
        user(),
        user({ sub: 's-2', name: '鈴木 花子', sees: [long, 'team/growth'] }),
        user({ sub: 's-3', name: 'boss', admin: true, sees: [] }),
      ],
      [
        loginNow(),
        loginNow({ sub: 's-2', email: 'suzuki@example.com' }),
        loginNow({ sub: 's-9', email: 'who@example.com' }),
      ],
    ).map((one) => ({ ...one, secondFactor: undefined }))
    const words = { command: door.command, now: clock.now(), screen: 80 }
    const text = usersText(all, words)
    for (const said of [
      '鈴木 花子',
      long,
      'team/growth',
      'everybody',
      'no login',
      'who@example.com',
      'not in the list',
    ])
      expect(text).toContain(said)
    const [rows = ''] = text.split('\n\n')
    for (const line of rows.split('\n')) expect(line.includes(long) || displayWidth(line) <= 80, line).toBe(true)
    const short = usersText(all.slice(0, 1), words)
    expect(short).toMatch(/^NAME +E-MAIL +STATUS +SEES\n/)
    expect(usersText([], words)).toContain('dashboard users add NAME')
  })
})

describe('a guard', () => {
  const settings = (page: UsersRoom['page'] | undefined) => ({ ...defaultSettings('cost-guard'), page })
  const doorTo = (page: UsersRoom['page'] | undefined) =>
    ({
      ...{ guard: 'cost-guard', region: 'us-east-1', partition: 'aws', command: door.command },
      settings: async () => settings(page),
      names: () => namesFor('cost-guard', { account: '123456789012', region: 'us-east-1', partition: 'aws' }),
      manifestIn: () => ({ facts: async () => new Map() }),
    }) as unknown as Door
  const outcome = async (page: UsersRoom['page'] | undefined) => {
    const error: unknown = await pageOf(doorTo(page)).catch((why: unknown) => why)
    return tell(error, { command: 'dashboard open', flags: [], bin: 'cost-guard' })
  }

  it('without a page, or with one that is not finished, says how it is made and fails', async () => {
    expect(await outcome(undefined)).toMatchObject({
      ...{ code: 'no-page', exit: 1, suggestions: ['cost-guard init --dashboard'] },
    })
    expect(await outcome(room.page)).toMatchObject({
      ...{
        code: 'no-page',
        exit: 1,
        suggestions: ['cost-guard init'],
        message: expect.stringContaining('not finished'),
      },
    })
    const url = 'https://spend.example.com'
    expect(await pageOf(doorTo({ ...room.page, url }))).toMatchObject({ url: `${url}/`, userPoolId: undefined })
  })
})

describe('a browser', () => {
  it('is opened where there is a screen, and never on another machine', () => {
    expect(openerFor('darwin', {})).toEqual(['open'])
    expect(openerFor('linux', { DISPLAY: ':0' })).toEqual(['xdg-open'])
    expect(openerFor('linux', {})).toBeUndefined()
    expect(openerFor('darwin', { SSH_CONNECTION: '10.0.0.1 22' })).toBeUndefined()
    expect(openerFor('win32', {})).toEqual(['rundll32', 'url.dll,FileProtocolHandler'])
  })
})
