/** Balances of parts put together to the balance of the whole. */
import type { Month } from '../base/calendar.ts'
import { add, type PicoUsd, zero } from '../money/money.ts'
import type { Balance } from './balance.ts'
import { addTokens } from './bookkeeping.ts'

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
