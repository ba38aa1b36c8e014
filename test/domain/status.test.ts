import { describe, expect, it } from 'vitest'
import type { Day } from '../../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Belongings } from '../../src/runtime/domain/metering/belonging.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import { forecast } from '../../src/runtime/domain/telling/forecast.ts'
import { countedSince, type StatusInput, statusOf } from '../../src/runtime/domain/telling/status.ts'
import { account, at, balance, key, limit, tokyo } from './judging.ts'
import { balances, detail, details, health, judgements, november, now, record } from './report-sample.ts'

const input: StatusInput = {
  guard: 'cost-guard',
  period: november,
  zoning: tokyo,
  now,
  balances,
  previous: [],
  judgements,
  records: [record],
  details: [],
  by: 'principal',
  health,
}
const status = (more: Partial<StatusInput> = {}) => statusOf({ ...input, ...more })
const row = (principal: string, more: Partial<StatusInput> = {}) =>
  status(more).principals.find((candidate) => candidate.principal === principal)

describe('status as programs read it', () => {
  it('has every documented key, money as decimal strings, times UTC, unknown null', () => {
    const { principals, ...rest } = status()
    expect(rest).toEqual({
      guard: 'cost-guard',
      mode: 'enforce',
      period: { kind: 'month', key: '2026-11', timezone: 'Asia/Tokyo', resetsAt: '2026-11-30T15:00:00Z' },
      totalUsd: '136.338',
      assumedUsd: '0.5',
      health: {
        lastRecordAt: '2026-11-19T23:58:01Z',
        lag: { logSeconds: 4.2, deliverySeconds: 7, enforceSeconds: null },
        unpricedModels: [],
        uncountedRequests: 0,
        problems: [],
      },
    })
    expect(principals.map(({ principal, usd, state }) => [principal, usd, state])).toEqual([
      ['user/boss', '61', 'waived'],
      ['user/tanaka', '52.1', 'blocked'],
      ['user/sato', '17', 'warned'],
      ['role/batch', '3', 'ok'],
      ['unattributed', '2', 'ok'],
      ['session/AWSReservedSSO_Dev_0a1b/suzuki@example.com', '1.234', 'ok'],
      ['session/AWSReservedSSO_Dev_0a1b/山田', '0.004', 'ok'],
    ])
  })

  it('says of a principal what counts, what decides, and until when it is blocked', () => {
    expect(row('user/tanaka')).toEqual({
      principal: 'user/tanaka',
      person: null,
      teams: [],
      usd: '52.1',
      assumedUsd: '0',
      requests: 3,
      state: 'blocked',
      decidedBy: 'user/tanaka@month',
      blockedUntil: '2026-11-30T15:00:00Z',
      sources: { 'claude-code': '50', 'claude-desktop': '2.1' },
      limits: [
        {
          id: 'user/tanaka@month',
          of: 'user/tanaka',
          sharedBy: null,
          per: 'month',
          limitUsd: '50',
          spentUsd: '52.1',
          usedPercent: 104,
          // 52.1 + (0+0+0+0+0+5+7.1)/7 × 10 days left
          forecastUsd: '69.385714285714',
          resetsAt: '2026-11-30T15:00:00Z',
          action: 'block',
          decides: true,
        },
        expect.objectContaining({ id: 'account@month', of: 'account', spentUsd: '136.338', decides: false }),
      ],
    })
  })

  it('survives JSON without losing a key', () => {
    const view = status()
    expect(JSON.parse(JSON.stringify(view))).toEqual(view)
  })

  it('is empty and whole before the first record', () => {
    const empty = status({ balances: [], judgements: [], records: [], health: { ...health, lastRecordAt: undefined } })
    expect(empty).toMatchObject({ totalUsd: '0', assumedUsd: '0', principals: [], health: { lastRecordAt: null } })
  })
})

