/** What an admin types for people and teams, and what they are shown: without a process. */
import { describe, expect, test } from 'vitest'
import { potsOf } from '../../src/commands/_people/list.ts'
import { membersFor, type PotKind, type Reading, readPots } from '../../src/commands/_people/members.ts'
import { principalFor, targetFor } from '../../src/commands/_targets.ts'
import { cautionsText } from '../../src/commands/_view/people.ts'
import { potsText } from '../../src/commands/_view/pots.ts'
import { noBelongings } from '../../src/runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { displayWidth } from '../../src/runtime/domain/telling/layout.ts'

const key = (text: string) => text as PrincipalKey
const SSO = 'AWSReservedSSO_Dev_0123456789abcdef'
const iam = ['user/tanaka', 'user/sato', 'role/team-a', `role/${SSO}`, 'role/shared'].map(key)

const reading = (kind: PotKind, over: Partial<Reading> = {}): Reading => ({
  kind,
  account: '123456789012',
  force: false,
  sessionRoles: ['AWSReservedSSO_*', 'fixed'],
  current: {
    people: [{ name: 'tanaka', members: ['user/tanaka', 'user/left-long-ago'] }],
    teams: [{ name: 'growth', members: ['user/sato'], from: 'list' }],
  },
  directory: {
    find: async (name) => iam.filter((one) => one.endsWith(`/${name}`)).map((one) => ({ key: one, from: 'iam' })),
    known: async (one) =>
      iam.find((known) => known === one || (one.startsWith('session/') && known === `role/${one.split('/')[1]}`)) &&
      one,
    names: async () => iam,
    freeSlots: async () => undefined,
  },
  seen: async () => [],
  pots: async () => ['person/tanaka', 'team/growth'],
  ...over,
})

describe('what is typed', () => {
  test('is a name and its members, at the = before the first kind of principal', () => {
    expect(readPots(['tanaka=user/tanaka,user/x', 'a=b=role/c=d'], 'person')).toEqual([
      { name: 'tanaka', members: ['user/tanaka', 'user/x'] },
      { name: 'a=b', members: ['role/c=d'] },
    ])
  })

  test.each([
    ['tanaka', 'bad-members'],
    ['tanaka=', 'bad-members'],
    ['tanaka=user/a,,user/b', 'bad-members'],
    ['=user/a', 'bad-name'],
    ['everyone=user/a', 'bad-name'],
    ['Account=user/a', 'bad-name'],
    ['a/b=user/a', 'bad-name'],
    ['a*=user/a', 'bad-name'],
    [`${'x'.repeat(65)}=user/a`, 'bad-name'],
  ])('%s is refused before AWS is asked', (text, code) => {
    expect(() => readPots([text], 'person')).toThrow(expect.objectContaining({ code }))
  })

  test('one name twice is refused, whatever its case', () => {
    expect(() => readPots(['tanaka=user/a', 'Tanaka=user/b'], 'person')).toThrow(/set twice/)
  })
})

describe('a member', () => {
  const members = (kind: PotKind, ...typed: string[]) => membersFor({ name: 'x', members: typed }, reading(kind))

  test('is looked up by its bare name; a pattern, and who belongs somewhere already, is taken as it stands', async () => {
    const pattern = 'session/AWSReservedSSO_*/tanaka@example.com'
    expect(await members('person', 'sato', pattern, 'user/left-long-ago')).toEqual([
      ...['user/sato', pattern, 'user/left-long-ago'],
    ])
  })

  test('of a team may be a person; a bare name that is a person and a user is refused with both', async () => {
    expect(await members('team', 'person/tanaka', 'role/team-a')).toEqual(['person/tanaka', 'role/team-a'])
    await expect(members('team', 'tanaka')).rejects.toMatchObject({
      code: 'ambiguous-principal',
      suggestions: ['user/tanaka', 'person/tanaka'],
    })
  })

  test.each([
    ['person', 'user/nobody', 'unknown-principal'],
    ['person', 'person/tanaka', 'cannot-belong'],
    ['team', 'team/growth', 'cannot-belong'],
    ['team', 'person/nobody', 'unknown-principal'],
    ['person', 'unattributed', 'cannot-belong'],
    ['person', 'root/123456789012', 'cannot-belong'],
    ['person', `session/${SSO}/(others)`, 'cannot-belong'],
    ['person', '*', 'bad-pattern'],
    ['person', 'user/*', 'bad-pattern'],
    ['person', 'session/*/tanaka@example.com', 'bad-pattern'],
    ['person', 'session/shared/tanaka', 'session-of-shared-role'],
  ] as const)('of a %s cannot be %s', async (kind, typed, code) => {
    await expect(members(kind, typed)).rejects.toMatchObject({ code })
  })

  test('may be one of five hundred, not of more', async () => {
    const many = Array.from({ length: 501 }, (_, index) => `user/u${index}`)
    const open = reading('team', { force: true })
    expect(await membersFor({ name: 'x', members: many.slice(1) }, open)).toHaveLength(500)
    await expect(membersFor({ name: 'x', members: many }, open)).rejects.toMatchObject({ code: 'too-many-members' })
  })
})

