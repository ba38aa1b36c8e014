import type { RuntimeConfig } from '../config.ts'
import { isMonth, type Month, monthOf, previousMonth } from '../domain/base/calendar.ts'
import type { PageShows } from '../page-protocol.ts'
import type { BlockBook, Clock, HealthBook, Ledger, LimitBook, PastSpend, PeopleBook } from '../ports.ts'

/** What the page's answers are made from; everything is only read. */
export interface PageRoom {
  readonly config: Pick<
    RuntimeConfig,
    'guard' | 'account' | 'zoning' | 'unknownPrice' | 'mode' | 'language' | 'currency' | 'sessionRoles'
  >
  /** What everybody may see of the others. */
  readonly shows: PageShows
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'balances' | 'detail'>
  readonly past: PastSpend
  readonly limits: Pick<LimitBook, 'wishes'>
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: Pick<BlockBook, 'all'>
  readonly health: Pick<HealthBook, 'read'>
}

/** As the browser asked for it: not checked yet. Undefined: the running month. */
export interface PageWish {
  readonly month?: string | undefined
}

export type PageAnswer<Page> = { readonly page: Page } | { readonly refused: 'not-yours' | 'wrong-month' }

/** How many months before the running one can be asked for. */
const MONTHS_BACK = 12

/** The running month and the twelve before it, newest first. */
export function monthsToAskFor(room: Pick<PageRoom, 'clock' | 'config'>): readonly Month[] {
  const months = [monthOf(room.clock.now(), room.config.zoning)]
  for (let month = months[0]; month !== undefined && months.length <= MONTHS_BACK; ) {
    month = previousMonth(month)
    months.push(month)
  }
  return months
}

/** Undefined: no month, one that has not begun, or one too long ago. */
export function monthAskedFor(room: Pick<PageRoom, 'clock' | 'config'>, wish: PageWish): Month | undefined {
  const months = monthsToAskFor(room)
  if (wish.month === undefined) return months[0]
  return isMonth(wish.month) && months.includes(wish.month) ? wish.month : undefined
}
