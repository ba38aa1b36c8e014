/** One step of a plan, carried to its end: read again, change, read until it is so. */
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import {
  adoptedFrom,
  isGuards,
  judge,
  lookAt,
  type Room,
  SETTLE_DEADLINE_MS,
  toGiveBack,
  type Verdict,
} from './judging.ts'
import { differencesOf, type Step } from './plan.ts'
import type { Difference, Doing, Resource } from './resource.ts'
import { type Look, waitUntil } from './wait.ts'

export interface StepRun {
  readonly step: Step
  readonly resource: Resource
  readonly room: Room
  readonly stop: AbortSignal | undefined
  /** Progress: what is waited for. */
  say(text: string): void
  /** What was done, in words, where that is not obvious. */
  answer(text: string): void
}

export const CHANGED_SINCE_PLAN = 'changed-since-the-plan'

export async function takeStep(run: StepRun): Promise<void> {
  if (run.step.do === 'remove' || run.step.do === 'restore') return takeAway(run)
  if (run.step.do === 'give-back') return giveBack(run)
  if (run.step.do === 'adopt') await noteWhatWas(run)
  if (run.step.do === 'create' || run.step.do === 'update' || run.step.do === 'adopt') return bringAbout(run)
}

/** Before anything of it is changed, and once: a second run would write down our own doing. */
async function noteWhatWas(run: StepRun): Promise<void> {
  const { resource, room } = run
  if (adoptedFrom(resource, room) !== undefined) return
  const seen = await lookAt(resource, room, run)
  if (seen.state === 'absent') throw changed(run, 'it is gone')
  await room.remember(resource.id, resource.adoption?.before(seen.actual, room.inputs) ?? '{}')
}

/** Until nothing of it is the guard's doing any more; then the note of what was before goes too. */
async function giveBack(run: StepRun): Promise<void> {
  const { resource, room } = run
  const acted = new Set<string>()
  const back = differencesOf(run.step).map(({ field, want }) => `${field} is ${want} again`)
  await waitUntil<void>(async (): Promise<Look<void>> => {
    const seen = await lookAt(resource, room, run)
    const before = adoptedFrom(resource, room)
    if (seen.state === 'absent' || before === undefined) return { done: true, value: undefined }
    const differences = toGiveBack(resource, seen.actual, room)
    if (differences.length === 0) return { done: true, value: undefined }
    const situation = differences.map(differenceKey).sort().join('\n')
    const missing = `${resource.kind} ${resource.name} to be as it was`
    if (acted.has(situation)) return { done: false, for: missing }
    acted.add(situation)
    return whenPropagated(
      run,
      async () => {
        const doing = doingFor(run, undefined)
        await resource.adoption?.giveBack(seen.actual, before, differences, doing, room.inputs)
        return { done: false, for: missing, acted: true }
      },
      () => acted.delete(situation),
    )
  }, waiting(run))
  await room.remember(resource.id, undefined)
  run.answer(['given back', ...back].join(', '))
}

/**
 * Level-triggered: looks, changes what differs, looks again until nothing differs. The same difference is acted on once;
 * if it is still there AWS has not caught up and it is waited for. What failed for lack of propagation is tried again.
 */
async function bringAbout(run: StepRun): Promise<void> {
  const { resource, room } = run
  const desired = resource.desired(room.inputs)
  const acted = new Set<string>()
  let first = true
  await waitUntil<void>(async (): Promise<Look<void>> => {
    const verdict = judge(resource, desired, await lookAt(resource, room, run), room)
    if (first) assertAsPlanned(run, verdict)
    first = false
    if (verdict.is === 'ours' && verdict.differences.length === 0) return { done: true, value: undefined }
    const situation = keyOf(verdict)
    if (acted.has(situation) || verdict.is === 'foreign') return { done: false, for: stillMissing(resource, verdict) }
    acted.add(situation)
    const doing = doingFor(run, desired)
    return whenPropagated(
      run,
      async () => {
        if (verdict.is === 'absent') await resource.create(desired, doing, room.inputs)
        else await resource.update(desired, verdict.actual, verdict.differences, doing, room.inputs)
        return { done: false, for: `${resource.kind} ${resource.name} to show the change`, acted: true }
      },
      () => acted.delete(situation),
    )
  }, waiting(run))
}

