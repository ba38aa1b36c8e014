/**
 * Nobody is told what is not theirs, whatever the guard looks like. What is theirs is worked out here a second time, from
 * the words of the promise; and each amount carries in its last digits whose money is in it.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pico, toDecimal } from '../../src/runtime/domain/money/money.ts'
import type { PageShows } from '../../src/runtime/page-protocol.ts'
import { pageEverybody, pageModels } from '../../src/runtime/usecases/page-everybody.ts'
import { pageSpend } from '../../src/runtime/usecases/page-spend.ts'
import { answered, PageWorld, pageUser } from '../support/page-data.ts'

const principals = [
  'user/zqa',
  'user/zqb',
  'user/zqc',
  'role/zqroled',
  'session/zqroled/zqe',
  'session/zqroled/zqf',
  'session/AWSReservedSSO_zqroleg/zqg',
  'user/zqh',
] as const
const people = ['zpa', 'zpb', 'zpc'] as const
const teams = ['zta', 'ztb', 'ztc'] as const
const ssoPattern = 'session/AWSReservedSSO_*/zqg'

const principal = fc.constantFrom(...principals)
const person = fc.constantFrom(...people)
const team = fc.constantFrom(...teams)
const inPerson = fc.oneof({ weight: 5, arbitrary: principal }, { weight: 1, arbitrary: fc.constant(ssoPattern) })
const inTeam = fc.oneof(
  inPerson,
  person.map((name) => `person/${name}`),
)
const subject = fc.oneof(
  { weight: 3, arbitrary: principal.map(String) },
  { weight: 2, arbitrary: person.map((name) => `person/${name}`) },
  { weight: 1, arbitrary: team.map((name) => `team/${name}`) },
)
const few = <Value>(one: fc.Arbitrary<Value>, most: number) => fc.uniqueArray(one, { maxLength: most })
const scene = fc.record({
  people: fc.tuple(few(inPerson, 3), few(inPerson, 3), few(inPerson, 2)),
  teams: fc.tuple(few(inTeam, 3), few(inTeam, 3), few(inTeam, 2)),
  // Which of them spend, and how often, in this month and the one before.
  spends: fc.tuple(...principals.map(() => fc.tuple(fc.nat(3), fc.nat(3)))),
  limits: few(fc.oneof(subject, fc.constantFrom('*', 'account')), 6),
  amount: fc.constantFrom('1', '7', '5000'),
  byHand: few(subject, 2),
  sees: fc.uniqueArray(subject, { minLength: 1, maxLength: 2 }),
  shout: fc.boolean(),
  month: fc.constantFrom(undefined, undefined, '2026-10'),
})
type Scene = typeof scene extends fc.Arbitrary<infer S> ? Omit<S, 'amount'> & { amount: string } : never

/** Base 4 in the last digits: who of the principals has how many requests in an amount. */
const MARK = 10n ** 6n
const markOf = (index: number): bigint => 4n ** BigInt(index)

/** @param times of the hidden ones' money, to see whether anything moves with it. */
async function worldOf(s: Scene, timesOf: (index: number) => bigint = () => 1n): Promise<PageWorld> {
  const world = new PageWorld()
  for (const [index, name] of people.entries()) await world.person(name, ...(s.people[index] ?? []))
  for (const [index, name] of teams.entries()) await world.team(name, ...(s.teams[index] ?? []))
  for (const of of s.limits) await world.limit(`${of}=${s.amount}`)
  for (const one of s.byHand) await world.byHand(one, `note-${one.replace('/', '-')}-end`)
  for (const [index, [now, before]] of s.spends.entries()) {
    const amount = timesOf(index) * (MARK * BigInt(400_000 + index)) + markOf(index)
    const usd = toDecimal(pico(amount))
    const how = { model: `zqmodel${index}end`, label: `zqlabel${index}end` }
    for (let n = 0; n < now; n++)
      await world.spend(principals[index] ?? '', usd, { ...how, iso: `2026-11-0${n + 3}T03:00:00Z` })
    for (let n = 0; n < before; n++)
      await world.spend(principals[index] ?? '', usd, { ...how, iso: `2026-10-0${n + 3}T03:00:00Z` })
  }
  await world.working()
  return world
}

