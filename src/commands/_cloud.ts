/** What every command about a guard needs of AWS, in one import: one file loads faster than five. */
export { awsClients } from '../provision/clients.ts'
export { manifestStore } from '../provision/manifest-store.ts'
