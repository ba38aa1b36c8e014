import { expect, test } from 'vitest'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import { blockByHand } from '../../src/runtime/usecases/block.ts'
import { unblock } from '../../src/runtime/usecases/unblock.ts'
import { at } from '../contract/world.ts'
import { admin, everyone, Guarded, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')
const noWish = { until: undefined, grant: undefined, limit: undefined, reason: undefined, by: admin }

test('a month of a team: warned, blocked, raised, blocked again, pardoned, blocked by hand, free in the new month', async () => {
  const guard = new Guarded()
  for (const name of ['tanaka', 'sato', 'suzuki']) guard.enforcer.add(user(name))
  guard.clock.set('2026-11-02T09:00:00Z')
  await guard.limit(everyone, '50')
  await guard.limit(ofUser('sato'), '500')
  expect(guard.mails()).toEqual([])

  // Eighty percent: one warning, once.
  await guard.spend(tanaka, '40')
  await guard.pass(3)
  expect(guard.mails()).toEqual(['warned user/tanaka'])
  expect(guard.denied(tanaka)).toBe(false)

  // Reached: blocked until the month's end, told once.
  await guard.spend(tanaka, '10')
  const blocked = await guard.check('poke')
  expect(blocked).toMatchObject({ blocked: [tanaka], released: [], problems: [] })
  await guard.pass(15)
  expect(guard.mails()).toEqual(['blocked user/tanaka'])
  expect(guard.enforcer.denies(tanaka, guard.clock.now())).toEqual(['cost-guard-limit-reached-until-2026-12-01'])
  expect(guard.denied(user('sato'))).toBe(false)

  // A limit of one's own, higher: free at once, with the command's own answer.
  const raised = await guard.limit(ofUser('tanaka'), '80')
  expect(raised.check).toMatchObject({ released: [tanaka], problems: [] })
  expect(guard.denied(tanaka)).toBe(false)
  await guard.pass(2)
  expect(guard.mails()).toEqual(['released user/tanaka'])

  // Reached again in the same month: a new episode, announced again.
  guard.clock.set('2026-11-12T09:00:00Z')
  await guard.spend(tanaka, '30')
  await guard.pass(2)
  expect(guard.denied(tanaka)).toBe(true)
  expect(guard.mails()).toEqual(['blocked user/tanaka'])

  // Pardoned for ten dollars more: sticks through the minutes, ends with the money.
  const pardon = await unblock(guard.wish, {
    ...noWish,
    principal: tanaka,
    grant: parseUsd('10'),
    reason: 'release day',
  })
  expect(pardon).toMatchObject({ check: { released: [tanaka] }, stillBlockedBy: undefined })
  expect(pardon.waiver).toMatchObject({ until: at('2026-12-01T00:00:00Z'), spentAtGrant: parseUsd('80') })
  await guard.spend(tanaka, '9.999999999999')
  await guard.pass(3)
  expect(guard.denied(tanaka)).toBe(false)
  await guard.spend(tanaka, '0.000000000001')
  await guard.pass(1)
  expect(guard.denied(tanaka)).toBe(true)
  expect(guard.mails()).toEqual(['released user/tanaka', 'blocked user/tanaka'])

  // By hand, without an end: moves to the policy that has none.
  const byHand = await blockByHand(guard.wish, {
    principal: user('suzuki'),
    until: 'no-end',
    reason: 'left',
    by: admin,
  })
  expect(byHand).toMatchObject({ check: { blocked: ['user/suzuki'] } })
  expect(guard.enforcer.denies(user('suzuki'), guard.clock.now())).toEqual(['cost-guard-blocked-by-admin'])
  expect(guard.mails()).toEqual(['blocked user/suzuki'])

  // The new month: who was blocked by a limit is free; who was blocked by hand is not.
  guard.clock.set('2026-12-01T00:00:30Z')
  expect(guard.denied(tanaka)).toBe(false)
  expect(await guard.check()).toMatchObject({ released: [tanaka], problems: [] })
  expect(guard.mails()).toEqual(['released user/tanaka'])
  expect(guard.denied(user('suzuki'))).toBe(true)

  // And then he is, too.
  const freed = await unblock(guard.wish, { ...noWish, principal: user('suzuki') })
  expect(freed).toMatchObject({ waiver: undefined, check: { released: ['user/suzuki'] } })
  expect(guard.denied(user('suzuki'))).toBe(false)
  expect(guard.mails()).toEqual(['released user/suzuki'])
  expect(await guard.blocks.all()).toEqual([])
  expect(guard.deeds()).toEqual([
    'limit-set *@month',
    'limit-set user/sato@month',
    'blocked user/tanaka',
    'limit-set user/tanaka@month',
    'released user/tanaka',
    'blocked user/tanaka',
    'unblocked user/tanaka',
    'released user/tanaka',
    'blocked user/tanaka',
    'blocked-by-hand user/suzuki',
    'blocked user/suzuki',
    'released user/tanaka',
    'unblocked user/suzuki',
    'released user/suzuki',
  ])
})

test('a guard that died in November and comes back in January has kept nobody blocked, and tidies up', async () => {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, '50')
  await guard.check()
  guard.mails()
  expect(guard.denied(tanaka)).toBe(true)
  expect(guard.denied(tanaka, at('2026-12-01T00:00:00Z'))).toBe(false)

  guard.clock.set('2027-01-15T09:00:00Z')
  expect(await guard.check()).toMatchObject({ released: [tanaka], problems: [] })
  expect(await guard.enforcer.attached()).toEqual([])
  expect(guard.mails()).toEqual(['released user/tanaka'])
  expect(await guard.blocks.all()).toEqual([])
})

test('a limit that is still reached in the new month blocks again under that month’s policy', async () => {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, '50')
  await guard.check()
  await guard.spend(tanaka, '60', { iso: '2026-12-01T00:00:05Z' })
  guard.clock.set('2026-12-01T00:00:20Z')
  guard.mails()
  await guard.pass(1)
  expect(guard.enforcer.denies(tanaka, guard.clock.now())).toEqual(['cost-guard-limit-reached-until-2027-01-01'])
  expect(guard.mails()).toEqual(['blocked user/tanaka'])
  const [record] = await guard.blocks.all()
  expect(record?.episode).toBe('2026-12-01T00:01:20Z')
})

test('a limit of zero blocks without an end, and taking it away frees', async () => {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  const plan = await guard.limit(ofUser('tanaka'), '0')
  expect(plan.check).toMatchObject({ blocked: [tanaka] })
  expect(guard.enforcer.denies(tanaka, guard.clock.now())).toEqual(['cost-guard-blocked-by-admin'])
  const unset = await guard.limit(ofUser('tanaka'), undefined)
  expect(unset.check).toMatchObject({ released: [tanaka] })
  expect(guard.denied(tanaka)).toBe(false)
})
