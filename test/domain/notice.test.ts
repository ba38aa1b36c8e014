import { describe, expect, it } from 'vitest'
import type { Day, Month } from '../../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Wishes } from '../../src/runtime/domain/judging/limit.ts'
import { parseUsd, toDecimal } from '../../src/runtime/domain/money/money.ts'
import type { NoticeInput } from '../../src/runtime/domain/telling/notice.ts'
import { noticesDue } from '../../src/runtime/domain/telling/notices-due.ts'
import { account, at, balance, key, limit, tokyo, waiver } from './judging.ts'
import { record } from './report-sample.ts'

const now = at('2026-11-20T03:00:00Z')
const nothing: Wishes = { limits: [], waivers: [], blocks: [], excluded: [] }

function due(limits: readonly string[], spend: Readonly<Record<string, string>>, more: Partial<NoticeInput> = {}) {
  const wishes = { ...nothing, limits: limits.map(limit), ...more.wishes }
  const balances = Object.entries(spend).map(([principal, usd]) => balance(principal, { '2026-11-03': usd }))
  return noticesDue({
    judgements: judgeAll({ wishes, balances, previous: [], zoning: tokyo, now, unknownPrice: 'warn', account }),
    records: [],
    observe: false,
    waiversOver: new Set(),
    now,
    day: '2026-11-20' as Day,
    month: '2026-11' as Month,
    unpriced: [],
    caughtUp: undefined,
    badRecords: 0,
    problems: [],
    ...more,
    wishes,
  })
}

const keys = (groups: ReturnType<typeof due>) =>
  Object.fromEntries(groups.map(({ kind, items }) => [kind, items.map((item) => item.key)]))

describe('warnings', () => {
  it('are due at the highest threshold reached, once per limit version, period and threshold', () => {
    expect(keys(due(['user/a=50 v2 warn 50,80,95'], { 'user/a': '42' }))).toEqual({
      warned: ['warned#user/a#user/a@month#v2#2026-11#80'],
    })
    expect(keys(due(['user/a=50 warn 50,80,95'], { 'user/a': '24.99' }))).toEqual({})
  })

  it('tell what was spent, of what, and when it resets', () => {
    const item = due(['user/a=50'], { 'user/a': '42.5' })[0]?.items[0]
    expect(item && { ...item, spent: toDecimal(item.spent ?? parseUsd('0')) }).toMatchObject({
      principal: 'user/a',
      limit: 'user/a@month',
      spent: '42.5',
      percent: 85,
      threshold: 80,
      until: at('2026-11-30T15:00:00Z'),
    })
  })

  it('are left out when the limit is jumped over at once: only the block is said', () => {
    const groups = due(
      ['user/a=50'],
      { 'user/a': '60' },
      { records: [{ ...record, principal: key('user/a'), decidedBy: 'user/a@month' }] },
    )
    expect(groups.map(({ kind }) => kind)).toEqual(['blocked'])
  })

  it('of everyone go to each, of a role to the role once, of the account to the account once', () => {
    const groups = due(['*=10', 'role/r=20', 'account=50 notify'], {
      'session/r/x': '8.5',
      'session/r/y': '8.5',
      'user/a': '9.6',
      'user/b': '15',
    })
    expect(keys(groups)).toEqual({
      warned: [
        'warned#role/r#role/r@month#v1#2026-11#80',
        'warned#account#account@month#v1#2026-11#80',
        'warned#session/r/x#*@month#v1#2026-11#80',
        'warned#session/r/y#*@month#v1#2026-11#80',
        'warned#user/a#*@month#v1#2026-11#95',
      ],
    })
    expect(groups[0]?.items.find((item) => item.limit === 'account@month')).not.toHaveProperty('principal')
  })

  it('go to the excluded too, and past the limit they are told that the spending goes on', () => {
    const wishes = { ...nothing, limits: [limit('user/a=50')], excluded: [key('user/a')] }
    expect(keys(due(['user/a=50'], { 'user/a': '45' }, { wishes }))).toEqual({
      warned: ['warned#user/a#user/a@month#v1#2026-11#80'],
    })
    const groups = due(['user/a=50'], { 'user/a': '500' }, { wishes })
    expect(keys(groups)).toEqual({ over: ['over#user/a#user/a@month#v1#2026-11'] })
    expect(groups[0]?.items[0]).toMatchObject({ why: 'excluded', percent: 1000 })
  })
})

