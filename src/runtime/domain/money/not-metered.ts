import type { UnitPrices } from './rate.ts'

const of = (by: keyof UnitPrices, stems: string): readonly (readonly [string, keyof UnitPrices])[] =>
  stems.split(' ').map((stem) => [stem, by] as const)

/**
 * Models that are not metered by tokens, and what by: the log has no count of it outside of bodies.
 * https://aws.amazon.com/bedrock/pricing/, read 2026-11-20.
 */
export const notMeteredByTokens: ReadonlyMap<string, keyof UnitPrices> = new Map([
  ...of('image', 'amazon.nova-canvas amazon.titan-image-generator'),
  ...of('second', 'amazon.nova-reel luma.ray'),
  ...of('search', 'amazon.rerank cohere.rerank'),
])
