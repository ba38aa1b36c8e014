import type { Instant, Month } from '../../src/runtime/domain/base/calendar.ts'
import type { Balance, Detail, Entry, FailedCalls } from '../../src/runtime/domain/metering/balance.ts'
import { balancesFrom, detailsFrom, entryId, standingOf } from '../../src/runtime/domain/metering/bookkeeping.ts'
import { type Charge, contentHash, type FailedCall } from '../../src/runtime/domain/metering/charge.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { Correction, Ledger, Recorded } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

type Fate = Recorded | 'refused'

/** A ledger that has only a journal: balances and details are recounted from it at every question. */
export class MemoryLedger extends Faults implements Ledger {
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
    yield* balancesFrom(this.#entries()).filter((balance) => balance.month === month)
  }

  async balance(principal: PrincipalKey, month: Month): Promise<Balance | undefined> {
    this.strike('balance')
    return balancesFrom(this.#entries()).find((one) => one.principal === principal && one.month === month)
  }

  async *detail(month: Month, principal?: PrincipalKey): AsyncGenerator<Detail> {
    this.strike('detail')
    const wanted = (row: Detail) => row.month === month && (principal === undefined || row.principal === principal)
    yield* detailsFrom(this.#entries()).filter(wanted)
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

  async *journal(range: { from: Instant; to: Instant }, principal?: PrincipalKey): AsyncGenerator<Entry> {
    this.strike('journal')
    const standings = [...this.#journal.values()].flatMap((versions) => {
      const last = versions.at(-1)
      return last === undefined ? [] : [{ versions, charge: standingOf(last).charge }]
    })
    for (const { versions, charge } of standings.sort((a, b) => a.charge.at - b.charge.at)) {
      const mine = principal === undefined || charge.principal === principal
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
}
