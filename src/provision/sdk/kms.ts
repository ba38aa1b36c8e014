/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { KMSClient } from '@aws-sdk/client-kms'
