import { IAMClient } from '@aws-sdk/client-iam'
import { retry } from './retry.ts'

let client: IAMClient | undefined

/** Made on first use, kept for the life of the function. */
export function iam(): IAMClient {
  client ??= new IAMClient(retry)
  return client
}
