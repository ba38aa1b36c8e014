/** Reads the original's table, once and whole: its rows cannot be queried by month. Rows without a total (dedup) are left out. */
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { type AttributeValue, DescribeTableCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { OriginalBooks } from './original.ts'
import type { OriginalRow } from './rows.ts'

const KINDS = ['kind', 'identityType', 'principalType', 'type']

/** Undefined: there is no such table. */
export async function readBooks(clients: AwsClients, table: string): Promise<OriginalBooks | undefined> {
  const client = await clients.dynamo()
  const described = await unlessAbsent(client.send(new DescribeTableCommand({ TableName: table })))
  if (described === undefined) return undefined
  const keys = (described.Table?.KeySchema ?? [])
    .toSorted((a, b) => Number(a.KeyType === 'RANGE') - Number(b.KeyType === 'RANGE'))
    .map(({ AttributeName }) => AttributeName ?? '')
  const rows: OriginalRow[] = []
  const pages = paginateScan(
    { client },
    { TableName: table, FilterExpression: 'attribute_exists(totalUsd)', ConsistentRead: true },
  )
  for await (const page of pages) {
    for (const item of page.Items ?? []) rows.push(rowOf(item, keys))
  }
  return { table, rows }
}

const textOf = (value: AttributeValue | undefined): string | undefined => value?.S ?? value?.N

const rowOf = (item: Record<string, AttributeValue>, keys: readonly string[]): OriginalRow => ({
  keys: keys.map((key) => textOf(item[key]) ?? ''),
  totalUsd: textOf(item['totalUsd']) ?? '',
  kind: KINDS.map((kind) => textOf(item[kind])).find((kind) => kind !== undefined),
})

/** Whether Bedrock's stream of the log group holds a record since then; its own test lines are none. */
export async function hasRecordsSince(clients: AwsClients, logGroupName: string, startTime: number): Promise<boolean> {
  const logs = await clients.logs()
  const page = await unlessAbsent(
    logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        logStreamNamePrefix: 'aws/bedrock/modelinvocations',
        startTime,
        limit: 10,
      }),
    ),
  )
  return (page?.events ?? []).some(({ message }) => message?.startsWith('{')) || page?.nextToken !== undefined
}
