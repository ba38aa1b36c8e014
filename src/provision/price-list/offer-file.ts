/**
 * AWS's bulk price files, read as untrusted text: products, their prices on demand, and nothing else.
 * Form of the file: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
 */
import { parseInstant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'

/** The offers that hold prices of Bedrock; each has a file per region. */
export const SERVICE_CODES = ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService'] as const

/** Where AWS publishes the file of one offer and region; needs no credentials. */
export const addressOf = (serviceCode: string, region: string): string =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${serviceCode}/current/${region}/index.json`

/** One line of the list: what is sold, and each price it has. */
export interface Product {
  readonly sku: string
  readonly attributes: Readonly<Record<string, string>>
  readonly prices: readonly ProductPrice[]
}

export interface ProductPrice {
  /** Decimal dollars as AWS wrote it; undefined: priced in another currency. */
  readonly usd: string | undefined
  readonly unit: string
  /** AWS's own words on what one unit is, such as `AWS Marketplace software usage|us-east-1|Million Input Tokens Global`. */
  readonly description: string
  /** UTC day from which AWS says it counts. */
  readonly effective: string
  /** The price depends on how much was used before. */
  readonly stepped: boolean
}

export interface OfferFile {
  readonly serviceCode: string
  readonly published: string
  readonly source: string
  readonly products: readonly Product[]
}

/** @throws GuardError `bad-price-file` for what is no price file of one of Bedrock's offers. */
export function readOfferFile(text: string, source: string): OfferFile {
  const file = record(jsonOf(text, source))
  const serviceCode = textOf(file?.['offerCode'])
  const products = record(file?.['products'])
  if (file === undefined || products === undefined || serviceCode === undefined)
    throw noOffer(source, 'offerCode and products are missing')
  if (!(SERVICE_CODES as readonly string[]).includes(serviceCode))
    throw noOffer(source, `its offer is ${serviceCode.slice(0, 80)}, not one of ${SERVICE_CODES.join(', ')}`)
  const onDemand = record(record(file['terms'])?.['OnDemand']) ?? {}
  return {
    serviceCode,
    source,
    published: textOf(file['publicationDate']) ?? '',
    products: Object.entries(products).map(([sku, product]) => ({
      sku,
      attributes: texts(record(product)?.['attributes']),
      prices: pricesOf(record(onDemand[sku])),
    })),
  }
}

function pricesOf(terms: Tree | undefined): readonly ProductPrice[] {
  return Object.values(terms ?? {}).flatMap((term) => {
    const effective = (textOf(record(term)?.['effectiveDate']) ?? '').slice(0, 10)
    const dimensions = Object.values(record(record(term)?.['priceDimensions']) ?? {})
    return dimensions.map((dimension) => ({
      usd: textOf(record(record(dimension)?.['pricePerUnit'])?.['USD']),
      unit: textOf(record(dimension)?.['unit']) ?? '',
      description: textOf(record(dimension)?.['description']) ?? '',
      // A day that never was would hold on no day, or on all.
      effective: parseInstant(`${effective}T00:00:00Z`) === undefined ? '' : effective,
      stepped: dimensions.length > 1,
    }))
  })
}

type Tree = Readonly<Record<string, unknown>>
const record = (value: unknown): Tree | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : undefined
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record(value) ?? {}).flatMap(([key, one]) => (typeof one === 'string' ? [[key, one] as const] : [])),
  )

function jsonOf(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw noOffer(source, 'it is not JSON', cause)
  }
}

const noOffer = (source: string, why: string, cause?: unknown): GuardError =>
  new GuardError({
    code: 'bad-price-file',
    fault: 'user',
    message: `${source} is not a price file of Amazon Bedrock: ${why}`,
    suggestions: [`curl -O ${addressOf('AmazonBedrockFoundationModels', 'us-east-1')}`],
    ...(cause === undefined ? {} : { cause }),
  })
