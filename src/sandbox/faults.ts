/** Faults on demand: refused, slow, lost in answer, or cut. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, errorAnswer } from './door/answer.ts'
import type { Decoded } from './door/decode.ts'

export interface Fault {
  /** As in calls(): `dynamodb`, `bedrock-runtime`; undefined: any. */
  readonly service?: string
  readonly operation?: string
  /** Undefined with `delayMs`: only slow. 'cut': the connection breaks instead of an answer. */
  readonly error?:
    | {
        readonly code: string
        readonly message: string
        readonly status?: number
        readonly fields?: Readonly<Record<string, unknown>>
      }
    | 'cut'
  /** How many matching calls are hit; default 1. */
  readonly times?: number
  /** How many matching calls pass before the first is hit; default 0. */
  readonly skip?: number
  /** `before`: AWS never saw it. `after`: AWS did it and the answer was lost. Default `before`. */
  readonly when?: 'before' | 'after'
  readonly delayMs?: number
  matches?(call: Decoded & { readonly caller: { readonly arn: string } | undefined }): boolean
}

interface Pending {
  readonly fault: Fault
  skip: number
  left: number
}

export class Faults {
  #pending: Pending[] = []

  inject(fault: Fault): { readonly left: () => number; remove(): void } {
    const pending = { fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }
    this.#pending.push(pending)
    return {
      left: () => pending.left,
      remove: () => {
        this.#pending = this.#pending.filter((one) => one !== pending)
      },
    }
  }
  clear(): void {
    this.#pending = []
  }
  /** The fault that hits this call, counted down; waits here when it only delays. */
  async due(
    call: Decoded & { readonly caller: { readonly arn: string } | undefined },
  ): Promise<{ when: 'before' | 'after'; answer(call: Decoded): Answer } | undefined> {
    for (const pending of this.#pending) {
      const { fault } = pending
      if (pending.left <= 0) continue
      if (fault.service !== undefined && fault.service !== call.service) continue
      if (fault.operation !== undefined && fault.operation !== call.operation) continue
      if (fault.matches && !fault.matches(call)) continue
      if (pending.skip > 0) {
        pending.skip--
        continue
      }
      pending.left--
      if (fault.delayMs) await sleep(fault.delayMs)
      const { error } = fault
      if (error === undefined) continue
      const cut: Answer = { status: 500, headers: {}, body: Buffer.alloc(0), cut: true }
      return { when: fault.when ?? 'before', answer: (one) => (error === 'cut' ? cut : errorAnswer(one.wire, error)) }
    }
    return undefined
  }
}
