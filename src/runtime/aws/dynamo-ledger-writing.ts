/** Sends transactions and lives through every way in which DynamoDB may refuse one. */
import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import type { Clock, Recorded, Sleeper } from '../ports.ts'
import { type CancellationReason, cancellationReasons, isPassing, isThrottled, isValidation } from './aws-errors.ts'
import { storedHash } from './dynamo-ledger-journal.ts'
import { actionsOf, type Chunk, type Posting, type Purpose } from './dynamo-ledger-packing.ts'

export type Fate = Recorded | 'refused'

export interface Writing {
  readonly client: DynamoDBClient
  readonly table: string
  readonly journalDays: number | undefined
  readonly clock: Clock
  readonly sleeper: Sleeper
  /** [0, 1) */
  readonly random: () => number
  /** When the caller must be done, in epoch milliseconds. */
  readonly deadlineMs: number
}

/** From here on whole transactions are not tried again: the rest of the time belongs to single principals. */
const SINGLES_BEFORE_END_MS = 10_000
const STOP_BEFORE_END_MS = 2_000
const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 2_000

type Answer =
  | { readonly kind: 'committed' }
  /** Entries whose fate is now known, and perhaps a collision with somebody else's transaction. */
  | {
      readonly kind: 'cancelled'
      readonly fates: ReadonlyMap<Posting, Fate>
      readonly busy: boolean
      readonly invalid: boolean
      readonly error: unknown
    }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Where the fates of all postings and the AWS failures of one recording come together. */
export interface Book {
  readonly fates: Map<Posting, Fate>
  readonly failures: unknown[]
}

/** Tries until every posting has a fate or AWS has failed for good; never throws for an AWS answer. */
export async function commit(chunks: readonly Chunk[], how: Writing, book: Book): Promise<void> {
  let pending = chunks
  for (let attempt = 0; pending.length > 0; attempt++) {
    const answer = await send(pending, how)
    if (answer.kind === 'failed') {
      // The failure may be one principal's alone: the others are still tried.
      if (pending.length > 1) for (const chunk of pending) await commit([chunk], how, book)
      else book.failures.push(answer.error)
      return
    }
    if (answer.kind === 'committed') {
      for (const { postings } of pending) for (const posting of postings) book.fates.set(posting, 'recorded')
      return
    }
    for (const [posting, fate] of answer.fates) book.fates.set(posting, fate)
    pending = without(pending, answer.fates)
    if (answer.invalid && answer.fates.size === 0) return await commitHalves(pending, how, book)
    if (answer.busy && !(await waited(pending, attempt, how))) {
      if (pending.length <= 1) book.failures.push(answer.error)
      else for (const chunk of pending) await commit([chunk], how, book)
      return
    }
  }
}

/** False: the time for this transaction is over. */
async function waited(pending: readonly Chunk[], attempt: number, how: Writing): Promise<boolean> {
  const end = how.deadlineMs - (pending.length > 1 ? SINGLES_BEFORE_END_MS : STOP_BEFORE_END_MS)
  const left = end - how.clock.now()
  if (left <= 0) return false
  // Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10), left)
  await how.sleeper.sleep(Math.ceil(how.random() * ceiling))
  return true
}

const without = (chunks: readonly Chunk[], known: ReadonlyMap<Posting, Fate>): readonly Chunk[] =>
  chunks
    .map((chunk) => ({ ...chunk, postings: chunk.postings.filter((posting) => !known.has(posting)) }))
    .filter((chunk) => chunk.postings.length > 0)

/** Something in here is not acceptable and nobody says what: halved until it is alone and can be set aside. */
async function commitHalves(chunks: readonly Chunk[], how: Writing, book: Book): Promise<void> {
  const [only] = chunks
  if (only === undefined) return
  if (chunks.length > 1) {
    const middle = Math.ceil(chunks.length / 2)
    await commit(chunks.slice(0, middle), how, book)
    return await commit(chunks.slice(middle), how, book)
  }
  const [posting] = only.postings
  if (only.postings.length === 1 && posting) {
    book.fates.set(posting, 'refused')
    return
  }
  const middle = Math.ceil(only.postings.length / 2)
  await commit([{ ...only, postings: only.postings.slice(0, middle) }], how, book)
  await commit([{ ...only, postings: only.postings.slice(middle) }], how, book)
}

async function send(chunks: readonly Chunk[], how: Writing): Promise<Answer> {
  const { actions, purposes } = actionsOf(chunks, how)
  try {
    await how.client.send(new TransactWriteItemsCommand({ TransactItems: [...actions] }))
    return { kind: 'committed' }
  } catch (error) {
    const reasons = cancellationReasons(error)
    if (reasons) return readReasons(reasons, purposes, error)
    const nothing = new Map<Posting, Fate>()
    if (isThrottled(error) || isPassing(error)) {
      return { kind: 'cancelled', fates: nothing, busy: true, invalid: false, error }
    }
    if (isValidation(error)) return { kind: 'cancelled', fates: nothing, busy: false, invalid: true, error }
    return { kind: 'failed', error }
  }
}

function readReasons(reasons: readonly CancellationReason[], purposes: readonly Purpose[], error: unknown): Answer {
  const fates = new Map<Posting, Fate>()
  let busy = false
  let invalid = false
  for (const [index, reason] of reasons.entries()) {
    const purpose = purposes[index]
    if (purpose === undefined || reason.kind === 'none') continue
    if (reason.kind === 'busy') busy = true
    else if (reason.kind === 'invalid') {
      invalid = true
      if (purpose.kind === 'posting') fates.set(purpose.posting, 'refused')
    } else if (reason.kind === 'condition' && purpose.kind === 'posting') {
      fates.set(purpose.posting, fateOfKnown(purpose.posting, reason))
    } else return { kind: 'failed', error }
  }
  // A cancellation that names nothing we know would be tried for ever.
  if (!busy && !invalid && fates.size === 0) return { kind: 'failed', error }
  return { kind: 'cancelled', fates, busy, invalid, error }
}

/** The journal has this id. The money stands as it is either way; only the loudness differs. */
const fateOfKnown = (posting: Posting, reason: CancellationReason): Fate =>
  storedHash(reason.item) === posting.hash ? 'duplicate' : 'conflict'
