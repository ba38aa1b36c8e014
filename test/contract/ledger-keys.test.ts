import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeItem, chargeKey } from '../../src/runtime/aws/dynamo-ledger-journal.ts'
import { itemBytes } from '../../src/runtime/aws/item-size.ts'
import {
  balanceKey,
  correctionKey,
  detailKey,
  detailsOf,
  journalBounds,
  journalKey,
  readDetailSort,
  readJournalSort,
  SHARDS,
  shardOf,
} from '../../src/runtime/aws/keys.ts'
import { type Day, instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { at, charge, sessionArn } from '../support/charges.ts'

const NOVEMBER = '2026-11' as Month

describe('the keys of the table', () => {
  it('gives a record the same journal key whatever the settings say', () => {
    const arn = sessionArn('AWSReservedSSO_Dev_0123456789abcdef', 'sato')
    const wanted = { id: 'r', arn, at: '2026-10-31T20:00:00Z', source: 'x' }
    const one = charge(wanted)
    const other = charge({
      ...wanted,
      how: { sessionRoles: [], zoning: [{ from: '0000-00', zone: 'America/Los_Angeles' }], labels: ['x'] },
    })
    expect(one.principal).not.toBe(other.principal)
    expect(one.month).not.toBe(other.month)
    expect(chargeKey(one)).toEqual({
      pk: 'J#role/AWSReservedSSO_Dev_0123456789abcdef#2026-10',
      sk: '2026-10-31T20:00:00Z#r',
    })
    expect(chargeKey(other)).toEqual(chargeKey(one))
  })

  it('finds day, rate, label and membership of a detail again, whatever the names hold', () => {
    const name = fc.string({ minLength: 1, maxLength: 30 })
    const whose = fc.record({ person: name, teams: fc.array(name, { minLength: 1 }) }, { requiredKeys: [] })
    fc.assert(
      fc.property(name, name, name, whose, (who, rateId, label, belonging) => {
        const principal = `user/${who}` as PrincipalKey
        const what = { day: '2026-11-05' as Day, rateId, label, ...belonging }
        const { sk } = detailKey(principal, NOVEMBER, what)
        expect(readDetailSort(sk)).toEqual({ principal, ...what })
        expect(sk.startsWith(detailsOf(principal))).toBe(true)
      }),
    )
  })

  it('reads the details that were written before people were known, and writes those of nobody alike', () => {
    const what = { day: '2026-11-05' as Day, rateId: 'r', label: 'none' }
    expect(detailKey('user/ann' as PrincipalKey, NOVEMBER, what).sk).toBe('D#user/ann#2026-11-05#r#none')
    expect(readDetailSort('D#user/ann#2026-11-05#r#none')).toEqual({ principal: 'user/ann', ...what })
    const whose = { person: 'ann', teams: ['a', 'b'] }
    expect(detailKey('user/ann' as PrincipalKey, NOVEMBER, { ...what, ...whose }).sk).toBe(
      'D#user/ann#2026-11-05#r#none#ann|a,b',
    )
  })

  it('of a member of very many teams keeps the first of them, so that its key and its entry stay small enough', () => {
    const letters = '研'.repeat(60)
    const arn = sessionArn(`AWSReservedSSO_${'D'.repeat(30)}_0123456789abcdef`, `${'s'.repeat(52)}@example.com`)
    const names = Array.from({ length: 60 }, (_, index) => `${letters}${String(index).padStart(2, '0')}`)
    const membership = { personOf: () => letters, teamsOf: () => names }
    const made = charge({ arn, source: 'claude-desktop', how: { membership } })
    expect(made).toMatchObject({ person: letters, teams: names.slice(0, 1) })
    expect(Buffer.byteLength(detailKey(made.principal, made.month, made).sk)).toBeLessThanOrEqual(1024)
    expect(itemBytes(chargeItem(made, 400))).toBeLessThanOrEqual(1024)
    const few = charge({
      how: { membership: { personOf: () => undefined, teamsOf: () => ['growth', 'night', '営業'] } },
    })
    expect(few.teams).toEqual(['growth', 'night', '営業'])
  })

  it('keeps the details of two people apart, even if one name begins like the other', () => {
    const what = { day: '2026-11-05' as Day, rateId: 'r', label: 'none' }
    const { sk } = detailKey('user/ann#b' as PrincipalKey, NOVEMBER, what)
    expect(sk.startsWith(detailsOf('user/ann' as PrincipalKey))).toBe(false)
  })

  it('takes every entry of a range into its bounds, to the millisecond, corrections included', () => {
    const time = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) })
    fc.assert(
      fc.property(time, time, time, fc.boolean(), (a, b, c, corrected) => {
        const [from, when, to] = [a, b, c].sort((x, y) => x - y)
        if (from === undefined || when === undefined || to === undefined || when >= to) return
        const entry = journalKey('user/a' as PrincipalKey, instant(when), 'id')
        const { sk } = corrected ? correctionKey(entry, 1) : entry
        const bounds = journalBounds(instant(from), instant(to))
        expect(sk >= bounds.from && sk <= bounds.to).toBe(true)
      }),
    )
  })

  it('puts a correction right behind its entry, in order', () => {
    const entry = journalKey('user/a' as PrincipalKey, at('2026-11-18T02:10:00Z'), 'r1')
    const first = correctionKey(entry, 1)
    const second = correctionKey(entry, 2)
    expect([second.sk, first.sk, entry.sk].sort()).toEqual([entry.sk, first.sk, second.sk])
    expect(readJournalSort(second.sk)).toEqual({ at: '2026-11-18T02:10:00Z', requestId: 'r1', step: 2 })
    expect(readJournalSort(entry.sk)).toEqual({ at: '2026-11-18T02:10:00Z', requestId: 'r1', step: 0 })
  })

  it('spreads principals over all shards of a month', () => {
    const used = new Set(Array.from({ length: 100 }, (_, index) => shardOf(`user/person-${index}` as PrincipalKey)))
    expect([...used].sort()).toEqual(Array.from({ length: SHARDS }, (_, shard) => shard))
    expect(balanceKey('user/a' as PrincipalKey, NOVEMBER).pk).toMatch(/^M#2026-11#[0-3]$/)
  })
})
