import { describe, expect, test } from 'vitest'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { blockByHand } from '../../src/runtime/usecases/block.ts'
import { readStatus } from '../../src/runtime/usecases/status.ts'
import { admin, everyone, Guarded, minute, ofRole, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')
const sato = user('sato')

function guarded(): Guarded {
  const guard = new Guarded()
  for (const key of [tanaka, sato]) guard.enforcer.add(key)
  return guard
}

describe('a guard that only observes', () => {
  test('blocks nobody, says whom it would have blocked once, and answers it', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    await guard.limit(everyone, '10')
    await guard.spend(tanaka, '12')
    await guard.spend(sato, '1')
    expect(await guard.check('command')).toMatchObject({ blocked: [], wouldBlock: [tanaka] })
    await guard.pass(15)
    expect(guard.denied(tanaka)).toBe(false)
    const [mail, ...more] = guard.notifier.take()
    expect(more).toEqual([])
    expect(mail).toMatchObject({ kind: 'observed', items: [{ principal: tanaka, limit: '*@month' }] })
    expect(mail?.subject).toBe('[cost-guard] user/tanaka would have been blocked (the guard only observes)')
    expect(mail?.text).toContain('cost-guard init --mode enforce --region us-east-1')
  })

  test('says it again for a changed limit and in a new month, not for each further dollar', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    await guard.limit(ofUser('tanaka'), '10')
    await guard.spend(tanaka, '12')
    await guard.pass(2)
    await guard.spend(tanaka, '12')
    await guard.pass(2)
    expect(guard.mails()).toEqual(['observed user/tanaka'])
    await guard.limit(ofUser('tanaka'), '20')
    expect(guard.mails()).toEqual(['observed user/tanaka'])
    guard.clock.set('2026-12-03T09:00:00Z')
    await guard.check()
    expect(guard.mails()).toEqual([])
    await guard.spend(tanaka, '21')
    await guard.check()
    expect(guard.mails()).toEqual(['observed user/tanaka'])
  })

  test('still warns below the limit', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    await guard.limit(everyone, '10')
    await guard.spend(tanaka, '9')
    await guard.check()
    expect(guard.mails()).toEqual(['warned user/tanaka'])
  })

  test('of a role that is over says the role, not each of its sessions', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    for (const name of ['a', 'b']) await guard.spend(`session/AWSReservedSSO_Dev_1/${name}` as PrincipalKey, '30')
    await guard.limit(ofRole('AWSReservedSSO_Dev_1'), '50')
    expect(guard.mails()).toEqual(['observed role/AWSReservedSSO_Dev_1'])
  })
})

describe('switching to observe', () => {
  test('releases whoever is blocked, by a limit or by hand, and tells why; a deny nobody knows of goes too', async () => {
    const guard = guarded()
    await guard.spend(tanaka, '60')
    await guard.limit(ofUser('tanaka'), '50')
    await blockByHand(guard.wish, { principal: sato, until: 'no-end', reason: 'key leaked', by: admin })
    guard.mails()
    guard.set({ mode: 'observe' })
    expect(await guard.run({ kind: 'preview' })).toMatchObject({ released: [tanaka, sato], wouldBlock: [sato, tanaka] })
    expect(await guard.check('command')).toMatchObject({ released: [sato, tanaka], blocked: [] })
    expect([guard.denied(tanaka), guard.denied(sato)]).toEqual([false, false])
    const mails = guard.notifier.take()
    expect(mails.map(({ kind }) => kind)).toEqual(['observed', 'released'])
    expect(mails[1]?.text).toContain('The guard only observes now: it blocks nobody.')
    expect(await guard.blocks.all()).toEqual([])
  })

  test('is shown by status: who is over is observed, who is not is as ever', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    await guard.limit(everyone, '10')
    await guard.spend(tanaka, '12')
    await guard.spend(sato, '1')
    await guard.check()
    const { blocks, health, ledger, limits, people, clock } = guard
    const view = await readStatus({ config: guard.config, blocks, health, ledger, limits, people, clock })
    expect(view.mode).toBe('observe')
    expect(view.principals.map(({ principal, state }) => [principal, state])).toEqual([
      [tanaka, 'observed'],
      [sato, 'ok'],
    ])
  })
})

describe('enforcing again', () => {
  test('blocks at once whoever is over, limits and blocks by hand alike, as the preview said', async () => {
    const guard = guarded()
    guard.set({ mode: 'observe' })
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '60')
    await blockByHand(guard.wish, { principal: sato, until: 'no-end', reason: undefined, by: admin })
    await guard.check()
    guard.mails()
    guard.clock.pass(minute)
    guard.set({ mode: 'enforce' })
    expect((await guard.run({ kind: 'preview' })).blocked).toEqual([sato, tanaka])
    expect(await guard.check('command')).toMatchObject({ blocked: [sato, tanaka] })
    expect(guard.mails()).toEqual(['blocked user/sato user/tanaka'])
  })
})
