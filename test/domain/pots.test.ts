import { describe, expect, it } from 'vitest'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Limit, ManualBlock, Waiver } from '../../src/runtime/domain/judging/limit.ts'
import { type Belongings, membershipOf, type Subject } from '../../src/runtime/domain/metering/belonging.ts'
import { claimedTwice } from '../../src/runtime/domain/metering/belonging-rules.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { account, at, balance, key, limit, tokyo, waiver } from './judging.ts'

const now = at('2026-11-20T03:00:00Z')
const session = 'session/AWSReservedSSO_Dev_01/tanaka@example.com'
const belongings: Belongings = {
  people: [
    { name: 'tanaka', members: ['user/tanaka', 'user/tanaka-key', 'session/AWSReservedSSO_*/tanaka@example.com'] },
    { name: 'sato', members: ['user/sato', 'role/sato-batch'] },
  ],
  teams: [
    { name: 'growth', members: ['person/tanaka', 'user/ito'], from: 'list' },
    { name: 'night', members: ['role/sato-batch', 'user/ito'], from: 'tags' },
  ],
}

const spendOf = (spent: Readonly<Record<string, string>>) =>
  Object.entries(spent).map(([principal, usd]) => balance(principal, { '2026-11-20': usd }))

interface Given {
  readonly limits: readonly string[]
  readonly spent: Readonly<Record<string, string>>
  readonly waivers?: readonly Waiver[]
  readonly blocks?: readonly Subject[]
  readonly hands?: readonly ManualBlock[]
  readonly excluded?: readonly Subject[]
  readonly belongings?: Belongings
}

const judged = (given: Given) =>
  judgeAll({
    wishes: {
      limits: given.limits.map((text): Limit => limit(text)),
      waivers: given.waivers ?? [],
      blocks:
        given.hands ??
        (given.blocks ?? []).map((principal) => ({
          principal,
          until: 'no-end',
          by: 'arn:aws:iam::123456789012:user/admin',
          at: at('2026-11-19T00:00:00Z'),
          reason: undefined,
        })),
      excluded: given.excluded ?? [],
    },
    belongings: given.belongings ?? belongings,
    balances: spendOf(given.spent),
    previous: [],
    zoning: tokyo,
    now,
    unknownPrice: 'warn',
    account,
  })

const verdicts = (given: Given) =>
  Object.fromEntries(judged(given).map(({ principal, verdict }) => [principal, verdict.kind]))
const potOf = (given: Given, principal: string) =>
  judged(given)
    .find((judgement) => judgement.principal === principal)
    ?.limits.map((state) => [state.limit, state.sharedBy ?? state.of, toDecimal(state.spent)])

describe('the limit of a person', () => {
  const spent = { 'user/tanaka': '30', [session]: '20', 'user/ito': '99' }

  it('counts all members together and stops each of them, whoever spent and whoever did not', () => {
    expect(verdicts({ limits: ['person/tanaka=50'], spent })).toEqual({
      'user/tanaka': 'blocked',
      'user/tanaka-key': 'blocked',
      [session]: 'blocked',
      'user/ito': 'unlimited',
    })
    expect(potOf({ limits: ['person/tanaka=50'], spent }, 'user/tanaka-key')).toEqual([
      ['person/tanaka@month', 'person/tanaka', '50'],
    ])
  })

  it('leaves everybody alone one cent below', () => {
    expect(Object.values(verdicts({ limits: ['person/tanaka=50.01'], spent }))).not.toContain('blocked')
  })

  it('counts a role that is a member with its sessions, and stops the role', () => {
    const sessions = { 'session/sato-batch/one': '6', 'session/sato-batch/two': '4' }
    expect(verdicts({ limits: ['person/sato=10'], spent: sessions })).toEqual({
      'user/sato': 'blocked',
      'role/sato-batch': 'blocked',
      'session/sato-batch/one': 'blocked',
      'session/sato-batch/two': 'blocked',
    })
  })

  it('counts what each member spent since the period began, whenever it became one', () => {
    const moved = { ...belongings, people: [{ name: 'tanaka', members: ['user/tanaka', 'user/ito'] }] }
    expect(potOf({ limits: ['person/tanaka=500'], spent, belongings: moved }, 'user/ito')).toEqual([
      ['person/tanaka@month', 'person/tanaka', '129'],
    ])
  })
})

