import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { cancellationReasons } from '../../src/runtime/aws/aws-errors.ts'
import { sandboxForTests } from '../support/sandbox.ts'

sandboxForTests()

it('a cancelled transaction takes nothing with it that another request wrote meanwhile', async () => {
  const client = new DynamoDBClient({})
  const TableName = 'turns'
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  const item = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } })
  const put = (sk: string) => ({
    Put: { TableName, Item: item('t', sk), ConditionExpression: 'attribute_not_exists(pk)' },
  })
  await client.send(new TransactWriteItemsCommand({ TransactItems: [put('there')] }))
  const TransactItems = [put('there'), ...Array.from({ length: 60 }, (_, index) => put(`never-${index}`))]
  let cancelled = 0
  const losers = Promise.all(
    Array.from({ length: 2 }, async () => {
      for (let round = 0; round < 8; round++) {
        const error = await client
          .send(new TransactWriteItemsCommand({ TransactItems }))
          .catch((thrown: unknown) => thrown)
        if (cancellationReasons(error)) cancelled += 1
      }
    }),
  )
  let written = 0
  let going = true
  const winner = (async () => {
    while (going) {
      await client.send(new PutItemCommand({ TableName, Item: item('w', String(written)) }))
      written += 1
    }
  })()
  await losers
  going = false
  await winner
  const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'w' } } }
  expect(cancelled).toBe(16)
  expect(written).toBeGreaterThan(4)
  expect((await client.send(new QueryCommand(query))).Count).toBe(written)
})