describe('limits that only notify', () => {
  it('are said to be over once per version and period', () => {
    expect(keys(due(['user/a=50 notify v3', 'account=60 notify'], { 'user/a': '50', 'user/b': '20' }))).toEqual({
      over: ['over#user/a#user/a@month#v3#2026-11', 'over#account#account@month#v1#2026-11'],
    })
  })
})

describe('blocks', () => {
  const blocked = { ...record, principal: key('user/a'), decidedBy: 'user/a@month' }

  it('are announced per episode and end, so a second block in the month is announced again', () => {
    const first = keys(due(['user/a=50'], { 'user/a': '60' }, { records: [blocked] }))
    const second = keys(due(['user/a=50'], { 'user/a': '60' }, { records: [{ ...blocked, episode: 'later' }] }))
    const moved = keys(due(['user/a=50'], { 'user/a': '60' }, { records: [{ ...blocked, until: 'no-end' }] }))
    expect(first).toEqual({ blocked: [`blocked#user/a#2026-11-19T10:00:00Z#${blocked.until}`] })
    expect(second).toEqual({ blocked: [`blocked#user/a#later#${blocked.until}`] })
    expect(moved).toEqual({ blocked: ['blocked#user/a#2026-11-19T10:00:00Z#no-end'] })
  })

  it('by hand say who did it and why', () => {
    const by = { principal: key('user/a'), until: 'no-end' as const, by: 'arn:admin', at: now, reason: 'leak' }
    const items = due([], {}, { wishes: { ...nothing, blocks: [by] }, records: [{ ...blocked, decidedBy: 'manual' }] })
    expect(items[0]?.items[0]).toMatchObject({ by: 'arn:admin', why: 'leak', limit: 'manual' })
  })

  it('that cannot be are announced with the reason, and their end is not', () => {
    const cannot = { ...blocked, state: 'cannot-block' as const, why: 'attachment-quota' as const, policy: undefined }
    expect(keys(due(['user/a=50'], { 'user/a': '60' }, { records: [cannot] }))).toEqual({
      'cannot-block': ['cannot-block#user/a#2026-11-19T10:00:00Z#attachment-quota'],
    })
    expect(due([], {}, { records: [{ ...cannot, releasedAt: now }] })).toEqual([])
  })

  it.each<[string, Partial<Wishes>, string, Partial<typeof record>, string]>([
    ['the limit was raised', { limits: [limit('user/a=100 warn none')] }, '60', {}, 'limit-changed'],
    [
      'an admin pardoned it',
      { limits: [limit('user/a=50')], waivers: [waiver('user/a', '2026-11-30T15:00:00Z')] },
      '60',
      {},
      'waived',
    ],
    ['it was excluded', { limits: [limit('user/a=50')], excluded: [key('user/a')] }, '60', {}, 'excluded'],
    ['a new period began', { limits: [limit('user/a=50')] }, '1', { until: at('2026-11-19T15:00:00Z') }, 'new-period'],
    ['the block by hand ended', {}, '1', { decidedBy: 'manual' }, 'block-ended'],
  ])('that ended because %s say so', (_, wishes, spent, more, why) => {
    const groups = due(
      [],
      { 'user/a': spent },
      {
        wishes: { ...nothing, ...wishes },
        records: [{ ...blocked, ...more, releasedAt: now }],
      },
    )
    const ended = groups.filter(({ kind }) => kind === 'released')
    expect(ended.map(({ items }) => items.map((item) => item.why))).toEqual([[why]])
  })
})

describe('the guard itself', () => {
  it('says each thing once: detachments an hour, models a month, late records, bad records and problems a day', () => {
    const groups = due(
      [],
      {},
      {
        records: [
          {
            principal: key('user/a'),
            state: 'attached',
            why: undefined,
            policy: 'p',
            by: 'managed',
            until: 'no-end',
            episode: 'e',
            decidedBy: 'manual',
            since: now,
            comparedAt: now,
            reattachedAt: now,
          },
        ],
        unpriced: [{ model: 'x.new', requests: 2, assumed: parseUsd('1') }],
        caughtUp: { count: 4, at: now },
        badRecords: 7,
        problems: ['no log'],
      },
    )
    expect(keys(groups)).toEqual({
      blocked: ['blocked#user/a#e#no-end'],
      reattached: ['reattached#user/a#e#2026-11-20T03'],
      unpriced: ['unpriced#x.new#2026-11'],
      'bad-records': ['bad-records#2026-11-20'],
      'caught-up': ['caught-up#2026-11-20'],
      unhealthy: ['unhealthy#no log#2026-11-20'],
    })
  })

  it('says nothing when there is nothing to say', () => {
    expect(due(['user/a=50'], { 'user/a': '1' })).toEqual([])
  })
})
