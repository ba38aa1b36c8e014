import { divideHalfEven, PICO_PER_USD, type PicoUsd } from './money.ts'

/** Currencies without a minor unit (ISO 4217, exponent 0) that a Bedrock bill may be read in; others show two decimals. */
const withoutCents: ReadonlySet<string> = new Set(['JPY', 'KRW', 'VND', 'CLP', 'ISK', 'PYG', 'UGX', 'XAF', 'XOF'])

/**
 * Dollars in the second currency, for people: exact multiplication by the decimal rate, rounded half to even once,
 * thousands separated. `rate` is units per USD as plain decimal text (the settings have checked it), such as "160.5".
 */
export function inCurrency(amount: PicoUsd, currency: { readonly code: string; readonly rate: string }): string {
  const [whole = '0', fraction = ''] = currency.rate.split('.')
  const scaled = BigInt(whole + fraction)
  const decimals = withoutCents.has(currency.code) ? 0 : 2
  const units = divideHalfEven(amount * scaled * 10n ** BigInt(decimals), PICO_PER_USD * 10n ** BigInt(fraction.length))
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const grouped = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}${grouped}${decimals === 0 ? '' : `.${digits.slice(cut)}`}`
}

/** Dollars in the second currency as the shortest exact decimal, not rounded: for spreadsheets. */
export function exactlyIn(amount: PicoUsd, currency: { readonly rate: string }): string {
  const [whole = '0', fraction = ''] = currency.rate.split('.')
  const product = amount * BigInt(whole + fraction)
  const digits = (product < 0n ? -product : product).toString().padStart(13 + fraction.length, '0')
  const cut = digits.length - 12 - fraction.length
  const decimals = digits.slice(cut).replace(/0+$/, '')
  return `${product < 0n ? '-' : ''}${digits.slice(0, cut)}${decimals === '' ? '' : `.${decimals}`}`
}
