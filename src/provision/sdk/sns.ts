/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
