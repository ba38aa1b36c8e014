import type { Brand } from './brand.ts'
import { memoized } from './memo.ts'
import { localDay, startOfLocalDay } from './zone-clock.ts'

export { isTimeZone, localText } from './zone-clock.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>
/** `YYYY-MM` in the guard's zone. */
export type Month = Brand<string, 'Month'>
/** `YYYY-MM-DD` in the guard's zone. */
export type Day = Brand<string, 'Day'>

/**
 * The guard's time zone through time, ascending by `from`; the first counts from the beginning ('0000-00').
 * A change of zone counts from the next month, so a month never changes its zone while it runs.
 */
export type Zoning = readonly { readonly from: string; readonly zone: string }[]

export type PeriodKind = 'month' | 'week' | 'day'
export interface Period {
  readonly kind: PeriodKind
  /** `2026-11`, `2026-W47` or `2026-11-20`. */
  readonly key: string
  readonly zone: string
  readonly start: Instant
  /** First instant that no longer belongs to it. */
  readonly end: Instant
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export const instant = (ms: number): Instant => ms as Instant

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/

/** Reads a complete ISO-8601 time with its zone; undefined for anything else, such as the 31st of February. */
export function parseInstant(iso: string): Instant | undefined {
  if (iso.length > 40) return undefined
  // Records carry `2026-11-18T02:10:00Z`, by the hundred thousand: reading that by hand is ten times as fast.
  if (iso.length === 20) {
    const plain = readPlain(iso)
    if (plain !== undefined) return plain
  }
  const match = ISO.exec(iso)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match
  const utc = utcOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second))
  if (utc === undefined) return undefined
  const millis = fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))
  const offset = sign === undefined ? 0 : (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE
  return instant(utc + millis + (sign === '-' ? offset : -offset))
}

/** NaN where the character is no digit: no comparison holds for it. */
const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}
const pair = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

function readPlain(iso: string): Instant | undefined {
  if (iso[4] !== '-' || iso[7] !== '-' || iso[10] !== 'T' || iso[13] !== ':' || iso[16] !== ':' || iso[19] !== 'Z') {
    return undefined
  }
  const utc = utcOf(
    pair(iso, 0) * 100 + pair(iso, 2),
    pair(iso, 5),
    pair(iso, 8),
    pair(iso, 11),
    pair(iso, 14),
    pair(iso, 17),
  )
  return utc === undefined ? undefined : instant(utc)
}

/** Milliseconds; undefined when the parts are no date of the calendar (NaN included) or before the year 100. */
function utcOf(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const valid = year >= 100 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59
  if (!valid || (day > 28 && day > daysInMonth(year, month))) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `2026-11-30T15:00:00Z`; milliseconds only when there are some. */
export const toIso = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z')

export const isMonth = (text: string): text is Month => /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)
const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
const yearOf = (text: string): number => Number(text.slice(0, 4))
const monthNumberOf = (text: string): number => Number(text.slice(5, 7))
const monthFrom = (year: number, month: number): Month => `${String(year).padStart(4, '0')}-${two(month)}` as Month

export function nextMonth(month: Month): Month {
  const number = monthNumberOf(month)
  return number === 12 ? monthFrom(yearOf(month) + 1, 1) : monthFrom(yearOf(month), number + 1)
}

export function previousMonth(month: Month): Month {
  const number = monthNumberOf(month)
  return number === 1 ? monthFrom(yearOf(month) - 1, 12) : monthFrom(yearOf(month), number - 1)
}

/** Every day of the month, first to last. */
export const daysOf = (month: Month): Day[] =>
  Array.from(
    { length: daysInMonth(yearOf(month), monthNumberOf(month)) },
    (_, index) => `${month}-${two(index + 1)}` as Day,
  )

/** When the entry takes over: at the end of the previous month as the zone before it ends it. */
const takesOver = memoized((fromAndZone) => {
  const [from = '', zone = ''] = fromAndZone.split(' ')
  return startOfDay(`${from}-01`, zone)
}, 256)

interface InForce {
  readonly zone: string
  readonly since: Instant | undefined
  readonly from: string
}

function zoneAt(at: Instant, zoning: Zoning): InForce {
  for (let index = zoning.length - 1; index > 0; index--) {
    const entry = zoning[index]
    const before = zoning[index - 1]
    if (entry === undefined || before === undefined) continue
    const since = takesOver(`${entry.from} ${before.zone}`)
    if (at >= since) return { zone: entry.zone, since, from: entry.from }
  }
  return { zone: zoning[0]?.zone ?? 'UTC', since: undefined, from: '' }
}

