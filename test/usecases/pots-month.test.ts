import { expect, test } from 'vitest'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Pot } from '../../src/runtime/domain/judging/limit.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import { blockByHand } from '../../src/runtime/usecases/block.ts'
import { dailyReport } from '../../src/runtime/usecases/daily-report.ts'
import { changeExclusions, planExclusions } from '../../src/runtime/usecases/exclude.ts'
import { readStatus } from '../../src/runtime/usecases/status.ts'
import { unblock } from '../../src/runtime/usecases/unblock.ts'
import { at } from '../contract/world.ts'
import { admin, Guarded, user } from './guarded.ts'

const [tanaka, apiKey, ito, sato] = [user('tanaka'), user('BedrockAPIKey-x1'), user('ito'), user('sato')]
const session = 'session/AWSReservedSSO_Dev_0a1b/tanaka@example.com' as PrincipalKey
const person: Pot = { kind: 'person', key: 'tanaka' }
const growth: Pot = { kind: 'team', key: 'growth' }
const noWish = { until: undefined, grant: undefined, limit: undefined, reason: undefined, by: admin }

function guarded(): Guarded {
  const guard = new Guarded()
  for (const one of [tanaka, apiKey, ito, sato]) guard.enforcer.add(one)
  return guard
}

test('a month of a person and a team: three principals in one pot, blocked and raised together, a team over its limit, one pardoned, one who leaves', async () => {
  const guard = guarded()
  guard.clock.set('2026-11-02T09:00:00Z')
  await guard.people.putPerson({
    name: 'tanaka',
    members: [tanaka, apiKey, 'session/AWSReservedSSO_*/tanaka@example.com'],
  })
  await guard.people.putTeam({ name: 'growth', members: ['person/tanaka', ito, sato], from: 'list' })
  await guard.limit(person, '50')
  await guard.limit(growth, '100', { action: 'block' })

  // Nobody alone is near the limit; together they pass the threshold, and one mail tells it of the person.
  await guard.spend(tanaka, '20')
  await guard.spend(session, '20.5')
  await guard.pass(2)
  expect(guard.mails()).toEqual(['warned person/tanaka'])

  // Reached by the third: the other two are stopped as well, and of the session it is said why it cannot be.
  await guard.spend(apiKey, '9.5')
  const blocked = await guard.check('poke')
  expect(blocked).toMatchObject({
    blocked: [apiKey, tanaka],
    cannotBlock: [{ principal: session, why: 'protected-role' }],
  })
  expect([tanaka, apiKey, ito].map((one) => guard.denied(one))).toEqual([true, true, false])
  await guard.pass(10)
  expect(guard.mails()).toEqual([`blocked ${apiKey} ${tanaka}`, `cannot-block ${session}`])

  // Raised: all free at once.
  expect((await guard.limit(person, '500')).check).toMatchObject({ released: [apiKey, tanaka], problems: [] })
  await guard.pass(1)
  expect(guard.mails()).toEqual([`released ${apiKey} ${tanaka}`])
  expect(guard.denied(tanaka)).toBe(false)

  // The team: 50 of the person, 49.99 of others is one cent below; the cent stops everybody in it.
  guard.clock.set('2026-11-12T09:00:00Z')
  await guard.spend(ito, '49.99')
  await guard.check()
  expect(guard.denied(ito)).toBe(false)
  expect(guard.mails()).toEqual(['warned team/growth'])
  await guard.spend(ito, '0.01')
  expect(await guard.check()).toMatchObject({ blocked: [apiKey, ito, sato, tanaka] })
  guard.mails()

  // Who is blocked through the team is pardoned alone; the others stay blocked, minute after minute.
  const alone = await unblock(guard.wish, { ...noWish, principal: sato })
  expect(alone).toMatchObject({ check: { released: [sato] }, stillBlockedBy: undefined, wasBlocked: true })
  await guard.pass(5)
  expect([sato, ito, tanaka, apiKey].map((one) => guard.denied(one))).toEqual([false, true, true, true])

  // Who leaves the team is free at the next check; what was spent leaves with it, so the rest are free as well.
  await guard.people.putTeam({ name: 'growth', members: ['person/tanaka', sato], from: 'list' })
  expect(await guard.check()).toMatchObject({ released: [apiKey, ito, tanaka], blocked: [], problems: [] })
  await guard.people.putTeam({ name: 'growth', members: ['person/tanaka', ito, sato], from: 'list' })
  expect(await guard.check()).toMatchObject({ blocked: [apiKey, ito, tanaka] })
  guard.mails()

  // The team itself is pardoned for ten dollars more: of all its members together.
  const pardon = await unblock(guard.wish, { ...noWish, principal: 'team/growth', grant: parseUsd('10') })
  expect(pardon).toMatchObject({
    check: { released: [apiKey, ito, tanaka] },
    stillBlockedBy: undefined,
    wasBlocked: true,
  })
  expect(pardon.waiver).toMatchObject({ until: at('2026-12-01T00:00:00Z'), spentAtGrant: parseUsd('100') })
  await guard.spend(ito, '4')
  await guard.spend(session, '5.99')
  await guard.pass(2)
  expect([ito, tanaka].map((one) => guard.denied(one))).toEqual([false, false])
  await guard.spend(tanaka, '0.01')
  expect(await guard.check()).toMatchObject({ blocked: [apiKey, ito, tanaka] })
  expect(guard.mails().filter((mail) => mail.startsWith('waiver-ended'))).toEqual(['waiver-ended team/growth'])

  // A block by hand on the person holds for whoever is a member, pardons or not; lifting it is one word too.
  await guard.limit(growth, '1000', { action: 'block' })
  await blockByHand(guard.wish, { principal: 'person/tanaka', until: 'no-end', reason: 'lost laptop', by: admin })
  expect([tanaka, apiKey, ito].map((one) => guard.denied(one))).toEqual([true, true, false])
  expect(await unblock(guard.wish, { ...noWish, principal: tanaka })).toMatchObject({ stillBlockedBy: 'manual' })
  expect(await unblock(guard.wish, { ...noWish, principal: 'person/tanaka' })).toMatchObject({
    endedBlock: { reason: 'lost laptop' },
    check: { released: [apiKey, tanaka] },
  })

  // The month's last word: by team as the entries have it, the person and its parts to the cent.
  const { groups, totalUsd } = await readStatus(guard.report, { by: 'person' })
  expect([totalUsd, groups?.rows.map(({ key, usd }) => [key, usd])]).toEqual([
    '110',
    [
      ['person/tanaka', '56'],
      ['user/ito', '54'],
    ],
  ])

  // A new month frees and starts the pots anew; the statement of the old one knows who was in the team then.
  await guard.people.removeTeam('growth')
  guard.clock.set('2026-12-01T00:01:00Z')
  await guard.check()
  const statement = await dailyReport(guard.report, { kind: 'preview', month: '2026-11' as Month })
  expect(statement.text).toMatch(/^ +growth +110\.00$/m)
  expect(statement.text).toMatch(/^ +tanaka +56\.00$/m)
})

