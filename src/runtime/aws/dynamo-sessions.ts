import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Month } from '../domain/base/calendar.ts'
import { hash64 } from '../domain/base/hash.ts'
import type { SessionBook } from '../ports.ts'
import { conditionItem, isConditionFailed } from './aws-errors.ts'
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
    const wanted = [...new Set(hashes.values())]
    let known = this.#admitted.get(id) ?? new Set<string>()
    // Twice: the first answer may be that there is no room for all, and who is in already; then as many as there is room for.
    for (let attempt = 0; attempt < 2; attempt++) {
      const fresh = wanted.filter((hash) => !known.has(hash)).slice(0, SESSIONS_AT_MOST - known.size)
      if (fresh.length === 0) break
      known = await this.#add(role, month, fresh)
    }
    this.#remember(id, known)
    return new Set(names.filter((name) => known.has(hashes.get(name) ?? '')))
  }

  /** Adds all of them if there is room for all; answers in any case who is in. */
  async #add(role: string, month: Month, fresh: readonly string[]): Promise<ReadonlySet<string>> {
    const { client, table } = this.#parts
    const key = sessionsKey(role, month)
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: text(key.pk), sk: text(key.sk) },
          UpdateExpression: 'ADD #names :fresh',
          ConditionExpression: 'attribute_not_exists(#names) OR size(#names) <= :room',
          ExpressionAttributeNames: { '#names': 'names' },
          ExpressionAttributeValues: {
            ':fresh': { SS: [...fresh] },
            ':room': { N: String(SESSIONS_AT_MOST - fresh.length) },
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return new Set(Attributes?.['names']?.SS ?? [])
    } catch (error) {
      if (!isConditionFailed(error)) throw error
      return new Set(conditionItem(error)?.['names']?.SS ?? [])
    }
  }

  /** Two months at a time can be in use; a function that lives long must not keep all it ever saw. */
  #remember(id: string, admitted: ReadonlySet<string>): void {
    if (this.#admitted.size > 1000) this.#admitted.clear()
    this.#admitted.set(id, admitted)
  }
}
