/** The tables of the emulator with their items, for `dump`. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  paginateListTables,
  paginateScan,
} from '@aws-sdk/client-dynamodb'

export interface Thing {
  readonly what: string
  readonly about: object | undefined
}

export async function all<Page, One>(
  pages: AsyncIterable<Page>,
  pick: (page: Page) => readonly One[] | undefined,
): Promise<One[]> {
  const found: One[] = []
  for await (const page of pages) found.push(...(pick(page) ?? []))
  return found
}

/** What a clock or a race writes; everything else of the ledger is compared. */
const PASSING = /^(?:AUDIT#|HEALTH#|LEASE|NOTICE#)/

export async function tables(client: DynamoDBClient): Promise<readonly Thing[]> {
  const found = await all(paginateListTables({ client }, {}), (page) => page.TableNames)
  const about = found.map(async (TableName): Promise<readonly Thing[]> => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    const [ttl, backups, tags, items] = await Promise.all([
      client.send(new DescribeTimeToLiveCommand({ TableName })),
      client.send(new DescribeContinuousBackupsCommand({ TableName })),
      client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn })),
      all(paginateScan({ client }, { TableName, ConsistentRead: true }), (page) => page.Items),
    ])
    const table = {
      ...Table,
      ttl: ttl.TimeToLiveDescription,
      backups: backups.ContinuousBackupsDescription,
      tags: tags.Tags,
    }
    const kept = items.filter((item) => !PASSING.test(item['pk']?.S ?? ''))
    return [
      { what: `table ${TableName}`, about: table },
      ...kept.map(({ pk, sk, from, version, ...about }) => ({
        what: `item ${TableName} ${pk?.S} ${sk?.S}`,
        // Since when a limit holds, in milliseconds and as its version.
        about: pk?.S === 'WISHES' ? about : { ...about, from, version },
      })),
    ]
  })
  return (await Promise.all(about)).flat()
}
