/** The guard's one table: ledger, limits, manifest. On demand, with point-in-time recovery and deletion protection. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  type TimeToLiveDescription,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { isTtlChangedLately } from '../../runtime/aws/aws-errors.ts'
import { PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE } from '../../runtime/aws/keys.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { allPages, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Difference, Doing, Observed, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges, tagList } from '../tags.ts'
import { tableAdoption } from './table-adoption.ts'

export interface TableDesired {
  readonly name: string
  /** `pk: S HASH, sk: S RANGE` */
  readonly keys: string
  /** `theirs`: an adopted table's own. */
  readonly billing: 'PAY_PER_REQUEST' | 'theirs'
  readonly recovery: true
  readonly deletionProtection: true
  readonly ttl: string
}
export interface TableActual {
  readonly arn: string
  readonly keys: string
  readonly billing: string
  readonly recovery: boolean
  readonly deletionProtection: boolean
  /** Attribute by which items expire; undefined: none. */
  readonly ttl: string | undefined
  /** Switched off within the last hour: DynamoDB takes no other change until it is done. */
  readonly ttlGoing: boolean
  /** ARN of the key in KMS; undefined: DynamoDB's own. */
  readonly key: string | undefined
}

export const tableId = (name: string, region: string): ResourceId => `table/${name}@${region}`

export function tableResource(clients: AwsClients, scope: RightsScope): Resource<TableDesired, TableActual> {
  const name = scope.names.table
  const id = tableId(name, scope.region)
  const adopted = scope.settings.adopt.includes('table')
  return {
    id,
    kind: 'DynamoDB table',
    name,
    why: 'holds the ledger, the limits and the settings of this guard',
    ownership: { by: adopted ? 'adopted' : 'tag' },
    onTeardown: 'retain',
    needs: [],
    adoption: tableAdoption(clients, id, name),
    ...(adopted ? { note: adoptedNote } : {}),

    desired: () => ({
      name,
      keys: `${PARTITION_KEY}: S HASH, ${SORT_KEY}: S RANGE`,
      billing: adopted ? 'theirs' : 'PAY_PER_REQUEST',
      recovery: true,
      deletionProtection: true,
      ttl: TTL_ATTRIBUTE,
    }),

    read: () => readTable(clients, name),

    diff: (desired, actual) => [
      ...field('keys', { is: actual.keys, want: desired.keys }, 'impossible'),
      ...(adopted ? [] : field('billingMode', { is: actual.billing, want: desired.billing })),
      ...field('deletionProtection', { is: actual.deletionProtection, want: desired.deletionProtection }),
      ...field('pointInTimeRecovery', { is: actual.recovery, want: desired.recovery }),
      ...field('timeToLive', { is: actual.ttl, want: desired.ttl }),
    ],

    /** Else it would fail in the middle, with everything that needs the table undone. */
    async refuse(_desired, observed) {
      if (observed.state !== 'present' || !observed.actual.ttlGoing) return []
      const [message, suggestion] = ttlChangedLately(name)
      return [{ why: 'occupied', message, suggestion }]
    },

    /** Recovery and time to live can only be set once the table is active: the engine comes back with these differences. */
    async create(_desired, doing) {
      const dynamo = await clients.dynamo()
      await dynamo.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions: [PARTITION_KEY, SORT_KEY].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: [
            { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
            { AttributeName: SORT_KEY, KeyType: 'RANGE' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          Tags: tagList(doing.tags),
        }),
      )
    },

    update: async (desired, actual, differences, doing) =>
      updateTable(await clients.dynamo(), { desired, actual, differences, doing }),

    /** One change at a time: each sets the table to UPDATING, and the engine comes back when it is done. */
    async remove(actual) {
      const dynamo = await clients.dynamo()
      if (actual.deletionProtection) {
        await unlessAbsent(dynamo.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false })))
      } else if (actual.recovery) {
        // Deleting a table with recovery on leaves a system backup that nobody can delete for 35 days.
        await unlessAbsent(dynamo.send(recoveryCommand(name, false)))
      } else await unlessAbsent(dynamo.send(new DeleteTableCommand({ TableName: name })))
    },
  }
}

const adoptedNote = ({ billing }: TableActual): string | undefined =>
  billing === 'PROVISIONED'
    ? 'has provisioned capacity, which stays: where it does not suffice, records are counted late'
    : undefined