/** The day in the guard's zone. */
export function dayOf(at: Instant, zoning: Zoning): Day {
  const { zone, from } = zoneAt(at, zoning)
  const day = localDay(at, zone) as Day
  // A zone further west would repeat the last hours of the month that has just ended: they are the first day's.
  const first = `${from}-01` as Day
  return from !== '' && day < first ? first : day
}

/** The month in the guard's zone. */
export const monthOf = (at: Instant, zoning: Zoning): Month => dayOf(at, zoning).slice(0, 7) as Month

/** The zone in which a month, or a day of it, is counted. */
const zoneOfMonth = (month: string, zoning: Zoning): string => zoneIndexed(month, zoning).zone
function zoneIndexed(month: string, zoning: Zoning): { zone: string; startsIn: string } {
  let index = 0
  for (let at = 1; at < zoning.length; at++) if ((zoning[at]?.from ?? '') <= month) index = at
  const entry = zoning[index] ?? { from: '', zone: 'UTC' }
  // The first month of a new zone starts when the month before ended.
  const startsIn = entry.from === month && index > 0 ? (zoning[index - 1]?.zone ?? entry.zone) : entry.zone
  return { zone: entry.zone, startsIn }
}

function startOf(day: string, zoning: Zoning): Instant {
  const { zone, startsIn } = zoneIndexed(day.slice(0, 7), zoning)
  if (day.endsWith('-01')) return startOfDay(day, startsIn)
  // Going east, the first day or hours of the month would begin before the month itself does.
  const own = startOfDay(day, zone)
  return startsIn === zone ? own : instant(Math.max(own, startOfDay(`${day.slice(0, 7)}-01`, startsIn)))
}

const midnightUtc = (day: string): number => Date.UTC(yearOf(day), monthNumberOf(day) - 1, Number(day.slice(8, 10)))
const startOfDay = (day: string, zone: string): Instant => instant(startOfLocalDay(day, zone))

const addDays = (day: string, days: number): Day =>
  new Date(midnightUtc(day) + days * DAY).toISOString().slice(0, 10) as Day

export const monthPeriod = (month: Month, zoning: Zoning): Period => ({
  kind: 'month',
  key: month,
  zone: zoneOfMonth(month, zoning),
  start: startOf(`${month}-01`, zoning),
  end: startOf(`${nextMonth(month)}-01`, zoning),
})

export const dayPeriod = (day: Day, zoning: Zoning): Period => ({
  kind: 'day',
  key: day,
  zone: zoneOfMonth(day.slice(0, 7), zoning),
  start: startOf(day, zoning),
  end: startOf(addDays(day, 1), zoning),
})

/** The ISO week (Monday to Sunday, ISO 8601) that the day lies in. */
function weekPeriod(day: Day, zoning: Zoning): Period {
  const weekday = (new Date(midnightUtc(day)).getUTCDay() + 6) % 7
  const monday = addDays(day, -weekday)
  const next = addDays(monday, 7)
  return {
    kind: 'week',
    key: weekKey(monday),
    zone: zoneOfMonth(addDays(monday, 6).slice(0, 7), zoning),
    start: startOf(monday, zoning),
    end: startOf(next, zoning),
  }
}

/** A week belongs to the year in which its Thursday lies. */
function weekKey(monday: Day): string {
  const thursday = addDays(monday, 3)
  const dayOfYear = Math.round((midnightUtc(thursday) - Date.UTC(yearOf(thursday), 0, 1)) / DAY)
  return `${thursday.slice(0, 4)}-W${two(Math.floor(dayOfYear / 7) + 1)}`
}

/** The month, week or day that the instant lies in. */
export function periodOf(kind: PeriodKind, at: Instant, zoning: Zoning): Period {
  const day = dayOf(at, zoning)
  if (kind === 'month') return monthPeriod(day.slice(0, 7) as Month, zoning)
  return kind === 'week' ? weekPeriod(day, zoning) : dayPeriod(day, zoning)
}

/** The zoning after a change of zone that is asked for now: it counts from the next month. */
export function changeZone(zoning: Zoning, zone: string, now: Instant): Zoning {
  const month = monthOf(now, zoning)
  const kept = zoning.filter((entry, index) => index === 0 || entry.from <= month)
  return kept.at(-1)?.zone === zone ? kept : [...kept, { from: nextMonth(month), zone }]
}
