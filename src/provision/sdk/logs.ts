/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
