import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { PicoUsd } from '../domain/money/money.ts'
import { ownCost } from '../domain/money/own-cost.ts'
import { textAttribute as text } from './item.ts'
import { settingsKey } from './keys.ts'

/** What of the guard's settings its cost depends on; a test holds this to the settings `init` saves. */
interface Stored {
  readonly checkMinutes?: number
  readonly alarms?: boolean
  readonly cloudwatchDashboard?: boolean
  readonly kmsKey?: string
  readonly s3?: object
  readonly page?: object
  readonly bodies?: { readonly text?: boolean }
  readonly emails?: readonly string[]
}

export interface Installed {
  /** The account's alias, where `init` could read it. */
  readonly alias: string | undefined
  /** What the guard costs in a month with so many people and requests, estimated; undefined where no settings are saved. */
  ownCost(month: { readonly people: number; readonly requests: number }): PicoUsd | undefined
}

/** What `init` left in the table beside the functions' own configuration: so that no function must be changed with it. */
export async function readInstalled(where: {
  readonly client: DynamoDBClient
  readonly table: string
}): Promise<Installed> {
  const { Item } = await where.client.send(
    new GetItemCommand({
      TableName: where.table,
      Key: { pk: text(settingsKey.pk), sk: text(settingsKey.sk) },
      ProjectionExpression: 'settings, accountAlias',
    }),
  )
  const saved = Item?.['settings']?.S
  return {
    alias: Item?.['accountAlias']?.S,
    ownCost: (month) => (saved === undefined ? undefined : costOf(JSON.parse(saved) as Stored, month)),
  }
}

const costOf = (settings: Stored, month: { readonly people: number; readonly requests: number }): PicoUsd =>
  ownCost({
    people: month.people,
    requestsPerMonth: month.requests,
    checkMinutes: settings.checkMinutes ?? 1,
    alarms: settings.alarms ?? false,
    dashboard: settings.cloudwatchDashboard ?? false,
    ownKey: settings.kmsKey === 'own',
    s3: settings.s3 !== undefined,
    page: settings.page !== undefined,
    bodies: settings.bodies?.text ?? false,
    addresses: settings.emails?.length ?? 1,
  }).total
