import { describe, expect, test } from 'vitest'
import { bySize, niceStep, OTHERS, SERIES_AT_MOST, shareOf, stack, totalOf } from '../../src/page/chart-layout.ts'
import type { PageDay } from '../../src/runtime/page-protocol.ts'

const room = { width: 300, height: 100 }
const days = ['2026-11-01', '2026-11-02', '2026-11-03']
const spent = (day: string, models: Readonly<Record<string, string>>): PageDay => ({
  day,
  usd: totalOf(Object.values(models).map((usd) => ({ day, usd, models: {} }))),
  models,
})

describe('stacked bars', () => {
  test('stand on the ground, one on the other, as high as their dollars', () => {
    const { bars, series, ticks } = stack(days, [spent('2026-11-02', { haiku: '1', opus: '3' })], room)
    expect(series).toEqual(['opus', 'haiku'])
    const [opus, haiku] = bars[1]?.segments ?? []
    expect(opus).toEqual({ series: 0, usd: '3', y: 25, height: 75 })
    expect(haiku).toEqual({ series: 1, usd: '1', y: 0, height: 25 })
    expect(ticks.map(({ usd }) => usd)).toEqual(['0', '1', '2', '3', '4'])
    expect(ticks.map(({ y }) => y)).toEqual([100, 75, 50, 25, 0])
  })

  test('have a place for every day of the month, also for those without spending', () => {
    const { bars } = stack(days, [spent('2026-11-02', { opus: '3' })], room)
    expect(bars.map(({ day, usd }) => [day, usd])).toEqual([
      ['2026-11-01', '0'],
      ['2026-11-02', '3'],
      ['2026-11-03', '0'],
    ])
    expect(bars.map(({ x, width }) => [Math.floor(x / 100), x % 100 >= 0 && (x % 100) + width <= 100])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ])
  })

  test('give what has no colour of its own to one that says so, and lose no cent of it', () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`model-${index}`, `${index + 1}.1`]))
    const { series, others, bars } = stack(days, [spent('2026-11-01', many)], room)
    expect(series).toHaveLength(SERIES_AT_MOST)
    expect(series[0]).toBe('model-11')
    expect(series.at(-1)).toBe(OTHERS)
    expect(others).toBe(5)
    const segments = bars[0]?.segments ?? []
    expect(segments.at(-1)?.usd).toBe('15.5')
    expect(totalOf(segments.map(({ usd }) => ({ day: '', usd, models: {} })))).toBe('79.2')
  })

  test('keep their colours from one refresh to the next: equal models are ordered by name', () => {
    const there = [spent('2026-11-01', { b: '1', a: '1' })]
    expect(bySize(there)).toEqual(['a', 'b'])
    expect(bySize([spent('2026-11-01', { a: '1', b: '1' })])).toEqual(['a', 'b'])
  })

  test('of a month without spending are flat, and nothing is the dearest', () => {
    const flat = stack(days, [], room)
    expect([flat.series, flat.dearest]).toEqual([[], null])
    expect(flat.bars.every(({ segments }) => segments.length === 0)).toBe(true)
  })
})

describe('the scale', () => {
  test('goes up in steps that people count in', () => {
    expect([0.03, 0.9, 4, 7.2, 31, 999, 0].map(niceStep)).toEqual([0.01, 0.25, 1, 2, 10, 250, 0.25])
  })
})

describe('a share', () => {
  test('is a whole percent, rounded down, and unknown of nothing', () => {
    expect([shareOf('1', '3'), shareOf('0.001', '0.001'), shareOf('0', '0')]).toEqual([33, 100, null])
  })
})
