import { stemOf } from '../metering/model-id.ts'
import { builtInRates } from './price-book.data.ts'
import type { UnitPrices } from './rate.ts'

/** Model → what it is billed by instead of tokens; the log tells no count of it outside of bodies. */
export const notMeteredByTokens: ReadonlyMap<string, keyof UnitPrices> = new Map([
  // No list that we could read has a price for these.
  ['amazon.nova-reel', 'second'] as const,
  ['luma.ray', 'second'] as const,
  ['cohere.rerank-v3-5', 'search'] as const,
  ...builtInRates
    .filter(({ prices, units }) => units !== undefined && prices.input === 0n)
    .flatMap(({ stem, units }) => Object.keys(units ?? {}).map((unit) => [stem, unit as keyof UnitPrices] as const)),
])

/** Makers all of whose models are billed so, the ones we have not heard of as well. */
const MAKERS: ReadonlyMap<string, keyof UnitPrices> = new Map([
  ['stability', 'image'],
  ['luma', 'second'],
])

/** What a model is billed by; undefined: by tokens. */
export const billedBy = (stem: string, provider: string): keyof UnitPrices | undefined =>
  notMeteredByTokens.get(stem) ?? MAKERS.get(provider)

/** The same of a model as it stands in the ledger: `amazon.nova-canvas-v1:0`. */
export const unitOf = (model: string): keyof UnitPrices | undefined =>
  billedBy(stemOf(model), model.slice(0, Math.max(model.indexOf('.'), 0)))
