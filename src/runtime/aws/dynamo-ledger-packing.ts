/** From charges to transactions: duplicates dropped, grouped per principal and month, cut and packed. Pure. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Day, Instant, Month } from '../domain/base/calendar.ts'
import { addTokens, noTokens } from '../domain/metering/bookkeeping.ts'
import { type Charge, contentHash } from '../domain/metering/charge.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { TokenCounts } from '../domain/metering/usage.ts'
import { type BalanceSums, balanceUpdate, detailUpdate, type Sums } from './dynamo-ledger-counters.ts'
import { chargeItem } from './dynamo-ledger-journal.ts'
import { itemBytes } from './item-size.ts'
import { belongingPart } from './keys.ts'

/** DynamoDB takes 100 actions and 4 MB in one transaction. */
export const ACTIONS_AT_MOST = 95
const BYTES_AT_MOST = 3_500_000

/** One charge on its way into the journal. */
export interface Posting {
  readonly charge: Charge
  readonly hash: string
  /** Places in the caller's list: the first, and its duplicates. */
  readonly index: number
}

/** Postings of one principal and month: they share the balance item, so they stand or fall together. */
export interface Chunk {
  readonly principal: PrincipalKey
  readonly month: Month
  readonly postings: readonly Posting[]
}

/**
 * Within one payload a request id counts once: with the same content it is a duplicate, with other content a conflict.
 * The first one stands.
 */
export function distinct(charges: readonly Charge[]): {
  postings: readonly Posting[]
  repeats: ReadonlyMap<number, { kind: 'duplicate' | 'conflict'; of: number }>
} {
  const first = new Map<string, Posting>()
  const repeats = new Map<number, { kind: 'duplicate' | 'conflict'; of: number }>()
  for (const [index, charge] of charges.entries()) {
    const hash = contentHash(charge)
    const known = first.get(charge.requestId)
    if (known === undefined) first.set(charge.requestId, { charge, hash, index })
    else repeats.set(index, { kind: known.hash === hash ? 'duplicate' : 'conflict', of: known.index })
  }
  return { postings: [...first.values()], repeats }
}

const detailId = (charge: Charge): string =>
  `${charge.day}\n${charge.rateId}\n${charge.label}\n${belongingPart(charge)}`

/** Groups per principal and month, each cut so that it fits into one transaction with its balance and details. */
export function chunksOf(postings: readonly Posting[], journalDays: number | undefined): readonly Chunk[] {
  const groups = new Map<string, Posting[]>()
  for (const posting of postings) {
    const id = `${posting.charge.month}\n${posting.charge.principal}`
    const group = groups.get(id)
    if (group) group.push(posting)
    else groups.set(id, [posting])
  }
  return [...groups.values()].flatMap((group) => cut(group, journalDays))
}

function cut(group: readonly Posting[], journalDays: number | undefined): readonly Chunk[] {
  const chunks: Chunk[] = []
  let postings: Posting[] = []
  let details = new Set<string>()
  let bytes = 0
  const close = () => {
    const charge = postings[0]?.charge
    if (charge) chunks.push({ principal: charge.principal, month: charge.month, postings })
    postings = []
    details = new Set()
    bytes = 0
  }
  for (const posting of group) {
    const size = itemBytes(chargeItem(posting.charge, journalDays))
    const id = detailId(posting.charge)
    const actions = postings.length + 1 + details.size + (details.has(id) ? 0 : 1) + 1
    if (actions > ACTIONS_AT_MOST || bytes + size > BYTES_AT_MOST) close()
    postings.push(posting)
    details.add(id)
    bytes += size
  }
  close()
  return chunks
}

export const actionsIn = (chunk: Chunk): number =>
  chunk.postings.length + 1 + new Set(chunk.postings.map(({ charge }) => detailId(charge))).size

/**
 * Waves of transactions. Chunks of one principal and month update the same balance, so they go into different waves;
 * transactions of one wave touch nothing in common and can run side by side.
 */
export function wavesOf(chunks: readonly Chunk[]): readonly (readonly (readonly Chunk[])[])[] {
  const turns = new Map<string, number>()
  const waves: Chunk[][] = []
  for (const chunk of chunks) {
    const id = `${chunk.month}\n${chunk.principal}`
    const turn = turns.get(id) ?? 0
    turns.set(id, turn + 1)
    const wave = waves[turn] ?? []
    waves[turn] = wave
    wave.push(chunk)
  }
  return waves.map(pack)
}

function pack(chunks: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const open: { chunks: Chunk[]; actions: number }[] = []
  for (const chunk of chunks) {
    const actions = actionsIn(chunk)
    const room = open.find((transaction) => transaction.actions + actions <= ACTIONS_AT_MOST)
    if (room) {
      room.chunks.push(chunk)
      room.actions += actions
    } else open.push({ chunks: [chunk], actions })
  }
  return open.map((transaction) => transaction.chunks)
}

/** What an action of a transaction was for: its fate comes back in this order. */
export type Purpose =
  | { readonly kind: 'posting'; readonly posting: Posting }
  | { readonly kind: 'counter'; readonly chunk: Chunk }

export function actionsOf(
  chunks: readonly Chunk[],
  how: { table: string; journalDays: number | undefined },
): { actions: readonly TransactWriteItem[]; purposes: readonly Purpose[] } {
  const actions: TransactWriteItem[] = []
  const purposes: Purpose[] = []
  for (const chunk of chunks) {
    for (const posting of chunk.postings) {
      actions.push({
        Put: {
          TableName: how.table,
          Item: chargeItem(posting.charge, how.journalDays),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      })
      purposes.push({ kind: 'posting', posting })
    }
    for (const counter of countersOf(chunk, how.table)) {
      actions.push(counter)
      purposes.push({ kind: 'counter', chunk })
    }
  }
  return { actions, purposes }
}

interface Running {
  spend: bigint
  assumed: bigint
  requests: number
  tokens: TokenCounts
}
const nothing = (): Running => ({ spend: 0n, assumed: 0n, requests: 0, tokens: noTokens })
function count(into: Running, charge: Charge): void {
  into.spend += charge.cost
  into.assumed += charge.assumed
  into.requests += 1
  into.tokens = addTokens(into.tokens, charge.tokens)
}

/** One balance update and one update per day, rate, label and membership: counters of the same item are added up first. */
function countersOf(chunk: Chunk, table: string): readonly TransactWriteItem[] {
  const total = nothing()
  const days = new Map<Day, bigint>()
  const labels = new Map<string, bigint>()
  const details = new Map<string, { charge: Charge; sums: Running }>()
  let first: Instant | undefined
  let last: Instant | undefined
  for (const { charge } of chunk.postings) {
    count(total, charge)
    days.set(charge.day, (days.get(charge.day) ?? 0n) + charge.cost)
    labels.set(charge.label, (labels.get(charge.label) ?? 0n) + charge.cost)
    const detail = details.get(detailId(charge)) ?? { charge, sums: nothing() }
    details.set(detailId(charge), detail)
    count(detail.sums, charge)
    if (first === undefined || charge.at < first) first = charge.at
    if (last === undefined || charge.at > last) last = charge.at
  }
  const seen = first === undefined || last === undefined ? undefined : { first, last }
  const balance: BalanceSums = { ...total, days, labels, seen }
  return [
    balanceUpdate(table, chunk, balance),
    ...[...details.values()].map(({ charge, sums }) => detailUpdate(table, charge, sums satisfies Sums)),
  ]
}
