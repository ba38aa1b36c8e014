import type { Balance, Detail } from '../domain/metering/balance.ts'
import { type GroupKey, isGroup, membershipOf, membersOf, sameCase } from '../domain/metering/belonging.ts'
import { noTokens } from '../domain/metering/bookkeeping.ts'
import { matchesAny, type PrincipalKey, parseKey, roleKeyOf } from '../domain/metering/principal.ts'
import { zero } from '../domain/money/money.ts'
import { spendOf } from '../domain/telling/page-spend.ts'
import type { PageSpend } from '../page-protocol.ts'
import type { PageUser } from '../ports.ts'
import { type Books, collect } from './books.ts'
import { type MonthBooks, readMonth } from './month-books.ts'
import { factsFor, headFor, knownIn } from './page-head.ts'
import { monthAskedFor, monthsToAskFor, type PageAnswer, type PageRoom, type PageWish } from './page-room.ts'

/** Up to so many principals are read one by one; for more the month is read whole. */
const ONE_BY_ONE = 8

/** What the admin mapped this viewer to, and nothing else; of admins too. */
export async function pageSpend(room: PageRoom, viewer: PageUser, wish: PageWish = {}): Promise<PageAnswer<PageSpend>> {
  const month = monthAskedFor(room, wish)
  if (month === undefined) return { refused: 'wrong-month' }
  const months = monthsToAskFor(room)
  const nameless = new Set<string>()
  const books = await readMonth(room, {
    month,
    also: (read) => {
      const named = unspentOf(read, viewer, room)
      const more = month === months[0] ? unseenOf(read, viewer, room) : []
      for (const { principal } of more) nameless.add(principal)
      return [...named, ...more]
    },
  })
  const mine = knownIn(books).filter(factsFor(room, viewer, books).sight.mine)
  const [details, past] = await Promise.all([
    detailsOf(room, books, mine),
    room.past.balances(lookedUp(room, viewer, books, mine), months.slice(1)),
  ])
  const spend = spendOf({
    ...factsFor(room, viewer, books, details),
    details,
    past,
    isNameless: (principal) => nameless.has(principal),
  })
  const spentIn = new Set(spend.past.map((one) => one.month))
  const some = months.filter((one, index) => index === 0 || spentIn.has(one))
  return { page: { head: headFor(room, viewer, books, some), ...spend } }
}

/** Keys and patterns of all that the viewer is mapped to, those of the members of people and teams among them. */
const entriesFor = ({ sees }: PageUser, belongings: Books['belongings']): readonly string[] => [
  ...new Set(
    sees.flatMap((subject): readonly string[] => (isGroup(subject) ? membersOf(subject, belongings) : [subject])),
  ),
]

/** Whom the mapping names and who has not spent: their limits are judged as for everybody else. */
function unspentOf(books: Books, viewer: PageUser, room: PageRoom): readonly Balance[] {
  const known = new Set(books.balances.map(({ principal }) => sameCase(principal)))
  return entriesFor(viewer, books.belongings)
    .filter((key) => !key.includes('*') && !known.has(sameCase(key)))
    .flatMap((key) => nothingOf(key, books, room))
}

/**
 * Of people whom only patterns name, somebody whom the pattern would take in: what the person's limits are is known before
 * any of them has spent. Nothing is called so, and nobody is told the name.
 */
function unseenOf(books: Books, { sees }: PageUser, room: PageRoom): readonly Balance[] {
  const membership = membershipOf(books.belongings)
  const seen = new Set(books.balances.flatMap(({ principal }) => membership.personOf(principal) ?? []))
  return sees.flatMap((subject) => {
    const members = subject.startsWith('person/') ? membersOf(subject as GroupKey, books.belongings) : []
    const [pattern, ...others] = members
    const onlyPatterns = pattern !== undefined && members.every((member) => member.includes('*'))
    if (!onlyPatterns || seen.has(subject.slice('person/'.length))) return []
    return [pattern, ...others].flatMap((one) => nothingOf(one.replaceAll('*', ''), books, room)).slice(0, 1)
  })
}

function nothingOf(key: string, { now, month }: Books, room: PageRoom): readonly Balance[] {
  if (parseKey(key, room.config.account) === undefined) return []
  const nothing = { spend: zero, assumed: zero, requests: 0, tokens: noTokens, days: new Map(), labels: new Map() }
  return [{ principal: key as PrincipalKey, month, ...nothing, firstAt: now, lastAt: now }]
}

async function detailsOf(
  room: PageRoom,
  { month, balances }: MonthBooks,
  mine: readonly PrincipalKey[],
): Promise<readonly Detail[]> {
  const spent = new Set(balances.filter(({ requests }) => requests > 0).map(({ principal }) => principal))
  const those = mine.filter((principal) => spent.has(principal))
  if (those.length > ONE_BY_ONE) return collect(room.ledger.detail(month))
  return (await Promise.all(those.map((principal) => collect(room.ledger.detail(month, principal))))).flat()
}

/**
 * Under which keys the viewer may have spent in months before: those that are known or named, what a pattern makes of the
 * roles that are known, and all sessions of a role where they are principals.
 */
function lookedUp(room: PageRoom, viewer: PageUser, books: MonthBooks, mine: readonly PrincipalKey[]) {
  const entries = entriesFor(viewer, books.belongings)
  const roles = [...new Set(knownIn(books).flatMap((principal) => roleKeyOf(principal)?.slice('role/'.length) ?? []))]
  const principals = new Set<PrincipalKey>(mine)
  const sessionsOf = new Set<string>()
  for (const entry of entries) {
    const [kind, name = '', session] = entry.split('/')
    const meant = [name, ...roles].filter((role) => matchesAny(sameCase(role), [sameCase(name)]) && !role.includes('*'))
    if (!entry.includes('*')) principals.add(entry as PrincipalKey)
    if (kind === 'role') for (const role of meant) sessionsOf.add(role)
    if (kind !== 'session' || session === undefined || !entry.includes('*')) continue
    for (const role of meant) {
      if (session.includes('*')) sessionsOf.add(role)
      else principals.add(`session/${role}/${session}` as PrincipalKey)
    }
  }
  return {
    principals: [...principals],
    sessionsOf: [...sessionsOf].filter((role) => matchesAny(role, room.config.sessionRoles)),
  }
}
