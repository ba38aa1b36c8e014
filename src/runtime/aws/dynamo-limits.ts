import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GuardError } from '../domain/base/guard-error.ts'
import type { Exclusion, Limit, LimitId, ManualBlock, Pot, Waiver, Wishes } from '../domain/judging/limit.ts'
import type { Subject } from '../domain/metering/belonging.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { LimitBook } from '../ports.ts'
import { isConditionFailed } from './aws-errors.ts'
import { itemsOfPartition } from './dynamo-partition.ts'
import { type Item, ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { excludedKey, type Key, limitKey, manualKey, TTL_ATTRIBUTE, WISHES, waiverKey } from './keys.ts'

/** A pardon or a block by hand that is over is still shown for a while; then DynamoDB forgets it. */
const keptDays = 40
const expiry = (end: number): Item => ({ [TTL_ATTRIBUTE]: number(Math.ceil(end / 1000) + keptDays * 86_400) })

/** What the admin wishes, in one partition: one consistent query reads it all. */
export class DynamoLimits implements LimitBook {
  readonly #client: DynamoDBClient
  readonly #table: string

  constructor(parts: { client: DynamoDBClient; table: string }) {
    this.#client = parts.client
    this.#table = parts.table
  }

  async wishes(): Promise<Wishes> {
    const ofKind = await this.#read()
    return {
      limits: ofKind('LIMIT').map(limitFrom),
      waivers: ofKind('WAIVER').map(waiverFrom),
      blocks: ofKind('MANUAL').map(manualFrom),
      excluded: ofKind('EXCLUDED').map((item) => item.text('principal') as Subject),
    }
  }

  async exclusions(): Promise<readonly Exclusion[]> {
    return (await this.#read())('EXCLUDED').map((item) => ({
      principal: item.text('principal') as Subject,
      by: item.text('by'),
      at: item.instant('at'),
      reason: item.optionalText('reason'),
    }))
  }

  async #read() {
    const items = await itemsOfPartition({ client: this.#client, table: this.#table }, WISHES)
    return (kind: string) =>
      items.filter((item) => item['sk']?.S?.startsWith(`${kind}#`)).map((item) => new ItemReader(item))
  }

  /** @throws GuardError `limit-changed` when somebody else changed it since it was read (its version is not lower). */
  async put(limit: Limit): Promise<{ previous: Limit | undefined }> {
    try {
      const { Attributes } = await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...at(limitKey(limit.id)), ...itemOfLimit(limit) },
          ConditionExpression: 'attribute_not_exists(pk) OR #version < :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': number(limit.version) },
          ReturnValues: 'ALL_OLD',
        }),
      )
      return { previous: Attributes && limitFrom(new ItemReader(Attributes)) }
    } catch (error) {
      if (!isConditionFailed(error)) throw error
      throw new GuardError({
        code: 'limit-changed',
        fault: 'user',
        message: `the limit ${limit.id} was not set: somebody else changed it at the same moment`,
        retry: 'soon',
        suggestions: ['look at it with cost-guard limits list, then set it again'],
        cause: error,
      })
    }
  }

  async remove(id: LimitId): Promise<{ previous: Limit | undefined }> {
    const old = await this.#delete(limitKey(id))
    return { previous: old && limitFrom(old) }
  }

  async waive(waiver: Waiver): Promise<void> {
    await this.#put(waiverKey(waiver.id), {
      id: text(waiver.id),
      principal: text(waiver.principal),
      until: number(waiver.until),
      spentAtGrant: number(waiver.spentAtGrant),
      by: text(waiver.by),
      at: number(waiver.at),
      ...(waiver.limit === undefined ? {} : { limit: text(waiver.limit) }),
      ...(waiver.grant === undefined ? {} : { grant: number(waiver.grant) }),
      ...(waiver.reason === undefined ? {} : { reason: text(waiver.reason) }),
      ...expiry(waiver.until),
    })
  }

  async endWaiver(id: string): Promise<void> {
    await this.#delete(waiverKey(id))
  }

  async block(block: ManualBlock): Promise<void> {
    await this.#put(manualKey(block.principal), {
      principal: text(block.principal),
      by: text(block.by),
      at: number(block.at),
      ...(block.until === 'no-end' ? {} : { until: number(block.until), ...expiry(block.until) }),
      ...(block.reason === undefined ? {} : { reason: text(block.reason) }),
    })
  }

  async endBlock(subject: Subject): Promise<{ previous: ManualBlock | undefined }> {
    const old = await this.#delete(manualKey(subject))
    return { previous: old && manualFrom(old) }
  }

  async exclude({ principal, by, at, reason }: Exclusion): Promise<void> {
    await this.#put(excludedKey(principal), {
      principal: text(principal),
      by: text(by),
      at: number(at),
      ...(reason === undefined ? {} : { reason: text(reason) }),
    })
  }

  async endExclusion(subject: Subject): Promise<void> {
    await this.#delete(excludedKey(subject))
  }

  async #put(key: Key, item: Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: { ...at(key), ...item } }))
  }

  async #delete(key: Key): Promise<ItemReader | undefined> {
    const { Attributes } = await this.#client.send(
      new DeleteItemCommand({ TableName: this.#table, Key: at(key), ReturnValues: 'ALL_OLD' }),
    )
    return Attributes && new ItemReader(Attributes)
  }
}

