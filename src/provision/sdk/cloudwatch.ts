/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { CloudWatchClient, GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
