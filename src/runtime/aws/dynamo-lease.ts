import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Instant } from '../domain/base/calendar.ts'
import type { Clock, Lease } from '../ports.ts'
import { isConditionFailed } from './aws-errors.ts'
import { type Item, numberAttribute as number, textAttribute as text } from './item.ts'
import { leaseKey } from './keys.ts'

/** Between "busy" and leaving word, the holder may have finished: so often is it tried again before giving up. */
const triesAtMost = 5

/** One enforce run at a time, kept in one item. A holder that died is out when its time is. */
export class DynamoLease implements Lease {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #clock: Clock
  readonly #newId: () => string
  #holder: string | undefined

  /** `newId` must never repeat: two runs of one warm function are two holders. */
  constructor(parts: { client: DynamoDBClient; table: string; clock: Clock; newId: () => string }) {
    this.#client = parts.client
    this.#table = parts.table
    this.#clock = parts.clock
    this.#newId = parts.newId
  }

  async acquire(until: Instant): Promise<'acquired' | 'busy'> {
    for (let attempt = 0; attempt < triesAtMost; attempt++) {
      const holder = this.#newId()
      const now = number(this.#clock.now())
      const taken = await this.#update({
        condition: 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now',
        update: 'SET leaseUntil = :until, holder = :holder, again = :no',
        values: { ':now': now, ':until': number(until), ':holder': text(holder), ':no': { BOOL: false } },
      })
      if (taken) {
        this.#holder = holder
        return 'acquired'
      }
      const told = await this.#update({
        condition: 'attribute_exists(leaseUntil) AND leaseUntil > :now',
        update: 'SET again = :yes',
        values: { ':now': now, ':yes': { BOOL: true } },
      })
      if (told) return 'busy'
    }
    return 'busy'
  }

  async release(): Promise<{ again: boolean }> {
    const holder = this.#holder
    if (holder === undefined) return { again: false }
    this.#holder = undefined
    const mine = { ':holder': text(holder) }
    const quiet = await this.#update({
      condition: 'holder = :holder AND again = :no',
      update: 'REMOVE leaseUntil, holder, again',
      values: { ...mine, ':no': { BOOL: false } },
    })
    if (quiet) return { again: false }
    // Poked while running; or the lease ran out and another took over, who then also answers for the poke.
    const poked = await this.#update({
      condition: 'holder = :holder',
      update: 'REMOVE leaseUntil, holder, again',
      values: mine,
    })
    return { again: poked }
  }

  async #update(how: { condition: string; update: string; values: Item }): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { pk: text(leaseKey.pk), sk: text(leaseKey.sk) },
          ConditionExpression: how.condition,
          UpdateExpression: how.update,
          ExpressionAttributeValues: how.values,
        }),
      )
      return true
    } catch (error) {
      if (isConditionFailed(error)) return false
      throw error
    }
  }
}