describe('the limit of a team', () => {
  it('counts members and the people in it, each principal once, and stops them all', () => {
    const given = { limits: ['team/growth=60'], spent: { 'user/tanaka': '30', [session]: '20', 'user/ito': '10' } }
    expect(verdicts(given)).toEqual({
      'user/tanaka': 'blocked',
      'user/tanaka-key': 'blocked',
      [session]: 'blocked',
      'user/ito': 'blocked',
    })
  })

  it('lets go of who left it', () => {
    const left = { ...belongings, teams: [{ name: 'growth', members: ['person/tanaka'], from: 'list' as const }] }
    const given = { limits: ['team/growth=60'], spent: { 'user/tanaka': '60', 'user/ito': '10' } }
    expect(verdicts(given)['user/ito']).toBe('blocked')
    expect(verdicts({ ...given, belongings: left })['user/ito']).toBe('unlimited')
  })

  it('counts a charge in every team its principal is in', () => {
    const given = { limits: ['team/growth=60', 'team/night=60'], spent: { 'user/ito': '10', 'role/sato-batch': '1' } }
    expect(potOf(given, 'user/ito')).toEqual([
      ['team/growth@month', 'team/growth', '10'],
      ['team/night@month', 'team/night', '11'],
    ])
  })
})

describe('the limit of everyone', () => {
  it('is one pot for each person whom no limit names, and one for each user of nobody', () => {
    const spent = { 'user/tanaka': '12', [session]: '8', 'user/ito': '15' }
    expect(verdicts({ limits: ['*=20'], spent })).toEqual({
      'user/tanaka': 'blocked',
      'user/tanaka-key': 'blocked',
      [session]: 'blocked',
      'user/ito': 'within',
    })
    expect(potOf({ limits: ['*=20'], spent }, session)).toEqual([['*@month', 'person/tanaka', '20']])
  })

  it('speaks of no member of a person whom a limit names', () => {
    const given = { limits: ['*=20', 'person/tanaka=100'], spent: { 'user/tanaka': '30' } }
    expect(potOf(given, 'user/tanaka')).toEqual([['person/tanaka@month', 'person/tanaka', '30']])
  })

  it('leaves a member with a limit of its own out of the share of the others', () => {
    const given = { limits: ['*=20', 'user/tanaka=100'], spent: { 'user/tanaka': '90', [session]: '5' } }
    expect(potOf(given, session)).toEqual([['*@month', 'person/tanaka', '5']])
    expect(verdicts(given)).toMatchObject({ 'user/tanaka': 'warn', [session]: 'within' })
  })

  it('includes the role of a person, but no other role', () => {
    const given = { limits: ['*=20'], spent: { 'role/sato-batch': '20', 'role/app': '20' } }
    expect(verdicts(given)).toEqual({ 'role/sato-batch': 'blocked', 'user/sato': 'blocked', 'role/app': 'unlimited' })
  })
})

describe('a pardon', () => {
  const over = { limits: ['team/growth=60'], spent: { 'user/tanaka': '60', 'user/ito': '10' } }
  const pardon = (subject: string) => [waiver(subject, '2026-11-30T15:00:00Z')]

  it('of one frees only this one from the limit of the team', () => {
    expect(verdicts({ ...over, waivers: pardon('user/ito') })).toMatchObject({
      'user/ito': 'waived',
      'user/tanaka': 'blocked',
    })
  })

  it('of the team frees all members from its limit, and from no other', () => {
    expect(new Set(Object.values(verdicts({ ...over, waivers: pardon('team/growth') })))).toEqual(new Set(['waived']))
    const own = { ...over, limits: [...over.limits, 'user/ito=5'] }
    expect(verdicts({ ...own, waivers: pardon('team/growth') })['user/ito']).toBe('blocked')
  })

  it('of a person frees its members from what they share, not from a limit of their own', () => {
    expect(verdicts({ ...over, waivers: pardon('person/tanaka') })).toMatchObject({
      'user/tanaka': 'waived',
      'user/tanaka-key': 'waived',
      'user/ito': 'blocked',
    })
    const each = { limits: ['*=20', 'user/tanaka=5'], spent: { 'user/tanaka': '6', [session]: '20' } }
    expect(verdicts({ ...each, waivers: pardon('person/tanaka') })).toMatchObject({
      'user/tanaka': 'blocked',
      [session]: 'waived',
    })
  })

  it('of a role that is a member frees its sessions from the limit of the team that they are in through it', () => {
    const batch = 'session/sato-batch/run'
    const given = { limits: ['team/night=10'], spent: { [batch]: '10' }, waivers: pardon('role/sato-batch') }
    expect(verdicts(given)).toMatchObject({ 'role/sato-batch': 'waived', [batch]: 'waived', 'user/ito': 'blocked' })
    const own = { ...belongings, teams: [{ name: 'night', members: [batch], from: 'list' as const }] }
    expect(verdicts({ ...given, belongings: own })).toMatchObject({ [batch]: 'blocked' })
  })

  it('with a grant ends when the members together have spent it', () => {
    const granted = (spent: string) => [
      waiver('team/growth', '2026-11-30T15:00:00Z', { grant: parseUsd('5'), spentAtGrant: parseUsd(spent) }),
    ]
    expect(verdicts({ ...over, waivers: granted('65.01') })['user/ito']).toBe('waived')
    expect(verdicts({ ...over, waivers: granted('65') })['user/ito']).toBe('blocked')
  })
})

