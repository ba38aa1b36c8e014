/** What a viewer gets who asks for their own. */
import { describe, expect, it } from 'vitest'
import type { PagePot } from '../../src/runtime/page-protocol.ts'
import { pageSpend } from '../../src/runtime/usecases/page-spend.ts'
import {
  answered,
  hostileNames,
  hostileTeam,
  nobodyYet,
  PAGE_MODELS,
  PageWorld,
  pageAdmin,
  pageUser,
  smallTeam,
} from '../support/page-data.ts'

const [opus, sonnet] = PAGE_MODELS
const sso = 'session/AWSReservedSSO_Developer_0123456789abcdef/tanaka@example.com'
const spendOf = async (world: PageWorld, ...sees: readonly string[]) =>
  answered(await pageSpend(world.room(), pageUser('viewer', ...sees)))
const potOf = async (world: PageWorld, key: string): Promise<PagePot> => {
  const pot = (await spendOf(world, key)).pots.find((one) => one.key === key)
  if (pot === undefined) throw new Error(`${key} has no pot`)
  return pot
}
const limitIn = (pot: PagePot, id: string) => pot.limits.find((limit) => limit.id === id)

describe('one’s own spend', () => {
  it('sums, by day, model and source, to the same exact amount', async () => {
    const world = new PageWorld()
    await world.limit('user/tanaka=50')
    await world.spend('user/tanaka', '1.000000000001', { iso: '2026-11-18T02:00:00Z', model: opus })
    await world.spend('user/tanaka', '2.5', { iso: '2026-11-19T02:00:00Z', model: sonnet, label: 'claude-desktop' })
    await world.spend('user/tanaka', '0.25', { iso: '2026-11-19T03:00:00Z', model: 'new-model', assumed: true })
    await world.spend('user/suzuki', '99', { iso: '2026-11-01T03:00:00Z' })
    const page = await spendOf(world, 'user/tanaka')
    expect(page.totals).toMatchObject({ usd: '3.750000000001', assumedUsd: '0.25', requests: 3 })
    expect(page.days).toEqual([
      { day: '2026-11-18', usd: '1.000000000001', models: { [opus]: '1.000000000001' } },
      { day: '2026-11-19', usd: '2.75', models: { [sonnet]: '2.5', 'new-model': '0.25' } },
    ])
    expect(page.models.map(({ name, usd, assumedUsd }) => [name, usd, assumedUsd])).toEqual([
      [sonnet, '2.5', '0'],
      [opus, '1.000000000001', '0'],
      ['new-model', '0.25', '0.25'],
    ])
    expect(page.sources.map(({ name, usd }) => [name, usd])).toEqual([
      ['claude-desktop', '2.5'],
      ['claude-code', '1.250000000001'],
    ])
    // 3,000 of 4,500 prompt tokens of each came from the cache.
    expect(page.tokens).toEqual({
      input: 3000,
      output: 600,
      cacheRead: 9000,
      cacheWrite5m: 1500,
      cacheWrite1h: 0,
      cacheWriteUnknown: 0,
      cacheHitPercent: 66,
    })
    expect(page.pots[0]?.limits).toEqual([
      {
        id: 'user/tanaka@month',
        of: 'user/tanaka',
        per: 'month',
        limitUsd: '50',
        spentUsd: '3.750000000001',
        restUsd: '46.249999999999',
        usedPercent: 7,
        // The guard has counted since the 1st: 3.75… and ten days more at a seventh of what the last seven cost.
        forecastUsd: '9.107142857145',
        resetsAt: '2026-11-30T15:00:00Z',
        action: 'block',
        decides: false,
      },
    ])
  })

  it('is one pot for a person, and one for each principal where only some of the person is the viewer’s', async () => {
    const world = await smallTeam()
    const whole = await spendOf(world, 'person/tanaka')
    expect(whole.pots.map(({ key, members, usd }) => ({ key, members, usd }))).toEqual([
      { key: 'person/tanaka', members: ['user/tanaka', sso], usd: '17.805' },
    ])
    const part = await spendOf(world, sso)
    expect(part.pots.map(({ key, usd }) => ({ key, usd }))).toEqual([{ key: sso, usd: '4.125' }])
    const [shared] = part.pots[0]?.limits ?? []
    expect(shared).toMatchObject({
      of: 'person/tanaka',
      limitUsd: '50',
      spentUsd: null,
      restUsd: null,
      usedPercent: null,
    })
  })

  it('finds people and principals however their names are capitalised', async () => {
    const world = await smallTeam()
    expect((await spendOf(world, 'person/Tanaka')).totals.usd).toBe('17.805')
    expect((await spendOf(world, 'user/SUZUKI')).pots[0]).toMatchObject({ key: 'user/suzuki', usd: '17.3' })
  })

  it('is a role with its sessions, but of a session that session alone', async () => {
    const world = new PageWorld()
    await world.limit('role/builders=10')
    await world.spend('role/builders', '1')
    await world.spend('session/builders/a', '2')
    await world.spend('session/builders/b', '4')
    const role = await spendOf(world, 'role/builders')
    expect(role.totals.usd).toBe('7')
    expect(role.pots.map(({ key, usd }) => [key, usd])).toEqual([
      ['session/builders/b', '4'],
      ['session/builders/a', '2'],
      ['role/builders', '1'],
    ])
    expect(role.pots.at(-1)?.limits[0]).toMatchObject({ of: 'role/builders', spentUsd: '7', usedPercent: 70 })
    const session = await spendOf(world, 'session/builders/a')
    expect(session.totals.usd).toBe('2')
    expect(session.pots[0]?.limits[0]).toMatchObject({ of: 'role/builders', limitUsd: '10', spentUsd: null })
  })

  it('is all members of now for a team, each person one pot', async () => {
    const world = await smallTeam()
    const team = await spendOf(world, 'team/growth')
    expect(team.pots.map(({ key }) => key).sort()).toEqual(['person/tanaka', 'user/sato', 'user/suzuki'])
    expect(limitIn(team.pots[0] as PagePot, 'team/growth@month')).toMatchObject({ spentUsd: '39.755' })
    await world.team('growth', 'user/sato')
    expect((await spendOf(world, 'team/growth')).pots.map(({ key }) => key)).toEqual(['user/sato'])
  })

  it('is an admin’s own for an admin too', async () => {
    const world = await smallTeam()
    const own = answered(await pageSpend(world.room(), pageAdmin))
    expect(own).toMatchObject({ pots: [], days: [], models: [], past: [], totals: { usd: '0', requests: 0 } })
  })
})

