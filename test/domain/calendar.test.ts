import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changeZone,
  dayOf,
  dayPeriod,
  daysOf,
  type Instant,
  instant,
  isMonth,
  isTimeZone,
  localText,
  type Month,
  monthOf,
  monthPeriod,
  nextMonth,
  parseInstant,
  periodOf,
  previousMonth,
  toIso,
  type Zoning,
} from '../../src/runtime/domain/base/calendar.ts'

const at = (iso: string): Instant => {
  const read = parseInstant(iso)
  if (read === undefined) throw new Error(`${iso} is no time`)
  return read
}
const only = (zone: string): Zoning => [{ from: '0000-00', zone }]
const tokyo = only('Asia/Tokyo')

/** Zones of every kind: half and quarter hours, both ends of the date line, summer time at midnight, in the south, of half an hour. */
const ZONES = [
  'UTC',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Havana',
  'Asia/Beirut',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Pacific/Chatham',
]

/** Another way to the same answer: Intl's own Swedish date, which is ISO's. */
const oracle = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  ]),
)
const oracleDay = (ms: number, zone: string) => oracle.get(zone)?.format(ms)

const moment = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2035, 0, 1) }).map(instant)
const zone = fc.constantFrom(...ZONES)

describe('times', () => {
  it.each([
    ['2026-11-18T02:10:00Z', '2026-11-18T02:10:00Z'],
    ['2026-11-18T11:10:00+09:00', '2026-11-18T02:10:00Z'],
    ['2026-11-17T21:40:00-0430', '2026-11-18T02:10:00Z'],
    ['2026-11-18T02:10:00.5Z', '2026-11-18T02:10:00.500Z'],
    ['2026-11-18T02:10:00.123456789Z', '2026-11-18T02:10:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  ])('%s is %s', (iso, utc) => {
    expect(toIso(at(iso))).toBe(utc)
  })

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '2026-1-1T00:00:00Z',
    '0026-01-01T00:00:00Z',
    '２０２６-01-01T00:00:00Z',
    ' 2026-01-01T00:00:00Z',
    'now',
    '',
  ])('"%s" is no time', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  it('are read as Date.parse reads them', () => {
    fc.assert(
      fc.property(moment, (time) => {
        expect(parseInstant(new Date(time).toISOString())).toBe(time)
        const second = instant(Math.floor(time / 1000) * 1000)
        expect(parseInstant(toIso(second))).toBe(second)
      }),
    )
  })
})

