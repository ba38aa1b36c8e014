/** What contract suites on the emulator share: a table with the guard's keys, a clock that is moved by hand. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Clock } from '../../src/runtime/ports.ts'

export const at = (iso: string): Instant => Date.parse(iso) as Instant

export class TestClock implements Clock {
  #now: Instant

  constructor(iso: string) {
    this.#now = at(iso)
  }

  now(): Instant {
    return this.#now
  }

  set(iso: string): void {
    this.#now = at(iso)
  }

  pass(ms: number): void {
    this.#now = (this.#now + ms) as Instant
  }
}

let tables = 0
/** A fresh table with the guard's keys. */
export async function freshTable(client: DynamoDBClient): Promise<string> {
  tables += 1
  const TableName = `guard-${process.pid}-${tables}`
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  return TableName
}
let turn: Promise<unknown> = Promise.resolve()
/**
 * A client to the emulator. Ours, not the emulator's: one conditional write at a time, because it looks at an item and writes it in
 * two strokes; at DynamoDB both are one.
 */
export function newDynamo(): DynamoDBClient {
  const client = new DynamoDBClient({})
  client.middlewareStack.add(
    (next) => async (args) => {
      if (!('ConditionExpression' in args.input) || args.input.ConditionExpression === undefined) return next(args)
      const mine = turn.then(() => next(args))
      turn = mine.catch(() => undefined)
      return mine
    },
    { step: 'initialize', name: 'oneConditionalWriteAtATime' },
  )
  return client
}
