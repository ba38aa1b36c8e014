import { describe, expect, test } from 'vitest'
import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { ReportEvent } from '../../src/runtime/protocol.ts'
import { dailyReport } from '../../src/runtime/usecases/daily-report.ts'
import { readStatus } from '../../src/runtime/usecases/status.ts'
import { at } from '../contract/world.ts'
import { awsError } from '../fakes/faults.ts'
import { Guarded, minute, ofUser, user } from './guarded.ts'

const tanaka = user('tanaka')

async function team(): Promise<Guarded> {
  const guard = new Guarded()
  await guard.health.setControl({ countFrom: at('2026-11-01T00:00:00Z') })
  guard.enforcer.add(tanaka)
  await guard.limit(ofUser('tanaka'), '50')
  await guard.spend(tanaka, '30', { iso: '2026-11-19T10:00:00Z' })
  await guard.spend(user('sato'), '12.50', { iso: '2026-10-31T23:59:59Z' })
  guard.mails()
  return guard
}

describe('the daily report', () => {
  test('goes out once a day, however often the scheduler calls', async () => {
    const guard = await team()
    expect(await dailyReport(guard.report, { kind: 'daily' })).toMatchObject({ sent: true })
    expect(await dailyReport(guard.report, { kind: 'daily' })).toMatchObject({ sent: false })
    const [mail, ...more] = guard.notifier.take()
    expect(more).toEqual([])
    expect(mail?.kind).toBe('report')
    expect(mail?.text).toContain('30.00')
    guard.clock.set('2026-11-21T09:00:00Z')
    expect(await dailyReport(guard.report, { kind: 'daily' })).toMatchObject({ sent: true })
  })

  test('goes out on a day without any record too', async () => {
    const guard = new Guarded()
    expect(await dailyReport(guard.report, { kind: 'daily' })).toMatchObject({ sent: true })
  })

  test('that failed to go out is sent by the next call', async () => {
    const guard = await team()
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await expect(dailyReport(guard.report, { kind: 'daily' })).rejects.toMatchObject({ code: 'not-sent' })
    guard.clock.pass(2 * minute)
    expect(await dailyReport(guard.report, { kind: 'daily' })).toMatchObject({ sent: true })
    expect(guard.notifier.take()).toHaveLength(1)
  })

  test('on the first brings the final statement of the month before as well, each once', async () => {
    const guard = await team()
    guard.clock.set('2026-12-01T09:00:00Z')
    await dailyReport(guard.report, { kind: 'daily' })
    await dailyReport(guard.report, { kind: 'daily' })
    const mails = guard.notifier.take()
    expect(mails).toHaveLength(2)
    expect(mails[0]?.subject).toContain('2026-11')
    expect(mails[0]?.text).toContain('30.00')
  })

  test('on the first still goes out when the statement fails, and the failure is not hidden', async () => {
    const guard = await team()
    guard.clock.set('2026-12-01T09:00:00Z')
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await expect(dailyReport(guard.report, { kind: 'daily' })).rejects.toMatchObject({ code: 'not-sent' })
    expect(guard.notifier.take()).toHaveLength(1)
  })

  test('that failed goes out with a retry of Lambda: at once it is refused, after the lease it is sent, once', async () => {
    const guard = await team()
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await expect(dailyReport(guard.report, { kind: 'daily' })).rejects.toMatchObject({ code: 'not-sent' })
    guard.clock.set('2026-11-20T09:01:00Z')
    await expect(dailyReport(guard.report, { kind: 'daily' })).rejects.toMatchObject({ code: 'not-sent' })
    expect(guard.notifier.take()).toEqual([])
    guard.clock.set('2026-11-20T09:03:00Z')
    expect((await dailyReport(guard.report, { kind: 'daily' })).sent).toBe(true)
    expect((await dailyReport(guard.report, { kind: 'daily' })).sent).toBe(false)
    expect(guard.notifier.take()).toHaveLength(1)
  })

  test('brings a statement that could not go out on the first on the next day, and an empty month owes none later', async () => {
    const guard = await team()
    guard.clock.set('2026-12-01T09:00:00Z')
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await expect(dailyReport(guard.report, { kind: 'daily' })).rejects.toMatchObject({ code: 'not-sent' })
    guard.notifier.take()
    guard.clock.set('2026-12-02T09:00:00Z')
    await dailyReport(guard.report, { kind: 'daily' })
    expect(guard.notifier.take().map(({ subject }) => subject)).toEqual([
      expect.stringContaining('2026-11'),
      expect.stringContaining('2026-12-02'),
    ])
    guard.clock.set('2026-12-03T09:00:00Z')
    await dailyReport(guard.report, { kind: 'daily' })
    expect(guard.notifier.take()).toHaveLength(1)
    const young = new Guarded()
    young.clock.set('2026-12-03T09:00:00Z')
    await dailyReport(young.report, { kind: 'daily' })
    expect(young.notifier.take()).toHaveLength(1)
  })

  test('of the first names the whole past month, as of now, although the month before the guard ends elsewhere in UTC', async () => {
    const guard = await team()
    guard.clock.set('2026-12-01T00:30:00Z')
    await dailyReport(guard.report, { kind: 'daily' })
    const [statement, today] = guard.notifier.take()
    expect(statement?.text).toContain('2026-11-01 00:00 +00:00 - 2026-12-01 00:00 +00:00')
    expect(statement?.text).toContain('as of    2026-12-01 00:30 +00:00 (UTC)')
    expect(today?.text).toContain('2026-12-01 00:00 +00:00 - 2026-12-01 00:30 +00:00')
    expect(today?.text).toContain('acme-dev')
  })

  test.each(['2026-12-02', '2026-12-09', '2026-12-31'])(
    'owes the statement until it is sent, once: also when the first run of the month is on %s',
    async (day) => {
      const guard = await team()
      guard.clock.set(`${day}T09:00:00Z`)
      await dailyReport(guard.report, { kind: 'daily' })
      expect(guard.notifier.take().map(({ subject }) => subject)).toEqual([
        expect.stringContaining('statement 2026-11'),
        expect.stringContaining(day),
      ])
      guard.clock.pass(60 * minute)
      await dailyReport(guard.report, { kind: 'daily' })
      expect(guard.notifier.take()).toEqual([])
    },
  )

  test('owes the statement of a month in which nothing was spent, but not of one before the guard', async () => {
    const quiet = new Guarded()
    await quiet.health.setControl({ countFrom: at('2026-11-10T00:00:00Z') })
    quiet.clock.set('2026-12-03T09:00:00Z')
    await dailyReport(quiet.report, { kind: 'daily' })
    expect(quiet.notifier.take().map(({ subject }) => subject)[0]).toContain('statement 2026-11')
    const young = new Guarded()
    await young.health.setControl({ countFrom: at('2026-12-01T08:00:00Z') })
    young.clock.set('2026-12-01T09:00:00Z')
    await dailyReport(young.report, { kind: 'daily' })
    const mails = young.notifier.take()
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('not counted: counting began at 2026-12-01 08:00 +00:00')
  })

  test('tells once what came late for a month whose statement was sent', async () => {
    const guard = await team()
    const daily = async (iso: string) => {
      guard.clock.set(iso)
      await dailyReport(guard.report, { kind: 'daily' })
      return guard.notifier.take().map(({ text }) => text.replace(/\s+/g, ' '))
    }
    expect((await daily('2026-12-01T09:00:00Z')).join()).not.toContain('its statement said')
    await guard.spend(tanaka, '2.25', { iso: '2026-11-30T23:59:00Z' })
    expect((await dailyReport(guard.report, { kind: 'preview' })).text.replace(/\s+/g, ' ')).toContain('USD 2.25 more')
    const [second = ''] = await daily('2026-12-02T09:00:00Z')
    expect(second).toContain('2026-11 USD 2.25 more than its statement said')
    expect(second).toContain('now USD 32.25')
    expect((await daily('2026-12-03T09:00:00Z')).join()).not.toContain('its statement said')
    await guard.spend(tanaka, '1', { iso: '2026-11-29T00:00:00Z' })
    guard.notifier.inject(awsError('InternalErrorException'), 1, 'send')
    await expect(daily('2026-12-04T09:00:00Z')).rejects.toMatchObject({ code: 'not-sent' })
    expect((await daily('2026-12-05T09:00:00Z')).join()).toContain('USD 1.00 more')
  })

  test('keeps what a statement sent by an older version said, from the next look on', async () => {
    const guard = await team()
    guard.clock.set('2026-12-01T09:00:00Z')
    await guard.notices.claim('report#statement#2026-11', guard.clock.now())
    await guard.notices.settle('report#statement#2026-11')
    await dailyReport(guard.report, { kind: 'daily' })
    expect(guard.notifier.take()).toHaveLength(1)
    expect(await guard.notices.noteOf('report#statement#2026-11')).toBe('30000000000000')
  })

  test('counts the unreadable records of today and yesterday, a statement those of its month', async () => {
    const guard = await team()
    const bad = (iso: string) => ({ id: iso, why: 'x', requestId: undefined, excerpt: '', at: at(iso) })
    await guard.badRecords.keep(['2026-11-02T00:00:00Z', '2026-11-19T23:00:00Z', '2026-11-20T01:00:00Z'].map(bad))
    const text = async (month?: string) =>
      (await dailyReport(guard.report, { kind: 'preview', ...(month ? { month } : {}) })).text
    expect(await text()).toContain('unreadable      2 log records')
    guard.clock.set('2026-12-05T09:00:00Z')
    expect(await text()).not.toContain('unreadable ')
    expect(await text('2026-11')).toContain('unreadable      3 log records')
  })

  test('can be seen without being sent, also of a month that is over', async () => {
    const guard = await team()
    const today = await dailyReport(guard.report, { kind: 'preview' })
    const october = await dailyReport(guard.report, { kind: 'preview', month: '2026-10' })
    expect([today.sent, october.sent]).toEqual([false, false])
    expect(october.text).toContain('12.50')
    expect(guard.notifier.take()).toEqual([])
    await expect(dailyReport(guard.report, { kind: 'preview', month: '2026-13' })).rejects.toMatchObject({
      code: 'bad-month',
    })
  })

  test.each([undefined, null, {}, { kind: 'other' }, { source: 'aws.events' }, 'daily'])(
    'that nobody asked for is refused: %j sends nothing',
    async (event) => {
      const guard = await team()
      await expect(dailyReport(guard.report, event as unknown as ReportEvent)).rejects.toMatchObject({
        code: 'unknown-event',
      })
      expect(guard.notifier.take()).toEqual([])
    },
  )

  test('of a month that has not begun is refused, and one that is over can be sent again', async () => {
    const guard = await team()
    for (const kind of ['preview', 'send'] as const) {
      await expect(dailyReport(guard.report, { kind, month: '2026-12' })).rejects.toMatchObject({ code: 'bad-month' })
    }
    expect(await dailyReport(guard.report, { kind: 'send', month: '2026-10' })).toMatchObject({ sent: true })
    expect(guard.notifier.take().map(({ subject }) => subject)).toEqual([expect.stringContaining('2026-10')])
  })

  test('asked for now goes out as often as it is asked', async () => {
    const guard = await team()
    await dailyReport(guard.report, { kind: 'send' })
    await dailyReport(guard.report, { kind: 'send' })
    expect(guard.notifier.take()).toHaveLength(2)
  })
})

