/** Whether a check of enforce is running: it holds the lease of the guard's table while it may still act. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { leaseKey } from '../runtime/aws/keys.ts'
import { unlessAbsent } from './absent.ts'

/** Until when at the latest, in milliseconds; undefined: none is, or there is no table. */
export async function checkRunsUntil(dynamo: DynamoDBClient, table: string, now: number): Promise<number | undefined> {
  const Key = { pk: { S: leaseKey.pk }, sk: { S: leaseKey.sk } }
  const answer = await unlessAbsent(dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })))
  const until = Number(answer?.Item?.['leaseUntil']?.N ?? 0)
  return until > now ? until : undefined
}
