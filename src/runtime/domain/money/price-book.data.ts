import { ratesOf } from './price-rows.ts'
import { snapshotRows, snapshotSources } from './price-snapshot.ts'
import type { Rate } from './rate.ts'

/**
 * Every built-in row: list prices of Amazon Bedrock, on demand. The snapshot is made by scripts/prices.ts; to change a
 * price, change a row of scripts/prices/hand.ts or the version of the source.
 *
 * Where the table has no price for a class, that class costs: 5-minute cache writes 1.25 times the input and 1-hour writes
 * twice the input (Anthropic's rule, true of every model that lists both); cache reads and output the full input. Models
 * without caching log no such tokens, so this only keeps a surprise from being free.
 */
export const builtInRates: readonly Rate[] = ratesOf(snapshotRows, snapshotSources)
