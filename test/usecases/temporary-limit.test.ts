import { describe, expect, test } from 'vitest'
import type { PeriodKind } from '../../src/runtime/domain/base/calendar.ts'
import { dailyReport } from '../../src/runtime/usecases/daily-report.ts'
import { readStatus } from '../../src/runtime/usecases/status.ts'
import { unblock } from '../../src/runtime/usecases/unblock.ts'
import { at } from '../contract/world.ts'
import { admin, Guarded, minute, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')
/** Sixty minutes after the tests begin, in the middle of the month. */
const end = at('2026-11-20T10:00:00Z')
const monthEnd = at('2026-12-01T00:00:00Z')

function guarded(): Guarded {
  const guard = new Guarded()
  guard.enforcer.add(tanaka)
  return guard
}
const forATime = (guard: Guarded, usd: string, per: PeriodKind = 'month', until = end) =>
  guard.limit(ofUser('tanaka'), usd, { per, until })
const shown = async (guard: Guarded) => {
  const { blocks, health, ledger, limits, people, clock } = guard
  const view = await readStatus({ config: guard.config, blocks, health, ledger, limits, people, clock })
  const row = view.principals.find(({ principal }) => principal === tanaka)
  return { state: row?.state, until: row?.blockedUntil, limits: row?.limits.map(({ id, limitUsd }) => [id, limitUsd]) }
}

describe('a limit for a time', () => {
  test('that is higher frees at once; at its very end the former one blocks again, as a new block', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '60')
    await guard.check()
    expect(guard.mails()).toEqual(['blocked user/tanaka'])
    await forATime(guard, '100')
    expect(guard.denied(tanaka)).toBe(false)
    expect(await shown(guard)).toEqual({ state: 'ok', until: null, limits: [['user/tanaka@month~', '100']] })
    await guard.pass(59)
    expect(guard.denied(tanaka)).toBe(false)
    await guard.pass(1)
    expect(guard.denied(tanaka)).toBe(true)
    expect(await shown(guard)).toEqual({
      state: 'blocked',
      until: '2026-12-01T00:00:00Z',
      limits: [['user/tanaka@month', '50']],
    })
    expect(guard.mails()).toEqual(['released user/tanaka', 'blocked user/tanaka'])
  })

  test('that is lower blocks until it ends, in the mail, status and the report alike, and then frees', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '30')
    await forATime(guard, '20')
    expect(guard.denied(tanaka)).toBe(true)
    const [mail] = guard.mailsOf('blocked')
    expect(mail?.subject).toContain('until 2026-11-20 10:00')
    expect(await shown(guard)).toMatchObject({ state: 'blocked', until: '2026-11-20T10:00:00Z' })
    expect((await dailyReport(guard.report, { kind: 'preview' })).text).toContain('2026-11-20 10:00')
    await guard.pass(59)
    expect(guard.denied(tanaka)).toBe(true)
    await guard.pass(1)
    expect(guard.denied(tanaka)).toBe(false)
    const [released] = guard.mailsOf('released')
    expect(released?.text).toContain('The limit for a time has ended.')
  })

  test('that is lower, where the former one is reached too, blocks until the former one frees: never said too early', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await forATime(guard, '20')
    await guard.spend(tanaka, '60')
    await guard.check()
    expect(await shown(guard)).toMatchObject({ state: 'blocked', until: '2026-12-01T00:00:00Z' })
    await guard.pass(65)
    expect(guard.denied(tanaka)).toBe(true)
    expect(await shown(guard)).toMatchObject({ state: 'blocked', until: '2026-12-01T00:00:00Z' })
  })

  test('of zero blocks until its end, or as long as the former one that is reached', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '10')
    await forATime(guard, '0')
    expect(await shown(guard)).toMatchObject({ state: 'blocked', until: '2026-11-20T10:00:00Z' })
    await guard.spend(tanaka, '50')
    await guard.check()
    expect(await shown(guard)).toMatchObject({ state: 'blocked', until: '2026-12-01T00:00:00Z' })
  })

  test('does not repeat warnings of the former one, and has its own', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '40')
    await guard.check()
    expect(guard.mails()).toEqual(['warned user/tanaka'])
    await forATime(guard, '45')
    expect(guard.mails()).toEqual(['warned user/tanaka'])
    await guard.pass(70)
    expect(guard.mails()).toEqual([])
  })

  test('that blocked somebody who spent nothing yet is no proof of an unreadable ledger: taken away, it frees', async () => {
    for (const per of ['month', 'week'] as const) {
      const guard = guarded()
      await forATime(guard, '0', per)
      expect(guard.denied(tanaka)).toBe(true)
      expect((await guard.check()).problems).toEqual([])
      await guard.limit(ofUser('tanaka'), undefined, { per })
      expect(guard.denied(tanaka)).toBe(false)
    }
  })

  test('of a week whose money lies in the month before frees at its end in an empty month', async () => {
    const guard = guarded()
    guard.clock.set('2026-12-01T09:00:00Z')
    await guard.spend(tanaka, '30', { iso: '2026-11-30T12:00:00Z' })
    await forATime(guard, '20', 'week', at('2026-12-01T10:00:00Z'))
    expect(guard.denied(tanaka)).toBe(true)
    await guard.pass(60)
    expect(guard.denied(tanaka)).toBe(false)
  })

  test('that outlives the period ends with the period like any other, and goes on in the next', async () => {
    const guard = guarded()
    await forATime(guard, '20', 'month', at('2026-12-10T00:00:00Z'))
    await guard.spend(tanaka, '30')
    await guard.check()
    expect(await shown(guard)).toMatchObject({ until: '2026-12-01T00:00:00Z' })
    guard.clock.set('2026-12-01T00:00:00Z')
    await guard.check()
    expect(guard.denied(tanaka)).toBe(false)
    const why = guard.mailsOf('released')[0]?.text
    expect(why).toContain('A new period has begun.')
    await guard.spend(tanaka, '30')
    await guard.check()
    expect(await shown(guard)).toMatchObject({ until: '2026-12-10T00:00:00Z' })
  })

  test('that blocks is pardoned like any other, to the end of the period at most', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '30')
    await forATime(guard, '20')
    const wish = {
      principal: tanaka,
      until: undefined,
      grant: undefined,
      limit: undefined,
      reason: undefined,
      by: admin,
    }
    const { waiver } = await unblock(guard.wish, wish)
    expect(waiver?.until).toBe(monthEnd)
    expect(guard.denied(tanaka)).toBe(false)
    guard.clock.pass(2 * minute)
    expect((await guard.check()).blocked).toEqual([])
  })

  test('that blocks is raised by a command that raises it, not the one behind it', async () => {
    const guard = guarded()
    await guard.limit(ofUser('tanaka'), '50')
    await guard.spend(tanaka, '30')
    await forATime(guard, '20')
    const [mail] = guard.mailsOf('blocked')
    expect(mail?.text).toContain('cost-guard limits set user/tanaka=AMOUNT --until DAY --region us-east-1')
  })
})
