/**
 * Balances and details as items, and back. Attribute names are short because a balance must stay below one KiB with all
 * days of a month in it, and every started KiB costs two write units in a transaction.
 */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type Day, dayPeriod, type Instant, instant, type Month, type Zoning } from '../domain/base/calendar.ts'
import type { Balance, Detail } from '../domain/metering/balance.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { TokenCounts } from '../domain/metering/usage.ts'
import { type PicoUsd, pico } from '../domain/money/money.ts'
import { ItemReader, numberAttribute as number, textAttribute as text } from './item.ts'
import { BALANCE_PREFIX, balanceKey, type DetailSort, detailKey, type Key, readDetailSort } from './keys.ts'

type Item = Record<string, AttributeValue>

export const keyItem = (key: Key): Item => ({ pk: text(key.pk), sk: text(key.sk) })

/** Token classes under their short names, in the journal as in the counters. */
export const tokenNames = [
  ['i', 'input'],
  ['o', 'output'],
  ['r', 'cacheRead'],
  ['v', 'cacheWrite5m'],
  ['h', 'cacheWrite1h'],
  ['u', 'cacheWriteUnknown'],
] as const satisfies readonly (readonly [string, keyof TokenCounts])[]
const dayName = (day: Day): string => `d${day.slice(8)}`
const LABEL = 'l#'

export function tokensOf(read: ItemReader): TokenCounts {
  const count = (name: string): number => (read.has(name) ? read.number(name) : 0)
  return {
    input: count('i'),
    output: count('o'),
    cacheRead: count('r'),
    cacheWrite5m: count('v'),
    cacheWrite1h: count('h'),
    cacheWriteUnknown: count('u'),
  }
}
export const moneyOf = (read: ItemReader, name: string): PicoUsd => (read.has(name) ? read.money(name) : pico(0n))

/** Counters to be added to one item; money may be negative in a correction. */
export interface Sums {
  readonly spend: bigint
  readonly assumed: bigint
  readonly requests: number
  readonly tokens: TokenCounts
}
export interface BalanceSums extends Sums {
  readonly days: ReadonlyMap<Day, bigint>
  readonly labels: ReadonlyMap<string, bigint>
  /** Undefined: the change does not tell when the principal was seen (a correction). */
  readonly seen: { readonly first: Instant; readonly last: Instant } | undefined
}

/** Collects `ADD` and `SET` parts; every name goes through a placeholder, so no name can be a reserved word. */
class Update {
  readonly #sets: string[] = []
  readonly #adds: string[] = []
  readonly #names: Record<string, string> = {}
  readonly #values: Item = {}

  #place(name: string, value: AttributeValue): [string, string] {
    const index = Object.keys(this.#names).length
    this.#names[`#${index}`] = name
    this.#values[`:${index}`] = value
    return [`#${index}`, `:${index}`]
  }
  add(name: string, by: bigint | number): void {
    this.#adds.push(this.#place(name, number(by)).join(' '))
  }
  set(name: string, value: AttributeValue): void {
    this.#sets.push(this.#place(name, value).join(' = '))
  }
  setOnce(name: string, value: AttributeValue): void {
    const [n, v] = this.#place(name, value)
    this.#sets.push(`${n} = if_not_exists(${n}, ${v})`)
  }
  action(table: string, key: Key): TransactWriteItem {
    const clause = (word: string, parts: readonly string[]) => (parts.length > 0 ? `${word} ${parts.join(', ')}` : '')
    return {
      Update: {
        TableName: table,
        Key: keyItem(key),
        UpdateExpression: [clause('SET', this.#sets), clause('ADD', this.#adds)].filter(Boolean).join(' '),
        ExpressionAttributeNames: this.#names,
        ExpressionAttributeValues: this.#values,
      },
    }
  }
}

function addSums(update: Update, sums: Sums): void {
  // Always there, so that even a free request leaves an item with money in it.
  update.add('p', sums.spend)
  update.add('n', sums.requests)
  if (sums.assumed !== 0n) update.add('a', sums.assumed)
  for (const [name, kind] of tokenNames) if (sums.tokens[kind] !== 0) update.add(name, sums.tokens[kind])
}

/** The counters of an item as they were read, by the names of their attributes; nothing read is nothing counted. */
export function countersIn(read: Detail | Balance | undefined): ReadonlyMap<string, bigint> {
  const tokens = tokenNames.map(([name, kind]) => [name, BigInt(read?.tokens[kind] ?? 0)] as const)
  const days = read !== undefined && 'days' in read ? [...read.days] : []
  const labels = read !== undefined && 'labels' in read ? [...read.labels] : []
  return new Map<string, bigint>([
    ['p', read?.spend ?? 0n],
    ['n', BigInt(read?.requests ?? 0)],
    ['a', read?.assumed ?? 0n],
    ...tokens,
    ...days.map(([day, spend]) => [dayName(day), spend] as const),
    ...labels.map(([label, spend]) => [LABEL + label, spend] as const),
  ])
}

export function balanceUpdate(
  table: string,
  of: { principal: PrincipalKey; month: Month },
  sums: BalanceSums,
): TransactWriteItem {
  const update = new Update()
  addSums(update, sums)
  for (const [day, spend] of sums.days) update.add(dayName(day), spend)
  for (const [label, spend] of sums.labels) update.add(LABEL + label, spend)
  if (sums.seen) {
    update.setOnce('f', number(sums.seen.first))
    update.set('t', number(sums.seen.last))
  }
  return update.action(table, balanceKey(of.principal, of.month))
}

export interface DetailAt extends DetailSort {
  readonly month: Month
  readonly model: string
}
export function detailUpdate(table: string, at: DetailAt, sums: Sums): TransactWriteItem {
  const update = new Update()
  addSums(update, sums)
  update.set('m', text(at.model))
  return update.action(table, detailKey(at.principal, at.month, at))
}

/**
 * First and last seen: DynamoDB has no `max`, so the item holds the first batch's earliest and the latest batch's latest.
 * Records out of order make that a little wrong; the days are exact, so both are brought into the first and last active day.
 */
export function readBalance(item: Item, month: Month, zoning: Zoning): Balance {
  const read = new ItemReader(item)
  const days = new Map<Day, PicoUsd>()
  const labels = new Map<string, PicoUsd>()
  for (const name of Object.keys(item).sort()) {
    if (/^d\d\d$/.test(name)) days.set(`${month}-${name.slice(1)}` as Day, read.money(name))
    if (name.startsWith(LABEL)) labels.set(name.slice(LABEL.length), read.money(name))
  }
  const active = [...days.keys()]
  const within = (at: Instant, day: Day | undefined): Instant => {
    if (day === undefined) return at
    const { start, end } = dayPeriod(day, zoning)
    return instant(Math.min(Math.max(at, start), end - 1))
  }
  return {
    principal: read.text('sk').slice(BALANCE_PREFIX.length) as PrincipalKey,
    month,
    spend: read.money('p'),
    assumed: moneyOf(read, 'a'),
    requests: read.number('n'),
    tokens: tokensOf(read),
    days,
    labels,
    firstAt: within(read.instant('f'), active.at(0)),
    lastAt: within(read.instant('t'), active.at(-1)),
  }
}

export function readDetail(item: Item, month: Month): Detail {
  const read = new ItemReader(item)
  return {
    ...readDetailSort(read.text('sk')),
    month,
    model: read.text('m'),
    spend: read.money('p'),
    assumed: moneyOf(read, 'a'),
    requests: read.number('n'),
    tokens: tokensOf(read),
  }
}
