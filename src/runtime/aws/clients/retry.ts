import { quiet } from '../quiet.ts'

/**
 * The SDK clients of the runtime, one file each, so that no function loads the client of another. Region and endpoint come from
 * the environment (`AWS_REGION`, `AWS_ENDPOINT_URL`), as AWS sets them. `standard`: three attempts with jitter for throttling
 * and 5xx; cancelled transactions are answered by the ledger itself.
 */
export const retry = { retryMode: 'standard', logger: quiet }
