/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
