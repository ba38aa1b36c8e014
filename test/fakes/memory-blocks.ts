import type { BlockedRecord } from '../../src/runtime/domain/judging/verdict.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import type { BlockBook } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

export class MemoryBlocks extends Faults implements BlockBook {
  readonly #records = new Map<PrincipalKey, BlockedRecord>()

  async all(): Promise<readonly BlockedRecord[]> {
    this.strike('all')
    return [...this.#records.values()]
  }

  async put(record: BlockedRecord): Promise<void> {
    this.strike('put')
    this.#records.set(record.principal, record)
  }

  async remove(principal: PrincipalKey): Promise<void> {
    this.strike('remove')
    this.#records.delete(principal)
  }
}
