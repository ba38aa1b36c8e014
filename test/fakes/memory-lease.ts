import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Clock, Lease } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

/** The one item that all holders share. */
export interface LeaseItem {
  holder: MemoryLease | undefined
  until: number
  again: boolean
}
export const freeLease = (): LeaseItem => ({ holder: undefined, until: 0, again: false })

export class MemoryLease extends Faults implements Lease {
  readonly #clock: Clock
  readonly #item: LeaseItem

  constructor(clock: Clock, item: LeaseItem = freeLease()) {
    super()
    this.#clock = clock
    this.#item = item
  }

  async acquire(until: Instant): Promise<'acquired' | 'busy'> {
    this.strike('acquire')
    if (this.#item.holder !== undefined && this.#item.until > this.#clock.now()) {
      this.#item.again = true
      return 'busy'
    }
    Object.assign(this.#item, { holder: this, until, again: false })
    return 'acquired'
  }

  async release(): Promise<{ again: boolean }> {
    this.strike('release')
    if (this.#item.holder !== this) return { again: false }
    const { again } = this.#item
    Object.assign(this.#item, freeLease())
    return { again }
  }
}
