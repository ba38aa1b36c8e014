/** What the small books have in common: read one partition whole, put an item of texts, take an item away. */
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { type Item, textAttribute as text } from './item.ts'
import type { Key } from './keys.ts'
import { everyPage } from './pages.ts'

export interface TableAt {
  readonly client: DynamoDBClient
  readonly table: string
}

/** Everything in one partition, consistently; complete, or it throws. */
export const itemsOfPartition = ({ client, table }: TableAt, partition: string): Promise<readonly Item[]> =>
  everyPage(async (ExclusiveStartKey: Item | undefined) => {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :partition',
        ExpressionAttributeValues: { ':partition': text(partition) },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    )
    return { items: page.Items ?? [], next: page.LastEvaluatedKey }
  })

export async function putTexts(
  { client, table }: TableAt,
  key: Key,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  const Item = Object.fromEntries(Object.entries({ ...key, ...texts }).map(([name, value]) => [name, text(value)]))
  await client.send(new PutItemCommand({ TableName: table, Item }))
}

export async function deleteKey({ client, table }: TableAt, { pk, sk }: Key): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: text(pk), sk: text(sk) } }))
}