describe('what an admin may not have thought of', () => {
  const none: ReadonlySet<string> = new Set()
  const around = { current: noBelongings, limited: none, blocked: none, excluded: none }
  const unwrapped = (note: string) => note.replaceAll('\n', ' ')

  test('is what is left of a team that goes: its limit, its block by hand, its exclusion', () => {
    const gone = { kind: 'team' as const, name: 'growth', before: ['user/sato'], after: undefined }
    const all: ReadonlySet<string> = new Set(['team/growth', 'team/other'])
    const notes = cautionsText(
      { changes: [gone] },
      { current: noBelongings, limited: all, blocked: all, excluded: all, command: (words) => words },
    )
    expect(notes.map(unwrapped)).toEqual([
      'Note: the limit of team/growth stays, and counts nobody: limits unset team/growth',
      'Note: the block by hand of team/growth stays, and stops nobody: unblock team/growth',
      'Note: team/growth stays excluded, which frees nobody: exclude remove team/growth',
    ])
    expect(cautionsText({ changes: [gone] }, { ...around, command: (words) => words })).toEqual([])
  })

  test('is who chooses a name: whoever takes the role or the federation token, and nobody in Identity Center', () => {
    const notes = (member: string) =>
      cautionsText(
        { changes: [{ kind: 'person', name: 'sato', before: undefined, after: ['user/sato', member] }] },
        { ...around, command: (words) => words },
      ).map(unwrapped)
    expect(notes('session/app/sato')).toEqual([expect.stringMatching(/may assume the role .* belongs to nobody/)])
    expect(notes('session/*/sato')).toHaveLength(1)
    expect(notes('federated/sato')).toEqual([expect.stringMatching(/GetFederationToken .* federated\/sato/)])
    expect(notes('session/AWSReservedSSO_*/sato')).toEqual([])
  })
})

describe('the target of a limit', () => {
  test('may be a person or a team, by name or by bare name, whatever its case', async () => {
    const how = reading('person')
    expect(await targetFor('person/TANAKA', how)).toBe('person/tanaka')
    expect(await targetFor('growth', how)).toBe('team/growth')
    expect(await targetFor('sato', how)).toBe('user/sato')
  })

  test('that means a user and a person is refused with both; without people the bare name is the user', async () => {
    await expect(targetFor('tanaka', reading('person'))).rejects.toMatchObject({
      code: 'ambiguous-principal',
      message: '"tanaka" may mean 2 of these: user/tanaka (IAM), person/tanaka (of this guard)',
      suggestions: ['user/tanaka', 'person/tanaka'],
    })
    expect(await principalFor('tanaka', reading('person'))).toBe('user/tanaka')
  })

  test('that nobody made is refused with what is near, and taken with --force', async () => {
    await expect(targetFor('team/growht', reading('person'))).rejects.toMatchObject({
      code: 'unknown-principal',
      suggestions: expect.arrayContaining(['team/growth', '--force, to set it all the same']),
    })
    expect(await targetFor('team/later', reading('person', { force: true }))).toBe('team/later')
  })
})

describe('the list', () => {
  const balances = [
    { principal: key('user/tanaka'), spend: parseUsd('1.25') },
    { principal: key('user/x1'), spend: parseUsd('2') },
    { principal: key('role/batch'), spend: parseUsd('0.5') },
  ]
  const belongings = {
    people: [{ name: 'tanaka', members: ['user/tanaka', 'user/x*'] }],
    teams: [{ name: 'growth', members: ['person/tanaka', 'user/tanaka'], from: 'list' as const }],
  }
  const words = {
    period: { key: '2026-11', timezone: 'UTC' },
    screen: 80,
    command: (line: string) => `cost-guard ${line}`,
  }

  test('counts each member once, and says what is nobody’s', () => {
    for (const kind of ['person', 'team'] as const) {
      const { pots, nobodys } = potsOf(kind, belongings, balances)
      expect(pots.map(({ spend }) => toDecimal(spend))).toEqual(['3.25'])
      expect(nobodys).toEqual([balances[2]])
    }
    const { pots, nobodys } = potsOf('person', belongings, balances)
    const text = potsText({ ...words, kind: 'person', pots, nobodys })
    expect(text).toContain('tanaka  3.25        2')
    expect(text).toContain('Nobody’s: 0.50\n  role/batch 0.50')
    expect(text).toContain('Estimate at list price, before tax, credits and private discounts.')
  })

  test('of nobody says what to do', () => {
    const text = potsText({ ...words, kind: 'person', pots: [], nobodys: [] })
    expect(text).toContain('There is no person yet')
    expect(text).toContain('cost-guard people suggest')
  })

  test('of five hundred members keeps to 80 columns, shows some, and all of them when asked for one', () => {
    const members = Array.from({ length: 500 }, (_, index) => `session/${SSO}/person-${index}@example.com`)
    const teams = [
      { name: '営業部', members, from: 'tags' as const },
      { name: 'growth', members: ['user/a'], from: 'list' as const },
    ]
    const { pots } = potsOf('team', { people: [], teams }, balances)
    const all = potsText({ ...words, kind: 'team', pots, nobodys: [] })
    expect(all.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([])
    expect(all).toContain("and 488 more: cost-guard teams list '営業部'")
    const one = potsText({
      ...words,
      kind: 'team',
      pots: pots.filter(({ name }) => name === '営業部'),
      nobodys: undefined,
    })
    expect(one).toContain('person-499@example.com')
    expect(one.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([])
  })
})
