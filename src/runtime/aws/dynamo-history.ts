import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { type Month, monthOf, type Zoning } from '../domain/base/calendar.ts'
import { hash64 } from '../domain/base/hash.ts'
import type { History, HistoryEvent } from '../ports.ts'
import { isConditionFailed } from './aws-errors.ts'
import { type Item, ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { auditKey, auditPartition } from './keys.ts'

/** Who did what. Put only: no role of the guard may update or delete these. The same event twice is one item. */
export class DynamoHistory implements History {
  readonly #parts: { client: DynamoDBClient; table: string; zoning: Zoning }

  constructor(parts: { client: DynamoDBClient; table: string; zoning: Zoning }) {
    this.#parts = parts
  }

  async append(event: HistoryEvent): Promise<void> {
    const month = monthOf(event.at, this.#parts.zoning)
    const key = auditKey(month, event.at, hash64(JSON.stringify(event)))
    const details = Object.entries(event.details ?? {}).map(([name, value]) => [name, text(value)] as const)
    const item: Item = {
      pk: text(key.pk),
      sk: text(key.sk),
      at: number(event.at),
      by: text(event.by),
      ...(event.from === undefined ? {} : { from: text(event.from) }),
      what: text(event.what),
      ...(event.principal === undefined ? {} : { principal: text(event.principal) }),
      ...(event.reason === undefined ? {} : { reason: text(event.reason) }),
      ...(event.details === undefined ? {} : { details: { M: Object.fromEntries(details) } }),
    }
    try {
      await this.#parts.client.send(
        new PutItemCommand({
          TableName: this.#parts.table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
    } catch (error) {
      // The same event is there already: that is what a retry wants.
      if (!isConditionFailed(error)) throw error
    }
  }

  /** Oldest first. */
  async *read(month: Month): AsyncGenerator<HistoryEvent> {
    let start: Record<string, Item[string]> | undefined
    do {
      const page = await this.#parts.client.send(
        new QueryCommand({
          TableName: this.#parts.table,
          KeyConditionExpression: 'pk = :month',
          ExpressionAttributeValues: { ':month': text(auditPartition(month)) },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      )
      for (const item of page.Items ?? []) yield eventFrom(item)
      start = page.LastEvaluatedKey
    } while (start !== undefined)
  }
}

function eventFrom(item: Item): HistoryEvent {
  const read = new ItemReader(item)
  const from = read.optionalText('from')
  const principal = read.optionalText('principal')
  const reason = read.optionalText('reason')
  const details = item['details']?.M
  return {
    at: read.instant('at'),
    by: read.text('by'),
    ...(from === undefined ? {} : { from }),
    what: read.text('what'),
    ...(principal === undefined ? {} : { principal }),
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined
      ? {}
      : { details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, value.S ?? ''])) }),
  }
}
