import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { RateOverride } from '../domain/money/price-book.ts'
import type { RateBook } from '../ports.ts'
import { type Item, ItemReader, textAttribute as text } from './item.ts'
import { PROFILES, profileKey, RATES, rateKey } from './keys.ts'
import { everyPage } from './pages.ts'

type Held = { model: string; scope: 'global' | 'regional' }

/** Prices the admin set, and what application inference profiles hold; both are kept for ever, because the journal cites them. */
export class DynamoRates implements RateBook {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(parts: { client: DynamoDBClient; table: string }) {
    this.#client = parts.client
    this.#table = parts.table
  }

  async overrides(): Promise<readonly RateOverride[]> {
    return (await this.#items(RATES)).map((item) => overrideFrom(new ItemReader(item)))
  }

  async putOverride(override: RateOverride): Promise<void> {
    const { stem, scope, perMillion, validFrom, setAt, setBy } = override
    const key = rateKey(stem, scope, validFrom)
    const texts = { ...key, stem, scope, ...perMillion, validFrom, setAt, setBy }
    await this.#put(texts)
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
    await this.#put({ ...profileKey(arn), ...resolved })
  }

  async #put(texts: Readonly<Record<string, string>>): Promise<void> {
    const item = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value)]))
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }))
  }

  #items(partition: string): Promise<readonly Item[]> {
    return everyPage(async (ExclusiveStartKey: Item | undefined) => {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :partition',
          ExpressionAttributeValues: { ':partition': text(partition) },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
      )
      return { items: page.Items ?? [], next: page.LastEvaluatedKey }
    })
  }
}

const overrideFrom = (item: ItemReader): RateOverride => ({
  stem: item.text('stem'),
  scope: item.oneOf('scope', ['global', 'regional', 'both']),
  perMillion: {
    input: item.text('input'),
    output: item.text('output'),
    cacheRead: item.text('cacheRead'),
    cacheWrite5m: item.text('cacheWrite5m'),
    cacheWrite1h: item.text('cacheWrite1h'),
  },
  validFrom: item.text('validFrom'),
  setAt: item.text('setAt'),
  setBy: item.text('setBy'),
})