test('who joins a team over its limit is stopped by the next check', async () => {
  const guard = guarded()
  await guard.people.putTeam({ name: 'growth', members: [ito], from: 'list' })
  await guard.limit(growth, '10')
  await guard.spend(ito, '10')
  await guard.spend(sato, '0.01')
  expect(await guard.check()).toMatchObject({ blocked: [ito] })
  await guard.people.putTeam({ name: 'growth', members: [ito, sato], from: 'list' })
  expect(await guard.check()).toMatchObject({ blocked: [sato] })
})

test('whoever of a team is blocked or released first, the answer names all in the order of their names', async () => {
  const guard = guarded()
  await guard.people.putTeam({ name: 'growth', members: [ito, sato, tanaka], from: 'list' })
  await guard.spend(ito, '10')
  // The first to be asked for is the last to be done.
  guard.enforcer.before = async (write) => {
    for (let turn = 0; write.includes('user/ito') && turn < 50; turn++) await Promise.resolve()
  }
  expect((await guard.limit(growth, '10')).check?.blocked).toEqual([ito, sato, tanaka])
  expect((await guard.limit(growth, '100')).check?.released).toEqual([ito, sato, tanaka])
})

test('memberships that cannot be read release nobody, and a move that comes in meanwhile decides', async () => {
  const guard = guarded()
  await guard.people.putTeam({ name: 'growth', members: [ito, sato], from: 'list' })
  await guard.limit(growth, '10')
  await guard.spend(ito, '10')
  await guard.check()
  expect([ito, sato].map((one) => guard.denied(one))).toEqual([true, true])
  guard.people.inject(new Error('throttled'), 1, 'belongings')
  expect(await guard.check()).toMatchObject({ released: [], unread: true })
  expect([ito, sato].map((one) => guard.denied(one))).toEqual([true, true])

  // Between the reading and the deny, the admin takes one out: the second reading sees it.
  await guard.limit(growth, '1000')
  expect(guard.denied(sato)).toBe(false)
  await guard.spend(ito, '990')
  const before = await guard.people.belongings()
  await guard.people.putTeam({ name: 'growth', members: [ito], from: 'list' })
  const now = guard.people.belongings.bind(guard.people)
  let readings = 0
  guard.people.belongings = async () => {
    readings += 1
    return readings === 1 ? before : now()
  }
  expect(await guard.check()).toMatchObject({ blocked: [ito], problems: [] })
  expect([ito, sato].map((one) => guard.denied(one))).toEqual([true, false])
})

test('a team that is excluded is counted, and blocks no member', async () => {
  const guard = guarded()
  await guard.people.putTeam({ name: 'growth', members: [ito, sato], from: 'list' })
  await guard.limit({ kind: 'everyone', includeRoles: false }, '5')
  await guard.spend(ito, '6')
  await guard.spend(tanaka, '6')
  await guard.check()
  const plan = await planExclusions(guard.wish, { do: 'add', principals: ['team/growth'] })
  expect(plan).toMatchObject({ changes: ['team/growth'], covers: [ito], releases: [ito], blocks: [] })
  await changeExclusions(guard.wish, plan, { do: 'add', by: admin, reason: undefined })
  expect([ito, tanaka].map((one) => guard.denied(one))).toEqual([false, true])
})
