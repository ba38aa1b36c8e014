import type { Discount, KeptPrices, ListedRate, PerMillion, RateOverride } from '../domain/money/price-book.ts'
import type { RateBook } from '../ports.ts'
import { deleteKey, itemsOfPartition, putTexts, type TableAt } from './dynamo-partition.ts'
import { type Item, ItemReader } from './item.ts'
import { DISCOUNT_PREFIX, discountKey, LISTED_PREFIX, listedKey, PROFILES, profileKey, RATES, rateKey } from './keys.ts'

type Held = { model: string; scope: 'global' | 'regional' }

/** Prices kept in the guard, and what application inference profiles hold, for ever, because the journal cites them. */
export class DynamoRates implements RateBook {
  readonly #at: TableAt

  constructor(at: TableAt) {
    this.#at = at
  }

  async kept(): Promise<KeptPrices> {
    const items = await this.#items(RATES)
    const kindOf = (item: Item) => {
      const sk = item['sk']?.S ?? ''
      return sk.startsWith(LISTED_PREFIX) ? 'listed' : sk.startsWith(DISCOUNT_PREFIX) ? 'discount' : 'override'
    }
    const of = (kind: string) => items.filter((item) => kindOf(item) === kind).map((item) => new ItemReader(item))
    return {
      overrides: of('override').map(overrideFrom),
      listed: of('listed').map(listedFrom),
      discounts: of('discount').map(discountFrom),
    }
  }

  async putOverride(override: RateOverride): Promise<void> {
    const { stem, scope, perMillion, validFrom, setAt, setBy } = override
    await putTexts(this.#at, rateKey(stem, scope, validFrom), { stem, scope, ...perMillion, validFrom, setAt, setBy })
  }

  async removeOverride({ stem, scope, validFrom }: Pick<RateOverride, 'stem' | 'scope' | 'validFrom'>): Promise<void> {
    await deleteKey(this.#at, rateKey(stem, scope, validFrom))
  }

  async putListed(rates: readonly ListedRate[]): Promise<void> {
    for (const rate of rates) {
      const { perMillion, over, region, derived, ...texts } = rate
      await putTexts(this.#at, listedKey(rate), {
        ...texts,
        ...perMillion,
        ...(over === undefined ? {} : { over: String(over) }),
        ...(region === undefined ? {} : { region }),
        ...(derived.length === 0 ? {} : { derived: derived.join(' ') }),
      })
    }
  }

  async removeListed(rates: readonly ListedRate[]): Promise<void> {
    for (const rate of rates) await deleteKey(this.#at, listedKey(rate))
  }

  async putDiscount(discount: Discount): Promise<void> {
    await putTexts(this.#at, discountKey(discount), { ...discount })
  }

  async removeDiscount(discount: Pick<Discount, 'of' | 'validFrom'>): Promise<void> {
    await deleteKey(this.#at, discountKey(discount))
  }

  async profiles(): Promise<ReadonlyMap<string, Held>> {
    const items = (await this.#items(PROFILES)).map((item) => new ItemReader(item))
    return new Map(
      items.map((item) => [
        item.text('sk'),
        { model: item.text('model'), scope: item.oneOf('scope', ['global', 'regional']) },
      ]),
    )
  }

  async putProfile(arn: string, resolved: Held): Promise<void> {
    await putTexts(this.#at, profileKey(arn), resolved)
  }

  #items(partition: string): Promise<readonly Item[]> {
    return itemsOfPartition(this.#at, partition)
  }
}

const perMillionFrom = (item: ItemReader): PerMillion => ({
  input: item.text('input'),
  output: item.text('output'),
  cacheRead: item.text('cacheRead'),
  cacheWrite5m: item.text('cacheWrite5m'),
  cacheWrite1h: item.text('cacheWrite1h'),
})

const overrideFrom = (item: ItemReader): RateOverride => ({
  stem: item.text('stem'),
  scope: item.oneOf('scope', ['global', 'regional', 'both']),
  perMillion: perMillionFrom(item),
  validFrom: item.text('validFrom'),
  setAt: item.text('setAt'),
  setBy: item.text('setBy'),
})

const listedFrom = (item: ItemReader): ListedRate => {
  const over = item.optionalText('over')
  return {
    stem: item.text('stem'),
    provider: item.text('provider'),
    scope: item.oneOf('scope', ['global', 'regional']),
    tier: item.oneOf('tier', ['default', 'priority', 'flex', 'batch']),
    over: over === undefined ? undefined : Number(over),
    region: item.optionalText('region'),
    perMillion: perMillionFrom(item),
    derived: (item.optionalText('derived') ?? '').split(' ').filter((name) => name !== '') as ListedRate['derived'],
    validFrom: item.text('validFrom'),
    source: item.text('source'),
    checked: item.text('checked'),
    setAt: item.text('setAt'),
    setBy: item.text('setBy'),
  }
}

const discountFrom = (item: ItemReader): Discount => ({
  of: item.text('of'),
  multiplier: item.text('multiplier'),
  validFrom: item.text('validFrom'),
  setAt: item.text('setAt'),
  setBy: item.text('setBy'),
})