/** Some things go in several changes (protection off, then delete): what changed since is acted on again. */
async function takeAway(run: StepRun): Promise<void> {
  const { resource, room } = run
  const desired = resource.desired(room.inputs)
  const acted = new Set<string>()
  await waitUntil<void>(async (): Promise<Look<void>> => {
    const verdict = judge(resource, undefined, await lookAt(resource, room, run), room)
    const gone = verdict.is === 'absent' || (verdict.is === 'ours' && !isGuards(resource, verdict.actual, room))
    if (gone) return { done: true, value: undefined }
    if (verdict.is === 'foreign') throw changed(run, 'it does not belong to this guard any more')
    const situation = JSON.stringify(verdict.actual)
    if (acted.has(situation)) return { done: false, for: `${resource.kind} ${resource.name} to be gone` }
    acted.add(situation)
    return whenPropagated(
      run,
      async () => {
        const doing = doingFor(run, desired)
        if (run.step.do === 'restore') run.answer(await restore(resource, verdict.actual, doing, room))
        else await resource.remove(verdict.actual, doing, room.inputs)
        return { done: false, for: `${resource.kind} ${resource.name} to be gone`, acted: true }
      },
      () => acted.delete(situation),
    )
  }, waiting(run))
}

async function restore(resource: Resource, actual: unknown, doing: Doing, room: Room): Promise<string> {
  if (resource.restore) return resource.restore(actual, doing, room.inputs)
  throw new GuardError({ code: 'no-restore', fault: 'bug', message: `${resource.id} cannot be restored` })
}

/** IAM and its readers agree after seconds; what AWS refuses until then is waited for, by name. */
async function whenPropagated(run: StepRun, act: () => Promise<Look<void>>, again: () => void): Promise<Look<void>> {
  try {
    return await act()
  } catch (error) {
    // Our own errors say what is waited for; AWS's texts say what is wrong until then.
    const ours = error instanceof GuardError && error.retry === 'after-propagation' ? error.message : undefined
    if (ours === undefined && !run.room.errors.isNotPropagatedYet(error)) throw error
    again()
    return { done: false, for: ours ?? `AWS to know what was just made (${(error as Error).message})` }
  }
}

function doingFor({ resource, room, say, answer }: StepRun, desired: unknown): Doing {
  return {
    tags: resource.ownership.by === 'adopted' ? {} : room.tags.wanted(resource.id, desired),
    remember: (fact) => room.remember(resource.id, fact),
    say,
    answer,
  }
}

const waiting = (run: StepRun) => ({
  sleeper: run.room.sleeper,
  deadlineMs: SETTLE_DEADLINE_MS,
  say: run.say,
  stop: run.stop,
})

/** Already as wanted is fine: somebody else ran the same plan. Anything else that was not in the plan stops it. */
function assertAsPlanned(run: StepRun, verdict: Verdict): void {
  const asWanted = verdict.is === 'ours' && verdict.differences.length === 0
  if (asWanted) return
  if (run.step.do === 'create' && verdict.is === 'absent') return
  if (run.step.do === 'create') throw changed(run, 'it was absent and exists now')
  if (verdict.is !== 'ours') throw changed(run, verdict.is === 'absent' ? 'it is gone' : 'it is not ours any more')
  const planned = new Set(differencesOf(run.step).map(differenceKey))
  const unplanned = verdict.differences.filter(
    // What follows another thing differs in a way that nobody could know beforehand.
    (difference) => !planned.has(differenceKey(difference)) && !follows(run, difference),
  )
  if (unplanned.length > 0) throw changed(run, `now ${unplanned.map((one) => `${one.field} is ${one.is}`).join('; ')}`)
}

const follows = ({ resource }: StepRun, { field }: Difference): boolean =>
  resource.follows !== undefined &&
  (resource.follows.fields.some((one) => field === one || field.startsWith(`${one}/`)) || field.startsWith('tag/'))

function changed({ resource }: StepRun, how: string): GuardError {
  return new GuardError({
    code: CHANGED_SINCE_PLAN,
    fault: 'user',
    retry: 'no',
    message: `the ${resource.kind} ${resource.name} changed since the plan: ${how}`,
    suggestions: ['run the command again: it makes a new plan'],
  })
}

const keyOf = (verdict: Verdict): string =>
  verdict.is === 'ours' ? verdict.differences.map(differenceKey).sort().join('\n') : verdict.is

const differenceKey = (difference: Difference): string => `${difference.field}\u0000${difference.is}`

const stillMissing = (resource: Resource, verdict: Verdict): string => {
  const what = verdict.is === 'ours' ? verdict.differences.map((one) => one.field).join(', ') : 'it'
  return `${resource.kind} ${resource.name} to show ${what}`
}
