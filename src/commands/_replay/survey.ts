/** What a backfill would count, read and computed beforehand: nothing is written. */
import { previousMonth, type Zoning } from '../../runtime/domain/base/calendar.ts'
import type { Balance } from '../../runtime/domain/metering/balance.ts'
import { balancesFrom, entryId } from '../../runtime/domain/metering/bookkeeping.ts'
import { chargeFor } from '../../runtime/domain/metering/charge.ts'
import { BalanceSums } from '../../runtime/domain/metering/merging.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import { type PicoUsd, zero } from '../../runtime/domain/money/money.ts'
import { makeBook } from '../../runtime/domain/money/price-book.ts'
import { judge, readBooks } from '../../runtime/usecases/books.ts'
import { SeenIds } from '../../runtime/usecases/seen-ids.ts'
import { blockedIn, blocksBetween } from '../../runtime/usecases/set-limits.ts'
import type { Door } from '../_compose.ts'
import { configFor, rateBook, wishRoom } from '../_rooms.ts'
import type { Reached } from './progress.ts'
import type { Range } from './range.ts'
import { type Read, RecordReader } from './records.ts'
import type { LogSource } from './source.ts'

export interface Survey {
  readonly read: Read
  readonly missing: number
  readonly known: number
  readonly spend: PicoUsd
  readonly perPrincipal: readonly {
    readonly principal: PrincipalKey
    readonly requests: number
    readonly usd: PicoUsd
  }[]
  readonly blocks: readonly PrincipalKey[]
  readonly warns: readonly PrincipalKey[]
}

/** @returns undefined: stopped before the end. */
export async function survey(
  door: Door,
  what: { range: Range; source: LogSource; progress: (reached: Reached) => void; stop: () => boolean },
): Promise<Survey | undefined> {
  const { config } = await configFor(door)
  const [room, rates] = await Promise.all([wishRoom(door), rateBook(door)])
  const [kept, profiles] = await Promise.all([rates.kept(), rates.profiles()])
  const charging = { ...config, book: makeBook({ kept, profiles, assumedCacheTtl: config.assumedCacheTtl }) }
  const reader = new RecordReader(door.account, what.range)
  const sums = new BalanceSums()
  const seen = new SeenIds()
  let [missing, known] = [0, 0]
  for await (const batch of what.source.batches()) {
    if (what.stop()) return undefined
    const charges = reader
      .take(batch.texts)
      .filter(({ usage }) => config.onlySources !== true || config.labels.includes(usage.source ?? ''))
      .map(({ usage }) => chargeFor(usage, charging))
      .filter((charge) => seen.add(entryId(charge)))
    const fresh = await room.ledger.missing(charges)
    missing += fresh.length
    known += charges.length - fresh.length
    sums.add(balancesFrom(fresh.map((charge) => ({ kind: 'charge', charge }) as const)))
    what.progress({ done: batch.done, records: reader.read.records, reached: batch.reached })
  }
  const effect = await effectOf(room, sums, config.zoning)
  const perPrincipal = totalsOf(sums.all())
  const spend = perPrincipal.reduce((total, { usd }) => (total + usd) as PicoUsd, zero)
  return { read: reader.read, missing, known, spend, perPrincipal, ...effect }
}

function totalsOf(balances: readonly Balance[]): Survey['perPrincipal'] {
  const totals = new Map<PrincipalKey, { requests: number; usd: PicoUsd }>()
  for (const { principal, requests, spend } of balances) {
    const one = totals.get(principal) ?? { requests: 0, usd: zero }
    totals.set(principal, { requests: one.requests + requests, usd: (one.usd + spend) as PicoUsd })
  }
  return [...totals].map(([principal, one]) => ({ principal, ...one })).toSorted((a, b) => (a.usd > b.usd ? -1 : 1))
}

/** Who would be blocked or warned with it and is not without it, judged as enforce judges. */
async function effectOf(
  room: Awaited<ReturnType<typeof wishRoom>>,
  more: BalanceSums,
  zoning: Zoning,
): Promise<Pick<Survey, 'blocks' | 'warns'>> {
  const books = await readBooks(room, room.clock.now())
  const withMore = (balances: readonly Balance[], month: Balance['month']) => {
    const both = new BalanceSums()
    both.add(balances)
    both.add(more.of(month))
    return both.all()
  }
  const previous = books.previous.length === 0 ? [] : withMore(books.previous, previousMonth(books.month))
  const after = { ...books, balances: withMore(books.balances, books.month), previous }
  const settings = { ...room.config, zoning }
  const [before, then] = [judge(books, settings), judge(after, settings)]
  const warned = new Set(before.filter(({ verdict }) => verdict.kind === 'warn').map(({ principal }) => principal))
  return {
    blocks: blocksBetween(blockedIn(before), blockedIn(then), room.config).map(({ principal }) => principal),
    warns: then.flatMap(({ principal, verdict }) =>
      verdict.kind === 'warn' && !warned.has(principal) ? [principal] : [],
    ),
  }
}
