/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { BedrockClient } from '@aws-sdk/client-bedrock'
