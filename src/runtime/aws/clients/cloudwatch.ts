import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { retry } from './retry.ts'

let client: CloudWatchClient | undefined

/** Made on first use, kept for the life of the function. */
export function cloudwatch(): CloudWatchClient {
  client ??= new CloudWatchClient(retry)
  return client
}
