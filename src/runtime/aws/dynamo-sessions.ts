import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Month } from '../domain/calendar.ts'
import { hash64 } from '../domain/hash.ts'
import type { SessionBook } from '../ports.ts'
import { isConditionFailed } from './aws-errors.ts'
import { textAttribute as text } from './item.ts'
import { sessionsKey } from './keys.ts'

export const SESSIONS_AT_MOST = 200

/**
 * The admitted sessions of a role and month as a set of hashes in one item: adding one twice changes nothing, so two
 * functions that meet the same new session at once count it once. What is admitted is remembered while the function is warm.
 */
export class DynamoSessions implements SessionBook {
  readonly #parts: { client: DynamoDBClient; table: string }
  readonly #admitted = new Map<string, ReadonlySet<string>>()

  constructor(parts: { client: DynamoDBClient; table: string }) {
    this.#parts = parts
  }

  async admit(role: string, month: Month, names: readonly string[]): Promise<ReadonlySet<string>> {
    const id = `${month} ${role}`
    const hashes = new Map(names.map((name) => [name, hash64(name)]))
    const unknown = (known: ReadonlySet<string> | undefined) =>
      [...new Set(hashes.values())].filter((hash) => !known?.has(hash))
    let known = this.#admitted.get(id)
    if (unknown(known).length > 0 && (known?.size ?? 0) < SESSIONS_AT_MOST) known = await this.#read(role, month)
    const fresh = unknown(known)
    const room = SESSIONS_AT_MOST - (known?.size ?? 0)
    if (fresh.length > 0 && room > 0) known = await this.#add(role, month, fresh.slice(0, room), known ?? new Set())
    const admitted = known ?? new Set<string>()
    this.#remember(id, admitted)
    return new Set(names.filter((name) => admitted.has(hashes.get(name) ?? '')))
  }

  async #read(role: string, month: Month): Promise<ReadonlySet<string>> {
    const { client, table } = this.#parts
    const key = sessionsKey(role, month)
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: text(key.pk), sk: text(key.sk) }, ConsistentRead: true }),
    )
    return new Set(Item?.['names']?.SS ?? [])
  }

  async #add(
    role: string,
    month: Month,
    fresh: readonly string[],
    known: ReadonlySet<string>,
  ): Promise<ReadonlySet<string>> {
    const { client, table } = this.#parts
    const key = sessionsKey(role, month)
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: text(key.pk), sk: text(key.sk) },
          UpdateExpression: 'ADD #names :fresh',
          // Others may add at the same time: then all of these must still fit.
          ConditionExpression: 'attribute_not_exists(#names) OR size(#names) <= :room',
          ExpressionAttributeNames: { '#names': 'names' },
          ExpressionAttributeValues: {
            ':fresh': { SS: [...fresh] },
            ':room': { N: String(SESSIONS_AT_MOST - fresh.length) },
          },
          ReturnValues: 'ALL_NEW',
        }),
      )
      return new Set(Attributes?.['names']?.SS ?? [])
    } catch (error) {
      if (!isConditionFailed(error)) throw error
      // The places went to others in this very moment: these share the common one. The next batch reads again.
      return known
    }
  }

  /** Two months at a time can be in use; a function that lives long must not keep all it ever saw. */
  #remember(id: string, admitted: ReadonlySet<string>): void {
    if (this.#admitted.size > 1000) this.#admitted.clear()
    this.#admitted.set(id, admitted)
  }
}
