import type { RuntimeConfig } from '../config.ts'
import type { Instant, Month } from '../domain/base/calendar.ts'
import type { FailedCalls } from '../domain/metering/balance.ts'
import { OTHER_SOURCE } from '../domain/metering/charge.ts'
import { type StatusBy, type StatusView, statusOf } from '../domain/telling/status.ts'
import { asMembersNow } from '../domain/telling/status-groups.ts'
import type { BlockBook, Clock, HealthBook, Ledger, LimitBook, PeopleBook } from '../ports.ts'
import { collect } from './books.ts'
import { entriesTellPlaces, readMonth, toTell } from './month-books.ts'

export interface StatusRoom {
  readonly config: Pick<RuntimeConfig, 'guard' | 'account' | 'zoning' | 'unknownPrice' | 'mode' | 'onlySources'>
  readonly clock: Clock
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: BlockBook
  readonly health: HealthBook
}

export interface StatusWish {
  /** Default: the month of now, in the guard's zone. */
  readonly month?: Month
  readonly by?: StatusBy
  /** When the guard was installed: saves reading the month before to learn that it counted then already. */
  readonly installedAt?: Instant
}

/** Who spent what, who is blocked, and whether the guard itself is well. Reads only. */
export async function readStatus(room: StatusRoom, wish: StatusWish = {}): Promise<StatusView> {
  const by = wish.by ?? 'principal'
  const books = await readMonth(room, wish)
  const { month, balances, belongings, isCurrent } = books
  const assuming = balances.filter((balance) => balance.assumed > 0n)
  const details =
    by !== 'principal' || entriesTellPlaces(books)
      ? await collect(room.ledger.detail(month))
      : (await Promise.all(assuming.map(({ principal }) => collect(room.ledger.detail(month, principal))))).flat()
  const uncounted = room.config.onlySources ? sumUncounted(await collect(room.ledger.failed(month))) : 0
  return statusOf({
    ...toTell(books, room),
    uncounted,
    installedAt: wish.installedAt,
    details: isCurrent ? asMembersNow(details, belongings) : details,
    by,
  })
}

const sumUncounted = (failed: readonly FailedCalls[]): number =>
  failed.reduce((total, { byCode }) => total + (byCode.get(OTHER_SOURCE) ?? 0), 0)