/** The promise in its own words. */
function theirs(s: Scene, shows: PageShows) {
  const roleOf = (key: string) => (key.startsWith('session/') ? `role/${key.split('/')[1]}` : undefined)
  const holds = (members: readonly string[] | undefined, key: string): boolean =>
    members?.some((one) => one === key || one === roleOf(key) || (one === ssoPattern && key === principals[6])) ?? false
  const personOf = (key: string) => people.find((_, index) => holds(s.people[index], key))
  const teamsOf = (key: string) =>
    teams.filter((_, index) => {
      const members = s.teams[index]
      return holds(members, key) || members?.includes(`person/${personOf(key)}`)
    })
  const isSelf = (key: string) => s.sees.some((one) => one === key || one === `person/${personOf(key)}`)
  const ownTeams = new Set<string>([
    ...s.sees.filter((one) => one.startsWith('team/')).map((one) => one.slice(5)),
    ...principals.filter(isSelf).flatMap(teamsOf),
    ...teams.filter((_, index) => s.teams[index]?.some((one) => s.sees.includes(one))),
  ])
  const isMapped = (key: string) =>
    isSelf(key) || s.sees.includes(roleOf(key) ?? '') || teamsOf(key).some((name) => s.sees.includes(`team/${name}`))
  const isSeen = (key: string) => isMapped(key) || (shows === 'team' && teamsOf(key).some((name) => ownTeams.has(name)))
  const seen = principals.filter(isSeen)
  const seenPeople = new Set(seen.flatMap((key) => personOf(key) ?? []))
  const isNoteSeen = (on: string): boolean => {
    if (on.startsWith('team/')) return ownTeams.has(on.slice(5))
    // Who is mapped to a person is told what is said of that person, whether or not anybody has spent as them.
    if (on.startsWith('person/')) return s.sees.includes(on) || seenPeople.has(on.slice(7) as (typeof people)[number])
    return seen.some((key) => key === on || roleOf(key) === on)
  }
  return { isSeen, seen, ownTeams, seenPeople, isNoteSeen, roleOf }
}

/** Every word and every amount that would not be theirs. */
function leaks(text: string, s: Scene, shows: PageShows): readonly string[] {
  const { isSeen, seen, ownTeams, seenPeople, isNoteSeen, roleOf } = theirs(s, shows)
  const found: string[] = []
  const forbid = (word: string) => {
    if (text.includes(word)) found.push(word)
  }
  const told = s.sees.join(' ')
  for (const [index, key] of principals.entries()) {
    if (isSeen(key)) continue
    const isRoleOfSeen = seen.some((one) => roleOf(one) === key)
    if (!isRoleOfSeen) forbid(key.startsWith('role/') ? `"${key}"` : (key.split('/').at(-1) ?? key))
    forbid(`zqmodel${index}end`)
    forbid(`zqlabel${index}end`)
  }
  for (const name of people) if (!seenPeople.has(name) && !told.includes(name)) forbid(name)
  for (const name of teams) if (!ownTeams.has(name)) forbid(name)
  for (const on of s.byHand) if (!isNoteSeen(on)) forbid(`note-${on.replace('/', '-')}-end`)
  JSON.parse(text, (name, value: unknown) => {
    if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value) || /rate|forecast|limitUsd/.test(name)) return value
    const [dollars = '0', rest = ''] = value.split('.')
    const amount = BigInt(dollars) * 10n ** 12n + BigInt(rest.padEnd(12, '0'))
    // A rest is a whole limit less what was spent.
    let marks = name === 'restUsd' ? (MARK - (amount % MARK)) % MARK : amount % MARK
    for (const key of principals) {
      if (marks % 4n !== 0n && !isSeen(key)) found.push(`${name} ${value}: money of ${key}`)
      marks /= 4n
    }
    return value
  })
  return found
}

const viewerOf = (s: Scene) =>
  pageUser(
    'viewer',
    ...s.sees.map((one) => (s.shout && one.startsWith('user/') ? `user/${one.slice(5).toUpperCase()}` : one)),
  )

