/**
 * DynamoDB's actions, with dynamodb:LeadingKeys of every item touched: transactions are authorised item by item.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import type { Passing, World } from '../world.ts'
import type { Need } from './actions.ts'

type Item = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
interface Part {
  readonly TableName?: string
  readonly Key?: Item
  readonly Item?: Item
}
interface QueryPart {
  readonly KeyConditionExpression?: string
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Item
}

const hashKeys = new WeakMap<World, Map<string, string>>()

async function hashKeyOf(world: World, region: string, table: string): Promise<string> {
  const known = hashKeys.get(world) ?? new Map<string, string>()
  hashKeys.set(world, known)
  const found = known.get(`${region}/${table}`)
  if (found) return found
  const { Table } = await world
    .clients(region)
    .dynamodb.send(new DescribeTableCommand({ TableName: table }))
    .catch((error: unknown) => {
      // IAM judges before DynamoDB looks: the caller is told by DynamoDB that there is no such table.
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return { Table: undefined }
      throw error
    })
  if (Table === undefined) return 'pk'
  const name = Table.KeySchema?.find((one) => one.KeyType === 'HASH')?.AttributeName ?? ''
  known.set(`${region}/${table}`, name)
  return name
}

const scalar = (value: Readonly<Record<string, unknown>> | undefined): string[] =>
  value === undefined ? [] : [String(Object.values(value)[0])]

const keyOf = (part: Part, hash: string): string[] => scalar((part.Key ?? part.Item)?.[hash])

function queried(part: QueryPart, hash: string): string[] {
  for (const [, name = '', value = ''] of (part.KeyConditionExpression ?? '').matchAll(/(#?[\w.]+)\s*=\s*(:\w+)/g)) {
    const attribute = name.startsWith('#') ? part.ExpressionAttributeNames?.[name] : name
    if (attribute === hash) return scalar(part.ExpressionAttributeValues?.[value])
  }
  return []
}

const inTransaction: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}
const itemOperations = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'])

export async function dynamoNeeds(world: World, call: Passing): Promise<readonly Need[]> {
  const { operation, input, inRegion } = call
  const arn = (table: string) =>
    table.startsWith('arn:') ? table : `arn:${world.partition}:dynamodb:${inRegion}:${world.account}:table/${table}`
  const named = (table: string) => (table.startsWith('arn:') ? (table.split('/')[1] ?? table) : table)
  const need = (table: string, action: string, keys: readonly string[], index?: string): Need => ({
    action: `dynamodb:${action}`,
    resources: [index ? `${arn(table)}/index/${index}` : arn(table)],
    context: keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {},
  })
  const hash = (table: string) => hashKeyOf(world, inRegion, named(table))
  const table = String(input['TableName'] ?? input['ResourceArn'] ?? '')
  if (itemOperations.has(operation)) return [need(table, operation, keyOf(input as Part, await hash(table)))]
  if (operation === 'Query') {
    const index = input['IndexName'] as string | undefined
    return [need(table, operation, index ? [] : queried(input as QueryPart, await hash(table)), index)]
  }
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const parts = (input['TransactItems'] ?? []) as readonly Readonly<Record<string, Part>>[]
    const each = parts.flatMap((one) => Object.entries(one))
    return Promise.all(
      each.map(async ([kind, part]) => {
        const of = part.TableName ?? ''
        return need(of, inTransaction[kind] ?? kind, keyOf(part, await hash(of)))
      }),
    )
  }
  if (operation === 'BatchWriteItem' || operation === 'BatchGetItem') {
    const tables = Object.entries((input['RequestItems'] ?? {}) as Record<string, unknown>)
    return Promise.all(
      tables.map(async ([of, wanted]) => {
        const name = await hash(of)
        const writes = Array.isArray(wanted) ? (wanted as { PutRequest?: Part; DeleteRequest?: Part }[]) : []
        const reads = Array.isArray(wanted) ? [] : ((wanted as { Keys?: Item[] }).Keys ?? [])
        const keys = [
          ...writes.flatMap((one) => keyOf(one.PutRequest ?? one.DeleteRequest ?? {}, name)),
          ...reads.flatMap((key) => scalar(key[name])),
        ]
        return need(of, operation, keys)
      }),
    )
  }
  return table ? [need(table, operation, [])] : [{ action: `dynamodb:${operation}`, resources: ['*'] }]
}