describe('state and reason', () => {
  it('says by which limit somebody is blocked, and when they are free again', async () => {
    expect(await potOf(await smallTeam(), 'user/suzuki')).toMatchObject({
      state: 'blocked',
      reason: { kind: 'limit', of: 'user/suzuki', per: 'month', limitUsd: '15' },
      blockedUntil: '2026-11-30T15:00:00Z',
    })
  })

  it('says a block by hand with its reason, without an end', async () => {
    expect(await potOf(await smallTeam(), 'user/watanabe')).toMatchObject({
      state: 'blocked',
      reason: { kind: 'manual', note: 'key was found in a public repository' },
      blockedUntil: null,
    })
  })

  it('says pardons, warnings, exclusions and limits that only notify', async () => {
    const world = await smallTeam()
    expect(await potOf(world, 'user/yamada')).toMatchObject({
      state: 'waived',
      reason: { kind: 'waiver', until: '2026-11-25T00:00:00Z', grantUsd: '10' },
    })
    expect(await potOf(world, 'user/kato')).toMatchObject({ state: 'warned', reason: { of: 'user/kato' } })
    expect(await potOf(world, 'role/nightly-batch')).toMatchObject({ state: 'excluded', reason: null })
    expect(await potOf(world, 'user/ito')).toMatchObject({
      state: 'over',
      reason: { kind: 'limit', of: 'user/ito', per: 'day', limitUsd: '5' },
    })
  })

  it('is that of the worst off of a person’s principals', async () => {
    const world = new PageWorld()
    await world.person('mori', 'user/mori', 'user/mori-key')
    await world.limit('user/mori-key=1')
    await world.spend('user/mori', '3')
    await world.spend('user/mori-key', '2')
    await world.blocked('user/mori-key', 'user/mori-key@month')
    const pot = await potOf(world, 'person/mori')
    expect(pot).toMatchObject({ usd: '5', state: 'blocked', reason: { of: 'user/mori-key' } })
    expect(pot.limits.filter(({ decides }) => decides).map(({ id }) => id)).toEqual(['user/mori-key@month'])
  })

  it('is observed where the guard only observes, and while it is on hold', async () => {
    const world = new PageWorld()
    await world.limit('user/mori=1')
    await world.spend('user/mori', '2')
    const viewer = pageUser('mori', 'user/mori')
    const observed = answered(await pageSpend(world.room('own', { mode: 'observe' }), viewer))
    expect([observed.head.mode, observed.pots[0]?.state]).toEqual(['observe', 'observed'])
    await world.health.setControl({ hold: true })
    expect((await potOf(world, 'user/mori')).state).toBe('observed')
    await world.health.setControl({ hold: false })
    expect((await potOf(world, 'user/mori')).state).toBe('over')
  })

  it('tells the limit of a shared pot, its state and its reset, and not what the others spend', async () => {
    const world = await smallTeam()
    const pot = await potOf(world, 'person/tanaka')
    expect(limitIn(pot, 'team/growth@month')).toEqual({
      id: 'team/growth@month',
      of: 'team/growth',
      per: 'month',
      limitUsd: '100',
      spentUsd: null,
      restUsd: null,
      usedPercent: null,
      forecastUsd: null,
      resetsAt: '2026-11-30T15:00:00Z',
      action: 'block',
      decides: false,
    })
    expect(limitIn(pot, 'account@month')).toMatchObject({ limitUsd: '500', spentUsd: null })
    expect(limitIn(pot, 'person/tanaka@month')).toMatchObject({ spentUsd: '17.805', restUsd: '32.195' })
  })
})

