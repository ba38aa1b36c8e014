/** When a schedule was last due, in its time zone. */
import type { LocalDay, Schedule } from './expression.ts'

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

export const isZone = (zone: string): boolean => {
  try {
    formatFor(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const two = '2-digit'
  const made = new Intl.DateTimeFormat('en-CA-u-hc-h23', {
    timeZone: zone,
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  })
  formats.set(zone, made)
  return made
}

/** Wall clock of an instant, as if it were UTC milliseconds. */
function wall(at: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatFor(zone).formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The instant of a wall clock; undefined for a time that daylight saving skips (AWS skips the run), and the first of
 * the two where it repeats (AWS runs once).
 */
export function instantOf(local: number, zone: string): number | undefined {
  const guess = local - (wall(local, zone) - local)
  const candidates = [guess - 3_600_000, guess, guess + 3_600_000].filter((one) => wall(one, zone) === local)
  return candidates.length > 0 ? Math.min(...candidates) : undefined
}

/** The latest instant in (after, until] at which the schedule is due; undefined when there is none. */
export function lastDue(
  schedule: Schedule,
  zone: string,
  window: { readonly after: number; readonly until: number; readonly created: number },
): number | undefined {
  const { after, until, created } = window
  const inside = (at: number | undefined) =>
    at !== undefined && at > after && at <= until && at >= created ? at : undefined
  if (schedule.kind === 'at') return inside(instantOf(Date.parse(`${schedule.local}Z`), zone))
  if (schedule.kind === 'rate') {
    const runs = Math.floor((until - created) / schedule.ms)
    return runs >= 1 ? inside(created + runs * schedule.ms) : undefined
  }
  const hours = [...schedule.hours].sort((a, b) => b - a)
  const minutes = [...schedule.minutes].sort((a, b) => b - a)
  const firstDay = Math.floor(wall(Math.max(after, created), zone) / DAY_MS)
  for (let number = Math.floor(wall(until, zone) / DAY_MS); number >= firstDay; number--) {
    const date = new Date(number * DAY_MS)
    const day: LocalDay = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    if (!schedule.matchesDay(day)) continue
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = inside(instantOf(number * DAY_MS + (hour * 60 + minute) * 60_000, zone))
        if (at !== undefined) return at
      }
    }
  }
  return undefined
}