async function readTable(clients: AwsClients, name: string): Promise<Observed<TableActual>> {
  const dynamo = await clients.dynamo()
  const table = (await unlessAbsent(dynamo.send(new DescribeTableCommand({ TableName: name }))))?.Table
  if (table === undefined) return { state: 'absent' }
  if (table.TableStatus !== 'ACTIVE') return { state: 'settling', for: `table ${name}, which is ${table.TableStatus}` }
  const ResourceArn = table.TableArn ?? ''
  const pages = async function* () {
    let NextToken: string | undefined
    do {
      const page = await dynamo.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }))
      yield page
      NextToken = page.NextToken
    } while (NextToken !== undefined)
  }
  const found = await unlessAbsent(
    Promise.all([
      dynamo.send(new DescribeContinuousBackupsCommand({ TableName: name })),
      dynamo.send(new DescribeTimeToLiveCommand({ TableName: name })),
      allPages(pages(), (page) => page.Tags),
    ]),
  )
  if (found === undefined) return { state: 'absent' }
  const [backups, ttl, tags] = found
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
  const actual: TableActual = {
    arn: ResourceArn,
    keys: keysOf(table),
    // A provisioned table that never changed its mode carries no summary.
    billing: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    recovery: recovery === 'ENABLED',
    deletionProtection: table.DeletionProtectionEnabled === true,
    ttl: ttlOf(ttl.TimeToLiveDescription),
    ttlGoing: ttl.TimeToLiveDescription?.TimeToLiveStatus === 'DISABLING',
    key: table.SSEDescription?.KMSMasterKeyArn,
  }
  return { state: 'present', actual, tags: flattenTags(tags) }
}

const keysOf = (table: TableDescription): string =>
  (table.KeySchema ?? [])
    .map((key) => {
      const type = table.AttributeDefinitions?.find((one) => one.AttributeName === key.AttributeName)?.AttributeType
      return `${key.AttributeName}: ${type} ${key.KeyType}`
    })
    .join(', ')

/** ENABLING takes AWS up to an hour and needs nothing more from us. */
const ttlOf = (ttl: TimeToLiveDescription | undefined): string | undefined =>
  ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING' ? ttl.AttributeName : undefined

const recoveryCommand = (TableName: string, enabled: boolean) =>
  new UpdateContinuousBackupsCommand({
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: enabled },
  })

interface TableUpdate {
  readonly desired: TableDesired
  readonly actual: TableActual
  readonly differences: readonly Difference[]
  readonly doing: Doing
}

async function updateTable(
  dynamo: DynamoDBClient,
  { desired, actual, differences, doing }: TableUpdate,
): Promise<void> {
  const TableName = desired.name
  const differs = (name: string) => differences.some((difference) => difference.field === name)
  if (differs('billingMode') || differs('deletionProtection')) {
    // The table is UPDATING after this and takes no other change; the engine comes back for the rest.
    await dynamo.send(
      new UpdateTableCommand({
        TableName,
        ...(differs('billingMode') ? { BillingMode: 'PAY_PER_REQUEST' as const } : { DeletionProtectionEnabled: true }),
      }),
    )
    return
  }
  if (differs('timeToLive')) await setTimeToLive(dynamo, { TableName, is: actual.ttl, want: desired.ttl })
  if (differs('pointInTimeRecovery')) await dynamo.send(recoveryCommand(TableName, true))
  const tags = tagChanges(differences, doing.tags)
  if (tags === undefined) return
  const ResourceArn = actual.arn
  await dynamo.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags.set) }))
  if (tags.remove.length > 0) await dynamo.send(new UntagResourceCommand({ ResourceArn, TagKeys: [...tags.remove] }))
}

/** Only when it differs: AWS answers ValidationException to the same setting again. Another attribute must go first. */
async function setTimeToLive(dynamo: DynamoDBClient, ttl: { TableName: string; is: string | undefined; want: string }) {
  const TimeToLiveSpecification =
    ttl.is === undefined ? { AttributeName: ttl.want, Enabled: true } : { AttributeName: ttl.is, Enabled: false }
  try {
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName: ttl.TableName, TimeToLiveSpecification }))
  } catch (error) {
    if (!isTtlChangedLately(error)) throw error
    const [message, suggestion] = ttlChangedLately(ttl.TableName)
    throw new GuardError({ code: 'ttl-changed-lately', fault: 'aws', retry: 'no', message, suggestions: [suggestion] })
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
const ttlChangedLately = (table: string) =>
  [
    `the time to live of the table ${table} was changed within the last hour, and DynamoDB takes one change of it an hour`,
    'run the same command again in an hour',
  ] as const
