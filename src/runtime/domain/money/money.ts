import type { Brand } from '../base/brand.ts'
import { GuardError } from '../base/guard-error.ts'

/** Pico-dollars: 1 USD = 10^12. Prices per million tokens divide into whole pico-dollars per token; sums are exact. */
export type PicoUsd = Brand<bigint, 'PicoUsd'>

export const PICO_PER_USD = 1_000_000_000_000n
/** 10^12 USD: above any bill, far inside DynamoDB's 38 digits; larger amounts are typing errors. */
export const MAX_USD = 1_000_000_000_000n

export const pico = (value: bigint): PicoUsd => value as PicoUsd
export const zero = pico(0n)
export const add = (a: PicoUsd, b: PicoUsd): PicoUsd => pico(a + b)
export const subtract = (a: PicoUsd, b: PicoUsd): PicoUsd => pico(a - b)
export const sum = (amounts: Iterable<PicoUsd>): PicoUsd => {
  let total = 0n
  for (const amount of amounts) total += amount
  return pico(total)
}

/**
 * Reads a plain decimal amount of dollars ("50", "0.0001"; a leading $ is taken off).
 * @throws GuardError `bad-amount` for signs, exponents, more than 12 decimals, NaN, empty text, more than a million million.
 */
export function parseUsd(text: string): PicoUsd {
  const refuse = (why: string): never => {
    throw new GuardError({
      code: 'bad-amount',
      fault: 'user',
      message: `"${text}" is not an amount in dollars: ${why}`,
      suggestions: ['write a plain number such as 50 or 12.50'],
    })
  }
  const match = /^\$?(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!match) return refuse('digits and at most one point are expected')
  const whole = BigInt(match[1] ?? '0')
  const fraction = match[2] ?? ''
  if (fraction.length > 12) return refuse('more than 12 decimals')
  if (whole > MAX_USD) return refuse('more than a million million dollars')
  return pico(whole * PICO_PER_USD + BigInt(fraction.padEnd(12, '0')))
}

/** Shortest exact decimal without exponent: "0" for zero, "-0.5". This is the machine-readable form. */
export function toDecimal(amount: PicoUsd): string {
  const sign = amount < 0n ? '-' : ''
  const absolute = amount < 0n ? -amount : amount
  const fraction = (absolute % PICO_PER_USD).toString().padStart(12, '0').replace(/0+$/, '')
  return `${sign}${absolute / PICO_PER_USD}${fraction ? `.${fraction}` : ''}`
}

/** Divides rounding half to even, for display only. */
export function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  const twice = (value < 0n ? -(value % divisor) : value % divisor) * 2n
  const away = value < 0n ? -1n : 1n
  if (twice > divisor) return quotient + away
  if (twice < divisor) return quotient
  return quotient % 2n === 0n ? quotient : quotient + away
}

/** For people: dollars and cents, half-even, thousands separated, "<0.01" for less than a cent but more than nothing. */
export function toCents(amount: PicoUsd): string {
  if (amount > 0n && amount < PICO_PER_USD / 100n) return '<0.01'
  const cents = divideHalfEven(amount, PICO_PER_USD / 100n)
  const sign = cents < 0n ? '-' : ''
  const absolute = cents < 0n ? -cents : cents
  const whole = (absolute / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}${whole}.${(absolute % 100n).toString().padStart(2, '0')}`
}

/** Percent of a whole, rounded down, so that 100 is never shown before the limit is reached; undefined for a zero whole. */
export const percentOf = (part: PicoUsd, whole: PicoUsd): number | undefined =>
  whole === 0n ? undefined : Number((part * 100n) / whole)
