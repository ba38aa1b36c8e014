import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { isAbsent, isValidation } from '../runtime/aws/aws-errors.ts'
import { controlKey, factKey, type Key, MANIFEST, settingsKey } from '../runtime/aws/keys.ts'
import type { Clock } from '../runtime/ports.ts'
import type { AwsClients } from './clients.ts'
import type { ResourceId } from './engine/resource.ts'
import type { Settings } from './guard.ts'
import type { Manifest, ManifestStore } from './manifest.ts'

const FACT = factKey('').sk

/** The manifest in the guard's own table. Without a table (or with one that is none of ours) there is no manifest. */
export function manifestStore(deps: {
  clients: AwsClients
  table: string
  clock: Clock
  /** The account's alias, kept beside the settings for the mails: the functions have no right to ask IAM for it. */
  alias?: () => string | undefined
}): ManifestStore {
  const { clients, table, clock } = deps
  return {
    async read() {
      const dynamo = await clients.dynamo()
      const answer = await orNothing(
        dynamo.send(new GetItemCommand({ TableName: table, Key: keyOf(settingsKey), ConsistentRead: true })),
      )
      const item = answer?.Item
      const settings = item?.['settings']?.S
      if (item === undefined || settings === undefined) return undefined
      const manifest: Manifest = {
        settings: JSON.parse(settings) as Settings,
        version: item['version']?.S ?? '0.0.0',
        installedAt: item['installedAt']?.S ?? '',
        updatedAt: item['updatedAt']?.S ?? '',
      }
      return manifest
    },

    async facts() {
      const items = (await orNothing(itemsOf(await clients.dynamo(), table))) ?? []
      const facts = items.filter((item) => item.sk.startsWith(FACT) && item.fact !== undefined)
      return new Map(facts.map((item) => [item.sk.slice(FACT.length), item.fact ?? '']))
    },

    async remember(id: ResourceId, fact: string | undefined) {
      const dynamo = await clients.dynamo()
      const key = keyOf(factKey(id))
      if (fact === undefined) {
        await orNothing(dynamo.send(new DeleteItemCommand({ TableName: table, Key: key })))
        return
      }
      await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...key, fact: { S: fact } } }))
    },

    async begin() {
      const dynamo = await clients.dynamo()
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(controlKey),
          UpdateExpression: 'SET #countFrom = :now, #hold = :off, #closing = :off',
          ExpressionAttributeNames: { '#countFrom': 'countFrom', '#hold': 'hold', '#closing': 'closing' },
          ExpressionAttributeValues: { ':now': { N: String(clock.now()) }, ':off': { BOOL: false } },
        }),
      )
    },

    async saveSettings(settings, version) {
      const dynamo = await clients.dynamo()
      const now = { S: new Date(clock.now()).toISOString() }
      const alias = deps.alias?.()
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(settingsKey),
          UpdateExpression: `SET settings = :settings, version = :version, updatedAt = :now, installedAt = if_not_exists(installedAt, :now)${
            alias === undefined ? '' : ', accountAlias = :alias'
          }`,
          ExpressionAttributeValues: {
            ...(alias === undefined ? {} : { ':alias': { S: alias } }),
            ':settings': { S: JSON.stringify(settings) },
            ':version': { S: version },
            ':now': now,
          },
        }),
      )
    },

    async erase() {
      const dynamo = await clients.dynamo()
      const items = (await orNothing(itemsOf(dynamo, table))) ?? []
      // The settings go last: while they are there the next teardown knows what it removes.
      for (const { sk } of items.toSorted(
        (a, b) => Number(a.sk === settingsKey.sk) - Number(b.sk === settingsKey.sk),
      )) {
        await orNothing(dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf({ pk: MANIFEST, sk }) })))
      }
    },
  }
}

const keyOf = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } })

async function itemsOf(dynamo: DynamoDBClient, table: string): Promise<{ sk: string; fact: string | undefined }[]> {
  const items: { sk: string; fact: string | undefined }[] = []
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: MANIFEST } },
    },
  )
  for await (const page of pages) {
    for (const item of page.Items ?? []) items.push({ sk: item['sk']?.S ?? '', fact: item['fact']?.S })
  }
  return items
}

/** A table with other keys (ValidationException) holds no manifest of ours; the plan says what is wrong with it. */
async function orNothing<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call
  } catch (error) {
    if (isAbsent(error) || isValidation(error)) return undefined
    throw error
  }
}
