import { BatchGetItemCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Instant, Month } from '../domain/base/calendar.ts'
import type { Clock, Health, HealthBook, Sleeper } from '../ports.ts'
import { isConditionFailed } from './aws-errors.ts'
import { pause } from './dynamo-ledger-reading.ts'
import { type Item, ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { controlKey, enforceHealthKey, ingestHealthKey, type Key } from './keys.ts'

const PATIENCE_MS = 5_000
type Values = Readonly<Record<string, Item[string] | undefined>>

/** Three items, one per writer, so that no function needs the right to write what is another's. */
export class DynamoHealth implements HealthBook {
  readonly #parts: { client: DynamoDBClient; table: string; clock: Clock; sleeper: Sleeper }

  constructor(parts: { client: DynamoDBClient; table: string; clock: Clock; sleeper: Sleeper }) {
    this.#parts = parts
  }

  /** What stops the guard (hold, closing) must be readable; a figure that is not is unknown, and stops neither ingest nor a check. */
  async read(): Promise<Health> {
    const items = await this.#get([ingestHealthKey, enforceHealthKey, controlKey])
    const of = (key: Key) => new ItemReader(items.get(key.pk) ?? {})
    const ingest = of(ingestHealthKey)
    const enforce = of(enforceHealthKey)
    const control = of(controlKey)
    const instant = (item: ItemReader, name: string) => item.measure(name) as Instant | undefined
    const seconds = (item: ItemReader, name: string) => item.measure(name)
    const [caughtUp, caughtUpAt] = [ingest.measure('caughtUp'), instant(ingest, 'caughtUpAt')]
    const [beatAt, beatId] = [instant(ingest, 'beatAt'), items.get(ingestHealthKey.pk)?.['beatId']?.S]
    const seenMonth = items.get(enforceHealthKey.pk)?.['balancesMonth']?.S
    const seen = enforce.measure('balancesCount')
    return {
      lastRecordAt: instant(ingest, 'lastRecordAt'),
      logSeconds: seconds(ingest, 'logSeconds'),
      deliverySeconds: seconds(ingest, 'deliverySeconds'),
      watermark: instant(ingest, 'watermark'),
      catchUpFrom: instant(ingest, 'catchUpFrom'),
      lastIngestAt: instant(ingest, 'lastIngestAt'),
      caughtUp: caughtUp === undefined || caughtUpAt === undefined ? undefined : { count: caughtUp, at: caughtUpAt },
      heartbeat: beatAt === undefined || beatId === undefined ? undefined : { id: beatId, at: beatAt },
      enforceSeconds: seconds(enforce, 'enforceSeconds'),
      lastEnforceAt: instant(enforce, 'lastEnforceAt'),
      comparedAt: instant(enforce, 'comparedAt'),
      balancesSeen:
        seenMonth === undefined || seen === undefined ? undefined : { month: seenMonth as Month, count: seen },
      hold: control.has('hold') && control.flag('hold'),
      closing: control.has('closing') && control.flag('closing'),
      countFrom: instant(control, 'countFrom'),
      problems: (items.get(enforceHealthKey.pk)?.['problems']?.L ?? []).flatMap((problem) => problem.S ?? []),
    }
  }

  /** Neither the last record nor the watermark ever goes back, in whatever order batches and catch-ups end. */
  async noteIngest(facts: Parameters<HealthBook['noteIngest']>[0]): Promise<void> {
    const always: Values = {
      lastIngestAt: maybe(facts.lastIngestAt),
      catchUpFrom: maybe(facts.catchUpFrom),
      caughtUp: maybe(facts.caughtUp?.count),
      caughtUpAt: maybe(facts.caughtUp?.at),
      beatAt: maybe(facts.heartbeat?.at),
      beatId: facts.heartbeat && text(facts.heartbeat.id),
    }
    const ofNewest: Values = {
      lastRecordAt: maybe(facts.lastRecordAt),
      logSeconds: tenths(facts.logSeconds),
      deliverySeconds: tenths(facts.deliverySeconds),
    }
    const rising = facts.lastRecordAt === undefined ? undefined : 'lastRecordAt'
    if (!(await this.#set(ingestHealthKey, { ...always, ...ofNewest }, rising))) {
      await this.#set(ingestHealthKey, always, undefined)
    }
    if (facts.watermark !== undefined) {
      await this.#set(ingestHealthKey, { watermark: number(facts.watermark) }, 'watermark')
    }
  }

  async noteEnforce(facts: Parameters<HealthBook['noteEnforce']>[0]): Promise<void> {
    const { lastEnforceAt, enforceSeconds, comparedAt, balancesSeen, problems } = facts
    await this.#set(enforceHealthKey, {
      lastEnforceAt: number(lastEnforceAt),
      enforceSeconds: tenths(enforceSeconds),
      comparedAt: maybe(comparedAt),
      balancesMonth: balancesSeen && text(balancesSeen.month),
      balancesCount: maybe(balancesSeen?.count),
      problems: { L: problems.map(text) },
    })
  }

  async setControl({ hold, closing, countFrom }: Parameters<HealthBook['setControl']>[0]): Promise<void> {
    const flag = (value: boolean | undefined) => (value === undefined ? undefined : { BOOL: value })
    await this.#set(controlKey, { hold: flag(hold), closing: flag(closing), countFrom: maybe(countFrom) })
  }

  /** False: `rising` would not rise, nothing was written. */
  async #set(key: Key, values: Values, rising?: string): Promise<boolean> {
    const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
    if (given.length === 0) return true
    const position = given.findIndex(({ name }) => name === rising)
    try {
      await this.#parts.client.send(
        new UpdateItemCommand({
          TableName: this.#parts.table,
          Key: { pk: text(key.pk), sk: text(key.sk) },
          UpdateExpression: `SET ${given.map((_, index) => `#${index} = :${index}`).join(', ')}`,
          ...(position < 0
            ? {}
            : { ConditionExpression: `attribute_not_exists(#${position}) OR #${position} < :${position}` }),
          ExpressionAttributeNames: Object.fromEntries(given.map(({ name }, index) => [`#${index}`, name])),
          ExpressionAttributeValues: Object.fromEntries(given.map(({ value }, index) => [`:${index}`, value])),
        }),
      )
      return true
    } catch (error) {
      if (isConditionFailed(error)) return false
      throw error
    }
  }

  async #get(keys: readonly Key[]): Promise<ReadonlyMap<string, Item>> {
    const { client, table, clock, sleeper } = this.#parts
    const deadlineMs = clock.now() + PATIENCE_MS
    const found = new Map<string, Item>()
    let open: Record<string, Item[string]>[] | undefined = keys.map(({ pk, sk }) => ({ pk: text(pk), sk: text(sk) }))
    for (let attempt = 0; open !== undefined && open.length > 0; attempt++) {
      if (attempt > 0) await pause({ clock, sleeper, deadlineMs }, attempt)
      const answer: {
        Responses?: Record<string, Item[]>
        UnprocessedKeys?: Record<string, { Keys?: Record<string, Item[string]>[] }>
      } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: open, ConsistentRead: true } } }),
      )
      for (const item of answer.Responses?.[table] ?? []) found.set(item['pk']?.S ?? '', item)
      open = answer.UnprocessedKeys?.[table]?.Keys
    }
    return found
  }
}

const maybe = (value: number | undefined): Item[string] | undefined => (value === undefined ? undefined : number(value))

/** Seconds to a tenth; DynamoDB takes no exponent from us and nobody reads more digits. */
const tenths = (seconds: number | undefined): Item[string] | undefined =>
  seconds === undefined ? undefined : { N: seconds.toFixed(1) }
