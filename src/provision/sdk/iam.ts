/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam'
