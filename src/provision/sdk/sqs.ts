/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { SQSClient } from '@aws-sdk/client-sqs'
