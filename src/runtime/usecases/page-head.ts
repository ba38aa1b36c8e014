import { daysOf, type Month, monthPeriod, toIso } from '../domain/base/calendar.ts'
import type { Balance, Detail } from '../domain/metering/balance.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { PageFacts } from '../domain/telling/page-pots.ts'
import { showsTo, sightOf } from '../domain/telling/page-sight.ts'
import type { PageHead } from '../page-protocol.ts'
import type { PageUser } from '../ports.ts'
import { type MonthBooks, toTell } from './month-books.ts'
import type { PageRoom } from './page-room.ts'

/** What a view is made from, as this viewer may see it. */
export function factsFor(
  room: PageRoom,
  viewer: PageUser,
  books: MonthBooks,
  details: readonly Detail[] = [],
): PageFacts {
  return {
    status: { ...toTell(books, room), details, by: 'principal' },
    wishes: books.wishes,
    sight: sightOf(viewer, room.shows, books.belongings, knownIn(books)),
  }
}

/** Whoever spent in these months or is named by a wish. */
export const knownIn = ({ balances, previous, judgements }: MonthBooks): readonly PrincipalKey[] => [
  ...new Set(
    [...balances, ...previous, ...judgements].map(({ principal }: { principal: Balance['principal'] }) => principal),
  ),
]

export function headFor(room: PageRoom, viewer: PageUser, books: MonthBooks, months: readonly Month[]): PageHead {
  const { guard, account, mode, language, currency, zoning } = room.config
  const { health, month, now, isCurrent } = books
  const period = monthPeriod(month, zoning)
  const lags = [health.logSeconds, health.deliverySeconds].filter((one) => one !== undefined)
  return {
    guard,
    account,
    mode: mode ?? 'enforce',
    language,
    currency: currency ?? null,
    viewer: { name: viewer.name, admin: viewer.admin },
    sees: showsTo(viewer, room.shows),
    now: toIso(now),
    period: { month, timezone: period.zone, days: daysOf(month), resetsAt: toIso(period.end), isCurrent },
    months: months.includes(month) ? months : [...months, month].sort().reverse(),
    health: {
      lastRecordAt: health.lastRecordAt === undefined ? null : toIso(health.lastRecordAt),
      lagSeconds: lags.length === 0 ? null : Math.round(lags.reduce((total, one) => total + one, 0) * 10) / 10,
      problems: viewer.admin ? health.problems : [],
    },
  }
}
