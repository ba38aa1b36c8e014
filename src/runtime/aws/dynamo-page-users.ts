import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Subject } from '../domain/metering/belonging.ts'
import type { PageUser, PageUsers } from '../ports.ts'
import { deleteKey, itemsOfPartition, type TableAt } from './dynamo-partition.ts'
import { type Item, ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { PAGE, pageUserKey } from './keys.ts'

/** Users of the self-service page, in a partition of their own: the page's function asks for one, the admin for all. */
export class DynamoPageUsers implements PageUsers {
  readonly #at: TableAt

  constructor(at: TableAt) {
    this.#at = at
  }

  async find(sub: string): Promise<PageUser | undefined> {
    const { client, table } = this.#at
    const { pk, sk } = pageUserKey(sub)
    const found = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: text(pk), sk: text(sk) }, ConsistentRead: true }),
    )
    return found.Item === undefined ? undefined : userFrom(found.Item)
  }

  async all(): Promise<readonly PageUser[]> {
    return (await itemsOfPartition(this.#at, PAGE)).map(userFrom)
  }

  async put(user: PageUser): Promise<void> {
    const { client, table } = this.#at
    const { pk, sk } = pageUserKey(user.sub)
    const Item: Item = {
      pk: text(pk),
      sk: text(sk),
      sub: text(user.sub),
      name: text(user.name),
      admin: { BOOL: user.admin },
      sees: { L: user.sees.map(text) },
      addedAt: number(user.addedAt),
      addedBy: text(user.addedBy),
    }
    await client.send(new PutItemCommand({ TableName: table, Item }))
  }

  async remove(sub: string): Promise<void> {
    await deleteKey(this.#at, pageUserKey(sub))
  }
}

function userFrom(item: Item): PageUser {
  const read = new ItemReader(item)
  return {
    sub: read.text('sub'),
    name: read.text('name'),
    admin: read.flag('admin'),
    sees: read.texts('sees') as readonly Subject[],
    addedAt: read.instant('addedAt'),
    addedBy: read.text('addedBy'),
  }
}
