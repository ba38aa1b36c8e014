/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api'
