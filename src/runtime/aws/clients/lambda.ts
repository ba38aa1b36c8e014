import { LambdaClient } from '@aws-sdk/client-lambda'
import { retry } from './retry.ts'

let client: LambdaClient | undefined

/** Made on first use, kept for the life of the function. */
export function lambda(): LambdaClient {
  client ??= new LambdaClient(retry)
  return client
}