describe('the state of a principal', () => {
  it('is blocked while a deny hangs, even when it is about to be lifted', () => {
    expect(row('user/sato', { records: [{ ...record, principal: key('user/sato') }] })?.state).toBe('blocked')
    expect(row('user/sato', { records: [{ ...record, principal: key('user/sato'), releasedAt: now }] })?.state).toBe(
      'warned',
    )
  })

  it('is over, not blocked, until the deny is in place', () => {
    expect(row('user/tanaka', { records: [] })).toMatchObject({ state: 'over', blockedUntil: null })
  })

  it('is cannot-block where enforcement said so', () => {
    const cannot = { ...record, state: 'cannot-block' as const, why: 'attachment-quota' as const }
    expect(row('user/tanaka', { records: [cannot] })).toMatchObject({ state: 'cannot-block', blockedUntil: null })
  })

  it('is observed while the guard is on hold', () => {
    expect(row('user/tanaka', { records: [], health: { ...health, hold: true } })?.state).toBe('observed')
  })

  it('is observed in a month that is over', () => {
    expect(row('user/tanaka', { judgements: [], records: [] })).toMatchObject({ state: 'observed', limits: [] })
  })

  it('of a session is blocked while its role is', () => {
    const role = { ...record, principal: key('role/AWSReservedSSO_Dev_0a1b') }
    expect(row('session/AWSReservedSSO_Dev_0a1b/山田', { records: [role] })?.state).toBe('blocked')
  })

  it('has no end where the block has none', () => {
    expect(row('user/tanaka', { records: [{ ...record, until: 'no-end' }] })).toMatchObject({
      state: 'blocked',
      blockedUntil: null,
    })
  })
})

describe('the same money by something else', () => {
  const groups = (by: StatusInput['by']) =>
    status({ by, details }).groups?.rows.map(({ key: name, usd, requests, sharePercent }) => [
      name,
      usd,
      requests,
      sharePercent,
    ])

  it('by model, dearest first', () => {
    expect(groups('model')).toEqual([
      ['anthropic.claude-sonnet-4-5', '77.5', 43, 59],
      ['anthropic.claude-opus-4-7', '52.1', 3, 40],
      ['anthropic.claude-next-9', '0.5', 2, 0],
    ])
  })

  it('by day, in order', () => {
    expect(groups('day')).toEqual([
      ['2026-11-05', '61', 3, 46],
      ['2026-11-19', '69.1', 45, 53],
    ])
  })

  it('by source, dearest first', () => {
    expect(groups('source')).toEqual([
      ['none', '78', 45, 59],
      ['claude-code', '52.1', 3, 40],
    ])
  })

  const growth = { person: 'tanaka', teams: ['growth', 'night'] }
  const owned = [
    detail('user/tanaka', 'm', '7', growth),
    detail('user/tanaka-key', 'm', '3', growth),
    detail('user/sato', 'm', '6', { teams: ['night'] }),
    detail('role/app', 'm', '4'),
  ]
  const owners = (by: StatusInput['by']) => {
    const { groups } = status({ by, details: owned })
    return { overlap: groups?.overlapUsd, rows: groups?.rows.map(({ key: name, usd }) => [name, usd]) }
  }

  it('by person, and whoever is nobody under its own name', () => {
    expect(owners('person')).toEqual({
      overlap: '0',
      rows: [
        ['person/tanaka', '10'],
        ['user/sato', '6'],
        ['role/app', '4'],
      ],
    })
  })

  it('by team: who is in two counts in both, and it says by how much the rows exceed the total', () => {
    expect(owners('team')).toEqual({
      overlap: '10',
      rows: [
        ['team/night', '16'],
        ['team/growth', '10'],
        ['role/app', '4'],
      ],
    })
  })

  it('names the models whose price is assumed', () => {
    expect(status({ details }).health.unpricedModels).toEqual(['anthropic.claude-next-9'])
  })
})

describe('people and teams in status', () => {
  const belongings: Belongings = {
    people: [{ name: 'tanaka', members: ['user/tanaka', 'user/boss'] }],
    teams: [{ name: 'growth', members: ['person/tanaka'], from: 'list' }],
  }
  const wishes = { limits: [limit('person/tanaka=200'), limit('*=90')], waivers: [], blocks: [], excluded: [] }
  const judged = (given: typeof wishes) =>
    judgeAll({ wishes: given, belongings, balances, previous: [], zoning: tokyo, now, unknownPrice: 'warn', account })
  const limitsOf = (principal: string, given = wishes) =>
    row(principal, { belongings, judgements: judged(given) })?.limits.map(({ of, sharedBy, spentUsd, forecastUsd }) => [
      of,
      sharedBy,
      spentUsd,
      forecastUsd,
    ])

  it('are named in each row: those of now, and in a month that is over those of its last entry', () => {
    expect(row('user/boss', { belongings })).toMatchObject({ person: 'tanaka', teams: ['growth'] })
    const before = detail('user/boss', 'm', '1', { person: 'old', day: '2026-11-04' as Day })
    const after = detail('user/boss', 'm', '1', { teams: ['new'], day: '2026-11-05' as Day })
    expect(row('user/boss', { details: [after, before] })).toMatchObject({ person: null, teams: ['new'] })
  })

  it('show the spend and the forecast of the pot in the row of every member', () => {
    // 113.1 + (5 + 7.1)/7 × 10 days left
    const pot = ['person/tanaka', null, '113.1', '130.385714285714']
    expect([limitsOf('user/tanaka'), limitsOf('user/boss')]).toEqual([[pot], [pot]])
  })

  it('share everyone by person: without the member who has a limit of its own', () => {
    const each = { ...wishes, limits: [limit('*=90')] }
    expect(limitsOf('user/boss', each)).toEqual([['*', 'person/tanaka', '113.1', '130.385714285714']])
    const own = { ...wishes, limits: [limit('*=90'), limit('user/tanaka=200')] }
    expect(limitsOf('user/boss', own)).toEqual([['*', 'person/tanaka', '61', '61']])
  })
})

