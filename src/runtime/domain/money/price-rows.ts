/** How a row of the snapshot becomes rates. */
import { GuardError } from '../base/guard-error.ts'
import { type PicoUsd, parseUsd, pico } from './money.ts'
import { perToken, type Rate, type Tier, type TokenPrices, type UnitPrices } from './rate.ts'

/** AWS lists no price for this class. */
const NONE = '-'
/** The parser accepts nothing earlier. */
const ALWAYS = '2023-01-01'
const CLASSES = ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'] as const

interface Source {
  readonly source: string
  readonly checked: string
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

/** Every rate of the snapshot: of each row one for each scope, and for each tier that it has a price for. */
export function ratesOf(rows: string, sourceLines: string): readonly Rate[] {
  const sources = linesOf(sourceLines).map((line) => ({ checked: line.slice(0, 10), source: line.slice(11) }))
  return linesOf(rows).flatMap((line) => ratesOfRow(line, sources))
}

function ratesOfRow(line: string, sources: readonly Source[]): readonly Rate[] {
  const [stem = '', scope = '', number = '', ...words] = line.split(' ')
  const listed = words.slice(0, CLASSES.length)
  const more = new Map(words.slice(CLASSES.length).map((word) => word.split('=') as [string, string]))
  const sourceOf = (text: string): Source => sources[Number(text)] ?? broken(line)
  const derived = CLASSES.filter((_, index) => listed[index] === NONE)
  const [over, validFrom, regions] = [more.get('over'), more.get('from') ?? ALWAYS, more.get('regions')]
  const units = more.get('units')
  const where = regions === undefined ? '' : `@${regions}`
  const rate = (of: Rate['scope'], prices: TokenPrices, tier: Tier, source: Source): Rate => ({
    id: `${stem}/${of}/${over === undefined ? 'standard' : `over-${over}`}/${tier}/${validFrom}${where}`,
    stem,
    provider: stem.slice(0, stem.indexOf('.')),
    scope: of,
    tier,
    band: over === undefined ? 'standard' : { over: Number(over) },
    validFrom,
    until: more.get('until'),
    ...(regions === undefined ? {} : { regions: regions.split('+') }),
    prices,
    ...(units === undefined ? {} : { units: unitsOf(units) }),
    // All prices of a tier follow from those of the default tier.
    ...(tier !== 'default' ? { derived: CLASSES } : derived.length === 0 ? {} : { derived }),
    ...source,
  })
  const tiers = (['priority', 'flex', 'batch'] as const).flatMap((tier) => {
    const [times, from] = more.get(tier)?.split('@') ?? []
    return times === undefined || from === undefined ? [] : [{ tier, times, source: sourceOf(from) }]
  })
  const inScope = (of: Rate['scope'], prices: TokenPrices): readonly Rate[] => [
    rate(of, prices, 'default', sourceOf(number)),
    ...tiers.map(({ tier, times, source }) => rate(of, scaled(prices, parseUsd(times)), tier, source)),
  ]
  const global = pricesOf(listed)
  return [
    ...(scope === 'R' ? [] : inScope('global', global)),
    ...(scope === 'G' ? [] : inScope('regional', scope === 'G+10%' ? scaled(global, parseUsd('1.1')) : global)),
  ]
}

function pricesOf([input = '', output = '', write5m = '', write1h = '', read = '']: readonly string[]): TokenPrices {
  const fresh = perToken(input)
  return {
    input: fresh,
    output: output === NONE ? fresh : perToken(output),
    cacheRead: read === NONE ? fresh : perToken(read),
    cacheWrite5m: write5m === NONE ? pico((fresh * 5n) / 4n) : perToken(write5m),
    cacheWrite1h: write1h === NONE ? pico(fresh * 2n) : perToken(write1h),
  }
}

/** So many times the price; exact for every row of the snapshot, which a test holds. */
function scaled(prices: TokenPrices, times: PicoUsd): TokenPrices {
  const by = (price: PicoUsd): PicoUsd => pico((price * times) / 1_000_000_000_000n)
  return {
    input: by(prices.input),
    output: by(prices.output),
    cacheRead: by(prices.cacheRead),
    cacheWrite5m: by(prices.cacheWrite5m),
    cacheWrite1h: by(prices.cacheWrite1h),
  }
}

/** `image:0.06`: dollars for one. */
const unitsOf = (text: string): UnitPrices =>
  Object.fromEntries(
    text
      .split('+')
      .map((each) => each.split(':'))
      .map(([unit = '', usd = '']) => [unit, parseUsd(usd)]),
  )

function broken(line: string): never {
  throw new GuardError({
    code: 'bad-snapshot',
    fault: 'bug',
    message: `the built-in price book has a row without a source: ${line}`,
    suggestions: ['run npm run prices:snapshot'],
  })
}
