import type { Instant, Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance, Detail, Entry, FailedCalls } from '../../src/runtime/domain/metering/balance.ts'
import {
  balancesFrom,
  detailsFrom,
  entryId,
  isEmptied,
  standingOf,
} from '../../src/runtime/domain/metering/bookkeeping.ts'
import { type Charge, contentHash, type FailedCall } from '../../src/runtime/domain/metering/charge.ts'
import { BalanceSums, DetailSums } from '../../src/runtime/domain/metering/merging.ts'
import { keyOf, type PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { Correction, Ledger, Recorded } from '../../src/runtime/ports.ts'
import type { Drift, Recount } from '../../src/runtime/usecases/rebuild-room.ts'
import { Faults } from './faults.ts'

type Fate = Recorded | 'refused'

/**
 * A ledger that has only a journal: balances and details are recounted from it at every question. What its counters say
 * besides is what a test has done to them, and what was added to mend that.
 */
export class MemoryLedger extends Faults implements Ledger, Recount {
  readonly #drift = { balances: [] as Balance[], details: [] as Detail[] }
  readonly #journal = new Map<string, Entry[]>()
  readonly #failed: FailedCall[] = []
  /** Refuses charges for their content, as a store does with an oversized item. */
  refuses: (charge: Charge) => boolean = (charge) => charge.operation.length > 400_000

  async record(charges: readonly Charge[]): Promise<readonly Fate[]> {
    this.strike('record')
    const first = new Map<string, { hash: string; fate: Fate }>()
    return charges.map((charge) => {
      const hash = contentHash(charge)
      const known = first.get(charge.requestId)
      if (known?.fate === 'refused') return 'refused'
      if (known) return known.hash === hash ? 'duplicate' : 'conflict'
      const fate = this.#post(charge, hash)
      first.set(charge.requestId, { hash, fate })
      return fate
    })
  }

  #post(charge: Charge, hash: string): Fate {
    if (this.refuses(charge)) return 'refused'
    const id = entryId(charge)
    const [known] = this.#journal.get(id) ?? []
    if (known) return contentHash(standingOf(known).charge) === hash ? 'duplicate' : 'conflict'
    this.#journal.set(id, [{ kind: 'charge', charge }])
    return 'recorded'
  }

  async correct(entry: Entry, correction: Correction): Promise<Recorded> {
    this.strike('correct')
    const before = standingOf(entry)
    const steps = this.#journal.get(entryId(before.charge)) ?? []
    const there = steps[before.step + 1]
    if (there?.kind === 'correction') {
      return there.id === correction.id && there.cost === correction.cost ? 'duplicate' : 'conflict'
    }
    const of = steps[0]?.kind === 'charge' ? steps[0].charge : before.charge
    const { principal, label } = { ...before.charge, ...correction }
    steps.push({ kind: 'correction', of, step: before.step + 1, ...correction, principal, label })
    return 'recorded'
  }

  async recordFailed(calls: readonly FailedCall[]): Promise<void> {
    this.strike('recordFailed')
    this.#failed.push(...calls)
  }

  async *balances(month: Month): AsyncGenerator<Balance> {
    this.strike('balances')
    yield* this.#counters(month)
  }

  #counters(month: Month): readonly Balance[] {
    const sums = new BalanceSums()
    sums.add(balancesFrom(this.#entries()))
    sums.add(this.#drift.balances)
    return sums.of(month).filter((balance) => !isEmptied(balance))
  }

  async balance(principal: PrincipalKey, month: Month): Promise<Balance | undefined> {
    this.strike('balance')
    return this.#counters(month).find((one) => one.principal === principal)
  }

  async *detail(month: Month, principal?: PrincipalKey): AsyncGenerator<Detail> {
    this.strike('detail')
    const wanted = (row: Detail) => row.month === month && (principal === undefined || row.principal === principal)
    const rows = new DetailSums()
    rows.add(detailsFrom(this.#entries()))
    rows.add(this.#drift.details)
    yield* rows.left().filter(wanted)
  }

  async *failed(month: Month): AsyncGenerator<FailedCalls> {
    this.strike('failed')
    const calls = this.#failed.filter((call) => call.month === month)
    for (const principal of new Set(calls.map((call) => call.principal))) {
      const byCode = new Map<string, number>()
      for (const { code } of calls.filter((call) => call.principal === principal)) {
        byCode.set(code, (byCode.get(code) ?? 0) + 1)
      }
      yield { principal, byCode }
    }
  }

  async *journal(range: { from: Instant; to: Instant }, ...whose: readonly PrincipalKey[]): AsyncGenerator<Entry> {
    this.strike('journal')
    const standings = [...this.#journal.values()].flatMap((versions) => {
      const last = versions.at(-1)
      return last === undefined ? [] : [{ versions, charge: standingOf(last).charge }]
    })
    for (const { versions, charge } of standings.sort((a, b) => a.charge.at - b.charge.at)) {
      const mine = whose.length === 0 || whose.includes(charge.principal)
      if (mine && charge.at >= range.from && charge.at < range.to) yield* versions
    }
  }

  async missing(charges: readonly Charge[]): Promise<readonly Charge[]> {
    this.strike('missing')
    return charges.filter((charge) => !this.#journal.has(entryId(charge)))
  }

  async rebuilt(month: Month): Promise<readonly Balance[]> {
    this.strike('rebuilt')
    return balancesFrom(this.#entries()).filter((balance) => balance.month === month)
  }

  #entries(): Entry[] {
    return [...this.#journal.values()].flat()
  }

  async bases(month: Month): Promise<readonly PrincipalKey[]> {
    const those = this.#entries().flatMap((entry) => {
      const { charge } = standingOf(entry)
      return charge.month === month ? [keyOf(charge.caller.base)] : []
    })
    return [...new Set(those)]
  }

  async *entries(range: { from: Instant; to: Instant }, base: PrincipalKey): AsyncGenerator<Entry> {
    for await (const entry of this.journal(range)) {
      if (keyOf(standingOf(entry).charge.caller.base) === base) yield entry
    }
  }

  async mend({ balance, details }: Drift): Promise<'mended'> {
    this.strike('mend')
    this.miscount(
      balance === undefined ? [] : [balance],
      details.map(({ lacks }) => lacks),
    )
    return 'mended'
  }

  /** The counters say this more than the journal. */
  miscount(balances: readonly Balance[], details: readonly Detail[]): void {
    this.#drift.balances.push(...balances)
    this.#drift.details.push(...details)
  }

  /** An entry is gone; its money stays counted, unless that went too. */
  lose(charge: Charge, money: boolean): void {
    const versions = this.#journal.get(entryId(charge)) ?? []
    this.#journal.delete(entryId(charge))
    if (!money) this.miscount(balancesFrom(versions), detailsFrom(versions))
  }
}
