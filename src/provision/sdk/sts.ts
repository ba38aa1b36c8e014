/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
