import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type { BadRecord, BadRecords, Clock, Sleeper } from '../ports.ts'
import { pause } from './dynamo-ledger-reading.ts'
import { type Item, numberAttribute as number, textAttribute as text } from './item.ts'
import { badKey, badPartition, TTL_ATTRIBUTE, utcDayOf } from './keys.ts'
import { everyPage } from './pages.ts'

const KEPT_DAYS = 90
/** What BatchWriteItem takes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const ITEMS_AT_ONCE = 25
const PATIENCE_MS = 10_000

/** Poison, kept by its event id: the same record read again is the same item. */
export class DynamoBadRecords implements BadRecords {
  readonly #parts: { client: DynamoDBClient; table: string; clock: Clock; sleeper: Sleeper }

  constructor(parts: { client: DynamoDBClient; table: string; clock: Clock; sleeper: Sleeper }) {
    this.#parts = parts
  }

  async keep(records: readonly BadRecord[]): Promise<void> {
    const items = [
      ...new Map(records.map((record) => [`${utcDayOf(record.at)} ${record.id}`, itemOf(record)])).values(),
    ]
    for (let at = 0; at < items.length; at += ITEMS_AT_ONCE) await this.#write(items.slice(at, at + ITEMS_AT_ONCE))
  }

  async count(day: string, atMost?: number): Promise<number> {
    if (atMost !== undefined) return (await this.#page(day, { Limit: atMost })).Count ?? 0
    const pages = await everyPage(async (ExclusiveStartKey: Item | undefined) => {
      const page = await this.#page(day, { ExclusiveStartKey })
      return { items: [page.Count ?? 0], next: page.LastEvaluatedKey }
    })
    return pages.reduce((total, count) => total + count, 0)
  }

  #page(day: string, more: Pick<QueryCommandInput, 'Limit' | 'ExclusiveStartKey'>): Promise<QueryCommandOutput> {
    return this.#parts.client.send(
      new QueryCommand({
        TableName: this.#parts.table,
        KeyConditionExpression: 'pk = :day',
        ExpressionAttributeValues: { ':day': text(badPartition(day)) },
        Select: 'COUNT',
        ...more,
      }),
    )
  }

  async #write(items: readonly Item[]): Promise<void> {
    const { client, table, clock, sleeper } = this.#parts
    const deadlineMs = clock.now() + PATIENCE_MS
    let open: WriteRequest[] | undefined = items.map((Item) => ({ PutRequest: { Item } }))
    for (let attempt = 0; open !== undefined && open.length > 0; attempt++) {
      if (attempt > 0) await pause({ clock, sleeper, deadlineMs }, attempt)
      const answer: { UnprocessedItems?: Record<string, WriteRequest[]> } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: open } }),
      )
      open = answer.UnprocessedItems?.[table]
    }
  }
}

const itemOf = (record: BadRecord): Item => {
  const key = badKey(utcDayOf(record.at), record.id)
  const item: Record<string, ReturnType<typeof text>> = {
    pk: text(key.pk),
    sk: text(key.sk),
    why: text(record.why),
    excerpt: text(record.excerpt),
    at: number(record.at),
    [TTL_ATTRIBUTE]: number(Math.floor(record.at / 1000) + KEPT_DAYS * 86_400),
  }
  return record.requestId === undefined ? item : { ...item, requestId: text(record.requestId) }
}
