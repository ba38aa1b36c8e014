/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { BedrockClient, GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock'
