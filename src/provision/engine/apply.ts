/** Plan → AWS: in order, in parallel where nothing waits for anything. Never prints. */
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Room } from './judging.ts'
import { waitsFor } from './order.ts'
import { type Outcome, type Plan, type Progress, refusalsOf, type Step, whyRefused } from './plan.ts'
import type { Resource, ResourceId } from './resource.ts'
import { CHANGED_SINCE_PLAN, type StepRun, takeStep } from './step.ts'
import { STOPPED } from './wait.ts'

/** At once; AWS throttles IAM writes of one account readily. */
const PARALLEL_STEPS = 8

/** What the outcome says of steps that a stop left undone. */
export const STOPPED_IN_WORDS = 'stopped on request'

interface Run {
  readonly done: { step: Step; said: readonly string[] }[]
  readonly failed: { step: Step; error: unknown }[]
  readonly notAttempted: { step: Step; because: string }[]
  /** Set once nothing more may be started. */
  halted: string | undefined
}

export async function applyPlan(
  plan: Plan,
  room: Room,
  report: (progress: Progress) => void,
  stop?: AbortSignal,
): Promise<Outcome> {
  assertNoRefusal(plan)
  const run: Run = { done: [], failed: [], notAttempted: [], halted: undefined }
  const waits = waitsFor(plan.steps, room.resources)
  const byId = new Map(room.resources.map((resource) => [resource.id, resource]))
  const settled = new Map<ResourceId, 'done' | 'stuck'>()
  let open = [...plan.steps]
  const running = new Map<ResourceId, Promise<void>>()

  while (open.length > 0 || running.size > 0) {
    if (stop?.aborted) run.halted ??= STOPPED_IN_WORDS
    open = open.filter((step) => {
      const blocker = blockedBy(step, waits, settled)
      if (blocker === undefined && run.halted === undefined) return true
      leave(step, run, run.halted ?? `${blocker} did not succeed`, report)
      settled.set(step.id, 'stuck')
      return false
    })
    const ready = open.filter((step) => [...(waits.get(step.id) ?? [])].every((id) => settled.get(id) === 'done'))
    const starting = ready.slice(0, PARALLEL_STEPS - running.size)
    if (starting.length === 0 && running.size === 0 && open.length > 0) throw circle(open)
    open = open.filter((step) => !starting.includes(step))
    for (const step of starting) {
      const work = carryOut(step, byId.get(step.id), { room, run, report, stop }).then((ok) => {
        settled.set(step.id, ok ? 'done' : 'stuck')
        running.delete(step.id)
      })
      running.set(step.id, work)
    }
    if (running.size > 0) await Promise.race(running.values())
  }
  return run
}

const blockedBy = (
  step: Step,
  waits: ReadonlyMap<ResourceId, ReadonlySet<ResourceId>>,
  settled: ReadonlyMap<ResourceId, 'done' | 'stuck'>,
): ResourceId | undefined => [...(waits.get(step.id) ?? [])].find((id) => settled.get(id) === 'stuck')

interface Work {
  readonly room: Room
  readonly run: Run
  readonly stop: AbortSignal | undefined
  report(progress: Progress): void
}

async function carryOut(
  step: Step,
  resource: Resource | undefined,
  { room, run, stop, report }: Work,
): Promise<boolean> {
  const said: string[] = []
  const tell = (state: Progress['state'], text?: string) => report(progressOf(step, state, text))
  const idle = step.do === 'keep' || step.do === 'retain'
  try {
    if (!idle) {
      if (!resource) throw unknownResource(step)
      tell('started')
      const say = (text: string) => tell('waiting', text)
      const stepRun: StepRun = { step, resource, room, stop, say, answer: (text) => said.push(text) }
      await takeStep(stepRun)
      tell('done', said.at(-1))
    }
    run.done.push({ step, said })
    return true
  } catch (error) {
    if (error instanceof GuardError && error.code === STOPPED) {
      leave(step, run, STOPPED_IN_WORDS, report)
      return false
    }
    run.failed.push({ step, error })
    tell('failed', error instanceof Error ? error.message : String(error))
    if (error instanceof GuardError && error.code === CHANGED_SINCE_PLAN) run.halted ??= 'the plan is out of date'
    return false
  }
}

function leave(step: Step, run: Run, because: string, report: (progress: Progress) => void): void {
  const idle = step.do === 'keep' || step.do === 'retain'
  if (idle) {
    run.done.push({ step, said: [] })
    return
  }
  run.notAttempted.push({ step, because })
  report(progressOf(step, 'not-attempted', because))
}

const progressOf = (step: Step, state: Progress['state'], text: string | undefined): Progress => ({
  id: step.id,
  kind: step.kind,
  name: step.name,
  do: step.do,
  state,
  ...(text === undefined ? {} : { text }),
})

function assertNoRefusal(plan: Plan): void {
  const refusals = refusalsOf(plan)
  if (refusals.length === 0) return
  throw new GuardError({
    code: 'plan-refused',
    fault: 'user',
    message: `nothing was changed: ${whyRefused(plan)}`,
    suggestions: [...new Set(refusals.map((refusal) => refusal.suggestion))],
  })
}

const unknownResource = (step: Step): GuardError =>
  new GuardError({
    code: 'unknown-resource',
    fault: 'bug',
    message: `the plan names ${step.id}, which is not in the stack`,
  })

const circle = (open: readonly Step[]): GuardError =>
  new GuardError({
    code: 'circular-needs',
    fault: 'bug',
    message: `these wait for each other: ${open.map((step) => step.id).join(', ')}`,
  })
