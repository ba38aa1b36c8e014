import { SNSClient } from '@aws-sdk/client-sns'
import { retry } from './retry.ts'

let client: SNSClient | undefined

/** Made on first use, kept for the life of the function. */
export function sns(): SNSClient {
  client ??= new SNSClient(retry)
  return client
}
