import { describe, expect, test } from 'vitest'
import { formatOf } from '../../src/page/format.ts'

const inTokyo = { timezone: 'Asia/Tokyo', currency: { code: 'JPY', rate: '160.5' } } as const
const en = formatOf({ language: 'en', ...inTokyo })
const ja = formatOf({ language: 'ja', ...inTokyo })

describe('amounts on the page', () => {
  test('are dollars and cents, rounded half to even from the exact sum', () => {
    expect(['0', '12.5', '0.125', '0.135', '1234567.891'].map(en.usd)).toEqual([
      '$0.00',
      '$12.50',
      '$0.12',
      '$0.14',
      '$1,234,567.89',
    ])
  })

  test('of less than a cent are not called nothing', () => {
    expect(en.usd('0.000000000001')).toBe('<$0.01')
  })

  test('below zero have the sign before the symbol: a rest may be overdrawn', () => {
    expect(en.usd('-2.38')).toBe('−$2.38')
    expect(en.second('-2.38')).toBe('−¥382')
  })

  test('have the second currency beside them where the guard has one', () => {
    expect(en.both('69.38')).toBe('$69.38 (¥11,135)')
    const swiss = formatOf({ language: 'en', timezone: 'UTC', currency: { code: 'CHF', rate: '0.91' } })
    expect(swiss.both('10')).toBe('$10.00 (CHF 9.10)')
    const alone = formatOf({ language: 'en', timezone: 'UTC', currency: null })
    expect(alone.second('10')).toBeNull()
    expect(alone.both('10')).toBe('$10.00')
  })
})

describe('times on the page', () => {
  test("are those of the guard's zone, not the browser's", () => {
    expect(en.time('2026-11-30T15:00:00Z')).toBe('Dec 1, 2026, 00:00')
    expect(ja.time('2026-11-30T15:00:00Z')).toBe('2026年12月1日 00:00')
    const newYork = formatOf({ language: 'en', timezone: 'America/New_York', currency: null })
    expect(newYork.time('2026-11-30T15:00:00Z')).toBe('Nov 30, 2026, 10:00')
  })

  test('that are names already, days and months, stay what they are in every zone', () => {
    const west = formatOf({ language: 'en', timezone: 'Pacific/Honolulu', currency: null })
    expect([en.day('2026-11-01'), west.day('2026-11-01')]).toEqual(['Sun, Nov 1', 'Sun, Nov 1'])
    expect([en.month('2026-11'), ja.month('2026-11')]).toEqual(['November 2026', '2026年11月'])
    expect(ja.day('2026-11-01')).toBe('11月1日(日)')
    expect(en.dayOfMonth('2026-11-01')).toBe('1')
  })
})

describe('counts on the page', () => {
  test('are grouped, or rough where only their size matters', () => {
    expect([en.number(1_234_567), en.compact(1_594_000), ja.compact(1_594_000)]).toEqual([
      '1,234,567',
      '1.59M',
      '159万',
    ])
  })

  test('in percent have a dash where there is nothing to compare', () => {
    expect([en.percent(103), en.percent(0), en.percent(null)]).toEqual(['103%', '0%', '–'])
  })
})
