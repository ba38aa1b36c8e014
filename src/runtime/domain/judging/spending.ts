/** Millions of charges in 25 bytes each, and in the order of their times: what a simulation replays. Pure. */
import { type Instant, instant } from '../base/calendar.ts'
import type { PrincipalKey } from '../metering/principal.ts'
import { type PicoUsd, pico } from '../money/money.ts'

/** Doubles hold whole numbers up to 2^53 exactly: dollars and the pico-dollars below one stay apart. */
const PICO_PER_USD = 1_000_000_000_000
const PICO = 1_000_000_000_000n

/** An amount that grows by millions of steps: exact, without a bigint for each. */
export class Meter {
  private dollars = 0
  private rest = 0

  /** `rest` below a dollar, in pico-dollars. */
  add(dollars: number, rest: number): void {
    this.dollars += dollars
    this.rest += rest
    if (this.rest >= PICO_PER_USD) {
      this.rest -= PICO_PER_USD
      this.dollars += 1
    }
  }
  /** @param amount an amount that `split` has taken apart. */
  reaches(amount: Split): boolean {
    return this.dollars > amount.dollars || (this.dollars === amount.dollars && this.rest >= amount.rest)
  }
  get value(): PicoUsd {
    return pico(BigInt(this.dollars) * PICO + BigInt(this.rest))
  }
}

export interface Split {
  readonly dollars: number
  readonly rest: number
}
export const split = (amount: bigint): Split => ({ dollars: Number(amount / PICO), rest: Number(amount % PICO) })

/** One charge as it is handed out: the same object each time, so take what is needed. */
export interface Spent extends Split {
  readonly at: Instant
  /** Index into `principals`. */
  readonly who: number
  readonly assumed: boolean
}

const FIRST_SIZE = 1 << 12

/** Charges by columns. Costs are never negative, and below 2^31 dollars. */
export class Spending {
  readonly principals: PrincipalKey[] = []
  private readonly indexes = new Map<PrincipalKey, number>()
  private size = 0
  private at = new Float64Array(FIRST_SIZE)
  private who = new Uint32Array(FIRST_SIZE)
  private dollars = new Uint32Array(FIRST_SIZE)
  private rest = new Float64Array(FIRST_SIZE)
  private assumed = new Uint8Array(FIRST_SIZE)
  private ordered = true

  get count(): number {
    return this.size
  }

  add(charge: {
    readonly at: Instant
    readonly principal: PrincipalKey
    readonly cost: PicoUsd
    readonly assumed: boolean
  }): void {
    const { at, principal, cost, assumed } = charge
    this.addSplit({ at, principal, assumed, ...split(cost) })
  }

  /** As `Analysis` hands charges out where they are many: no bigint is made. */
  addSplit(
    charge: Split & { readonly at: Instant; readonly principal: PrincipalKey; readonly assumed: boolean },
  ): void {
    if (this.size === this.at.length) this.grow()
    const index = this.size++
    const last = index === 0 ? Number.NEGATIVE_INFINITY : (this.at[index - 1] ?? 0)
    if (charge.at < last) this.ordered = false
    this.at[index] = charge.at
    this.who[index] = this.indexOf(charge.principal)
    this.dollars[index] = charge.dollars
    this.rest[index] = charge.rest
    this.assumed[index] = charge.assumed ? 1 : 0
  }

  private indexOf(principal: PrincipalKey): number {
    const known = this.indexes.get(principal)
    if (known !== undefined) return known
    this.indexes.set(principal, this.principals.length)
    return this.principals.push(principal) - 1
  }

  private grow(): void {
    const larger = <Column extends Float64Array | Uint32Array | Uint8Array>(column: Column, made: Column): Column => {
      made.set(column)
      return made
    }
    const size = this.size * 2
    this.at = larger(this.at, new Float64Array(size))
    this.who = larger(this.who, new Uint32Array(size))
    this.dollars = larger(this.dollars, new Uint32Array(size))
    this.rest = larger(this.rest, new Float64Array(size))
    this.assumed = larger(this.assumed, new Uint8Array(size))
  }

  /** Oldest first; at one time, in the order in which they came. */
  inOrder(each: (spent: Spent) => void): void {
    const order = this.ordered ? undefined : this.order()
    const spent = { at: instant(0), who: 0, dollars: 0, rest: 0, assumed: false }
    for (let place = 0; place < this.size; place++) {
      const index = order === undefined ? place : (order[place] ?? 0)
      spent.at = instant(this.at[index] ?? 0)
      spent.who = this.who[index] ?? 0
      spent.dollars = this.dollars[index] ?? 0
      spent.rest = this.rest[index] ?? 0
      spent.assumed = this.assumed[index] === 1
      each(spent)
    }
  }

  private order(): Uint32Array {
    const { at } = this
    const order = Uint32Array.from({ length: this.size }, (_, index) => index)
    return order.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b)
  }
}