describe('the day and the month', () => {
  it('of the last second of October in UTC are in November in Tokyo', () => {
    expect(monthOf(at('2026-10-31T23:59:59Z'), tokyo)).toBe('2026-11')
    expect(dayOf(at('2026-10-31T23:59:59Z'), tokyo)).toBe('2026-11-01')
    expect(monthOf(at('2026-10-31T14:59:59Z'), tokyo)).toBe('2026-10')
  })

  it('are those of Intl in every zone at any time', () => {
    fc.assert(
      fc.property(moment, zone, (time, place) => {
        expect(dayOf(time, only(place))).toBe(oracleDay(time, place))
        expect(monthOf(time, only(place))).toBe(oracleDay(time, place)?.slice(0, 7))
      }),
      { numRuns: 2000 },
    )
  })

  it('are those of Intl in every minute around a change of the clock', () => {
    for (const [place, change] of [
      ['Africa/Cairo', '2026-04-23T22:00:00Z'],
      ['America/Santiago', '2026-09-06T04:00:00Z'],
      ['America/Havana', '2026-11-01T05:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ] as const) {
      for (let minute = -180; minute <= 180; minute++) {
        const time = instant(at(change) + minute * 60_000)
        expect(dayOf(time, only(place)), `${place} ${toIso(time)}`).toBe(oracleDay(time, place))
      }
    }
  })
})

describe('periods', () => {
  it('of Tokyo begin at three in the afternoon of UTC', () => {
    const period = monthPeriod('2026-11' as Month, tokyo)
    expect({ ...period, start: toIso(period.start), end: toIso(period.end) }).toEqual({
      kind: 'month',
      key: '2026-11',
      zone: 'Asia/Tokyo',
      start: '2026-10-31T15:00:00Z',
      end: '2026-11-30T15:00:00Z',
    })
  })

  it('begin at one in the morning where summer time begins at midnight', () => {
    const day = periodOf('day', at('2026-09-06T12:00:00Z'), only('America/Santiago'))
    expect(localText(day.start, 'America/Santiago')).toBe('2026-09-06 01:00 -03:00')
    expect((day.end - day.start) / 3_600_000).toBe(23)
  })

  it('hold the instant they are asked for, and touch without gap', () => {
    const kind = fc.constantFrom('month' as const, 'week' as const, 'day' as const)
    fc.assert(
      fc.property(moment, zone, kind, (time, place, per) => {
        const zoning = only(place)
        const period = periodOf(per, time, zoning)
        expect(period.start).toBeLessThanOrEqual(time)
        expect(time).toBeLessThan(period.end)
        expect(periodOf(per, period.start, zoning)).toEqual(period)
        expect(periodOf(per, period.end, zoning).start).toBe(period.end)
        expect(periodOf(per, instant(period.start - 1), zoning).end).toBe(period.start)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['2026-11-20', '2026-W47', '2026-11-16', '2026-11-23'],
    ['2026-11-16', '2026-W47', '2026-11-16', '2026-11-23'],
    ['2026-11-22', '2026-W47', '2026-11-16', '2026-11-23'],
    ['2027-01-01', '2026-W53', '2026-12-28', '2027-01-04'],
    ['2024-12-31', '2025-W01', '2024-12-30', '2025-01-06'],
    ['2023-01-01', '2022-W52', '2022-12-26', '2023-01-02'],
  ])('the week of %s is %s, Monday to Sunday', (day, key, monday, next) => {
    const week = periodOf('week', at(`${day}T12:00:00Z`), only('UTC'))
    expect([week.key, toIso(week.start), toIso(week.end)]).toEqual([key, `${monday}T00:00:00Z`, `${next}T00:00:00Z`])
  })

  it('a month is the sum of its days', () => {
    for (const place of ZONES) {
      for (const month of ['2026-02', '2026-03', '2026-10', '2026-11', '2028-02'] as Month[]) {
        const days = daysOf(month).map((day) => dayPeriod(day, only(place)))
        const whole = monthPeriod(month, only(place))
        expect([days[0]?.start, days.at(-1)?.end]).toEqual([whole.start, whole.end])
        days.slice(1).forEach((day, index) => {
          expect(day.start).toBe(days[index]?.end)
        })
      }
    }
  })
})

describe('months', () => {
  it('follow each other over the year', () => {
    expect([nextMonth('2026-12' as Month), previousMonth('2027-01' as Month)]).toEqual(['2027-01', '2026-12'])
    expect([nextMonth('2026-09' as Month), previousMonth('2026-10' as Month)]).toEqual(['2026-10', '2026-09'])
  })

  it('have their days, leap years included', () => {
    expect(daysOf('2028-02' as Month).at(-1)).toBe('2028-02-29')
    expect(daysOf('2026-11' as Month).length).toBe(30)
  })

  it.each([
    ['2026-11', true],
    ['2026-00', false],
    ['2026-13', false],
    ['2026-1', false],
    ['26-11', false],
    ['2026-11-01', false],
  ])('"%s" is one: %s', (text, expected) => {
    expect(isMonth(text)).toBe(expected)
  })
})

describe('a change of zone', () => {
  const now = at('2026-11-20T12:00:00Z')

  it('counts from the next month', () => {
    const zoning = changeZone(only('UTC'), 'Asia/Tokyo', now)
    expect(zoning).toEqual([
      { from: '0000-00', zone: 'UTC' },
      { from: '2026-12', zone: 'Asia/Tokyo' },
    ])
    expect(monthPeriod('2026-11' as Month, zoning).zone).toBe('UTC')
    expect(toIso(monthPeriod('2026-12' as Month, zoning).start)).toBe('2026-12-01T00:00:00Z')
    expect(toIso(monthPeriod('2026-12' as Month, zoning).end)).toBe('2026-12-31T15:00:00Z')
  })

  it('that is taken back before it counted leaves nothing', () => {
    expect(changeZone(changeZone(only('UTC'), 'Asia/Tokyo', now), 'UTC', now)).toEqual(only('UTC'))
    expect(changeZone(only('UTC'), 'UTC', now)).toEqual(only('UTC'))
  })

  it('gives every instant exactly one month and one day, east, west and across the date line', () => {
    const change = fc.record({ from: zone, to: zone, second: zone })
    const near = fc.integer({ min: Date.UTC(2026, 10, 28), max: Date.UTC(2027, 0, 4) }).map(instant)
    fc.assert(
      fc.property(change, near, ({ from, to, second }, time) => {
        const zoning: Zoning = [
          { from: '0000-00', zone: from },
          { from: '2026-12', zone: to },
          { from: '2027-01', zone: second },
        ]
        const day = dayOf(time, zoning)
        const month = monthOf(time, zoning)
        expect(day.slice(0, 7)).toBe(month)
        for (const period of [monthPeriod(month, zoning), dayPeriod(day, zoning)]) {
          expect(period.start).toBeLessThanOrEqual(time)
          expect(time).toBeLessThan(period.end)
        }
        expect(dayOf(instant(time + 1), zoning) >= day).toBe(true)
        expect(monthPeriod(nextMonth(month), zoning).start).toBe(monthPeriod(month, zoning).end)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('zones', () => {
  it.each([
    ['Asia/Tokyo', true],
    ['UTC', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Etc/GMT+9', true],
    ['Mars/Olympus', false],
    ['+09:00', false],
    ['', false],
    ['Asia/Tokyo ', false],
  ])('"%s" is one: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected)
  })

  it('are shown with their distance from UTC', () => {
    expect(localText(at('2026-11-30T15:00:00Z'), 'Asia/Tokyo')).toBe('2026-12-01 00:00 +09:00')
    expect(localText(at('2026-11-30T15:00:00Z'), 'America/St_Johns')).toBe('2026-11-30 11:30 -03:30')
    expect(localText(at('2026-11-30T15:00:00Z'), 'UTC')).toBe('2026-11-30 15:00 +00:00')
  })
})
