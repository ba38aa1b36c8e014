import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Instant } from '../domain/base/calendar.ts'
import type { NoticeKey } from '../domain/telling/notice.ts'
import type { Clock, NoticeLog } from '../ports.ts'
import { conditionItem, isConditionFailed } from './aws-errors.ts'
import { type Item, numberAttribute as number, textAttribute as text } from './item.ts'
import { noticeKey, TTL_ATTRIBUTE } from './keys.ts'

/** Longer than any period a notice is said once in. */
const keptDays = 400
/** Sent notices remembered in memory: a check each minute would otherwise pay for asking about each of them again. */
const rememberedAtMost = 5000

/**
 * Each notice once: claim with a lease, send, settle. Whoever dies between lets the lease end, and the next check sends.
 *
 *   claim ──────── lease ────────┤ (claimable again)
 *     └─ send ─ settle: sent for good
 */
export class DynamoNotices implements NoticeLog {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #clock: Clock
  readonly #sent = new Set<NoticeKey>()

  constructor(parts: { client: DynamoDBClient; table: string; clock: Clock }) {
    this.#client = parts.client
    this.#table = parts.table
    this.#clock = parts.clock
  }

  async claim(key: NoticeKey, leaseUntil: Instant): Promise<'claimed' | 'already-sent' | 'in-flight'> {
    if (this.#sent.has(key)) return 'already-sent'
    const now = this.#clock.now()
    const neverClaimed = 'attribute_not_exists(pk)'
    const leaseIsOver = '(attribute_not_exists(sentAt) AND leaseUntil <= :now)'
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyOf(key),
          ConditionExpression: `${neverClaimed} OR ${leaseIsOver}`,
          UpdateExpression: `SET leaseUntil = :until, ${TTL_ATTRIBUTE} = :expiry ADD attempts :one`,
          ExpressionAttributeValues: {
            ':now': number(now),
            ':until': number(leaseUntil),
            ':expiry': number(Math.ceil(now / 1000) + keptDays * 86_400),
            ':one': number(1),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return 'claimed'
    } catch (error) {
      if (!isConditionFailed(error)) throw error
      if (conditionItem(error)?.['sentAt'] === undefined) return 'in-flight'
      this.#remember(key)
      return 'already-sent'
    }
  }

  async settle(key: NoticeKey, note?: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: keyOf(key),
        UpdateExpression: `SET sentAt = :now, ${TTL_ATTRIBUTE} = :expiry${note === undefined ? '' : ', note = :note'} REMOVE leaseUntil`,
        ExpressionAttributeValues: {
          ':now': number(this.#clock.now()),
          ':expiry': number(Math.ceil(this.#clock.now() / 1000) + keptDays * 86_400),
          ...(note === undefined ? {} : { ':note': text(note) }),
        },
      }),
    )
    this.#remember(key)
  }

  async noteOf(key: NoticeKey): Promise<string | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyOf(key), ConsistentRead: true }),
    )
    return Item?.['note']?.S
  }

  #remember(key: NoticeKey): void {
    if (this.#sent.size >= rememberedAtMost) this.#sent.clear()
    this.#sent.add(key)
  }
}

/** A notice key begins with its kind: one partition per kind. */
function keyOf(key: NoticeKey): Item {
  const { pk, sk } = noticeKey(key.slice(0, Math.max(key.indexOf('#'), 0)) || 'other', key)
  return { pk: text(pk), sk: text(sk) }
}
