/** What a few spent in months before, for the page: no month is read as a whole. */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Month, Zoning } from '../domain/base/calendar.ts'
import type { Balance } from '../domain/metering/balance.ts'
import { isEmptied } from '../domain/metering/bookkeeping.ts'
import { inParallel } from '../parallel.ts'
import type { Clock, PastSpend, Sleeper } from '../ports.ts'
import { readBalance } from './dynamo-ledger-counters.ts'
import { itemsAt, itemsIn, type Reading } from './dynamo-ledger-reading.ts'
import { BALANCE_PREFIX, balanceKey, monthPartition, shards } from './keys.ts'

const PATIENCE_MS = 10_000
const QUERIES_AT_ONCE = 12

export class DynamoPast implements PastSpend {
  readonly #parts: {
    client: DynamoDBClient
    table: string
    zoning: Zoning
    clock: Clock
    sleeper: Sleeper
  }

  constructor(parts: { client: DynamoDBClient; table: string; zoning: Zoning; clock: Clock; sleeper: Sleeper }) {
    this.#parts = parts
  }

  async balances(
    { principals, sessionsOf }: Parameters<PastSpend['balances']>[0],
    months: readonly Month[],
  ): Promise<readonly Balance[]> {
    const how: Reading = { ...this.#parts, deadlineMs: this.#parts.clock.now() + PATIENCE_MS }
    const stretches = months.flatMap((month) =>
      sessionsOf.flatMap((role) =>
        shards.map((shard) => ({
          pk: monthPartition(month, shard),
          beginsWith: `${BALANCE_PREFIX}session/${role}/`,
        })),
      ),
    )
    const [named, sessions] = await Promise.all([
      itemsAt(
        how,
        months.flatMap((month) => principals.map((principal) => balanceKey(principal, month))),
      ),
      inParallel(stretches, QUERIES_AT_ONCE, async (stretch) => {
        const items: Record<string, AttributeValue>[] = []
        for await (const item of itemsIn(how, stretch)) items.push(item)
        return items
      }),
    ])
    // Who is named and a session of such a role besides is found twice.
    const found = new Map<string, Balance>()
    for (const item of [...named, ...sessions.flat()]) {
      const month = (item['pk']?.S ?? '').split('#')[1] as Month
      const balance = readBalance(item, month, this.#parts.zoning)
      if (!isEmptied(balance)) found.set(`${month} ${balance.principal}`, balance)
    }
    return [...found.values()]
  }
}
