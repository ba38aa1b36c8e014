import { type Instant, type Month, monthOf, previousMonth, type Zoning } from '../domain/base/calendar.ts'
import { judgeAll } from '../domain/judging/judge.ts'
import type { Wishes } from '../domain/judging/limit.ts'
import type { Judgement } from '../domain/judging/verdict.ts'
import { needsPrevious } from '../domain/judging/waiver.ts'
import type { Balance } from '../domain/metering/balance.ts'
import type { Belongings } from '../domain/metering/belonging.ts'
import { matchesAny, type PrincipalKey, parseKey } from '../domain/metering/principal.ts'
import type { Ledger, LimitBook, PeopleBook } from '../ports.ts'

/** What judging needs to know of the guard's settings. */
export interface JudgeSettings {
  readonly account: string
  readonly zoning: Zoning
  readonly unknownPrice: 'warn' | 'block'
}

export interface BookRoom {
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly config: JudgeSettings
}

/** One complete reading of what was spent and what is wished; partial readings throw. */
export interface Books {
  readonly now: Instant
  readonly month: Month
  readonly wishes: Wishes
  /** Who belongs to whom now. */
  readonly belongings: Belongings
  readonly balances: readonly Balance[]
  readonly previous: readonly Balance[]
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function readBooks(room: BookRoom, now: Instant): Promise<Books> {
  const month = monthOf(now, room.config.zoning)
  const [wishes, belongings, balances] = await Promise.all([
    room.limits.wishes(),
    room.people.belongings(),
    collect(room.ledger.balances(month)),
  ])
  const previous = needsPrevious(wishes, room.config.zoning, now)
    ? await collect(room.ledger.balances(previousMonth(month)))
    : []
  return { now, month, wishes, belongings, balances, previous }
}

/** `only`: these principals alone; shared pots are still counted whole. */
export const judge = (books: Books, settings: JudgeSettings, only?: ReadonlySet<PrincipalKey>): readonly Judgement[] =>
  judgeAll({
    wishes: books.wishes,
    belongings: books.belongings,
    balances: books.balances,
    previous: books.previous,
    now: books.now,
    zoning: settings.zoning,
    unknownPrice: settings.unknownPrice,
    account: settings.account,
    ...(only === undefined ? {} : { only }),
  })

/** One principal as the books stand. */
export const judgementOf = (books: Books, settings: JudgeSettings, principal: PrincipalKey): Judgement | undefined =>
  judge(books, settings, new Set([principal])).find((judgement) => judgement.principal === principal)

/**
 * The books with this principal's balances, all wishes and memberships read again, consistently: money, a pardon or a
 * move that came in since the first reading decides, not the first reading. What others in a shared pot spent since
 * then is for the next check, as it would be a moment later.
 */
export async function readAgain(room: BookRoom, books: Books, principal: PrincipalKey): Promise<Books> {
  const [wishes, belongings, balance, previous] = await Promise.all([
    room.limits.wishes(),
    room.people.belongings(),
    room.ledger.balance(principal, books.month),
    books.previous.length > 0 ? room.ledger.balance(principal, previousMonth(books.month)) : undefined,
  ])
  return {
    ...books,
    wishes,
    // The same object keeps what was worked out of it: five hundred blocks need not sort five hundred people anew.
    belongings: isSame(belongings, books.belongings) ? books.belongings : belongings,
    balances: withBalance(books.balances, principal, balance),
    previous: books.previous.length > 0 ? withBalance(books.previous, principal, previous) : [],
  }
}

const isSame = (one: Belongings, other: Belongings): boolean => JSON.stringify(one) === JSON.stringify(other)

const withBalance = (
  balances: readonly Balance[],
  principal: PrincipalKey,
  balance: Balance | undefined,
): readonly Balance[] => [
  ...balances.filter((other) => other.principal !== principal),
  ...(balance === undefined ? [] : [balance]),
]

/** Whom the settings say nobody may block, by name pattern. */
export const protectedBy =
  (patterns: readonly string[], account: string) =>
  (principal: PrincipalKey): boolean => {
    const parsed = parseKey(principal, account)
    return (parsed?.kind === 'user' || parsed?.kind === 'role') && matchesAny(parsed.name, patterns)
  }
