import { describe, expect, test } from 'vitest'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { changeExclusions, planExclusions } from '../../src/runtime/usecases/exclude.ts'
import { admin, everyone, Guarded, minute, ofUser, role, user } from './guarded.ts'

const tanaka = user('tanaka')
const account = { kind: 'account' } as const

const session = 'session/AWSReservedSSO_Ops_1/suzuki' as PrincipalKey

function guarded(): Guarded {
  const guard = new Guarded()
  for (const key of [tanaka, user('sato'), role('team-a'), role('team-b'), role('other')]) guard.enforcer.add(key)
  return guard
}

async function change(guard: Guarded, doing: 'add' | 'remove', ...principals: readonly PrincipalKey[]) {
  const plan = await planExclusions(guard.wish, { do: doing, principals })
  return { plan, check: await changeExclusions(guard.wish, plan, { do: doing, by: admin, reason: 'on call' }) }
}

describe('excluding', () => {
  test('releases whoever is blocked at once, and says why in the mail', async () => {
    const guard = guarded()
    await guard.spend(tanaka, '60')
    await guard.limit(ofUser('tanaka'), '50')
    guard.mails()
    const { plan, check } = await change(guard, 'add', tanaka)
    expect(plan).toMatchObject({ changes: [tanaka], releases: [tanaka], blocks: [] })
    expect(check).toMatchObject({ released: [tanaka] })
    expect(guard.denied(tanaka)).toBe(false)
    const mails = guard.notifier.take()
    expect(mails.map(({ kind }) => kind)).toEqual(['over', 'released'])
    expect(mails[1]?.text).toContain('An admin excluded it from blocking.')
  })

  test('keeps free through every limit, the account’s too, for as long as it lasts', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    await guard.limit(everyone, '10')
    await guard.limit(account, '20', { action: 'block' })
    await guard.spend(tanaka, '500')
    await guard.spend(user('sato'), '1')
    await guard.pass(20)
    expect(guard.denied(tanaka)).toBe(false)
    expect(guard.denied(user('sato'))).toBe(true)
  })

  test('does not silence: warned at the threshold, told once past the limit, however far past it', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '45')
    await guard.pass(1)
    expect(guard.mails()).toEqual(['warned user/tanaka'])
    await guard.spend(tanaka, '455')
    await guard.pass(5)
    const [mail, ...more] = guard.notifier.take()
    expect(more).toEqual([])
    expect(mail).toMatchObject({ kind: 'over' })
    expect(mail?.text).toContain('USD 500.00, 1000 %')
    expect(mail?.text).toContain('the spending goes on')
  })

  test('a role covers its sessions, a pattern whoever is called so, now and later', async () => {
    const guard = guarded()
    await guard.spend(session, '60')
    await guard.spend(role('team-a'), '60')
    const { plan } = await change(guard, 'add', role('AWSReservedSSO_Ops_1'), role('team-*'))
    expect(plan.covers).toEqual([role('team-a'), session])
    await guard.limit({ kind: 'everyone', includeRoles: true }, '10')
    await guard.spend(role('team-b'), '60')
    await guard.spend(role('other'), '60')
    await guard.pass(1)
    expect([session, role('team-a'), role('team-b'), role('other')].map((key) => guard.denied(key))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test('twice changes nothing and writes nothing', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    const deeds = guard.deeds().length
    expect(await change(guard, 'add', tanaka)).toMatchObject({
      plan: { changes: [], same: [tanaka] },
      check: undefined,
    })
    expect(guard.deeds()).toHaveLength(deeds)
  })
})

describe('ending an exclusion', () => {
  test('lists whom it would block before anything is written, then blocks at once', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '60')
    guard.clock.pass(minute)
    const plan = await planExclusions(guard.wish, { do: 'remove', principals: [tanaka] })
    expect(plan.blocks).toMatchObject([{ principal: tanaka, limit: 'user/tanaka@month' }])
    expect((await guard.limits.wishes()).excluded).toEqual([tanaka])
    expect(await changeExclusions(guard.wish, plan, { do: 'remove', by: admin, reason: undefined })).toMatchObject({
      blocked: [tanaka],
    })
    expect(guard.denied(tanaka)).toBe(true)
  })

  test('of somebody who is not excluded is refused, with who is', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    await expect(planExclusions(guard.wish, { do: 'remove', principals: [user('sato')] })).rejects.toMatchObject({
      code: 'not-excluded',
      suggestions: ['excluded are: user/tanaka'],
    })
  })

  test('both are in the history, with who and why', async () => {
    const guard = guarded()
    await change(guard, 'add', tanaka)
    await change(guard, 'remove', tanaka)
    expect(guard.history.events).toMatchObject([
      { what: 'excluded', by: admin, principal: tanaka, reason: 'on call' },
      { what: 'exclusion-ended', by: admin, principal: tanaka, reason: 'on call' },
    ])
  })
})
