/** The plan as data: what was read and what follows from it. What is shown is what `apply` does. */
import type { Difference, Observed, Refusal, ResourceId } from './resource.ts'

interface StepBase {
  readonly id: ResourceId
  /** "DynamoDB table" */
  readonly kind: string
  /** The AWS name. */
  readonly name: string
  /** Why the guard needs it; of a refusal: what is in the way. */
  readonly why: string
  /** A state worth a word although it is fine: "waiting for the confirmation of …". */
  readonly note?: string | undefined
}

export type Step =
  | (StepBase & { readonly do: 'create' | 'keep' | 'remove' | 'retain' | 'restore' })
  /** `adopt`: what changes of a thing that is not ours; `give-back`: what of it becomes as it was before. */
  | (StepBase & { readonly do: 'adopt' | 'give-back'; readonly differences: readonly Difference[] })
  | (StepBase & {
      readonly do: 'update'
      readonly differences: readonly Difference[]
      /** `drift`: AWS was changed by somebody; `wish`: the settings or this version want something else. */
      readonly because: 'drift' | 'wish'
    })
  | (StepBase & {
      readonly do: 'refuse'
      readonly reason: Refusal['why']
      readonly suggestion: string
      readonly differences: readonly Difference[]
    })

export interface Plan {
  readonly purpose: 'install' | 'teardown'
  readonly guard: string
  readonly steps: readonly Step[]
  /** Worth a word although nothing is wrong: that the rights could not be checked beforehand. */
  readonly notes?: readonly string[]
  /** What can be reached from the internet once this plan is carried out, and could not before. */
  readonly opens?: readonly string[]
}

/** Counts by what is done, for the last line of a plan: `{ create: 12, keep: 3 }`. */
export type Summary = Readonly<Record<Step['do'], number>>

export function summaryOf(plan: Plan): Summary {
  const counts = {
    create: 0,
    adopt: 0,
    keep: 0,
    update: 0,
    remove: 0,
    retain: 0,
    restore: 0,
    'give-back': 0,
    refuse: 0,
  }
  for (const step of plan.steps) counts[step.do] += 1
  return counts
}

export const changesAnything = (plan: Plan): boolean =>
  plan.steps.some((step) => step.do !== 'keep' && step.do !== 'retain')

export const refusalsOf = (plan: Plan): readonly Extract<Step, { do: 'refuse' }>[] =>
  plan.steps.filter((step) => step.do === 'refuse')

/** What is in the way, each said once: all roles of a guard may be refused for one reason. */
export const whyRefused = (plan: Plan): string => [...new Set(refusalsOf(plan).map(({ why }) => why))].join('; ')

export const differencesOf = (step: Step): readonly Difference[] => ('differences' in step ? step.differences : [])

/** What apply reports while it works; it never prints. */
export interface Progress {
  readonly id: ResourceId
  readonly kind: string
  readonly name: string
  readonly do: Step['do']
  readonly state: 'started' | 'waiting' | 'done' | 'failed' | 'not-attempted'
  /** "waiting for role cost-guard-ingest to become assumable", the error's message, or what a restore did. */
  readonly text?: string
}

export interface Outcome {
  /** `said`: what a restore or removal answered in words. */
  readonly done: readonly { readonly step: Step; readonly said: readonly string[] }[]
  readonly failed: readonly { readonly step: Step; readonly error: unknown }[]
  /** Steps that waited for a failed one, or for an apply that was stopped. */
  readonly notAttempted: readonly { readonly step: Step; readonly because: string }[]
}

export interface Reconciler {
  plan(): Promise<Plan>
  /** Refuses (throws) a plan that holds a refusal. Failures of steps are in the outcome, never thrown. */
  apply(plan: Plan, report: (progress: Progress) => void, stop?: AbortSignal): Promise<Outcome>
  planTeardown(options: { readonly deleteData: boolean }): Promise<Plan>
}

export type { Difference, Observed, Refusal, ResourceId }