describe('a wish about a team', () => {
  it('by hand and one about the member: the one that lasts longer decides', () => {
    const hand = (principal: Subject, until: ManualBlock['until']): ManualBlock => ({
      ...{ principal, until, by: 'admin', at: at('2026-11-19T00:00:00Z'), reason: undefined },
    })
    const [soon, later] = [at('2026-11-21T00:00:00Z'), at('2026-11-25T00:00:00Z')]
    const ends = (...hands: readonly ManualBlock[]) =>
      judged({ limits: [], spent: {}, hands })
        .filter(({ principal }) => principal === 'user/ito')
        .map(({ verdict, hand: by }) => [verdict.kind === 'blocked' && verdict.until, by?.principal])
    expect(ends(hand(key('user/ito'), soon), hand('team/growth', 'no-end'))).toEqual([['no-end', 'team/growth']])
    expect(ends(hand('team/growth', soon), hand('team/night', later))).toEqual([[later, 'team/night']])
    expect(ends(hand(key('user/ito'), later), hand('team/growth', soon))).toEqual([[later, undefined]])
  })

  it('by hand blocks whoever is a member, and says on whom it is', () => {
    const all = judged({ limits: [], spent: { 'user/sato': '1' }, blocks: ['team/growth'] })
    expect(all.map(({ principal, decidedBy, hand }) => [principal, decidedBy, hand?.principal])).toEqual([
      ['user/ito', 'manual', 'team/growth'],
      ['user/sato', undefined, undefined],
      ['user/tanaka', 'manual', 'team/growth'],
      ['user/tanaka-key', 'manual', 'team/growth'],
    ])
  })

  it('that excludes it excludes its members', () => {
    const given = { limits: ['*=0'], spent: { 'user/ito': '1', 'user/mori': '1' }, excluded: ['team/growth' as const] }
    expect(verdicts(given)).toMatchObject({ 'user/ito': 'excluded', 'user/mori': 'blocked' })
  })
})

describe('membership', () => {
  it('of one that two people claim is of the first by name, by key or by pattern', () => {
    const claimed = membershipOf({
      people: [
        { name: 'b', members: ['user/x', 'user/y'] },
        { name: 'a', members: ['user/x*'] },
      ],
      teams: [{ name: 't', members: ['person/a'], from: 'list' }],
    })
    expect([key('user/x'), key('user/y')].map((one) => [claimed.personOf(one), claimed.teamsOf(one)])).toEqual([
      ['a', ['t']],
      ['b', []],
    ])
  })

  it('is whoever IAM takes for the same: case does not count, in keys, patterns and roles', () => {
    const people = [
      { name: 'a', members: ['user/Tanaka', 'session/AWSReservedSSO_*/tanaka@Example.com', 'role/Batch'] },
      { name: 'b', members: ['user/sato'] },
    ]
    const { personOf, teamsOf } = membershipOf({ people, teams: [{ name: 't', members: ['person/A'], from: 'list' }] })
    const written = ['user/tanaka', 'session/AWSReservedSSO_Dev_01/Tanaka@example.com', 'session/batch/x'].map(key)
    expect(written.map((one) => [personOf(one), teamsOf(one)])).toEqual(written.map(() => ['a', ['t']]))
    expect(personOf(key('user/tanaka2'))).toBeUndefined()
    const claims = claimedTwice([...people, { name: 'c', members: ['user/TANAKA'] }], [key('user/tanaka')])
    expect(claims).toEqual([{ principal: 'user/Tanaka', people: ['a', 'c'] }])
  })

  it('of five hundred people with three limits each is judged within a second of computing', () => {
    const names = Array.from({ length: 500 }, (_, index) => `p${index}`)
    const many: Belongings = {
      people: names.map((name) => ({
        name,
        members: [`user/${name}`, `session/AWSReservedSSO_*/${name}@example.com`],
      })),
      teams: names.slice(0, 50).map((name, team) => ({
        name,
        members: names.filter((_, index) => index % 50 === team).map((one) => `person/${one}`),
        from: 'list',
      })),
    }
    const spent = Object.fromEntries(
      names.flatMap((name) => [
        [`user/${name}`, '1'],
        [`session/AWSReservedSSO_Dev_01/${name}@example.com`, '2'],
      ]),
    )
    const limits = names.flatMap((name) => [`person/${name}=3`, `person/${name}=3 day`, `person/${name}=3 week`])
    const from = process.cpuUsage()
    const all = judged({ limits, spent, belongings: many })
    expect(process.cpuUsage(from).user).toBeLessThan(1_000_000)
    expect(all).toHaveLength(1000)
    expect(all.every(({ verdict, limits: states }) => verdict.kind === 'blocked' && states.length === 3)).toBe(true)
  })
})
