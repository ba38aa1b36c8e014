/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
