import { BedrockClient } from '@aws-sdk/client-bedrock'
import { retry } from './retry.ts'

let client: BedrockClient | undefined

/** Made on first use, kept for the life of the function. */
export function bedrock(): BedrockClient {
  client ??= new BedrockClient(retry)
  return client
}
