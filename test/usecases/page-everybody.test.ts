/** What an admin gets, and others as far as the guard shows them. */
import { describe, expect, it } from 'vitest'
import { pageEverybody, pageModels } from '../../src/runtime/usecases/page-everybody.ts'
import {
  answered,
  hostileTeam,
  nobodyYet,
  PAGE_MODELS,
  PageWorld,
  pageAdmin,
  pageUser,
  smallTeam,
} from '../support/page-data.ts'

const [opus, sonnet, haiku] = PAGE_MODELS
const sso = 'session/AWSReservedSSO_Developer_0123456789abcdef/tanaka@example.com'
const all = async (world: PageWorld, month?: string) =>
  answered(await pageEverybody(world.room(), pageAdmin, { month }))

describe('everybody', () => {
  it('has one line each, dearest first, with state and share of the limit that decides or is nearest', async () => {
    const { rows } = await all(await smallTeam())
    expect(rows.map(({ key, usd, state, usedPercent }) => [key, usd, state, usedPercent])).toEqual([
      ['user/kato', '33.3', 'warned', 83],
      ['user/yamada', '21', 'waived', 105],
      ['user/suzuki', '17.3', 'blocked', 115],
      ['user/tanaka', '13.68', 'ok', 39],
      ['user/ito', '6.5', 'over', 130],
      ['user/sato', '4.65', 'ok', 39],
      [sso, '4.125', 'ok', 39],
      ['user/watanabe', '3.4', 'blocked', 17],
      ['role/nightly-batch', '2.42', 'excluded', null],
      // The account's limit could stop the role only; what it is of the account is nobody's share.
      ['role/AWSReservedSSO_Developer_0123456789abcdef', '0', 'ok', null],
    ])
  })

  it('says of each to whom it belongs, when it last spent, and how much on every day of the month', async () => {
    const { rows, head } = await all(await smallTeam())
    const row = rows.find(({ key }) => key === sso)
    expect(row).toMatchObject({ person: 'tanaka', teams: ['growth'], excluded: false, lastAt: '2026-11-12T05:00:00Z' })
    expect(row?.days).toHaveLength(head.period.days.length)
    expect(row?.days.map((usd, index) => [head.period.days[index], usd]).filter(([, usd]) => usd !== '0')).toEqual([
      ['2026-11-12', '4.125'],
    ])
    expect(rows.find(({ key }) => key === 'user/suzuki')?.sources).toEqual({
      'claude-code': '14',
      'claude-desktop': '3.3',
    })
    expect(rows.find(({ key }) => key === 'role/nightly-batch')?.excluded).toBe(true)
  })

  it('adds up to the total, and counts who is where', async () => {
    const page = await all(await smallTeam())
    expect(page.totals).toMatchObject({ usd: '106.375', assumedUsd: '0.77', requests: 51 })
    expect(page.totals.limits).toMatchObject([{ id: 'account@month', spentUsd: '106.375', restUsd: '393.625' }])
    // (83 + 105 + 115 + 39 + 130 + 39 + 39 + 17) / 8 = 70.875; the excluded one is held to no limit.
    expect(page.meanUsedPercent).toBe(71)
    expect(page.counts).toEqual({ principals: 10, atLimit: 3, blocked: 2, warned: 1, excluded: 1 })
  })

  it('tells teams and people with what they share, dearest first', async () => {
    const { teams, people } = await all(await smallTeam())
    expect(teams.map(({ name, members, usd, state }) => [name, members, usd, state])).toEqual([
      ['growth', 4, '39.755', 'ok'],
      ['platform', 3, '12.32', 'unlimited'],
    ])
    expect(teams[0]?.limits.map(({ id, usedPercent }) => [id, usedPercent])).toEqual([['team/growth@month', 39]])
    expect(people).toMatchObject([{ name: 'tanaka', members: 2, usd: '17.805', requests: 20, state: 'ok' }])
  })

  it('tells how a team stands by its own limit, whatever else stops a member', async () => {
    const world = new PageWorld()
    await world.team('a', 'user/one', 'user/two')
    await world.team('b', 'user/three')
    await world.team('c', 'user/four')
    for (const text of ['team/a=10', 'user/one=1', 'team/b=2', 'team/c=10']) await world.limit(text)
    await world.spend('user/one', '5')
    await world.spend('user/three', '3')
    await world.spend('user/four', '9')
    await world.blocked('user/one', 'user/one@month')
    const states = async () => Object.fromEntries((await all(world)).teams.map(({ name, state }) => [name, state]))
    expect(await states()).toEqual({ a: 'ok', b: 'over', c: 'warned' })
    await world.blocked('user/three', 'team/b@month')
    await world.byHand('team/c', 'freeze')
    await world.blocked('user/four', 'manual', 'no-end')
    expect(await states()).toEqual({ a: 'ok', b: 'blocked', c: 'blocked' })
  })

  it('tells a month that is over as it was spent, and who was in a team then', async () => {
    const world = await smallTeam()
    await world.team('growth', 'user/sato')
    const page = await all(world, '2026-10')
    expect(page.head.period.isCurrent).toBe(false)
    expect(page.rows.map(({ key, usd, state, limits }) => [key, usd, state, limits])).toEqual([
      ['user/tanaka', '31.5', 'observed', []],
      ['user/suzuki', '12.25', 'observed', []],
    ])
    expect(page.teams).toMatchObject([{ name: 'growth', members: 2, usd: '43.75', state: 'observed' }])
    expect(page).toMatchObject({ meanUsedPercent: null, totals: { usd: '43.75', forecastUsd: null, limits: [] } })
  })

  it('is empty and nowhere NaN on the first day', async () => {
    const world = await nobodyYet()
    const page = await all(world)
    expect(page).toMatchObject({ rows: [], teams: [], people: [], meanUsedPercent: null })
    expect(page.totals).toEqual({ usd: '0', assumedUsd: '0', requests: 0, forecastUsd: null, limits: [] })
    expect(page.counts).toEqual({ principals: 0, atLimit: 0, blocked: 0, warned: 0, excluded: 0 })
    const models = answered(await pageModels(world.room(), pageAdmin))
    expect(models).toMatchObject({ days: [], models: [], sources: [], unpricedModels: [], principals: [] })
    expect(JSON.stringify([page, models])).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('refuses a month that is none, that has not begun or is long ago', async () => {
    const world = await smallTeam()
    for (const month of ['2026-12', '2025-10', 'x', '__proto__']) {
      expect(await pageEverybody(world.room(), pageAdmin, { month })).toEqual({ refused: 'wrong-month' })
      expect(await pageModels(world.room(), pageAdmin, { month })).toEqual({ refused: 'wrong-month' })
    }
  })
})

describe('models', () => {
  it('are told by day, by source and by principal, to the same exact amount', async () => {
    const world = new PageWorld()
    await world.spend('user/a', '1.000000000001', { model: opus, iso: '2026-11-02T02:00:00Z' })
    await world.spend('user/a', '4', { model: sonnet, iso: '2026-11-02T02:00:00Z' })
    await world.spend('user/a', '4', { model: sonnet, iso: '2026-11-03T02:00:00Z', label: 'claude-desktop' })
    await world.spend('user/b', '10', { model: haiku, iso: '2026-11-03T02:00:00Z', assumed: true })
    const models = answered(await pageModels(world.room(), pageAdmin))
    expect(models.principals).toEqual([
      { key: 'user/b', models: [{ name: haiku, usd: '10', requests: 1 }] },
      {
        key: 'user/a',
        models: [
          { name: sonnet, usd: '8', requests: 2 },
          { name: opus, usd: '1.000000000001', requests: 1 },
        ],
      },
    ])
    expect(models.days).toEqual([
      { day: '2026-11-02', usd: '5.000000000001', models: { [opus]: '1.000000000001', [sonnet]: '4' } },
      { day: '2026-11-03', usd: '14', models: { [haiku]: '10', [sonnet]: '4' } },
    ])
    expect(models.models.map(({ name, usd, assumedUsd }) => [name, usd, assumedUsd])).toEqual([
      [haiku, '10', '10'],
      [sonnet, '8', '0'],
      [opus, '1.000000000001', '0'],
    ])
    expect(models.unpricedModels).toEqual([haiku])
    expect(models.sources.map(({ name, usd }) => [name, usd])).toEqual([
      ['claude-code', '15.000000000001'],
      ['claude-desktop', '4'],
    ])
  })
})

describe('what the guard shows of others', () => {
  const sato = pageUser('sato', 'user/sato')

  it('is nothing by default, and everything but problems with `all`', async () => {
    const world = await smallTeam()
    await world.health.noteEnforce({ lastEnforceAt: world.clock.now(), problems: ['something is broken'] })
    expect(await pageEverybody(world.room('own'), sato)).toEqual({ refused: 'not-yours' })
    expect(await pageModels(world.room('own'), sato)).toEqual({ refused: 'not-yours' })
    const page = answered(await pageEverybody(world.room('all'), sato))
    expect(page.rows).toEqual((await all(world)).rows)
    expect(page.head).toMatchObject({ sees: 'all', viewer: { name: 'sato', admin: false }, health: { problems: [] } })
  })

  it('is the viewer’s team with `team`: its rows, its sums, its limit, and nothing of the account', async () => {
    const world = await smallTeam()
    await world.team('secret', 'user/suzuki', 'user/kato')
    await world.limit('team/secret=1000')
    const page = answered(await pageEverybody(world.room('team'), sato))
    expect(page.head.sees).toBe('team')
    expect(page.rows.map(({ key }) => key)).toEqual(['user/suzuki', 'user/tanaka', 'user/sato', sso])
    expect(page.totals).toMatchObject({ usd: '39.755', limits: [] })
    expect(page.teams.map(({ name, usd }) => [name, usd])).toEqual([['growth', '39.755']])
    expect(page.teams[0]?.limits).toMatchObject([{ id: 'team/growth@month', spentUsd: '39.755' }])
    expect(page.rows[0]).toMatchObject({ key: 'user/suzuki', teams: ['growth'] })
    expect(JSON.stringify(page)).not.toMatch(/secret|kato|account@/)
    const models = answered(await pageModels(world.room('team'), sato))
    expect(models.principals.map(({ key }) => key).sort()).toEqual(page.rows.map(({ key }) => key).sort())
  })

  it('is one’s own line with `team` where one is in none', async () => {
    const page = answered(await pageEverybody((await smallTeam()).room('team'), pageUser('kato', 'user/kato')))
    expect(page.rows.map(({ key }) => key)).toEqual(['user/kato'])
    expect(page).toMatchObject({ teams: [], people: [], totals: { usd: '33.3' } })
  })
})

describe('names that somebody chose', () => {
  it('come through JSON as they are', async () => {
    const world = await hostileTeam()
    const page = await all(world)
    const models = answered(await pageModels(world.room(), pageAdmin))
    expect(JSON.parse(JSON.stringify([page, models]))).toEqual([page, models])
    expect(page.rows.find(({ key }) => key === 'user/=1+1')?.reason).toEqual({
      kind: 'manual',
      note: '<img src=x onerror=alert(2)> javascript:alert(3)',
    })
  })
})
