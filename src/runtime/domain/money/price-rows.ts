/** How a line of the price table becomes rates. */
import { pico } from './money.ts'
import { perToken, type Rate, type TokenPrices } from './rate.ts'

export interface Listed {
  readonly stem: string
  /** Launch on Bedrock or the day the price changed; undefined: the only price ever seen. Earlier usage pays the first row. */
  readonly from?: string
  /** First day (UTC) on which the row no longer holds: price change, or the day after the end of life. */
  readonly until?: string
  /** Prompts above so many tokens (input, cache reads and writes together). */
  readonly over?: number
  /** `G+10%`: global as listed and regional 10 % above; `G=R`: one price for both; `G`, `R`: only there. */
  readonly scope: 'G+10%' | 'G=R' | 'G' | 'R'
  readonly regions?: readonly string[]
  /** Dollars per million tokens. */
  readonly prices: readonly [input: string, output: string, write5m: string, write1h: string, read: string]
}

export interface Source {
  readonly source: string
  readonly checked: string
  readonly provider: string
}

/** AWS lists no price for this class. */
export const NONE = '-'
/** The parser accepts nothing earlier. */
const ALWAYS = '2023-01-01'

function pricesOf([input, output, write5m, write1h, read]: Listed['prices']): TokenPrices {
  const fresh = perToken(input)
  return {
    input: fresh,
    output: perToken(output),
    cacheRead: read === NONE ? fresh : perToken(read),
    cacheWrite5m: write5m === NONE ? pico((fresh * 5n) / 4n) : perToken(write5m),
    cacheWrite1h: write1h === NONE ? pico(fresh * 2n) : perToken(write1h),
  }
}

const CLASSES = ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'] as const
const derivedOf = (prices: Listed['prices']) => CLASSES.filter((_, index) => prices[index] === NONE)

/** 10 % above, exact: every price is a multiple of ten pico-dollars, which a test holds. */
const dearer = (prices: TokenPrices): TokenPrices => ({
  input: pico((prices.input * 11n) / 10n),
  output: pico((prices.output * 11n) / 10n),
  cacheRead: pico((prices.cacheRead * 11n) / 10n),
  cacheWrite5m: pico((prices.cacheWrite5m * 11n) / 10n),
  cacheWrite1h: pico((prices.cacheWrite1h * 11n) / 10n),
})

/** The rows of one line: one per scope in which the price holds. */
export function expand(listed: Listed, { provider, source, checked }: Source, prefix = ''): Rate[] {
  const stem = `${provider}.${prefix}${listed.stem}`
  const band = listed.over === undefined ? 'standard' : `over-${listed.over}`
  const validFrom = listed.from ?? ALWAYS
  const where = listed.regions === undefined ? '' : `@${listed.regions.join('+')}`
  const prices = pricesOf(listed.prices)
  const derived = derivedOf(listed.prices)
  const rate = (scope: Rate['scope'], scopePrices: TokenPrices): Rate => ({
    id: `${stem}/${scope}/${band}/default/${validFrom}${where}`,
    stem,
    provider,
    scope,
    tier: 'default',
    band: listed.over === undefined ? 'standard' : { over: listed.over },
    validFrom,
    until: listed.until,
    ...(listed.regions === undefined ? {} : { regions: listed.regions }),
    prices: scopePrices,
    ...(derived.length === 0 ? {} : { derived }),
    source,
    checked,
  })
  const regional = rate('regional', listed.scope === 'G+10%' ? dearer(prices) : prices)
  if (listed.scope === 'R') return [regional]
  const global = rate('global', prices)
  return listed.scope === 'G' ? [global] : [global, regional]
}