async function spendText(s: Scene, shows: PageShows, world: PageWorld): Promise<string> {
  return JSON.stringify(
    answered(await pageSpend(world.room(shows, { sessionRoles: ['*'] }), viewerOf(s), { month: s.month })),
  )
}
async function othersText(s: Scene, world: PageWorld): Promise<readonly string[]> {
  const room = world.room('team')
  return [
    JSON.stringify(answered(await pageEverybody(room, viewerOf(s), { month: s.month }))),
    JSON.stringify(answered(await pageModels(room, viewerOf(s), { month: s.month }))),
  ]
}
const runs = { numRuns: 120 }

describe('what a viewer who is no admin is told', () => {
  it('names and counts nobody who is not theirs', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (s) => {
        // In capitals a name is not the name that is looked for.
        const text = (await spendText(s, 'own', await worldOf(s))).replaceAll(/user\/ZQ[A-Z]/g, (name) =>
          name.toLowerCase(),
        )
        expect(leaks(text, s, 'own')).toEqual([])
      }),
      runs,
    )
  })

  it('does not move with the money of others, forecasts included', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (scene) => {
        const s = { ...scene, amount: '5000' }
        const { isSeen } = theirs(s, 'own')
        const other = await worldOf(s, (index) => (isSeen(principals[index] ?? '') ? 1n : 17n))
        expect(await spendText(s, 'own', other)).toBe(await spendText(s, 'own', await worldOf(s)))
      }),
      runs,
    )
  })

  it('is not what a role’s sessions spent where one of them is another person’s, in limits of the role and of its team', async () => {
    const world = new PageWorld()
    await world.person('robots', 'role/builders')
    await world.person('alice', 'session/builders/alice')
    await world.team('automation', 'person/robots')
    await world.team('machines', 'role/builders')
    await world.limit('role/builders=10')
    await world.limit('team/machines=10')
    await world.spend('role/builders', '1')
    await world.spend('session/builders/alice', '3')
    await world.working()
    for (const [sees, shows] of [
      ['person/robots', 'own'],
      ['team/automation', 'team'],
    ] as const) {
      const room = world.room(shows, { sessionRoles: ['*'] })
      const { pots } = answered(await pageSpend(room, pageUser('viewer', sees)))
      expect(pots.map(({ usd }) => usd)).toEqual(['1'])
      const limits = pots.flatMap(({ limits }) => limits)
      expect(limits.map(({ of }) => of)).toEqual(
        shows === 'own' ? ['role/builders', 'team/machines'] : ['role/builders'],
      )
      for (const limit of limits)
        expect(limit).toMatchObject({ limitUsd: '10', spentUsd: null, restUsd: null, forecastUsd: null })
    }
    // Who is mapped to the role itself is mapped to whoever takes it.
    const { pots } = answered(
      await pageSpend(world.room('own', { sessionRoles: ['*'] }), pageUser('boss', 'role/builders')),
    )
    expect(pots.flatMap(({ limits }) => limits.map(({ spentUsd }) => spentUsd))).toContain('4')
  })

  it('is a refusal for everybody and their models, unless the guard shows them', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (s) => {
        const room = (await worldOf(s)).room('own')
        expect(await pageEverybody(room, viewerOf(s))).toEqual({ refused: 'not-yours' })
        expect(await pageModels(room, viewerOf(s))).toEqual({ refused: 'not-yours' })
      }),
      { numRuns: 10 },
    )
  })

  it('is their teams and no other where the guard shows teams', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (s) => {
        const world = await worldOf(s)
        for (const text of await othersText(s, world)) expect(leaks(text, s, 'team')).toEqual([])
      }),
      runs,
    )
  })

  it('does not move with the money of other teams', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (scene) => {
        const s = { ...scene, amount: '5000' }
        const { isSeen } = theirs(s, 'team')
        const other = await worldOf(s, (index) => (isSeen(principals[index] ?? '') ? 1n : 17n))
        expect(await othersText(s, other)).toEqual(await othersText(s, await worldOf(s)))
      }),
      runs,
    )
  })
})
