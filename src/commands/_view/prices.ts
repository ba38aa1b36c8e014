/** The price book in lines and as JSON. Pure. */
import { type PicoUsd, toDecimal } from '../../runtime/domain/money/money.ts'
import {
  type Discount,
  notMeteredByTokens,
  type PriceBook,
  perMillion,
  type Rate,
  type UnitPrices,
} from '../../runtime/domain/money/price-book.ts'
import { columns } from './columns.ts'
import { wrap } from './width.ts'

export interface PricesScreen {
  readonly book: PriceBook
  /** Models that were seen and have no price. */
  readonly unpriced: readonly string[]
  /** UTC day. */
  readonly today: string
  /** Only models whose id contains this. */
  readonly model: string | undefined
  /** Rows that are over or not yet in force too. */
  readonly all: boolean
  readonly screen: number
}

const inForce = (rate: Rate, day: string): boolean =>
  rate.validFrom <= day && (rate.until === undefined || day < rate.until)

const HEADS = [
  { head: 'MODEL' },
  { head: 'SCOPE' },
  { head: 'IN', align: 'right' },
  { head: 'OUT', align: 'right' },
  { head: 'READ', align: 'right' },
  { head: 'W 5M', align: 'right' },
  { head: 'W 1H', align: 'right' },
  { head: 'FROM' },
  { head: 'SRC', align: 'right' },
] as const

/** Rows of the book in force; which price counts where there are several is said below. */
export function pricesScreen(shown: PricesScreen): { text: string; json: object } {
  const { book, unpriced, today, model, all, screen } = shown
  const rates = book.rates.filter(
    (rate) => (all || inForce(rate, today)) && (model === undefined || rate.stem.includes(model)),
  )
  const say = (text: string) => wrap(text, screen)
  const byTokens = rates.filter((rate) => !notMeteredByTokens.has(rate.stem) || rate.origin !== undefined)
  const built = [...new Set(rates.flatMap((rate) => (rate.origin === undefined ? [sourceOf(rate)] : [])))]
  const markOf = (rate: Rate): string =>
    rate.origin === 'set' ? 'S' : rate.origin === 'list' ? 'L' : String(built.indexOf(sourceOf(rate)) + 1)
  const table = columns(
    HEADS,
    byTokens.map((rate) => [...rowOf(rate), markOf(rate)]),
    screen,
  )
  const sources = new Map(
    rates.map((rate) => [`${markOf(rate)} ${sourceOf(rate)}`, [markOf(rate), sourceOf(rate)] as const]),
  )
  const byOther = [...notMeteredByTokens].filter(([stem]) => model === undefined || stem.includes(model))
  const discounts = book.discounts.filter((one) => all || counts(one, book.discounts, today))
  const text = [
    ...(rates.length === 0
      ? [`No price of a model ${model === undefined ? 'is known' : `whose name contains "${model}"`}.`]
      : [
          table,
          '',
          say('Dollars per million tokens; READ is from the cache, W into it, for so long. FROM is a UTC day.'),
          say(
            'SRC S, set by you, wins over L, read from AWS’s list, wins over the rest, which came with this version:',
          ),
        ]),
    ...[...sources.values()].map(([mark, source]) => `  ${mark}: ${wrap(source, screen, '     ').trimStart()}`),
    ...discounts.map(({ of, multiplier, validFrom }) => `Discount: ${of} × ${multiplier} from ${validFrom}`),
    ...(byOther.length === 0
      ? []
      : [
          say(
            `Not metered by tokens: ${byOther.map(([stem, by]) => `${stem} (${unitPrice(book, stem, by)})`).join(', ')}`,
          ),
        ]),
    ...unpriced.map((one) => `No price: ${one}`),
  ].join('\n')
  return {
    text,
    json: {
      prices: rates.map(rateJson),
      discounts: discounts.map(discountJson),
      notMeteredByTokens: byOther.map(([stem, by]) => ({ model: stem, by })),
      unpricedModels: unpriced,
    },
  }
}

const rowOf = (rate: Rate): readonly string[] => [
  [
    `${rate.stem}${rate.band === 'standard' ? '' : `>${rate.band.over / 1000}K`}`,
    ...(rate.tier === 'default' ? [] : [rate.tier]),
    ...(rate.regions === undefined ? [] : [`(${rate.regions.join(', ')})`]),
  ].join(' '),
  rate.scope,
  perMillion(rate.prices.input),
  perMillion(rate.prices.output),
  perMillion(rate.prices.cacheRead),
  perMillion(rate.prices.cacheWrite5m),
  perMillion(rate.prices.cacheWrite1h),
  rate.validFrom,
]

const sourceOf = (rate: Rate): string => `${rate.source} (${rate.checked})`

const usdOf = (price: PicoUsd | undefined): string | null => (price === undefined ? null : toDecimal(price))

/** `0.06 by image`. */
function unitPrice(book: PriceBook, stem: string, by: keyof UnitPrices): string {
  const usd = usdOf(book.rates.find((rate) => rate.stem === stem && rate.units !== undefined)?.units?.[by])
  return usd === null ? `by ${by}, at an assumed price` : `${usd} by ${by}`
}

/** The latest of its key that has begun, or one that is still to come. */
const counts = (one: Discount, all: readonly Discount[], today: string): boolean =>
  one.validFrom > today ||
  !all.some((other) => other.of === one.of && other.validFrom > one.validFrom && other.validFrom <= today)

export const rateJson = (rate: Rate) => ({
  id: rate.id,
  origin: rate.origin ?? 'built-in',
  model: rate.stem,
  provider: rate.provider,
  scope: rate.scope,
  tier: rate.tier,
  regions: rate.regions ?? null,
  promptsAbove: rate.band === 'standard' ? null : rate.band.over,
  inputUsd: perMillion(rate.prices.input),
  outputUsd: perMillion(rate.prices.output),
  cacheReadUsd: perMillion(rate.prices.cacheRead),
  cacheWrite5mUsd: perMillion(rate.prices.cacheWrite5m),
  cacheWrite1hUsd: perMillion(rate.prices.cacheWrite1h),
  imageUsd: usdOf(rate.units?.image),
  secondUsd: usdOf(rate.units?.second),
  searchUsd: usdOf(rate.units?.search),
  derived: rate.derived ?? [],
  validFrom: rate.validFrom,
  validUntil: rate.until ?? null,
  source: rate.source,
  checked: rate.checked,
})

export const discountJson = ({ of, multiplier, validFrom, setAt, setBy }: Discount) => ({
  ...{ of, multiplier, validFrom, setAt, setBy },
})
