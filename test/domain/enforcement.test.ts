import { describe, expect, it } from 'vitest'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import {
  type Decision,
  decide,
  isUnreadable,
  knownFromRecords,
  RETRY_MS,
} from '../../src/runtime/domain/judging/enforcement.ts'
import type { BlockedRecord, Judgement, Verdict } from '../../src/runtime/domain/judging/verdict.ts'
import { zero } from '../../src/runtime/domain/money/money.ts'
import { at, balance, key, waiver } from './judging.ts'

const now = at('2026-11-20T03:00:00Z')
const monthEnd = at('2026-11-30T15:00:00Z')
const until = (end: Instant | 'no-end'): Verdict => ({ kind: 'blocked', over: zero, until: end })

const judged = (principal: string, verdict: Verdict, decidedBy: string | undefined = 'x@month'): Judgement => ({
  principal: key(principal),
  verdict,
  decidedBy: verdict.kind === 'blocked' ? decidedBy : undefined,
  limits: [],
  spend: zero,
  assumed: zero,
})

const recorded = (principal: string, more: Partial<BlockedRecord> = {}): BlockedRecord => ({
  principal: key(principal),
  state: 'attached',
  why: undefined,
  policy: 'cost-guard-limit-reached-until-2026-12-01',
  by: 'managed',
  until: monthEnd,
  episode: 'e1',
  decidedBy: 'x@month',
  since: at('2026-11-19T00:00:00Z'),
  comparedAt: at('2026-11-20T02:59:00Z'),
  ...more,
})

const decided = (
  judgements: readonly Judgement[],
  records: readonly BlockedRecord[] = [],
  isProtected: readonly string[] = [],
): Decision => decide({ judgements, records, isProtected: (principal) => isProtected.includes(principal), now })

/** Only names, to read at a glance. */
const names = ({ block, release, cannot, keep }: Decision) => ({
  block: block.map(({ principal }) => principal),
  release,
  cannot: cannot.map(({ principal, why }) => `${principal}: ${why}`),
  keep: keep.map(({ principal }) => principal),
})

describe('who is to be blocked and who released', () => {
  it('blocks whom the limits stop and nobody blocked yet', () => {
    const decision = decided([judged('user/a', until(monthEnd)), judged('user/b', { kind: 'within' })])
    expect(names(decision)).toEqual({ block: ['user/a'], release: [], cannot: [], keep: [] })
    expect(decision.block[0]).toEqual({ principal: 'user/a', until: monthEnd, decidedBy: 'x@month', record: undefined })
  })

  it('does nothing where all is as it should be', () => {
    expect(names(decided([judged('user/a', until(monthEnd))], [recorded('user/a')]))).toEqual({
      block: [],
      release: [],
      cannot: [],
      keep: ['user/a'],
    })
  })

  it.each<[string, Verdict]>([
    ['within', { kind: 'within' }],
    ['warned', { kind: 'warn', percent: 90, threshold: 80 }],
    ['over a notify limit', { kind: 'over', over: zero }],
    ['excluded', { kind: 'excluded' }],
    ['unlimited', { kind: 'unlimited' }],
    ['waived', { kind: 'waived', waiver: waiver('user/a', '2026-11-30T15:00:00Z') }],
  ])('releases who is %s', (_, verdict) => {
    expect(names(decided([judged('user/a', verdict)], [recorded('user/a')])).release).toEqual(['user/a'])
  })

  it('releases whom nothing speaks of any more', () => {
    expect(names(decided([], [recorded('user/a')])).release).toEqual(['user/a'])
  })

  it('moves a block whose end has changed, as the same episode', () => {
    const decision = decided([judged('user/a', until('no-end'), 'manual')], [recorded('user/a')])
    expect(names(decision)).toEqual({ block: ['user/a'], release: [], cannot: [], keep: [] })
    expect(decision.block[0]?.record?.episode).toBe('e1')
  })

  it('blocks anew who waits for the announcement of a release, and releases nobody twice', () => {
    const waiting = recorded('user/a', { releasedAt: at('2026-11-20T02:58:00Z') })
    const again = decided([judged('user/a', until(monthEnd))], [waiting])
    expect(again.block).toEqual([{ principal: 'user/a', until: monthEnd, decidedBy: 'x@month', record: undefined }])
    expect(names(decided([], [waiting])).release).toEqual([])
  })
})

