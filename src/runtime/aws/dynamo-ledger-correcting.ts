/** A correction: an entry of its own, and what it changes in the sums, in one transaction. */
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import type { Entry } from '../domain/metering/balance.ts'
import { noTokens, type Standing, standingOf } from '../domain/metering/bookkeeping.ts'
import type { TokenCounts } from '../domain/metering/usage.ts'
import { zero } from '../domain/money/money.ts'
import type { Correction, Recorded } from '../ports.ts'
import { cancellationReasons, isPassing, isThrottled } from './aws-errors.ts'
import { balanceUpdate, type DetailAt, detailUpdate, type Sums } from './dynamo-ledger-counters.ts'
import { chargeKey, correctionItem, sameCorrection } from './dynamo-ledger-journal.ts'
import type { Writing } from './dynamo-ledger-writing.ts'
import { correctionKey } from './keys.ts'

/** What an entry adds to the counters it lies in; `minus` takes it out again. */
const sumsOf = ({ charge: { tokens }, cost, assumed }: Standing): Sums => ({
  spend: cost,
  assumed,
  requests: 1,
  tokens,
})
const minus = ({ spend, assumed, requests, tokens }: Sums): Sums => ({
  spend: -spend,
  assumed: -assumed,
  requests: -requests,
  tokens: Object.fromEntries(Object.entries(tokens).map(([kind, count]) => [kind, -count])) as unknown as TokenCounts,
})
const change = (before: Standing, after: Standing): Sums => ({
  spend: after.cost - before.cost,
  assumed: after.assumed - before.assumed,
  requests: 0,
  tokens: noTokens,
})

const afterwards = (before: Standing, fix: Correction): Standing => ({
  charge: {
    ...before.charge,
    principal: fix.principal ?? before.charge.principal,
    label: fix.label ?? before.charge.label,
  },
  cost: fix.cost,
  assumed: zero,
  rateId: fix.rateId,
  model: fix.model,
  step: before.step + 1,
})

/** The row it was in gives everything back; the row it belongs to takes it. */
function detailMoves(table: string, before: Standing, after: Standing): readonly TransactWriteItem[] {
  const at = ({ charge, rateId, model }: Standing): DetailAt => ({ ...charge, rateId, model })
  const [from, to] = [at(before), at(after)]
  const same = from.principal === to.principal && from.label === to.label && from.rateId === to.rateId
  if (same) return [detailUpdate(table, to, change(before, after))]
  return [detailUpdate(table, from, minus(sumsOf(before))), detailUpdate(table, to, sumsOf(after))]
}

function balanceMoves(table: string, before: Standing, after: Standing): readonly TransactWriteItem[] {
  const { day, at } = before.charge
  const [from, to] = [before.charge, after.charge]
  if (from.principal === to.principal) {
    const sums = change(before, after)
    const labels =
      from.label === to.label
        ? new Map([[to.label, sums.spend]])
        : new Map<string, bigint>([
            [from.label, -before.cost],
            [to.label, after.cost],
          ])
    return [balanceUpdate(table, to, { ...sums, days: new Map([[day, sums.spend]]), labels, seen: undefined })]
  }
  const own = (sums: Sums, label: string) => ({
    ...sums,
    days: new Map([[day, sums.spend]]),
    labels: new Map([[label, sums.spend]]),
  })
  return [
    balanceUpdate(table, from, { ...own(minus(sumsOf(before)), from.label), seen: undefined }),
    balanceUpdate(table, to, { ...own(sumsOf(after), to.label), seen: { first: at, last: at } }),
  ]
}

export async function writeCorrection(entry: Entry, correction: Correction, how: Writing): Promise<Recorded> {
  const before = standingOf(entry)
  const after = afterwards(before, correction)
  const { principal, label } = after.charge
  const key = correctionKey(chargeKey(before.charge), after.step)
  const actions: readonly TransactWriteItem[] = [
    {
      Put: {
        TableName: how.table,
        Item: correctionItem({ ...correction, key, principal, label }, before.charge, how.journalDays),
        // Who corrects the same state at the same time meets this key: the difference is counted once.
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    ...balanceMoves(how.table, before, after),
    ...detailMoves(how.table, before, after),
  ]
  for (let attempt = 0; ; attempt++) {
    try {
      await how.client.send(new TransactWriteItemsCommand({ TransactItems: [...actions] }))
      return 'recorded'
    } catch (error) {
      const reasons = cancellationReasons(error)
      const [known] = reasons ?? []
      if (known?.kind === 'condition') return sameCorrection(known.item, correction) ? 'duplicate' : 'conflict'
      const again = reasons?.some((reason) => reason.kind === 'busy') || isThrottled(error) || isPassing(error)
      if (!again || how.clock.now() >= how.deadlineMs) throw error
      await how.sleeper.sleep(Math.ceil(how.random() * Math.min(2000, 50 * 2 ** Math.min(attempt, 6))))
    }
  }
}
