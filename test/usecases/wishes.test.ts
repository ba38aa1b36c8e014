import { describe, expect, test } from 'vitest'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import { blockByHand, cannotBlockByHand } from '../../src/runtime/usecases/block.ts'
import { planLimits, setLimits } from '../../src/runtime/usecases/set-limits.ts'
import { unblock } from '../../src/runtime/usecases/unblock.ts'
import { at } from '../contract/world.ts'
import { admin, everyone, Guarded, ofRole, ofUser, role, user } from './guarded.ts'

const tanaka = user('tanaka')
const set = (name: string, usd: string) => ({ of: ofUser(name), per: 'month' as const, amount: parseUsd(usd) })
const noWish = { until: undefined, grant: undefined, limit: undefined, reason: undefined, by: admin }

async function spentForty(): Promise<Guarded> {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.spend(tanaka, '40')
  return guard
}

describe('setting limits', () => {
  test('shows whom it would block before anything is written', async () => {
    const guard = await spentForty()
    const plan = await planLimits(guard.wish, [set('tanaka', '30')])
    expect(plan).toMatchObject({
      limits: [{ id: 'user/tanaka@month', previous: undefined, same: false }],
      blocks: [{ principal: tanaka, limit: 'user/tanaka@month', spent: parseUsd('40'), amount: parseUsd('30') }],
      releases: [],
    })
    expect((await guard.limits.wishes()).limits).toEqual([])
    expect(guard.denied(tanaka)).toBe(false)
    expect((await setLimits(guard.wish, plan, admin)).check).toMatchObject({ blocked: [tanaka] })
  })

  test('shows whom it would free, and says what the limit was', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    const plan = await planLimits(guard.wish, [set('tanaka', '80')])
    expect(plan.releases).toEqual([tanaka])
    expect(plan.limits[0]?.previous?.amount).toBe(parseUsd('30'))
    expect((await setLimits(guard.wish, plan, admin)).done[0]?.previous?.amount).toBe(parseUsd('30'))
    expect(guard.denied(tanaka)).toBe(false)
  })

  test('does not list again who is blocked already', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    expect((await planLimits(guard.wish, [set('tanaka', '20')])).blocks).toEqual([])
  })

  test('to what they are changes nothing and writes nothing', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '80', { warnAt: [50] })
    const deeds = guard.deeds()
    const again = await guard.limit(ofUser('tanaka'), '80')
    expect(again).toEqual({ done: [], failed: [], check: undefined })
    expect(guard.deeds()).toEqual(deeds)
  })

  test('keeps what is not said again: action and thresholds', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '80', { action: 'notify', warnAt: [50, 90] })
    await guard.limit(ofUser('tanaka'), '90')
    expect((await guard.limits.wishes()).limits).toMatchObject([{ action: 'notify', warnAt: [50, 90] }])
  })

  test('of the account only notifies unless a block is asked for', async () => {
    const guard = await spentForty()
    const plan = await planLimits(guard.wish, [{ of: { kind: 'account' }, per: 'month', amount: parseUsd('10') }])
    expect(plan.limits[0]?.next?.action).toBe('notify')
    expect(plan.blocks).toEqual([])
    const stern = await planLimits(guard.wish, [
      { of: { kind: 'account' }, per: 'month', amount: parseUsd('10'), action: 'block' },
    ])
    expect(stern.blocks.map(({ principal }) => principal)).toEqual([tanaka])
  })

  test('says at once that a role cannot be blocked: reserved by AWS, protected, or without a free slot', async () => {
    const guard = await spentForty()
    const directory = {
      find: async () => [],
      known: async () => undefined,
      names: async () => [],
      freeSlots: async (principal: string) => (principal === 'role/full' ? 0 : 3),
    }
    const changes = ['AWSReservedSSO_Dev_01', 'cost-guard-enforce', 'full', 'roomy'].map((name) => ({
      of: ofRole(name),
      per: 'month' as const,
      amount: parseUsd('10'),
    }))
    expect((await planLimits({ ...guard.wish, directory }, changes)).cannotBlock).toEqual([
      { principal: role('AWSReservedSSO_Dev_01'), why: 'protected-role' },
      { principal: role('cost-guard-enforce'), why: 'protected-principal' },
      { principal: role('full'), why: 'attachment-quota' },
    ])
  })

  test('twice in one command is refused', async () => {
    const guard = await spentForty()
    await expect(planLimits(guard.wish, [set('tanaka', '1'), set('tanaka', '2')])).rejects.toMatchObject({
      code: 'duplicate-limit',
    })
  })

  test('a limit on a team names the members whom nothing can block, patterns among them', async () => {
    const guard = await spentForty()
    await guard.people.putPerson({
      name: 'sato',
      members: [
        'user/sato',
        'session/AWSReservedSSO_Dev_01/sato',
        'session/AWSReservedSSO_*/sato@example.com',
        'role/app-*',
      ],
    })
    await guard.people.putTeam({ name: 'a', members: ['person/sato', 'user/suzuki'], from: 'list' })
    const team = { of: { kind: 'team' as const, key: 'a' }, per: 'month' as const, amount: parseUsd('1') }
    expect((await planLimits(guard.wish, [team])).cannotBlock).toEqual([
      { principal: 'session/AWSReservedSSO_Dev_01/sato', why: 'protected-role' },
      { principal: 'session/AWSReservedSSO_*/sato@example.com', why: 'protected-role' },
    ])
  })

  test('goes on after one that failed, and lists it', async () => {
    const guard = await spentForty()
    const plan = await planLimits(guard.wish, [set('sato', '10'), set('tanaka', '30')])
    guard.limits.inject(new Error('throttled'), 1, 'put')
    const answer = await setLimits(guard.wish, plan, admin)
    expect(answer.failed).toEqual([{ id: 'user/sato@month', message: 'throttled' }])
    expect(answer.check).toMatchObject({ blocked: [tanaka] })
  })

  test('again after taking them away warns again: it is a new version', async () => {
    const guard = await spentForty()
    await guard.limit(everyone, '50')
    await guard.limit(everyone, undefined)
    guard.clock.pass(60_000)
    await guard.limit(everyone, '50')
    expect(guard.mails()).toEqual(['warned user/tanaka', 'warned user/tanaka'])
  })

  test('is in the history with the caller, before and after', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.limit(ofUser('tanaka'), '80', { warnAt: [] })
    expect(guard.history.events.filter(({ what }) => what === 'limit-set').at(-1)).toMatchObject({
      by: admin,
      principal: 'user/tanaka@month',
      details: { before: '50 block warn at 80', after: '80 block warn at none' },
    })
  })
})

