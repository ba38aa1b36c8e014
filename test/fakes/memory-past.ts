import type { Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import { roleKeyOf } from '../../src/runtime/domain/metering/principal.ts'
import type { Ledger, PastSpend } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

/** What a ledger tells of months before. */
export class MemoryPast extends Faults implements PastSpend {
  readonly #ledger: Pick<Ledger, 'balances'>

  constructor(ledger: Pick<Ledger, 'balances'>) {
    super()
    this.#ledger = ledger
  }

  async balances(
    { principals, sessionsOf }: Parameters<PastSpend['balances']>[0],
    months: readonly Month[],
  ): Promise<readonly Balance[]> {
    this.strike('balances')
    const found: Balance[] = []
    for (const month of months) {
      for await (const balance of this.#ledger.balances(month)) {
        const role = roleKeyOf(balance.principal)?.slice('role/'.length)
        const asked = principals.includes(balance.principal) || (role !== undefined && sessionsOf.includes(role))
        if (asked) found.push(balance)
      }
    }
    return found
  }
}