describe('the first day', () => {
  it('is zeros, empty lists and the limit that waits', async () => {
    const page = await spendOf(await nobodyYet(), 'user/tanaka')
    expect(page).toMatchObject({ days: [], models: [], sources: [], past: [], head: { months: ['2026-11'] } })
    expect(page.totals).toEqual({ usd: '0', assumedUsd: '0', requests: 0, forecastUsd: null })
    expect(page.tokens.cacheHitPercent).toBeNull()
    expect(page.pots).toHaveLength(1)
    expect(page.pots[0]).toMatchObject({ key: 'user/tanaka', usd: '0', state: 'ok', members: ['user/tanaka'] })
    expect(page.pots[0]?.limits[0]).toMatchObject({ limitUsd: '20', spentUsd: '0', restUsd: '20', usedPercent: 0 })
    expect(JSON.stringify(page)).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('shows a person of whom only a pattern is known their limit, and no name that nobody has', async () => {
    const world = await nobodyYet()
    await world.person('sakai', 'session/AWSReservedSSO_*/sakai@example.com')
    await world.limit('person/sakai=30')
    const { pots } = await spendOf(world, 'person/sakai')
    expect(pots).toHaveLength(1)
    expect(pots[0]).toMatchObject({ key: 'person/sakai', members: [], usd: '0', state: 'ok' })
    expect(pots[0]?.limits.map(({ id, restUsd }) => [id, restUsd])).toEqual([['person/sakai@month', '30']])
    expect(JSON.stringify(pots)).not.toContain('AWSReservedSSO_/')
  })

  it('changes nothing for anybody else: who has not spent is no first spender', async () => {
    const world = new PageWorld()
    await world.spend('user/tanaka', '7', { iso: '2026-11-13T02:00:00Z' })
    const before = await spendOf(world, 'user/tanaka')
    const with2 = await spendOf(world, 'user/tanaka', 'user/new')
    expect(with2.totals).toEqual(before.totals)
  })
})

describe('months before', () => {
  it('lists those with spend, newest first, and none that is more than twelve ago', async () => {
    const world = await smallTeam()
    await world.spend('user/tanaka', '3', { iso: '2025-10-20T02:00:00Z' })
    await world.spend('user/tanaka', '4', { iso: '2025-11-20T02:00:00Z' })
    const page = await spendOf(world, 'person/tanaka')
    expect(page.past).toEqual([
      { month: '2026-10', usd: '31.5', requests: 1 },
      { month: '2026-09', usd: '27.5', requests: 1 },
      { month: '2026-07', usd: '23.5', requests: 1 },
      { month: '2025-11', usd: '4', requests: 1 },
    ])
    expect(page.head.months).toEqual(['2026-11', '2026-10', '2026-09', '2026-07', '2025-11'])
  })

  it('counts sessions of months in which nobody else of the role spent', async () => {
    const world = new PageWorld()
    await world.person('tanaka', 'session/AWSReservedSSO_*/tanaka@example.com')
    await world.spend('session/AWSReservedSSO_Dev/suzuki@example.com', '1')
    await world.spend('session/AWSReservedSSO_Dev/tanaka@example.com', '2', { iso: '2026-08-10T02:00:00Z' })
    await world.spend('session/builders/x', '4', { iso: '2026-08-11T02:00:00Z' })
    expect((await spendOf(world, 'person/tanaka')).past).toEqual([{ month: '2026-08', usd: '2', requests: 1 }])
    expect((await spendOf(world, 'role/builders')).past).toEqual([{ month: '2026-08', usd: '4', requests: 1 }])
    expect((await spendOf(world, 'session/builders/y')).past).toEqual([])
  })

  it('are told as they were spent: observed, without limits, blocks and forecast', async () => {
    const world = await smallTeam()
    const viewer = pageUser('suzuki', 'user/suzuki')
    const page = answered(await pageSpend(world.room(), viewer, { month: '2026-10' }))
    expect(page.head.period).toMatchObject({ month: '2026-10', isCurrent: false, resetsAt: '2026-10-31T15:00:00Z' })
    expect(page.totals).toEqual({ usd: '12.25', assumedUsd: '0', requests: 1, forecastUsd: null })
    expect(page.pots).toMatchObject([{ state: 'observed', reason: null, blockedUntil: null, limits: [] }])
    expect(page.past.map(({ month }) => month)).toEqual(['2026-10', '2026-09', '2026-07'])
  })

  it.each(['2026-12', '2025-10', '2026-13', 'November', '', '2026-11-01'])('refuses %s', async (month) => {
    const world = await smallTeam()
    expect(await pageSpend(world.room(), pageUser('x', 'user/x'), { month })).toEqual({ refused: 'wrong-month' })
  })
})

describe('what else the page is told', () => {
  it('says how old the numbers are, and problems of the guard to admins alone', async () => {
    const world = await smallTeam()
    await world.health.noteEnforce({ lastEnforceAt: world.clock.now(), problems: ['table secret is broken'] })
    const page = await spendOf(world, 'user/tanaka')
    expect(page.head.health).toEqual({ lastRecordAt: '2026-11-20T08:58:10Z', lagSeconds: 20.8, problems: [] })
    expect(answered(await pageSpend(world.room(), pageAdmin)).head.health.problems).toEqual(['table secret is broken'])
  })

  it('gives names as they are, whatever somebody made of them', async () => {
    const world = await hostileTeam()
    const page = await spendOf(world, ...hostileNames.principals)
    const keys = page.pots.flatMap(({ members }) => members)
    expect([...keys].sort()).toEqual([...hostileNames.principals].sort())
    const back: unknown = JSON.parse(JSON.stringify(page.days))
    expect(back).toEqual(page.days)
    expect(Object.keys(page.days[0]?.models ?? {}).sort()).toEqual([...hostileNames.models].sort())
  })
})
