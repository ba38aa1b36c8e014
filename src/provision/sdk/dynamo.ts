/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { DynamoDBClient } from '@aws-sdk/client-dynamodb'
