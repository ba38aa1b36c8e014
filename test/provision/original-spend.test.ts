/** How the month that is under way comes from the original: from the log where it reaches back, else as its totals, never both. */
import { describe, expect, test } from 'vitest'
import { openingCharge, type SpendFacts, spendWay } from '../../src/provision/original/spend.ts'
import { type Instant, type Month, parseInstant } from '../../src/runtime/domain/base/calendar.ts'
import { contentHash } from '../../src/runtime/domain/metering/charge.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'

const at = (iso: string): Instant => {
  const found = parseInstant(iso)
  if (found === undefined) throw new Error(iso)
  return found
}
const facts: SpendFacts = {
  monthStart: at('2026-10-31T15:00:00Z'),
  now: at('2026-11-18T02:00:00Z'),
  countFrom: undefined,
  hasBalances: false,
  hasOpenings: false,
  log: { createdAt: at('2026-09-01T00:00:00Z'), retentionDays: undefined, hasRecords: true },
  firstDay: '2026-11-02',
  totals: 3,
}
const way = (changed: Partial<SpendFacts>) => spendWay({ ...facts, ...changed }).way
const log = (changed: Partial<NonNullable<SpendFacts['log']>>): SpendFacts['log'] => {
  if (facts.log === undefined) throw new Error('no log')
  return { ...facts.log, ...changed }
}

describe('the month', () => {
  test('is counted from a log that reaches back to its first day, or to the day of the original’s own install', () => {
    expect(way({})).toBe('log')
    expect(way({ log: log({ retentionDays: 30 }) })).toBe('log')
    expect(way({ log: log({ createdAt: at('2026-11-02T09:00:00Z') }) })).toBe('log')
  })

  test('comes from its totals where the log has lost a part, is newer, is empty, or is another', () => {
    expect(way({ log: log({ retentionDays: 14 }) })).toBe('opening')
    expect(way({ log: log({ createdAt: at('2026-11-09T09:00:00Z') }) })).toBe('opening')
    expect(way({ log: log({ hasRecords: false }) })).toBe('opening')
    expect(way({ log: undefined })).toBe('opening')
  })

  test('is left as it is where the guard has counted all of it, and never counted beside opening entries', () => {
    expect(way({ countFrom: facts.monthStart, hasBalances: true, log: undefined })).toBe('counted')
    expect(way({ hasOpenings: true, hasBalances: true })).toBe('opening')
  })

  test('is not carried over where its totals would count twice what the guard holds already', () => {
    const told = spendWay({ ...facts, log: undefined, hasBalances: true, countFrom: at('2026-11-10T00:00:00Z') })
    expect(told).toEqual({ way: 'none', why: expect.stringContaining('would count that twice') })
  })

  test('without totals needs nothing but the log', () => {
    expect(way({ totals: 0, firstDay: undefined, log: log({ hasRecords: false }) })).toBe('log')
    expect(way({ totals: 0, log: undefined })).toBe('none')
  })
})

test('an opening entry is one for a principal and month: another amount read later is the same entry', () => {
  const place = {
    ...{ account: '123456789012', partition: 'aws', region: 'us-east-1', month: '2026-11' as Month },
    zoning: [{ from: '0000-00', zone: 'Asia/Tokyo' }],
  }
  const principal = 'user/tanaka' as PrincipalKey
  const first = openingCharge({ principal, usd: '12.5' }, { ...place, readAt: facts.now })
  const later = openingCharge({ principal, usd: '13' }, { ...place, readAt: at('2026-11-19T00:00:00Z') })
  if (first === undefined || later === undefined) throw new Error('no entry')
  expect({ ...first, caller: undefined }).toMatchObject({
    ...{ principal, month: '2026-11', day: '2026-11-01', at: facts.monthStart, cost: 12_500_000_000_000n, assumed: 0n },
  })
  expect([later.requestId, later.at, contentHash(later)]).toEqual([first.requestId, first.at, contentHash(first)])
  expect(
    openingCharge({ principal: 'unattributed' as PrincipalKey, usd: '1' }, { ...place, readAt: facts.now }),
  ).toBeUndefined()
})
