import { type Day, dayOf, type Instant, type Period, type Zoning } from '../base/calendar.ts'
import { memoized } from '../base/memo.ts'
import { divideHalfEven, type PicoUsd, pico } from '../money/money.ts'

export interface ForecastInput {
  /** Spend of the days so far; days of other periods are skipped. */
  readonly days: ReadonlyMap<Day, PicoUsd>
  readonly period: Period
  readonly zoning: Zoning
  readonly now: Instant
  /** First day the guard counted at all: days before it are unknown, not zero. Undefined: it counted from the period's start. */
  readonly since: Day | undefined
}

const oneDay = 86_400_000

/** The calendar day so many days later; days are names here, so no zone and no clock change matters. */
export const shiftDay = (day: Day, by: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * oneDay).toISOString().slice(0, 10) as Day

/** Asked for each principal of a screen, and nearly always the same. */
const daysFromTo = memoized((firstAndLast): readonly Day[] => {
  const [first, last] = firstAndLast.split(' ') as [Day, Day]
  const days: Day[] = []
  for (let day = first; day <= last; day = shiftDay(day, 1)) days.push(day)
  return days
}, 16)

/** Every guard day of a period, in order. */
export function daysOfPeriod(period: Period, zoning: Zoning): readonly Day[] {
  return daysFromTo(`${dayOf(period.start, zoning)} ${dayOf((period.end - 1) as Instant, zoning)}`)
}

/**
 * Spend at the period's end if it goes on like this: spend + mean of the last up to seven complete days × whole days
 * left after today. Undefined before one complete day, and for a period that is over.
 */
export function forecast(input: ForecastInput): PicoUsd | undefined {
  const { days, period, zoning, now, since } = input
  if (now >= period.end || now < period.start) return undefined
  const all = daysOfPeriod(period, zoning)
  const today = dayOf(now, zoning)
  const complete = all.filter((day) => day < today && (since === undefined || day >= since)).slice(-7)
  if (complete.length === 0) return undefined
  let spent = 0n
  for (const day of all) spent += days.get(day) ?? 0n
  let recent = 0n
  for (const day of complete) recent += days.get(day) ?? 0n
  const daysLeft = BigInt(all.filter((day) => day > today).length)
  return pico(spent + divideHalfEven(recent * daysLeft, BigInt(complete.length)))
}
