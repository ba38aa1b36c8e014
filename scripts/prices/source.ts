/** The rows of provider `aws` in @pydantic/genai-prices (MIT), as they are there. */
import { readFileSync } from 'node:fs'
import { findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import { stemOf } from '../../src/runtime/domain/metering/model-id.ts'
import { type Five, type Line, NONE, type Source } from './line.ts'

const PACKAGE = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }
/** The day of the package's data. A newer version of the package needs its own day. */
const DATA_OF: Readonly<Record<string, string>> = { '0.1.8': '2026-09-23' }

export const packageSource = (): Source => {
  const checked = DATA_OF[version]
  if (checked === undefined) throw new Error(`say in scripts/prices/source.ts of which day the data of ${version} is`)
  return {
    source: `npm @pydantic/genai-prices ${version} (provider aws), https://aws.amazon.com/bedrock/pricing/`,
    checked,
  }
}

export const modelsOfSource = (): readonly ModelInfo[] => {
  const provider = findProvider({ providerId: 'aws' })
  if (provider === undefined) throw new Error('@pydantic/genai-prices has no provider "aws" any more')
  return provider.models
}

const CLASSES = ['input_mtok', 'output_mtok', 'cache_write_mtok', 'cache_write_1h_mtok', 'cache_read_mtok'] as const
const KNOWN: ReadonlySet<string> = new Set([...CLASSES, 'input_audio_mtok', 'output_audio_mtok'])

/** The shortest decimal that is this number, which is how the package's own files are written. */
export const decimal = (value: number): string => {
  const text = String(value)
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`${text} is no plain decimal`)
  return text
}

/** The name without prefix, and in which scope the price holds; unprefixed ids: in both. */
export function namesOf(model: ModelInfo): {
  readonly id: string
  readonly scopes: readonly Line['scope'][]
} {
  const [, prefix, id = ''] = /^(?:(global|regional)\.)?(.+)$/.exec(model.id) ?? []
  return { id, scopes: prefix === undefined ? ['global', 'regional'] : [prefix as Line['scope']] }
}

/** Days of the prices of a model, the first without one. */
export function datedPrices(
  model: ModelInfo,
): readonly { readonly from: string | undefined; readonly prices: ModelPrice }[] {
  if (!Array.isArray(model.prices)) return [{ from: undefined, prices: model.prices as ModelPrice }]
  return model.prices.map(({ constraint, prices }) => {
    if (constraint !== undefined && constraint.type !== 'start_date')
      throw new Error(`${model.id} has a price by ${constraint.type}: that is new`)
    return { from: constraint?.start_date, prices }
  })
}

/** Where the bands begin: above so many tokens; undefined: the standard band. */
export function bandsOf(prices: ModelPrice): readonly (number | undefined)[] {
  const starts = Object.values(prices).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
  )
  return [undefined, ...new Set(starts)]
}

/** The price of a class in a band; undefined: none is listed. */
export function priceIn(prices: ModelPrice, of: string, band: number | undefined): number | undefined {
  const price = prices[of]
  if (typeof price !== 'object') return price
  const reached = price.tiers.filter(({ start }) => band !== undefined && start <= band)
  return reached.reduce((best, tier) => (tier.start >= best.start ? tier : best), { start: -1, price: price.base })
    .price
}

function linesOf(model: ModelInfo, source: Source): readonly Line[] {
  const dated = datedPrices(model)
  const { id, scopes } = namesOf(model)
  const stem = stemOf(id)
  return dated.flatMap(({ from, prices }, index) => {
    const strange = Object.keys(prices).filter((key) => !KNOWN.has(key))
    if (strange.length > 0) throw new Error(`${model.id} has prices of a class that is new: ${strange.join(', ')}`)
    return bandsOf(prices).flatMap((band) => {
      const five = CLASSES.map((of) => priceIn(prices, of, band)).map((price) =>
        price === undefined ? NONE : decimal(price),
      )
      return scopes.map((scope) => ({
        stem,
        scope,
        from,
        until: dated[index + 1]?.from,
        over: band,
        prices: five as unknown as Five,
        source,
      }))
    })
  })
}

/** Every row; versions of one model with one price are one row. */
export function sourceLines(): readonly Line[] {
  const source = packageSource()
  const lines = new Map<string, Line>()
  for (const line of modelsOfSource().flatMap((model) => linesOf(model, source))) {
    const key = [line.stem, line.scope, line.from, line.over].join(' ')
    const known = lines.get(key)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(line))
      throw new Error(`${line.stem} has two prices: versions must be told apart`)
    lines.set(key, line)
  }
  return [...lines.values()]
}
