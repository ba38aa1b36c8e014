import { GuardError } from '../../src/runtime/domain/base/guard-error.ts'
import type { Exclusion, Limit, LimitId, ManualBlock, Waiver, Wishes } from '../../src/runtime/domain/judging/limit.ts'
import type { Subject } from '../../src/runtime/domain/metering/belonging.ts'
import type { LimitBook } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

export class MemoryLimits extends Faults implements LimitBook {
  readonly #limits = new Map<LimitId, Limit>()
  readonly #waivers = new Map<string, Waiver>()
  readonly #blocks = new Map<Subject, ManualBlock>()
  readonly #excluded = new Map<Subject, Exclusion>()

  async wishes(): Promise<Wishes> {
    this.strike('wishes')
    return {
      limits: [...this.#limits.values()],
      waivers: [...this.#waivers.values()],
      blocks: [...this.#blocks.values()],
      excluded: [...this.#excluded.keys()],
    }
  }

  async put(limit: Limit): Promise<{ previous: Limit | undefined }> {
    this.strike('put')
    const previous = this.#limits.get(limit.id)
    if (previous !== undefined && previous.version >= limit.version) {
      throw new GuardError({ code: 'limit-changed', fault: 'user', message: `${limit.id} changed`, retry: 'soon' })
    }
    this.#limits.set(limit.id, limit)
    return { previous }
  }

  async remove(id: LimitId): Promise<{ previous: Limit | undefined }> {
    this.strike('remove')
    const previous = this.#limits.get(id)
    this.#limits.delete(id)
    return { previous }
  }

  async waive(waiver: Waiver): Promise<void> {
    this.strike('waive')
    this.#waivers.set(waiver.id, waiver)
  }

  async endWaiver(id: string): Promise<void> {
    this.strike('endWaiver')
    this.#waivers.delete(id)
  }

  async block(block: ManualBlock): Promise<void> {
    this.strike('block')
    this.#blocks.set(block.principal, block)
  }

  async endBlock(principal: Subject): Promise<{ previous: ManualBlock | undefined }> {
    this.strike('endBlock')
    const previous = this.#blocks.get(principal)
    this.#blocks.delete(principal)
    return { previous }
  }

  async exclude(exclusion: Exclusion): Promise<void> {
    this.strike('exclude')
    this.#excluded.set(exclusion.principal, exclusion)
  }

  async endExclusion(principal: Subject): Promise<void> {
    this.strike('endExclusion')
    this.#excluded.delete(principal)
  }

  async exclusions(): Promise<readonly Exclusion[]> {
    return [...this.#excluded.values()]
  }
}
