/** The journal read for itself, and counters mended: for the admin's own command, which may scan; no role of the guard may. */
import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { type Instant, instant, type Month, nextMonth } from '../domain/base/calendar.ts'
import type { Balance, Detail, Entry } from '../domain/metering/balance.ts'
import { noTokens, standingOf } from '../domain/metering/bookkeeping.ts'
import { mergeBalances } from '../domain/metering/merging.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { Clock, Sleeper } from '../ports.ts'
import type { Drift, Recount, RowDrift } from '../usecases/rebuild-room.ts'
import { cancellationReasons, isThrottled } from './aws-errors.ts'
import { type BalanceSums, balanceUpdate, countersIn, detailUpdate } from './dynamo-ledger-counters.ts'
import { versionsIn } from './dynamo-ledger-journal.ts'
import { itemsIn } from './dynamo-ledger-reading.ts'
import { numberAttribute as number } from './item.ts'
import { baseOfPartition, JOURNAL_PREFIX, journalBounds, journalPartition, utcMonthOf } from './keys.ts'

type Item = Record<string, AttributeValue>

export interface DynamoRecountParts {
  readonly client: DynamoDBClient
  readonly table: string
  readonly clock: Clock
  readonly sleeper: Sleeper
}

const PATIENCE_MS = 30_000
const DETAILS_AT_ONCE = 90
const TRIES = 5

export class DynamoRecount implements Recount {
  readonly #parts: DynamoRecountParts

  constructor(parts: DynamoRecountParts) {
    this.#parts = parts
  }

  /** Reads the whole table, but only the names of its partitions leave it. */
  async bases(month: Month): Promise<readonly PrincipalKey[]> {
    const found = new Set<PrincipalKey>()
    let start: Item | undefined
    do {
      const page = await this.#parts.client.send(
        new ScanCommand({
          TableName: this.#parts.table,
          ProjectionExpression: 'pk',
          FilterExpression: 'begins_with(pk, :journal) AND begins_with(d, :month)',
          ExpressionAttributeValues: { ':journal': { S: JOURNAL_PREFIX }, ':month': { S: `${month}-` } },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      )
      for (const { pk } of page.Items ?? []) found.add(baseOfPartition(pk?.S ?? ''))
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    return [...found].sort()
  }

  async *entries(range: { from: Instant; to: Instant }, base: PrincipalKey): AsyncGenerator<Entry> {
    if (range.from >= range.to) return
    const how = { ...this.#parts, deadlineMs: this.#parts.clock.now() + PATIENCE_MS }
    const last = utcMonthOf(instant(range.to - 1))
    for (let month = utcMonthOf(range.from); month <= last; month = nextMonth(month as Month)) {
      const between = journalBounds(range.from, range.to)
      for await (const versions of versionsIn(itemsIn(how, { pk: journalPartition(base, month), between }))) {
        const [first] = versions
        if (first === undefined) continue
        const { at } = standingOf(first).charge
        if (at >= range.from && at < range.to) yield* versions
      }
    }
  }

  async mend(drift: Drift): Promise<'mended' | 'busy'> {
    const { was, balance: lacks } = drift
    for (let at = 0; at === 0 || at < drift.details.length; at += DETAILS_AT_ONCE) {
      const rows = drift.details.slice(at, at + DETAILS_AT_ONCE)
      const actions = at === 0 ? this.#actions(drift, rows, was, lacks) : this.#actions(drift, rows, merged(was, lacks))
      if (!(await this.#send(actions))) return 'busy'
    }
    return 'mended'
  }

  #actions(drift: Drift, rows: readonly RowDrift[], was: Balance | undefined, lacks?: Balance): TransactWriteItem[] {
    const { table } = this.#parts
    return [
      onlyOnto(was, balanceUpdate(table, drift, sumsOf(lacks, was))),
      ...rows.map((row) => onlyOnto(row.was, detailUpdate(table, row.lacks, row.lacks))),
    ]
  }

  /** False: somebody counted since. */
  async #send(actions: TransactWriteItem[]): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#parts.client.send(new TransactWriteItemsCommand({ TransactItems: actions }))
        return true
      } catch (error) {
        const reasons = cancellationReasons(error)
        if (reasons?.some(({ kind }) => kind === 'condition')) return false
        const again = reasons?.some(({ kind }) => kind === 'busy') || isThrottled(error)
        if (!again) throw error
        if (attempt >= TRIES) return false
        await this.#parts.sleeper.sleep(100 * 2 ** attempt)
      }
    }
  }
}

const merged = (was: Balance | undefined, lacks: Balance | undefined): Balance | undefined =>
  was && lacks ? mergeBalances(was, lacks) : (was ?? lacks)

function sumsOf(lacks: Balance | undefined, was: Balance | undefined): BalanceSums {
  if (lacks === undefined) {
    return {
      spend: 0n,
      assumed: 0n,
      requests: 0,
      tokens: noTokens,
      days: new Map(),
      labels: new Map(),
      seen: undefined,
    }
  }
  return { ...lacks, seen: was === undefined ? { first: lacks.firstAt, last: lacks.lastAt } : undefined }
}

/**
 * The difference may be added only onto what was read: who counts moves requests, who corrects moves money or a whole row, who
 * mends the same at the same moment moves the very counter.
 */
function onlyOnto(was: Balance | Detail | undefined, action: TransactWriteItem): TransactWriteItem {
  const { Update } = action
  if (Update === undefined) return action
  const [names, values, same]: [Record<string, string>, Item, string[]] = [{}, {}, []]
  for (const [index, [name, amount]] of [...countersIn(was)].entries()) {
    const [n, v] = [`#was${index}`, `:was${index}`]
    names[n] = name
    values[v] = number(amount)
    same.push(amount === 0n ? `(attribute_not_exists(${n}) OR ${n} = ${v})` : `${n} = ${v}`)
  }
  return {
    Update: {
      ...Update,
      ConditionExpression: same.join(' AND '),
      ExpressionAttributeNames: { ...Update.ExpressionAttributeNames, ...names },
      ExpressionAttributeValues: { ...Update.ExpressionAttributeValues, ...values },
    },
  }
}
