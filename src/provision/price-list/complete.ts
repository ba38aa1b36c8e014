/** The classes that the list has no price for, and how each follows. */
import { type PicoUsd, pico } from '../../runtime/domain/money/money.ts'
import type { TokenPrices } from '../../runtime/domain/money/price-book.ts'
import type { ListedClasses } from './candidates.ts'

export const CLASSES = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const

export interface FullPrices {
  readonly prices: TokenPrices
  /** Not in the list: they follow from a rule. */
  readonly derived: readonly (keyof TokenPrices)[]
}

/**
 * Five classes out of what is listed. A missing one keeps the proportion to the input that the first of `like` has (the row in
 * force, then the same model's other rows); else Anthropic's rule, which the price book uses too: 5-minute writes 1.25 times
 * and 1-hour writes twice the input, reads the full input. Writes that live 30 minutes are one price for both.
 * An embedding model writes nothing: without an output price it costs there what the input costs.
 * @returns undefined where input or output is missing.
 */
export function completed(listed: ListedClasses, like: readonly TokenPrices[], stem: string): FullPrices | undefined {
  const { input } = listed
  const embeds = /embed/.test(stem)
  if (input === undefined || (listed.output === undefined && !embeds && !like.some(({ output }) => output === 0n)))
    return undefined
  const fiveMinutes = listed.cacheWrite5m ?? listed.cacheWrite30m
  const known: Partial<Record<keyof TokenPrices, PicoUsd>> = {
    input,
    ...(listed.output === undefined ? {} : { output: listed.output }),
    ...(listed.cacheRead === undefined ? {} : { cacheRead: listed.cacheRead }),
    ...(fiveMinutes === undefined ? {} : { cacheWrite5m: fiveMinutes }),
    ...(listed.cacheWrite1h === undefined ? {} : { cacheWrite1h: listed.cacheWrite1h }),
  }
  const alike = (of: keyof TokenPrices): PicoUsd | undefined => {
    const one = like.find((prices) => prices.input > 0n && (input * prices[of]) % prices.input === 0n)
    return one === undefined ? undefined : pico((input * one[of]) / one.input)
  }
  const cacheWrite5m = known.cacheWrite5m ?? alike('cacheWrite5m') ?? pico((input * 5n) / 4n)
  const anHour = listed.cacheWrite30m ?? (fiveMinutes === 0n ? fiveMinutes : undefined)
  const cacheWrite1h = known.cacheWrite1h ?? anHour ?? alike('cacheWrite1h') ?? pico(input * 2n)
  return {
    prices: {
      input,
      output: known.output ?? alike('output') ?? input,
      cacheRead: known.cacheRead ?? alike('cacheRead') ?? input,
      cacheWrite5m,
      cacheWrite1h: known.cacheWrite1h === undefined && cacheWrite1h < cacheWrite5m ? cacheWrite5m : cacheWrite1h,
    },
    derived: CLASSES.filter((of) => known[of] === undefined),
  }
}