describe('the forecast', () => {
  const days = (spend: Readonly<Record<string, string>>) =>
    new Map(Object.entries(spend).map(([day, usd]) => [day as Day, parseUsd(usd)]))
  const expected = (spend: Readonly<Record<string, string>>, iso: string, since?: string) => {
    const amount = forecast({
      days: days(spend),
      period: november,
      zoning: tokyo,
      now: at(iso),
      since: since as Day | undefined,
    })
    return amount === undefined ? undefined : toDecimal(amount)
  }

  it('is spend plus the mean of the complete days times the days left', () => {
    // November 3: two complete days, 27 days left.
    expect(expected({ '2026-11-01': '2', '2026-11-02': '4', '2026-11-03': '10' }, '2026-11-03T03:00:00Z')).toBe('97')
  })

  it('looks at the last seven complete days only', () => {
    const spend = { '2026-11-01': '1000', '2026-11-13': '7', '2026-11-19': '7' }
    expect(expected(spend, '2026-11-20T03:00:00Z')).toBe('1034')
  })

  it('takes days before the guard counted for unknown, not for zero', () => {
    expect(expected({ '2026-11-18': '3', '2026-11-19': '5' }, '2026-11-20T03:00:00Z', '2026-11-18')).toBe('48')
  })

  it('knows from its installation that quiet days before the first call were zero', () => {
    const told = { previous: [], balances: [], zoning: tokyo, now: at('2026-11-20T03:00:00Z') }
    expect(countedSince(told)).toBe('2026-11-20')
    expect(countedSince({ ...told, installedAt: at('2026-10-05T00:00:00Z') })).toBe('2026-10-05')
    expect(countedSince({ ...told, balances, installedAt: at('2026-11-20T00:00:00Z') })).toBe('2026-11-01')
  })

  it('a sum taken over for the days before the guard is no run of days without spending', () => {
    const takenOver = {
      balances: [balance('user/a', { '2026-11-01': '300', '2026-11-18': '10', '2026-11-19': '10' })],
      previous: [],
      installedAt: at('2026-11-18T00:00:00Z'),
      zoning: tokyo,
      now,
    }
    expect(countedSince(takenOver)).toBe('2026-11-18')
    const backfilled = balance('user/a', { '2026-11-01': '3', '2026-11-10': '1', '2026-11-18': '10' })
    expect(countedSince({ ...takenOver, balances: [backfilled] })).toBe('2026-11-01')
    const { balances } = takenOver
    expect(countedSince({ ...takenOver, balances, installedAt: at('2026-11-02T03:00:00Z') })).toBe('2026-11-01')
    const limits = [limit('user/a=1000')]
    const judgements = judgeAll({
      wishes: { limits, waivers: [], blocks: [], excluded: [] },
      ...{ balances, previous: [], zoning: tokyo, now, unknownPrice: 'warn', account },
    })
    const [a] = status({ ...takenOver, judgements, records: [] }).principals
    // 320 and ten more days at 10 each.
    expect(a?.limits[0]?.forecastUsd).toBe('420')
  })

  it('is unknown before one complete day and for a month that is over', () => {
    expect(expected({ '2026-11-01': '2' }, '2026-11-01T03:00:00Z')).toBeUndefined()
    expect(expected({ '2026-11-20': '2' }, '2026-11-20T03:00:00Z', '2026-11-20')).toBeUndefined()
    expect(expected({ '2026-11-20': '2' }, '2026-12-01T03:00:00Z')).toBeUndefined()
  })

  it('is what was spent on the last day', () => {
    expect(expected({ '2026-11-29': '2', '2026-11-30': '1' }, '2026-11-30T03:00:00Z')).toBe('3')
  })
})
