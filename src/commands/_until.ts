/** Until when something holds, as typed. */
import { type Day, dayPeriod, type Instant, parseInstant, type Zoning } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

/** When the guard's own clock stands, and in which zones its days begin. */
interface At {
  readonly now: Instant
  readonly zoning: Zoning
}

/** A day (its end, in the guard's zone) or an exact ISO time, not in the past. @throws GuardError `bad-until`. */
export function untilFor(typed: string, at: At): Instant {
  const until = endOf(typed, at.zoning)
  if (until === undefined) throw badUntil(typed, 'a day such as 2026-12-24 or a time with its zone is expected')
  if (until <= at.now) throw badUntil(typed, 'it has passed')
  return until
}

function endOf(typed: string, zoning: Zoning): Instant | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(typed) && parseInstant(`${typed}T00:00:00Z`) !== undefined
  return day ? dayPeriod(typed as Day, zoning).end : parseInstant(typed)
}

const badUntil = (typed: string, why: string): GuardError =>
  new GuardError({
    code: 'bad-until',
    fault: 'user',
    message: `"${typed}" cannot be an end: ${why}`,
    suggestions: ['--until 2026-12-24 (to the end of that day)', '--until 2026-12-24T18:00:00+09:00'],
  })

/** A file that is kept says for a long time what was for a short one: what has ended is left out, and said. */
export function stillToCome<Typed extends { readonly target: string; readonly until?: string | undefined }>(
  typed: readonly Typed[],
  { now, zoning }: At,
): { readonly current: readonly Typed[]; readonly ended: readonly Typed[] } {
  const passed = ({ until }: Typed): boolean => {
    const end = until === undefined ? undefined : endOf(until, zoning)
    return end !== undefined && end <= now
  }
  return { current: typed.filter((one) => !passed(one)), ended: typed.filter(passed) }
}

/** `tanaka: ended 2026-01-01, left out` */
export const endedText = ({
  target,
  until,
}: {
  readonly target: string
  readonly until?: string | undefined
}): string => `${target}: ended ${until}, left out`