describe('who cannot be blocked', () => {
  it('is said with the reason, and never tried', () => {
    const all = [
      'root/123456789012',
      'federated/joe',
      'unattributed',
      'role/AWSReservedSSO_Dev_0a1b',
      'role/AWSServiceRoleForSupport',
      'session/AWSReservedSSO_Dev_0a1c/tanaka',
      'session/shared/tanaka',
      'user/break-glass',
      'session/admin/tanaka',
    ]
    const decision = decided(
      all.map((principal) => judged(principal, until(monthEnd))),
      [],
      ['user/break-glass', 'role/admin'],
    )
    expect(names(decision)).toEqual({
      block: [],
      release: [],
      keep: [],
      cannot: [
        'root/123456789012: root',
        'federated/joe: federated',
        'unattributed: unattributed',
        'role/AWSReservedSSO_Dev_0a1b: protected-role',
        'role/AWSServiceRoleForSupport: protected-role',
        'session/AWSReservedSSO_Dev_0a1c/tanaka: protected-role',
        'session/shared/tanaka: session-of-shared-role',
        'user/break-glass: protected-principal',
        'session/admin/tanaka: protected-principal',
      ],
    })
  })

  it('gets a deny taken off when it is protected later', () => {
    expect(names(decided([judged('user/a', until(monthEnd))], [recorded('user/a')], ['user/a']))).toEqual({
      block: [],
      release: ['user/a'],
      cannot: ['user/a: protected-principal'],
      keep: [],
    })
  })

  it('is spoken for by its role where the role is blocked or cannot be', () => {
    const decision = decided([
      judged('role/team-a', until(monthEnd)),
      judged('session/team-a/x', until(monthEnd)),
      judged('role/AWSReservedSSO_Dev', until(monthEnd)),
      judged('session/AWSReservedSSO_Dev/y', until(monthEnd)),
    ])
    expect(names(decision)).toEqual({
      block: ['role/team-a'],
      release: [],
      cannot: ['role/AWSReservedSSO_Dev: protected-role'],
      keep: [],
    })
  })

  it('is tried again after ten minutes where IAM refused, at once where the block changed', () => {
    const refused = (comparedAt: number, more: Partial<BlockedRecord> = {}) =>
      recorded('user/a', { state: 'cannot-block', why: 'attachment-quota', comparedAt: comparedAt as Instant, ...more })
    const blocked = [judged('user/a', until(monthEnd))]
    expect(names(decided(blocked, [refused(now - RETRY_MS + 1)])).cannot).toEqual(['user/a: attachment-quota'])
    expect(names(decided(blocked, [refused(now - RETRY_MS)])).block).toEqual(['user/a'])
    expect(names(decided(blocked, [refused(now, { until: 'no-end' })])).block).toEqual(['user/a'])
  })
})

describe('an unreadable ledger', () => {
  it('is one whose balances were there and are all gone', () => {
    expect(isUnreadable(3, [])).toBe(true)
    expect(isUnreadable(0, [])).toBe(false)
    expect(isUnreadable(3, [balance('user/a', { '2026-11-19': '1' })])).toBe(false)
  })

  it('is betrayed by blocks of this month that only spending explains', () => {
    const monthStart = at('2026-10-31T15:00:00Z')
    const count = (more: Partial<BlockedRecord>) => knownFromRecords([recorded('user/a', more)], monthStart, now)
    expect(count({})).toBe(1)
    expect(count({ decidedBy: 'manual' })).toBe(0)
    expect(count({ until: 'no-end' })).toBe(0)
    expect(count({ until: now })).toBe(0)
    expect(count({ since: at('2026-10-30T00:00:00Z') })).toBe(0)
    expect(count({ releasedAt: now })).toBe(0)
  })
})
