import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Instant, instant, type Month, monthOf, nextMonth, type Zoning } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { Balance, Detail, Entry, FailedCalls } from '../domain/metering/balance.ts'
import { balancesFrom, isEmptied, standingOf } from '../domain/metering/bookkeeping.ts'
import type { Charge, FailedCall } from '../domain/metering/charge.ts'
import { type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import { inParallel } from '../parallel.ts'
import type { Clock, Correction, Ledger, Recorded, Sleeper } from '../ports.ts'
import { errorMessage, errorName } from './aws-errors.ts'
import { writeCorrection } from './dynamo-ledger-correcting.ts'
import { keyItem, readBalance, readDetail } from './dynamo-ledger-counters.ts'
import { chargeKey, JournalReader, versionsIn } from './dynamo-ledger-journal.ts'
import { chunksOf, distinct, wavesOf } from './dynamo-ledger-packing.ts'
import { existing, itemsIn, itemsOfShards, keyText, type Reading, scanJournal } from './dynamo-ledger-reading.ts'
import { type Book, commit, type Fate, type Writing } from './dynamo-ledger-writing.ts'
import {
  BALANCE_PREFIX,
  balanceKey,
  DETAIL_PREFIX,
  detailsOf,
  failedKey,
  failedPartition,
  journalBounds,
  journalPartition,
  monthPartition,
  shardOf,
  utcMonthOf,
} from './keys.ts'

export interface DynamoLedgerParts {
  readonly client: DynamoDBClient
  readonly table: string
  readonly zoning: Zoning
  /** Undefined: entries live for ever. */
  readonly journalDays: number | undefined
  readonly clock: Clock
  readonly sleeper: Sleeper
  /** [0, 1), for jitter. */
  readonly random: () => number
  /** When the caller must be done, in epoch milliseconds; without it half a minute from each call on. */
  readonly deadline?: () => number
}

const PATIENCE_MS = 30_000
const WRITES_AT_ONCE = 4
/** So many records cannot all be poison: then it is the table, and somebody must hear of it. */
const SUSPICIOUS_REFUSALS = 5
const FAILED_PREFIX = 'c#'

/** The ledger in one DynamoDB table: see keys.ts for the layout, docs/architecture.md for why. */
export class DynamoLedger implements Ledger {
  readonly #parts: DynamoLedgerParts

  constructor(parts: DynamoLedgerParts) {
    this.#parts = parts
  }

  async record(charges: readonly Charge[]): Promise<readonly Fate[]> {
    const { postings, repeats } = distinct(charges)
    const how = this.#how()
    const book: Book = { fates: new Map(), failures: [] }
    for (const wave of wavesOf(chunksOf(postings, how.journalDays))) {
      await inParallel(wave, WRITES_AT_ONCE, (transaction) => commit(transaction, how, book))
    }
    if (book.failures.length > 0) throw notWritten(book)
    const answers: Fate[] = []
    for (const [posting, fate] of book.fates) answers[posting.index] = fate
    if (postings.length >= SUSPICIOUS_REFUSALS && [...book.fates.values()].every((fate) => fate === 'refused')) {
      throw refusesEverything(postings.length)
    }
    // A repeat of a refused entry is refused with it.
    for (const [index, repeat] of repeats) answers[index] = answers[repeat.of] === 'refused' ? 'refused' : repeat.kind
    return answers
  }

  correct(entry: Entry, correction: Correction): Promise<Recorded> {
    return writeCorrection(entry, correction, this.#how())
  }

  async recordFailed(calls: readonly FailedCall[]): Promise<void> {
    const sums = new Map<string, { call: FailedCall; codes: Map<string, number> }>()
    for (const call of calls) {
      const id = `${call.month}\n${call.principal}`
      const sum = sums.get(id) ?? { call, codes: new Map<string, number>() }
      sums.set(id, sum)
      sum.codes.set(call.code, (sum.codes.get(call.code) ?? 0) + 1)
    }
    await inParallel([...sums.values()], WRITES_AT_ONCE, async ({ call, codes }) => {
      const parts = [...codes].map(([code, count], index) => ({ code, count, name: `#${index}`, value: `:${index}` }))
      await this.#parts.client.send(
        new UpdateItemCommand({
          TableName: this.#parts.table,
          Key: keyItem(failedKey(call.principal, call.month)),
          UpdateExpression: `ADD ${parts.map(({ name, value }) => `${name} ${value}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(parts.map(({ name, code }) => [name, FAILED_PREFIX + code])),
          ExpressionAttributeValues: Object.fromEntries(parts.map(({ value, count }) => [value, { N: String(count) }])),
        }),
      )
    })
  }

  /** Balances and rows that corrections have emptied are left out. */
  async *balances(month: Month): AsyncGenerator<Balance> {
    const items = await itemsOfShards(this.#how(), (shard) => ({
      pk: monthPartition(month, shard),
      beginsWith: BALANCE_PREFIX,
    }))
    for (const item of items) {
      const balance = readBalance(item, month, this.#parts.zoning)
      if (!isEmptied(balance)) yield balance
    }
  }

  async balance(principal: PrincipalKey, month: Month): Promise<Balance | undefined> {
    const { client, table, zoning } = this.#parts
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyItem(balanceKey(principal, month)), ConsistentRead: true }),
    )
    const balance = Item && readBalance(Item, month, zoning)
    return balance && !isEmptied(balance) ? balance : undefined
  }

  async *detail(month: Month, principal?: PrincipalKey): AsyncGenerator<Detail> {
    const how = this.#how()
    const items =
      principal === undefined
        ? await itemsOfShards(how, (shard) => ({ pk: monthPartition(month, shard), beginsWith: DETAIL_PREFIX }))
        : itemsIn(how, { pk: monthPartition(month, shardOf(principal)), beginsWith: detailsOf(principal) })
    for await (const item of items) {
      const detail = readDetail(item, month)
      if (!isEmptied(detail)) yield detail
    }
  }

  async *failed(month: Month): AsyncGenerator<FailedCalls> {
    for (const item of await itemsOfShards(this.#how(), (shard) => ({ pk: failedPartition(month, shard) }))) {
      const codes = Object.entries(item).filter(([name]) => name.startsWith(FAILED_PREFIX))
      yield {
        principal: (item['sk']?.S ?? '') as PrincipalKey,
        byCode: new Map(codes.map(([name, value]) => [name.slice(FAILED_PREFIX.length), Number(value.N)])),
      }
    }
  }

  /**
   * With principals: what was charged to exactly these (a role without its sessions); what sessions of one role share is read
   * once for all of them. Without: everybody who has a balance in the months of the range. Entries of one principal come in the order of their times.
   */
  async *journal(range: { from: Instant; to: Instant }, ...whose: readonly PrincipalKey[]): AsyncGenerator<Entry> {
    if (range.from >= range.to) return
    const last = instant(range.to - 1)
    const named = new Set(whose)
    const bases = named.size === 0 ? await this.#basesBetween(range.from, last) : new Set(whose.map(baseOf))
    for (const base of bases) {
      for (const utcMonth of monthsFrom(utcMonthOf(range.from), utcMonthOf(last))) {
        const between = journalBounds(range.from, range.to)
        const items = itemsIn(this.#how(), { pk: journalPartition(base, utcMonth), between })
        for await (const versions of versionsIn(items)) {
          const last = versions.at(-1)
          if (last === undefined) continue
          const { charge } = standingOf(last)
          const mine = named.size === 0 || named.has(charge.principal)
          if (mine && charge.at >= range.from && charge.at < range.to) yield* versions
        }
      }
    }
  }

  async missing(charges: readonly Charge[]): Promise<readonly Charge[]> {
    const known = await existing(this.#how(), charges.map(chargeKey))
    return charges.filter((charge) => !known.has(keyText(chargeKey(charge))))
  }

  async rebuilt(month: Month): Promise<readonly Balance[]> {
    const reader = new JournalReader()
    const entries: Entry[] = []
    for (const item of await scanJournal(this.#how(), month)) {
      const entry = reader.entry(item)
      if (entry) entries.push(entry)
    }
    return balancesFrom(entries)
  }

  async #basesBetween(from: Instant, last: Instant): Promise<readonly PrincipalKey[]> {
    const bases = new Set<PrincipalKey>()
    for (const month of monthsFrom(monthOf(from, this.#parts.zoning), monthOf(last, this.#parts.zoning))) {
      for await (const { principal } of this.balances(month as Month)) bases.add(baseOf(principal))
    }
    return [...bases]
  }

  #how(): Reading & Writing {
    return { ...this.#parts, deadlineMs: this.#parts.deadline?.() ?? this.#parts.clock.now() + PATIENCE_MS }
  }
}

/** The journal is kept by role, never by session: sessions are a matter of settings. */
const baseOf = (principal: PrincipalKey): PrincipalKey => roleKeyOf(principal) ?? principal

function monthsFrom(first: string, last: string): readonly string[] {
  const months: string[] = []
  for (let month = first; month <= last; month = nextMonth(month as Month)) months.push(month)
  return months
}

function notWritten(book: Book): GuardError {
  const [first] = book.failures
  return new GuardError({
    code: 'ledger-not-written',
    fault: 'aws',
    retry: 'soon',
    message: `${book.failures.length} transaction(s) could not be written, ${book.fates.size} record(s) were: ${errorName(first)}: ${errorMessage(first)}`,
    suggestions: ['nothing is lost: the same records can be recorded again, what was written counts as duplicate'],
    cause: book.failures.length > 1 ? new AggregateError(book.failures) : first,
  })
}

const refusesEverything = (count: number): GuardError =>
  new GuardError({
    code: 'ledger-refuses-everything',
    fault: 'aws',
    message: `the table refused every one of ${count} records for its content: the table is not the guard's, or this version of the guard does not fit it`,
    suggestions: ['run cost-guard plan: it compares the table with what the guard needs'],
  })
