/**
 * Who sees what on the page, as the ledger keeps it. Made first and removed last of all that makes the page: while its fact
 * is there, something of the page may be, also where an init or a removal was cut off half-way.
 */
import { DeleteItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb'
import { isAbsent, isValidation } from '../../runtime/aws/aws-errors.ts'
import { PAGE } from '../../runtime/aws/keys.ts'
import { inParallel } from '../../runtime/parallel.ts'
import { allPages } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { tableId } from './table.ts'

export interface PageUsersActual {
  readonly people: number
  readonly remembered: boolean
}

export const pageUsersId = (table: string, region: string): ResourceId => `page-users/${table}@${region}`

const FACT = 'a page may be there'
const DELETES_AT_ONCE = 8

export function pageUsersResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<Record<string, never>, PageUsersActual> {
  const { table } = scope.names
  const id = pageUsersId(table, scope.region)
  return {
    id,
    kind: 'people of the page',
    name: `${table}/${PAGE}`,
    why: 'who may open the self-service page, and whose spend each sees',
    ownership: { by: 'parent', parent: tableId(table, scope.region) },
    onTeardown: 'remove',
    needs: [tableId(table, scope.region)],

    desired: (inputs) => (inputs.settings.page === undefined ? undefined : {}),

    async read(inputs) {
      const people = (await rowsOf(clients, table)).length
      const remembered = inputs.remembered(id) !== undefined
      if (people === 0 && !remembered) return { state: 'absent' }
      return { state: 'present', actual: { people, remembered }, tags: undefined }
    },

    diff: (_desired, actual) => field('known to the guard', { is: actual.remembered ? 'yes' : 'no', want: 'yes' }),

    losing: ({ people }) =>
      people === 0
        ? undefined
        : `${peopleInWords(people)} ${people === 1 ? 'loses' : 'lose'} the login to the page for good`,

    create: (_desired, doing) => doing.remember(FACT),
    update: (_desired, _actual, _differences, doing) => doing.remember(FACT),

    async remove(_actual, doing) {
      await forgetPageUsers(clients, table)
      await doing.remember(undefined)
    },
  }
}

/** `1 person`, `12 people` */
export const peopleInWords = (people: number): string => (people === 1 ? '1 person' : `${people} people`)

/** They are found by the id that one user pool gave them: of another pool they mean nobody. */
export async function forgetPageUsers(clients: AwsClients, table: string): Promise<void> {
  const dynamo = await clients.dynamo()
  await inParallel(await rowsOf(clients, table), DELETES_AT_ONCE, (sk) =>
    dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: PAGE }, sk: { S: sk } } })),
  )
}

/** Their sort keys. A table that is not there, or is none of ours, holds nobody. */
async function rowsOf(clients: AwsClients, table: string): Promise<readonly string[]> {
  try {
    const pages = paginateQuery(
      { client: await clients.dynamo() },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: PAGE } },
        ProjectionExpression: 'sk',
      },
    )
    return (await allPages(pages, (page) => page.Items)).map((item) => item['sk']?.S ?? '')
  } catch (error) {
    if (isAbsent(error) || isValidation(error)) return []
    throw error
  }
}
