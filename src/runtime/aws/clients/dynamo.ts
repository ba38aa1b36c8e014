import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { retry } from './retry.ts'

let client: DynamoDBClient | undefined

/** Made on first use, kept for the life of the function. */
export function dynamo(): DynamoDBClient {
  client ??= new DynamoDBClient(retry)
  return client
}
