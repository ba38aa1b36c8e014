/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { SchedulerClient } from '@aws-sdk/client-scheduler'
