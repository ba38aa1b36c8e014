/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns'
