/**
 * The local clock of a time zone, by Intl alone. Numbers are milliseconds since 1970 (UTC), days are `YYYY-MM-DD` text;
 * calendar.ts puts the brands on.
 */
import { memoized } from './memo.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** An IANA name that this machine knows. Bare offsets such as `+09:00` are refused: EventBridge Scheduler knows none. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone.length > 0
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

// Building a formatter costs about a hundred times as much as using it.
const formatterOf = memoized(
  (zone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
  64,
)

function readOffset(ms: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const part of formatterOf(zone).formatToParts(ms)) parts[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000
}

const offsetsOf = memoized((_zone: string) => new Map<number, number | 'changes'>(), 64)

/** Milliseconds to add to UTC to get the local clock of the zone. */
function offsetAt(ms: number, zone: string): number {
  if (zone === 'UTC') return 0
  const offsets = offsetsOf(zone)
  const block = Math.floor(ms / HOUR)
  let offset = offsets.get(block)
  if (offset === undefined) {
    // Zones change at most once within an hour: equal offsets at both ends hold for all of it.
    const first = readOffset(block * HOUR, zone)
    offset = first === readOffset((block + 1) * HOUR - 1000, zone) ? first : 'changes'
    if (offsets.size > 20_000) offsets.clear()
    offsets.set(block, offset)
  }
  return offset === 'changes' ? readOffset(ms, zone) : offset
}

const dayTexts = new Map<number, string>()

/** The day on the local calendar of one zone. */
export function localDay(ms: number, zone: string): string {
  const number = Math.floor((ms + offsetAt(ms, zone)) / DAY)
  let text = dayTexts.get(number)
  if (text === undefined) {
    text = new Date(number * DAY).toISOString().slice(0, 10)
    if (dayTexts.size > 4000) dayTexts.clear()
    dayTexts.set(number, text)
  }
  return text
}

/**
 * The first instant of a local day. Where summer time begins at midnight the day starts at 01:00, so it is searched
 * rather than computed from an offset.
 */
export function startOfLocalDay(day: string, zone: string): number {
  const guess = Date.parse(`${day}T00:00:00Z`)
  // Zones reach from UTC-12 to UTC+14.
  let before = guess - 15 * HOUR
  let from = guess + 13 * HOUR
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2)
    if (localDay(middle, zone) >= day) from = middle
    else before = middle
  }
  return from
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

/** `2026-12-01 00:00 +09:00`. */
export function localText(at: number, zone: string): string {
  const offset = offsetAt(at, zone)
  const minutes = Math.round(Math.abs(offset) / MINUTE)
  const local = new Date(at + offset).toISOString()
  const sign = offset < 0 ? '-' : '+'
  return `${local.slice(0, 10)} ${local.slice(11, 16)} ${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
