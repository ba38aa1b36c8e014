/** A correction: an entry of its own, and what it changes in the sums, in one transaction. */
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import type { Entry } from '../domain/metering/balance.ts'
import { changeOf, noTokens, standingOf } from '../domain/metering/bookkeeping.ts'
import type { Correction, Recorded } from '../ports.ts'
import { cancellationReasons, isPassing, isThrottled } from './aws-errors.ts'
import { balanceUpdate, detailUpdate, type Sums } from './dynamo-ledger-counters.ts'
import { chargeKey, correctionItem, sameCorrection } from './dynamo-ledger-journal.ts'
import type { Writing } from './dynamo-ledger-writing.ts'
import { correctionKey } from './keys.ts'

const nothing: Sums = { spend: 0n, assumed: 0n, requests: 0, tokens: noTokens }

/** The row it was in gives everything back; the row it belongs to takes it. */
function detailMoves(table: string, entry: Entry, correction: Correction): readonly TransactWriteItem[] {
  const before = standingOf(entry)
  const { principal, month, day, label, tokens } = before.charge
  const from = { principal, month, day, label, rateId: before.rateId, model: before.model }
  const to = { ...from, rateId: correction.rateId, model: correction.model }
  const change = changeOf(before, correction.cost)
  if (from.rateId === to.rateId) return [detailUpdate(table, to, { ...nothing, ...change })]
  const back: Sums = {
    spend: -before.cost,
    assumed: -before.assumed,
    requests: -1,
    tokens: {
      input: -tokens.input,
      output: -tokens.output,
      cacheRead: -tokens.cacheRead,
      cacheWrite5m: -tokens.cacheWrite5m,
      cacheWrite1h: -tokens.cacheWrite1h,
      cacheWriteUnknown: -tokens.cacheWriteUnknown,
    },
  }
  return [
    detailUpdate(table, from, back),
    detailUpdate(table, to, { spend: correction.cost, assumed: 0n, requests: 1, tokens }),
  ]
}

export async function writeCorrection(entry: Entry, correction: Correction, how: Writing): Promise<Recorded> {
  const before = standingOf(entry)
  const { charge } = before
  const key = correctionKey(chargeKey(charge), before.step + 1)
  const change = changeOf(before, correction.cost)
  const actions: readonly TransactWriteItem[] = [
    {
      Put: {
        TableName: how.table,
        Item: correctionItem({ ...correction, key }, charge, how.journalDays),
        // Who corrects the same state at the same time meets this key: the difference is counted once.
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    balanceUpdate(how.table, charge, {
      ...nothing,
      ...change,
      days: new Map([[charge.day, change.spend]]),
      labels: new Map([[charge.label, change.spend]]),
      seen: undefined,
    }),
    ...detailMoves(how.table, entry, correction),
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