describe('status', () => {
  test('shows the running month with limits, and a month that is over as it was spent', async () => {
    const guard = await team()
    const now = await readStatus(guard.report)
    expect(now).toMatchObject({
      guard: 'cost-guard',
      period: { kind: 'month', key: '2026-11', timezone: 'UTC', resetsAt: '2026-12-01T00:00:00Z' },
      totalUsd: '30',
      principals: [{ principal: 'user/tanaka', usd: '30', state: 'ok', limits: [{ limitUsd: '50', usedPercent: 60 }] }],
    })
    const past = await readStatus(guard.report, { month: '2026-10' as Month })
    expect(past).toMatchObject({
      totalUsd: '12.5',
      principals: [{ principal: 'user/sato', usd: '12.5', state: 'observed', limits: [] }],
    })
  })

  test('shows who is blocked, until when', async () => {
    const guard = await team()
    await guard.spend(tanaka, '20')
    await guard.check()
    expect((await readStatus(guard.report)).principals).toMatchObject([
      {
        principal: 'user/tanaka',
        state: 'blocked',
        decidedBy: 'user/tanaka@month',
        blockedUntil: '2026-12-01T00:00:00Z',
      },
    ])
  })

  test('shows nobody as blocked in a month that is over', async () => {
    const guard = await team()
    await guard.spend(tanaka, '20')
    await guard.spend(tanaka, '1', { iso: '2026-10-05T00:00:00Z' })
    await guard.check()
    const { principals } = await readStatus(guard.report, { month: '2026-10' as Month })
    expect(principals.map(({ state }) => state)).toEqual(['observed', 'observed'])
  })

  test('groups the same money by day', async () => {
    const guard = await team()
    const { groups } = await readStatus(guard.report, { by: 'day' })
    expect(groups).toEqual({
      by: 'day',
      overlapUsd: '0',
      rows: [{ key: '2026-11-19', usd: '30', assumedUsd: '0', requests: 1, sharePercent: 100 }],
    })
  })

  test('groups by team: this month by the members of now as the limits do, a month that is over by those of then', async () => {
    const guard = await team()
    const growth = { name: 'growth', members: ['user/tanaka'], from: 'list' as const }
    await guard.people.putTeam(growth)
    await guard.spend(tanaka, '5', { iso: '2026-10-05T00:00:00Z' })
    await guard.people.putTeam({ ...growth, members: ['user/tanaka', 'user/sato'] })
    await guard.spend(user('sato'), '12.5')
    const rows = async (month?: Month) =>
      (await readStatus(guard.report, { by: 'team', ...(month ? { month } : {}) })).groups?.rows.map(({ key, usd }) => [
        key,
        usd,
      ])
    expect(await rows()).toEqual([['team/growth', '42.5']])
    await guard.people.removeTeam('growth')
    expect(await rows()).toEqual([
      ['user/tanaka', '30'],
      ['user/sato', '12.5'],
    ])
    expect(await rows('2026-10' as Month)).toEqual([
      ['user/sato', '12.5'],
      ['team/growth', '5'],
    ])
    const { principals } = await readStatus(guard.report, { month: '2026-10' as Month, by: 'team' })
    expect(principals.map(({ principal, teams }) => [principal, teams])).toEqual([
      ['user/sato', []],
      ['user/tanaka', ['growth']],
    ])
  })

  test('says when the checks have stopped, because they cannot say so themselves', async () => {
    const guard = await team()
    expect((await readStatus(guard.report)).health.problems).toEqual([])
    guard.clock.pass(13 * minute)
    expect((await readStatus(guard.report)).health.problems).toEqual([
      'no check has run since 2026-11-20T09:00:00Z: nobody is blocked or released until enforce runs again',
    ])
    expect((await readStatus(new Guarded().report)).health.problems).toEqual([
      'no check has run yet: nobody is blocked or released',
    ])
  })
})