describe('unblocking', () => {
  test('leaves a waiver until the end of the period that blocked, and its history names who and why', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    const answer = await unblock(guard.wish, { ...noWish, principal: tanaka, reason: 'demo day' })
    expect(answer.waiver).toMatchObject({ until: at('2026-12-01T00:00:00Z'), grant: undefined, limit: undefined })
    expect(answer.stillBlockedBy).toBeUndefined()
    expect(guard.history.events.find(({ what }) => what === 'unblocked')).toMatchObject({
      by: admin,
      reason: 'demo day',
      details: { waivedUntil: '2026-12-01T00:00:00Z', limit: 'every limit' },
    })
  })

  test('ends at the time asked for, never later than the period', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    const soon = await unblock(guard.wish, { ...noWish, principal: tanaka, until: at('2026-11-21T00:00:00Z') })
    expect(soon.waiver?.until).toBe(at('2026-11-21T00:00:00Z'))
    guard.clock.set('2026-11-21T00:00:00Z')
    expect(await guard.check()).toMatchObject({ blocked: [tanaka] })
    const late = await unblock(guard.wish, { ...noWish, principal: tanaka, until: at('2027-06-01T00:00:00Z') })
    expect(late.waiver?.until).toBe(at('2026-12-01T00:00:00Z'))
  })

  test('of one limit ends with the period of that limit, and says what still blocks', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    await guard.limit(ofUser('tanaka'), '20', { per: 'day' })
    const answer = await unblock(guard.wish, { ...noWish, principal: tanaka, limit: 'user/tanaka@day' })
    expect(answer.stillBlockedBy).toBe('user/tanaka@month')
    expect(answer.waiver?.until).toBe(at('2026-11-21T00:00:00Z'))
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('of a limit that does not exist is refused before anything changes', async () => {
    const guard = await spentForty()
    await blockByHand(guard.wish, { principal: tanaka, until: 'no-end', reason: undefined, by: admin })
    const wish = { ...noWish, principal: tanaka, limit: 'user/tanaka@week' }
    await expect(unblock(guard.wish, wish)).rejects.toMatchObject({ code: 'no-such-limit' })
    expect((await guard.limits.wishes()).blocks).toHaveLength(1)
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('ends a block by hand and, where a limit blocks as well, waives that', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    await blockByHand(guard.wish, { principal: tanaka, until: 'no-end', reason: 'audit', by: admin })
    const answer = await unblock(guard.wish, { ...noWish, principal: tanaka })
    expect(answer.endedBlock).toMatchObject({ reason: 'audit' })
    expect(answer.waiver).toBeDefined()
    expect(guard.denied(tanaka)).toBe(false)
  })

  test('of somebody whom nothing blocks leaves neither a waiver nor a line in the history', async () => {
    const guard = await spentForty()
    const before = guard.history.events.length
    expect(await unblock(guard.wish, { ...noWish, principal: tanaka })).toMatchObject({
      endedBlock: undefined,
      waiver: undefined,
    })
    expect((await guard.limits.wishes()).waivers).toEqual([])
    expect(guard.history.events).toHaveLength(before)
  })
})

describe('blocking by hand', () => {
  test('stops whoever has spent nothing, until its time', async () => {
    const guard = new Guarded()
    guard.enforcer.add(user('sato'))
    const until = at('2026-11-21T12:00:00Z')
    await blockByHand(guard.wish, { principal: user('sato'), until, reason: 'lost laptop', by: admin })
    expect(guard.enforcer.denies(user('sato'), guard.clock.now())).toEqual([
      'cost-guard-limit-reached-until-2026-12-01',
    ])
    guard.clock.set('2026-11-21T12:00:00Z')
    expect(await guard.check()).toMatchObject({ released: [user('sato')] })
    expect(guard.denied(user('sato'))).toBe(false)
  })

  test('outranks a waiver', async () => {
    const guard = await spentForty()
    await guard.limit(ofUser('tanaka'), '30')
    await unblock(guard.wish, { ...noWish, principal: tanaka })
    await blockByHand(guard.wish, { principal: tanaka, until: 'no-end', reason: undefined, by: admin })
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('of whom nobody can block, and of the excluded, is known beforehand', async () => {
    const guard = new Guarded()
    await guard.limits.exclude({ principal: tanaka, by: admin, at: guard.clock.now(), reason: undefined })
    const why = (key: string) => cannotBlockByHand(guard.wish, key as PrincipalKey)
    expect(await why('role/AWSReservedSSO_Dev_01')).toBe('protected-role')
    expect(await why('root/123456789012')).toBe('root')
    expect(await why('unattributed')).toBe('unattributed')
    expect(await why('user/tanaka')).toBe('excluded')
    expect(await why('user/sato')).toBeUndefined()
  })
})
