/**
 * Schedule expressions of EventBridge Scheduler: rate(), cron() and at(), judged in a time zone.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export type Schedule =
  | { readonly kind: 'rate'; readonly ms: number }
  | { readonly kind: 'at'; readonly local: string }
  | {
      readonly kind: 'cron'
      readonly minutes: ReadonlySet<number>
      readonly hours: ReadonlySet<number>
      matchesDay(day: LocalDay): boolean
    }

export interface LocalDay {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Undefined: AWS would call it invalid. */
export function parseField(
  text: string,
  low: number,
  high: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined {
  const found = new Set<number>()
  const numberOf = (word: string): number => {
    const named = names.indexOf(word.toUpperCase())
    return named >= 0 ? named + low : /^\d+$/.test(word) ? Number(word) : Number.NaN
  }
  for (const part of text.split(',')) {
    const [range = '', step, more] = part.split('/')
    if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined
    const [first = '', last, rest] = range.split('-')
    if (rest !== undefined) return undefined
    const from = first === '*' || first === '?' ? low : numberOf(first)
    const to =
      first === '*' || first === '?' ? high : last !== undefined ? numberOf(last) : step === undefined ? from : high
    if (!(from >= low && to <= high && from <= to)) return undefined
    for (let one = from; one <= to; one += step === undefined ? 1 : Number(step)) found.add(one)
  }
  return found
}

const lastDay = ({ year, month }: LocalDay) => new Date(Date.UTC(year, month, 0)).getUTCDate()
const weekday = ({ year, month, day }: LocalDay) => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1

function dayOfMonth(text: string): ((day: LocalDay) => boolean) | undefined {
  if (text === 'L') return (day) => day.day === lastDay(day)
  const near = /^(\d+)W$/.exec(text)
  if (near) {
    const wanted = Number(near[1])
    return (day) => {
      const on = weekday({ ...day, day: wanted })
      const shifted =
        on === 7
          ? wanted > 1
            ? wanted - 1
            : wanted + 2
          : on === 1
            ? wanted < lastDay(day)
              ? wanted + 1
              : wanted - 2
            : wanted
      return day.day === shifted
    }
  }
  const days = parseField(text, 1, 31)
  return days && ((day) => days.has(day.day))
}
function dayOfWeek(text: string): ((day: LocalDay) => boolean) | undefined {
  const nth = /^([1-7]|[A-Za-z]{3})#([1-5])$/.exec(text)
  const last = /^([1-7]|[A-Za-z]{3})?L$/.exec(text)
  const one = (word: string | undefined) => [...(parseField(word ?? '7', 1, 7, dayNames) ?? [])][0]
  if (nth) return (day) => weekday(day) === one(nth[1]) && Math.ceil(day.day / 7) === Number(nth[2])
  if (last) return (day) => weekday(day) === one(last[1]) && (last[1] === undefined || day.day > lastDay(day) - 7)
  const days = parseField(text, 1, 7, dayNames)
  return days && ((day) => days.has(weekday(day)))
}

function parseCron(fields: readonly string[]): Schedule | undefined {
  const [minute = '', hour = '', dom = '', month = '', dow = '', year = ''] = fields
  if (fields.length !== 6 || (dom === '?') === (dow === '?')) return undefined
  const minutes = parseField(minute, 0, 59)
  const hours = parseField(hour, 0, 23)
  const months = parseField(month, 1, 12, monthNames)
  const years = parseField(year, 1970, 2199)
  const onDay = dom === '?' ? dayOfWeek(dow) : dayOfMonth(dom)
  if (!minutes || !hours || !months || !years || !onDay || minute.includes('?') || hour.includes('?')) return undefined
  return {
    kind: 'cron',
    minutes,
    hours,
    matchesDay: (day) => years.has(day.year) && months.has(day.month) && onDay(day),
  }
}

/** Undefined: not a valid expression. */
export function parseSchedule(expression: string): Schedule | undefined {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? []
  if (kind === 'rate') {
    const [, count, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? []
    return count ? { kind, ms: Number(count) * (unitMs[unit] ?? 0) } : undefined
  }
  if (kind === 'at') return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) ? { kind, local: inner } : undefined
  return kind === 'cron' ? parseCron(inner.trim().split(/\s+/)) : undefined
}
