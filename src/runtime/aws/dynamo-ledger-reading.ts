/** Reads of the ledger: complete and consistent, or they throw. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import type { Month } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import { inParallel } from '../parallel.ts'
import type { Clock, Sleeper } from '../ports.ts'
import { keyItem } from './dynamo-ledger-counters.ts'
import { JOURNAL_PREFIX, type Key, shards } from './keys.ts'

type Item = Record<string, AttributeValue>

/** 100 keys: what BatchGetItem takes (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). */
const KEYS_AT_ONCE = 100
const BATCHES_AT_ONCE = 4

export interface Reading {
  readonly client: DynamoDBClient
  readonly table: string
  readonly clock: Clock
  readonly sleeper: Sleeper
  readonly deadlineMs: number
}

export interface Partition {
  readonly pk: string
  readonly beginsWith?: string
  readonly between?: { readonly from: string; readonly to: string }
}

function queryOf(table: string, partition: Partition): QueryCommandInput {
  const values: Item = { ':pk': { S: partition.pk } }
  let condition = 'pk = :pk'
  if (partition.beginsWith !== undefined) {
    condition += ' AND begins_with(sk, :prefix)'
    values[':prefix'] = { S: partition.beginsWith }
  } else if (partition.between) {
    condition += ' AND sk BETWEEN :from AND :to'
    values[':from'] = { S: partition.between.from }
    values[':to'] = { S: partition.between.to }
  }
  return {
    TableName: table,
    KeyConditionExpression: condition,
    ExpressionAttributeValues: values,
    ConsistentRead: true,
  }
}

/** Every item of one partition (or of a part of it), page by page, in key order. */
export async function* itemsIn(how: Reading, partition: Partition): AsyncGenerator<Item> {
  let start: Item | undefined
  do {
    const page = await how.client.send(new QueryCommand({ ...queryOf(how.table, partition), ExclusiveStartKey: start }))
    yield* page.Items ?? []
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}

/** The same part of all shards of a month, read side by side; nothing is handed out before everything has been read. */
export async function itemsOfShards(how: Reading, partition: (shard: number) => Partition): Promise<readonly Item[]> {
  const perShard = await inParallel(shards, shards.length, async (shard) => {
    const items: Item[] = []
    for await (const item of itemsIn(how, partition(shard))) items.push(item)
    return items
  })
  return perShard.flat()
}

/**
 * Every journal item of a month of the guard, in key order. The one Scan of the house: recounting from the journal alone may
 * not trust the counters to know who is in it. Only the admin's own commands do this; no role of the guard may scan.
 */
export async function scanJournal(how: Reading, month: Month): Promise<readonly Item[]> {
  const items: Item[] = []
  let start: Item | undefined
  do {
    const page = await how.client.send(
      new ScanCommand({
        TableName: how.table,
        FilterExpression: 'begins_with(pk, :journal) AND begins_with(d, :month)',
        ExpressionAttributeValues: { ':journal': { S: JOURNAL_PREFIX }, ':month': { S: `${month}-` } },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    )
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return items.sort((a, b) => (keyText(keyOfItem(a)) < keyText(keyOfItem(b)) ? -1 : 1))
}

/** Which of the keys exist; only the keys travel. */
export async function existing(how: Reading, keys: readonly Key[]): Promise<ReadonlySet<string>> {
  const found = await itemsAt(how, keys, 'pk, sk')
  return new Set(found.map((item) => keyText(keyOfItem(item))))
}

/** What lies at these keys, as far as there is anything. @param only these attributes; undefined: all of them. */
export async function itemsAt(how: Reading, keys: readonly Key[], only?: string): Promise<readonly Item[]> {
  const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()]
  const batches: Key[][] = []
  for (let at = 0; at < distinct.length; at += KEYS_AT_ONCE) batches.push(distinct.slice(at, at + KEYS_AT_ONCE))
  return (await inParallel(batches, BATCHES_AT_ONCE, (batch) => batchGet(how, batch, only))).flat()
}
const keyOfItem = (item: Item): Key => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' })
export const keyText = (key: Key): string => `${key.pk}\n${key.sk}`

/** DynamoDB hands back what it had no capacity or room for; that is asked again until the deadline. */
async function batchGet(how: Reading, keys: readonly Key[], only: string | undefined): Promise<readonly Item[]> {
  const found: Item[] = []
  let open: Item[] | undefined = keys.map(keyItem)
  for (let attempt = 0; open !== undefined && open.length > 0; attempt++) {
    if (attempt > 0) await pause(how, attempt)
    const answer: { Responses?: Record<string, Item[]>; UnprocessedKeys?: Record<string, { Keys?: Item[] }> } =
      await how.client.send(
        new BatchGetItemCommand({
          RequestItems: { [how.table]: { Keys: open, ProjectionExpression: only, ConsistentRead: true } },
        }),
      )
    found.push(...(answer.Responses?.[how.table] ?? []))
    open = answer.UnprocessedKeys?.[how.table]?.Keys
  }
  return found
}

/** @throws GuardError `store-too-slow` when the deadline has passed. */
export async function pause(how: Pick<Reading, 'clock' | 'sleeper' | 'deadlineMs'>, attempt: number): Promise<void> {
  if (how.clock.now() >= how.deadlineMs) {
    throw new GuardError({
      code: 'store-too-slow',
      fault: 'aws',
      retry: 'soon',
      message: 'the ledger could not be read completely: DynamoDB kept handing back keys it had not read',
      suggestions: ['try again in a minute'],
    })
  }
  await how.sleeper.sleep(Math.min(1000, 25 * 2 ** Math.min(attempt, 6)))
}
