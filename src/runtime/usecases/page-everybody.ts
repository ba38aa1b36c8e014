import { daysOf } from '../domain/base/calendar.ts'
import { everybodyOf } from '../domain/telling/page-everybody.ts'
import { modelsOf } from '../domain/telling/page-parts.ts'
import { showsTo, sightOf } from '../domain/telling/page-sight.ts'
import type { PageEverybody, PageModels } from '../page-protocol.ts'
import type { PageUser } from '../ports.ts'
import { collect } from './books.ts'
import { entriesTellPlaces, readMonth } from './month-books.ts'
import { factsFor, headFor } from './page-head.ts'
import { monthAskedFor, monthsToAskFor, type PageAnswer, type PageRoom, type PageWish } from './page-room.ts'

/** Everybody for an admin; for others as far as the guard's settings show it. Of the running month, from balances alone. */
export async function pageEverybody(
  room: PageRoom,
  viewer: PageUser,
  wish: PageWish = {},
): Promise<PageAnswer<PageEverybody>> {
  if (showsTo(viewer, room.shows) === 'own') return { refused: 'not-yours' }
  const month = monthAskedFor(room, wish)
  if (month === undefined) return { refused: 'wrong-month' }
  const books = await readMonth(room, { month })
  const details = entriesTellPlaces(books) ? await collect(room.ledger.detail(month)) : []
  const facts = factsFor(room, viewer, books, details)
  return {
    page: { head: headFor(room, viewer, books, monthsToAskFor(room)), ...everybodyOf(facts, daysOf(month)) },
  }
}

/** The same by model: read apart, because there are many times as many rows of it. */
export async function pageModels(
  room: PageRoom,
  viewer: PageUser,
  wish: PageWish = {},
): Promise<PageAnswer<PageModels>> {
  if (showsTo(viewer, room.shows) === 'own') return { refused: 'not-yours' }
  const month = monthAskedFor(room, wish)
  if (month === undefined) return { refused: 'wrong-month' }
  const [details, belongings] = await Promise.all([collect(room.ledger.detail(month)), room.people.belongings()])
  const known = [...new Set(details.map(({ principal }) => principal))]
  const { sees } = sightOf(viewer, room.shows, belongings, known)
  return {
    page: modelsOf(
      month,
      details.filter(({ principal }) => sees(principal)),
    ),
  }
}
