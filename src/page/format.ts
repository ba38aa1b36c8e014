/** How amounts, counts and times are written. Pure: the document plays no part. */
import { inCurrency } from '../runtime/domain/money/currency.ts'
import { type PicoUsd, parseUsd, pico, toCents } from '../runtime/domain/money/money.ts'

export interface Format {
  /** `$1,234.50`, `<$0.01`; rounded half to even. */
  readonly usd: (decimal: string) => string
  /** The same in the second currency, `¥198,140`; null where the guard has none. */
  readonly second: (decimal: string) => string | null
  /** `$12.34 (¥1,980)` */
  readonly both: (decimal: string) => string
  readonly number: (count: number) => string
  /** `12.3M`: for figures that only their size matters of. */
  readonly compact: (count: number) => string
  readonly percent: (whole: number | null) => string
  /** `2026-11-20T00:00:00Z` as date and time in the guard's zone. */
  readonly time: (utc: string) => string
  /** The same without the year, where the month that is shown says it. */
  readonly shortTime: (utc: string) => string
  /** `2026-11-20` as `Fri, Nov 20`. */
  readonly day: (day: string) => string
  /** `20` */
  readonly dayOfMonth: (day: string) => string
  /** `2026-11` as `November 2026`. */
  readonly month: (month: string) => string
  readonly shortMonth: (month: string) => string
}

export interface FormatSettings {
  readonly language: 'en' | 'ja'
  readonly timezone: string
  readonly currency: { readonly code: string; readonly rate: string } | null
}

/** Symbols that mean one currency to whoever reads them; others are written as their code. */
const symbols: ReadonlyMap<string, string> = new Map([
  ['JPY', '¥'],
  ['EUR', '€'],
  ['GBP', '£'],
  ['KRW', '₩'],
  ['INR', '₹'],
])

/** Exact dollars of the protocol, which may be below zero where a rest is overdrawn. */
export const readUsd = (decimal: string): PicoUsd =>
  decimal.startsWith('-') ? pico(-parseUsd(decimal.slice(1))) : parseUsd(decimal)

/** Puts the symbol between sign and digits: `-$5.00`, `<$0.01`. */
const withSymbol = (symbol: string, amount: string): string =>
  /^[-<]/.test(amount) ? `${amount[0] === '-' ? '−' : '<'}${symbol}${amount.slice(1)}` : `${symbol}${amount}`

export function formatOf({ language, timezone, currency }: FormatSettings): Format {
  const whole = new Intl.NumberFormat(language)
  const rough = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 })
  const moment = {
    timeZone: timezone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  const inZone = new Intl.DateTimeFormat(language, { ...moment, year: 'numeric' })
  const inYear = new Intl.DateTimeFormat(language, moment)
  // Days and months are names already, not moments: they are read and written in UTC, whatever the zone.
  const ofDay = new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'short', month: 'short', day: 'numeric' })
  const ofMonth = new Intl.DateTimeFormat(language, { timeZone: 'UTC', year: 'numeric', month: 'long' })
  const ofShortMonth = new Intl.DateTimeFormat(language, { timeZone: 'UTC', year: '2-digit', month: 'short' })

  const usd = (decimal: string): string => withSymbol('$', toCents(readUsd(decimal)))
  const second = (decimal: string): string | null => {
    if (currency === null) return null
    return withSymbol(symbols.get(currency.code) ?? `${currency.code} `, inCurrency(readUsd(decimal), currency))
  }
  return {
    usd,
    second,
    both: (decimal) => {
      const other = second(decimal)
      return other === null ? usd(decimal) : `${usd(decimal)} (${other})`
    },
    number: (count) => whole.format(count),
    compact: (count) => rough.format(count),
    percent: (value) => (value === null ? '–' : `${whole.format(value)}%`),
    time: (utc) => inZone.format(new Date(utc)),
    shortTime: (utc) => inYear.format(new Date(utc)),
    day: (day) => ofDay.format(new Date(`${day}T00:00:00Z`)),
    dayOfMonth: (day) => String(Number(day.slice(8))),
    month: (month) => ofMonth.format(new Date(`${month}-01T00:00:00Z`)),
    shortMonth: (month) => ofShortMonth.format(new Date(`${month}-01T00:00:00Z`)),
  }
}
