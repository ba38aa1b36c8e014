/**
 * Who reads the log group that a key encrypts: it stays at a teardown while another guard reads it, and without its key
 * CloudWatch Logs would take and hand on nothing more.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
import type { AwsClients } from '../clients.ts'
import { filtersOf, readerWords } from '../log-readers.ts'
import type { Names } from '../names.ts'
import { describeLogGroup } from './log-group.ts'

/** Without the guard itself; empty where the log group is not encrypted with this key. */
export async function readersBehind(
  clients: AwsClients,
  { logGroup, subscriptionFilter }: Names,
  keyArn: string,
): Promise<readonly string[]> {
  const group = await describeLogGroup(clients, logGroup)
  if (group?.kmsKeyId !== keyArn) return []
  const filters = await filtersOf(await clients.logs(), logGroup)
  return filters.filter(({ filterName }) => filterName !== subscriptionFilter).map(readerWords)
}

/** Why the key stays; undefined: nobody needs it. */
export const whoReads = (readers: readonly string[]): string | undefined =>
  readers.length === 0 ? undefined : `stays: it encrypts the log group, which is still read by ${readers.join(' and ')}`
