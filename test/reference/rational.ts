/** Fractions of whole numbers: nothing is ever rounded here. */
export interface Rational {
  readonly over: bigint
  readonly under: bigint
}

export const nothing: Rational = { over: 0n, under: 1n }

/** Reads a plain decimal such as `0.0875`. */
export function decimal(text: string): Rational {
  const [whole = '', fraction = ''] = text.split('.')
  return { over: BigInt(whole + fraction), under: 10n ** BigInt(fraction.length) }
}

export const plus = (a: Rational, b: Rational): Rational =>
  lowest({ over: a.over * b.under + b.over * a.under, under: a.under * b.under })

export const times = (a: Rational, b: Rational): Rational => lowest({ over: a.over * b.over, under: a.under * b.under })

export const whole = (count: number): Rational => ({ over: BigInt(count), under: 1n })

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : divisor(b, a % b))

function lowest({ over, under }: Rational): Rational {
  const common = divisor(over, under)
  return common === 0n ? nothing : { over: over / common, under: under / common }
}

/** In 10^-12 dollars; throws where that is no whole number. */
export function inPico(dollars: Rational): bigint {
  const amount = dollars.over * 1_000_000_000_000n
  if (amount % dollars.under !== 0n)
    throw new Error(`${dollars.over}/${dollars.under} is no whole number of pico-dollars`)
  return amount / dollars.under
}
