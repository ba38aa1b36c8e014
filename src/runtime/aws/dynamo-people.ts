import type { Belongings, Person, Team } from '../domain/metering/belonging.ts'
import type { PeopleBook } from '../ports.ts'
import { deleteKey, itemsOfPartition, putTexts, type TableAt } from './dynamo-partition.ts'
import { ItemReader } from './item.ts'
import { PEOPLE, personKey, teamKey } from './keys.ts'

/** People and teams, in one partition: one consistent query reads them all. */
export class DynamoPeople implements PeopleBook {
  readonly #at: TableAt

  constructor(at: TableAt) {
    this.#at = at
  }

  async belongings(): Promise<Belongings> {
    const items = await itemsOfPartition(this.#at, PEOPLE)
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
    await putTexts(this.#at, personKey(name), { name, members: members.join('\n') })
  }

  async removePerson(name: string): Promise<void> {
    await deleteKey(this.#at, personKey(name))
  }

  async putTeam({ name, members, from }: Team): Promise<void> {
    await putTexts(this.#at, teamKey(name), { name, members: members.join('\n'), from })
  }

  async removeTeam(name: string): Promise<void> {
    await deleteKey(this.#at, teamKey(name))
  }
}

/** No key and no pattern holds a line break. */
const membersOf = (item: ItemReader): readonly string[] =>
  item
    .text('members')
    .split('\n')
    .filter((one) => one !== '')
