import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'

const nothing = (): void => undefined

/**
 * For every SDK client. Without a logger the SDK takes one that says nothing, but still copies each whole answer for it, to
 * hide sensitive members; it does not where there is no `info` to call.
 */
export const quiet = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as unknown as NonNullable<
  DynamoDBClientConfig['logger']
>
