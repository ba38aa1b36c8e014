/** What is mailed: each thing once, never lost, never a storm, and the right words. */
import { describe, expect, test } from 'vitest'
import { unblock } from '../../src/runtime/usecases/unblock.ts'
import { admin, everyone, Guarded, minute, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')
const bare = { until: undefined, grant: undefined, limit: undefined, reason: undefined, by: admin }

async function over(usd = '60'): Promise<Guarded> {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, usd)
  return guard
}

describe('a mail is never lost, wherever the sender dies', () => {
  test.each(['claim', 'settle'] as const)('at %s', async (step) => {
    const guard = await over()
    guard.notices.inject(new Error('died'), 1, step)
    await guard.check()
    guard.clock.pass(2 * minute)
    await guard.check()
    expect(new Set(guard.mails())).toEqual(new Set(['blocked user/tanaka']))
    await guard.pass(5)
    expect(guard.mails()).toEqual([])
  })

  test('at send', async () => {
    const guard = await over()
    guard.notifier.inject(new Error('SNS is down'), 3, 'send')
    await guard.pass(8)
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })
})

describe('no storm', () => {
  test('five hundred people over at once are one mail below SNS’s 256 KB, which names the others', async () => {
    for (const language of ['en', 'ja'] as const) {
      const guard = new Guarded()
      guard.set({ language })
      await guard.limit(everyone, '10', { action: 'notify' })
      const people = Array.from({ length: 500 }, (_, index) =>
        user(`${'n'.repeat(58)}-${String(index).padStart(4, '0')}`),
      )
      for (const person of people) await guard.spend(person, '11')
      await guard.check()
      const [mail, ...more] = guard.notifier.take()
      expect(more).toEqual([])
      expect(mail?.items).toHaveLength(500)
      expect(Buffer.byteLength(mail?.text ?? '')).toBeLessThan(200_000)
      expect(mail?.text).toContain(language === 'en' ? 'and 60 more' : 'ほか 60 件')
      expect(mail?.subject.length).toBeLessThan(100)
    }
  })

  test('a limit changed each minute for an hour brings at most twenty mails, and the last word is not lost', async () => {
    const guard = await over('45')
    for (let time = 0; time < 55; time++) {
      await guard.limit(ofUser('tanaka'), time % 2 === 0 ? '51' : '50')
      await guard.pass(1)
    }
    expect(guard.mails()).toHaveLength(20)
    await guard.pass(20)
    expect(guard.mails()).toEqual(['warned user/tanaka'])
  })
})

describe('the right thing is said', () => {
  test('a jump over the limit is told as a block alone', async () => {
    const guard = await over('60')
    await guard.check()
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })

  test('a lowered limit warns, or blocks', async () => {
    const guard = await over('30')
    await guard.check()
    expect(guard.mails()).toEqual([])
    await guard.limit(ofUser('tanaka'), '35')
    expect(guard.mails()).toEqual(['warned user/tanaka'])
    await guard.limit(ofUser('tanaka'), '20')
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
  })

  test('a second block in the month is announced again', async () => {
    const guard = await over()
    await guard.check()
    guard.clock.pass(minute)
    await guard.limit(ofUser('tanaka'), '100')
    guard.clock.pass(minute)
    await guard.spend(tanaka, '50')
    await guard.check()
    expect(guard.mails()).toEqual(['blocked user/tanaka', 'released user/tanaka', 'blocked user/tanaka'])
  })

  test('a pardon that frees is one mail: until when, how much, by whom, why', async () => {
    const guard = await over()
    await guard.check()
    guard.mails()
    guard.clock.pass(minute)
    await unblock(guard.wish, {
      ...bare,
      principal: tanaka,
      grant: 5_000_000_000_000n as never,
      reason: 'release week',
    })
    const [mail, ...more] = guard.notifier.take()
    expect(more).toEqual([])
    expect(mail?.kind).toBe('released')
    for (const part of ['An admin pardoned it.', 'pardoned until  2026-12-01', 'USD 5.00', admin, 'release week'])
      expect(mail?.text).toContain(part)
    await guard.pass(10)
    expect(guard.mails()).toEqual([])
  })

  test('when what it granted is spent, the block says that the pardon is over, in one mail', async () => {
    const guard = await over()
    await guard.check()
    guard.clock.pass(minute)
    await unblock(guard.wish, { ...bare, principal: tanaka, grant: 5_000_000_000_000n as never })
    guard.mails()
    guard.clock.pass(minute)
    await guard.spend(tanaka, '6')
    await guard.check()
    const [mail, ...more] = guard.notifier.take()
    expect(more).toEqual([])
    expect(mail?.kind).toBe('blocked')
    expect(mail?.text).toContain('The pardon that an admin gave is over')
    await guard.pass(10)
    expect(guard.mails()).toEqual([])
  })

  test('a pardon given before any block is told, and so is its end when nothing blocks then', async () => {
    const guard = await over('10')
    const until = (guard.clock.now() + 30 * minute) as never
    await unblock(guard.wish, { ...bare, principal: tanaka, until })
    expect(guard.mails()).toEqual(['waived user/tanaka'])
    await guard.pass(40)
    expect(guard.mails()).toEqual(['waiver-ended user/tanaka'])
    await guard.pass(10)
    expect(guard.mails()).toEqual([])
  })

  test('what is wrong with the guard is told in the reader’s language', async () => {
    const guard = await over()
    guard.set({ language: 'ja' })
    guard.ledger.inject(new Error('no answer'), 1, 'balances')
    await guard.check()
    const [mail] = guard.notifier.take()
    expect(mail?.subject).toBe(
      '[cost-guard] ガードの確認が必要です: 台帳または上限をすべて読み取れません。読み取れるまで停止も解除も行いません',
    )
    expect(mail?.text).not.toMatch(/could not|cannot/)
  })
})
