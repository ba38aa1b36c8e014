import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import type { Belongings, Person, Team } from '../domain/metering/belonging.ts'
import type { PeopleBook } from '../ports.ts'
import { type Item, ItemReader, textAttribute as text } from './item.ts'
import { type Key, PEOPLE, personKey, teamKey } from './keys.ts'
import { everyPage } from './pages.ts'

/** People and teams, in one partition: one consistent query reads them all. */
export class DynamoPeople implements PeopleBook {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(parts: { client: DynamoDBClient; table: string }) {
    this.#client = parts.client
    this.#table = parts.table
  }

  async belongings(): Promise<Belongings> {
    const items = await everyPage(async (ExclusiveStartKey: Item | undefined) => {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :people',
          ExpressionAttributeValues: { ':people': text(PEOPLE) },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
      )
      return { items: page.Items ?? [], next: page.LastEvaluatedKey }
    })
    const of = (kind: string) =>
      items.filter((item) => item['sk']?.S?.startsWith(kind)).map((item) => new ItemReader(item))
    return {
      people: of('PERSON#').map((item) => ({ name: item.text('name'), members: membersOf(item) })),
      teams: of('TEAM#').map((item) => ({
        name: item.text('name'),
        members: membersOf(item),
        from: item.oneOf('from', ['list', 'tags']),
      })),
    }
  }

  async putPerson({ name, members }: Person): Promise<void> {
    await this.#put(personKey(name), { name, members: members.join('\n') })
  }

  async removePerson(name: string): Promise<void> {
    await this.#delete(personKey(name))
  }

  async putTeam({ name, members, from }: Team): Promise<void> {
    await this.#put(teamKey(name), { name, members: members.join('\n'), from })
  }

  async removeTeam(name: string): Promise<void> {
    await this.#delete(teamKey(name))
  }

  async #put(key: Key, texts: Readonly<Record<string, string>>): Promise<void> {
    const Item = Object.fromEntries(Object.entries({ ...key, ...texts }).map(([name, value]) => [name, text(value)]))
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }))
  }

  async #delete({ pk, sk }: Key): Promise<void> {
    const Key: Record<string, AttributeValue> = { pk: text(pk), sk: text(sk) }
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }))
  }
}

/** No key and no pattern holds a line break. */
const membersOf = (item: ItemReader): readonly string[] =>
  item
    .text('members')
    .split('\n')
    .filter((one) => one !== '')