const at = (key: Key): { pk: { S: string }; sk: { S: string } } => ({ pk: { S: key.pk }, sk: { S: key.sk } })

const itemOfLimit = (limit: Limit): Item => ({
  id: text(limit.id),
  pot: text(limit.of.kind),
  ...('key' in limit.of ? { potKey: text(limit.of.key) } : {}),
  ...(limit.of.kind === 'everyone' ? { includeRoles: { BOOL: limit.of.includeRoles } } : {}),
  per: text(limit.per),
  amount: number(limit.amount),
  action: text(limit.action),
  warnAt: { L: limit.warnAt.map(number) },
  from: number(limit.from),
  ...(limit.until === undefined ? {} : { until: number(limit.until), ...expiry(limit.until) }),
  version: number(limit.version),
})

const limitFrom = (item: ItemReader): Limit => ({
  id: item.text('id'),
  of: potFrom(item),
  per: item.oneOf('per', ['month', 'week', 'day']),
  amount: item.money('amount'),
  action: item.oneOf('action', ['block', 'notify']),
  warnAt: item.numbers('warnAt'),
  from: item.instant('from'),
  ...(item.has('until') ? { until: item.instant('until') } : {}),
  version: item.number('version'),
})

function potFrom(item: ItemReader): Pot {
  const kind = item.oneOf('pot', ['user', 'role', 'session', 'person', 'team', 'everyone', 'account'])
  switch (kind) {
    case 'account':
      return { kind }
    case 'everyone':
      return { kind, includeRoles: item.flag('includeRoles') }
    case 'person':
    case 'team':
      return { kind, key: item.text('potKey') }
    default:
      return { kind, key: item.text('potKey') as PrincipalKey }
  }
}

const waiverFrom = (item: ItemReader): Waiver => ({
  id: item.text('id'),
  principal: item.text('principal') as Subject,
  limit: item.optionalText('limit'),
  until: item.instant('until'),
  grant: item.has('grant') ? item.money('grant') : undefined,
  spentAtGrant: item.money('spentAtGrant'),
  by: item.text('by'),
  at: item.instant('at'),
  reason: item.optionalText('reason'),
})

const manualFrom = (item: ItemReader): ManualBlock => ({
  principal: item.text('principal') as Subject,
  until: item.has('until') ? item.instant('until') : 'no-end',
  by: item.text('by'),
  at: item.instant('at'),
  reason: item.optionalText('reason'),
})
