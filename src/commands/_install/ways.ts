/** What init is given, how it speaks, and what it answers. */
import type { Plan } from '../../provision/engine/plan.ts'
import type { Door } from '../_compose.ts'

export interface InitFlags {
  readonly 'count-this-month'?: boolean | undefined
  readonly config?: string | undefined
  readonly details: boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
  /** The command that does the same again; undefined: init with its options. */
  readonly again?: string
}

export interface Ways {
  readonly json: boolean
  readonly say: (text: string) => void
  readonly interruptible: () => AbortSignal
  /** The install is a part of taking over from the original: that asks its own question, and has more to bring in. */
  readonly takeOver?: {
    confirm(plan: Plan): Promise<void>
    /** Everything exists, nothing of the past is counted yet. */
    applied(door: Door): Promise<void>
  }
}

export interface Done {
  readonly exit: number
  readonly document: object
}
