/** A price file as AWS publishes it, of just the lines a test is about. Structure: test/cases/price-list/README.md. */

type Class = 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'

export interface SampleLine {
  /** As in `servicename`, without "(Amazon Bedrock Edition)". */
  readonly name: string
  readonly scope: 'global' | 'regional'
  readonly tier?: 'standard' | 'flex' | 'priority' | 'batch'
  readonly prices: Readonly<Partial<Record<Class, string>>>
  readonly effective?: string
  readonly region?: string
  /** Makes another SKU of the same usage type. */
  readonly sku?: string
}

const WORDS: Readonly<Record<Class, string>> = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite5m: 'cache_write_tokens',
  cacheWrite1h: 'cache_write_tokens_1h',
}

/** The text of an AmazonBedrockFoundationModels file. */
export function offerText(lines: readonly SampleLine[]): string {
  const products: Record<string, object> = {}
  const onDemand: Record<string, object> = {}
  for (const {
    name,
    scope,
    tier = 'standard',
    prices,
    effective = '2026-11-01',
    region = 'us-east-1',
    sku = '',
  } of lines) {
    for (const [of, usd] of Object.entries(prices)) {
      const usagetype = `USE1-MP:USE1_${WORDS[of as Class]}${scope === 'global' ? '_global' : ''}_${tier}-Units`
      const id = `${name}${usagetype}${region}${sku}`.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
      const servicename = `${name} (Amazon Bedrock Edition)`
      const attributes = { servicecode: 'AmazonBedrockFoundationModels', regionCode: region, usagetype, servicename }
      products[id] = { sku: id, productFamily: 'AWS Marketplace', attributes }
      const dimension = { unit: '1M tokens', beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: usd } }
      const term = { sku: id, effectiveDate: `${effective}T00:00:00Z` }
      onDemand[id] = {
        [`${id}.JRTCKXETXF`]: { ...term, priceDimensions: { [`${id}.JRTCKXETXF.6YS6EN2CT7`]: dimension } },
      }
    }
  }
  const head = {
    formatVersion: 'v1.0',
    offerCode: 'AmazonBedrockFoundationModels',
    publicationDate: '2026-11-18T12:00:00Z',
  }
  return JSON.stringify({ ...head, products, terms: { OnDemand: onDemand } })
}
