/** Balances of parts put together to the balance of the whole. */
import type { Month } from '../base/calendar.ts'
import { add, type PicoUsd, pico, zero } from '../money/money.ts'
import type { Balance, Detail } from './balance.ts'
import { addTokens, noTokens } from './bookkeeping.ts'
import type { TokenCounts } from './usage.ts'

/** Sums of one principal and month. */
export function mergeBalances(a: Balance, b: Balance): Balance {
  return {
    ...a,
    spend: add(a.spend, b.spend),
    assumed: add(a.assumed, b.assumed),
    requests: a.requests + b.requests,
    tokens: addTokens(a.tokens, b.tokens),
    days: mergeMoney(a.days, b.days),
    labels: mergeMoney(a.labels, b.labels),
    firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
    lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
  }
}

function mergeMoney<Key>(a: ReadonlyMap<Key, PicoUsd>, b: ReadonlyMap<Key, PicoUsd>): ReadonlyMap<Key, PicoUsd> {
  const merged = new Map(a)
  for (const [key, amount] of b) merged.set(key, add(merged.get(key) ?? zero, amount))
  return merged
}

/** One balance for each principal and month, however many parts there are. */
export class BalanceSums {
  readonly #sums = new Map<string, Balance>()

  add(balances: Iterable<Balance>): void {
    for (const balance of balances) {
      const id = `${balance.month} ${balance.principal}`
      const known = this.#sums.get(id)
      this.#sums.set(id, known === undefined ? balance : mergeBalances(known, balance))
    }
  }

  all(): readonly Balance[] {
    return [...this.#sums.values()]
  }

  of(month: Month): readonly Balance[] {
    return this.all().filter((balance) => balance.month === month)
  }
}

const negative = ({
  input,
  output,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  cacheWriteUnknown,
}: TokenCounts): TokenCounts => ({
  input: -input,
  output: -output,
  cacheRead: -cacheRead,
  cacheWrite5m: -cacheWrite5m,
  cacheWrite1h: -cacheWrite1h,
  cacheWriteUnknown: -cacheWriteUnknown,
})
const opposite = <Key>(of: ReadonlyMap<Key, PicoUsd>): ReadonlyMap<Key, PicoUsd> =>
  new Map([...of].map(([key, amount]) => [key, pico(-amount)]))

/** What must be added to `counted` so that it says what `right` says; undefined where nothing must. */
export function balanceLack(right: Balance | undefined, counted: Balance | undefined): Balance | undefined {
  const minus = counted && {
    ...counted,
    spend: pico(-counted.spend),
    assumed: pico(-counted.assumed),
    requests: -counted.requests,
    tokens: negative(counted.tokens),
    days: opposite(counted.days),
    labels: opposite(counted.labels),
  }
  const lack =
    right && minus ? { ...mergeBalances(right, minus), firstAt: right.firstAt, lastAt: right.lastAt } : (right ?? minus)
  if (lack === undefined || isNothing(lack)) return undefined
  const kept = <Key>(of: ReadonlyMap<Key, PicoUsd>) => new Map([...of].filter(([, amount]) => amount !== 0n))
  return { ...lack, days: kept(lack.days), labels: kept(lack.labels) }
}

const isNothing = ({ spend, assumed, requests, tokens, days, labels }: Balance): boolean =>
  spend === 0n &&
  assumed === 0n &&
  requests === 0 &&
  Object.values(tokens).every((count) => count === 0) &&
  [...days.values(), ...labels.values()].every((amount) => amount === 0n)

/** What makes two rows the same row. */
export const detailId = ({ principal, day, rateId, label, person, teams }: Detail): string =>
  JSON.stringify([principal, day, rateId, label, person, teams])

/** Rows of details with one key added up. */
export class DetailSums {
  readonly #rows = new Map<string, Detail>()

  add(details: Iterable<Detail>, sign: 1 | -1 = 1): void {
    for (const detail of details) {
      const id = detailId(detail)
      const row = this.#rows.get(id) ?? { ...detail, spend: zero, assumed: zero, requests: 0, tokens: noTokens }
      const times = (amount: PicoUsd) => pico(amount * BigInt(sign))
      this.#rows.set(id, {
        ...row,
        spend: add(row.spend, times(detail.spend)),
        assumed: add(row.assumed, times(detail.assumed)),
        requests: row.requests + sign * detail.requests,
        tokens: addTokens(row.tokens, sign === 1 ? detail.tokens : negative(detail.tokens)),
      })
    }
  }

  /** Rows in which anything is left. */
  left(): readonly Detail[] {
    return [...this.#rows.values()].filter(
      ({ spend, assumed, requests, tokens }) =>
        spend !== 0n || assumed !== 0n || requests !== 0 || Object.values(tokens).some((count) => count !== 0),
    )
  }
}
