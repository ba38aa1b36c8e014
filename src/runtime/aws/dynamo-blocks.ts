import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { BlockedRecord, CannotBlock } from '../domain/judging/verdict.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { BlockBook } from '../ports.ts'
import { itemsOfPartition } from './dynamo-partition.ts'
import { type Item, ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { BLOCKS, blockKey } from './keys.ts'

/** What enforce put in place, one item per principal. */
export class DynamoBlocks implements BlockBook {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(parts: { client: DynamoDBClient; table: string }) {
    this.#client = parts.client
    this.#table = parts.table
  }

  async all(): Promise<readonly BlockedRecord[]> {
    const items = await itemsOfPartition({ client: this.#client, table: this.#table }, BLOCKS)
    return items.map((item) => recordFrom(new ItemReader(item)))
  }

  async put(record: BlockedRecord): Promise<void> {
    const { pk, sk } = blockKey(record.principal)
    await this.#client.send(
      new PutItemCommand({ TableName: this.#table, Item: { pk: text(pk), sk: text(sk), ...itemOf(record) } }),
    )
  }

  async remove(principal: PrincipalKey): Promise<void> {
    const { pk, sk } = blockKey(principal)
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: { pk: text(pk), sk: text(sk) } }))
  }
}

/** Every reason there is: a new one that is forgotten here does not compile. */
const reasonTable: Readonly<Record<CannotBlock, true>> = {
  'protected-role': true,
  'protected-principal': true,
  'attachment-quota': true,
  unattributed: true,
  root: true,
  federated: true,
  'session-of-shared-role': true,
  'no-such-principal': true,
  'not-allowed': true,
  'no-policy': true,
}
const reasons = Object.keys(reasonTable) as CannotBlock[]

const carriers: readonly ('managed' | 'group')[] = ['managed', 'group']

const itemOf = (record: BlockedRecord): Item => ({
  principal: text(record.principal),
  state: text(record.state),
  ...(record.why === undefined ? {} : { why: text(record.why) }),
  ...(record.policy === undefined ? {} : { policy: text(record.policy) }),
  ...(record.by === undefined ? {} : { by: text(record.by) }),
  ...(record.until === 'no-end' ? {} : { until: number(record.until) }),
  episode: text(record.episode),
  decidedBy: text(record.decidedBy),
  since: number(record.since),
  comparedAt: number(record.comparedAt),
  ...(record.reattachedAt === undefined ? {} : { reattachedAt: number(record.reattachedAt) }),
  ...(record.releasedAt === undefined ? {} : { releasedAt: number(record.releasedAt) }),
})

const recordFrom = (item: ItemReader): BlockedRecord => ({
  principal: item.text('principal') as PrincipalKey,
  state: item.oneOf('state', ['attached', 'cannot-block']),
  why: item.has('why') ? item.oneOf('why', reasons) : undefined,
  policy: item.optionalText('policy'),
  by: item.has('by') ? item.oneOf('by', carriers) : undefined,
  until: item.has('until') ? item.instant('until') : 'no-end',
  episode: item.text('episode'),
  decidedBy: item.text('decidedBy'),
  since: item.instant('since'),
  comparedAt: item.instant('comparedAt'),
  ...(item.has('reattachedAt') ? { reattachedAt: item.instant('reattachedAt') } : {}),
  ...(item.has('releasedAt') ? { releasedAt: item.instant('releasedAt') } : {}),
})
