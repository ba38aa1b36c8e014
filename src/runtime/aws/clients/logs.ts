import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { retry } from './retry.ts'

let client: CloudWatchLogsClient | undefined

/** Made on first use, kept for the life of the function. */
export function logs(): CloudWatchLogsClient {
  client ??= new CloudWatchLogsClient(retry)
  return client
}
