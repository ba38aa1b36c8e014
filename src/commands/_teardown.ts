/** teardown: plan → shown → confirmed by name → everybody released → removed → read again to prove it. */
import { changesAnything, type Plan, type Reconciler, refusalsOf, whyRefused } from '../provision/engine/plan.ts'
import { defaultSettings } from '../provision/settings.ts'
import { GuardError } from '../runtime/domain/guard-error.ts'
import { canAsk, stopped, text } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { EXIT } from './_errors.ts'
import { allDone, applyShown, findInstalled, outcomeJson, reconcilerFor } from './_provisioning.ts'
import { releaseEverybody } from './_release.ts'
import { planJson, planText } from './_view/plan.ts'
import { outcomeText } from './_view/progress.ts'

interface Flags {
  readonly confirm?: string | undefined
  readonly 'delete-data': boolean
  readonly 'dry-run': boolean
  readonly details: boolean
}

interface Ways {
  readonly json: boolean
  readonly say: (text: string) => void
  readonly interruptible: () => AbortSignal
}

export async function tearDown(door: Door, flags: Flags, ways: Ways): Promise<{ exit: number; document: object }> {
  refuseWrongName(door, flags.confirm)
  const { installed } = await findInstalled(door)
  // Without a manifest everything is still found by its name: a teardown that was cut off late, a table removed by hand.
  const reconciler = await reconcilerFor(door, installed?.settings ?? defaultSettings(door.guard), installed, 'apply')
  const options = { deleteData: flags['delete-data'] === true }
  const plan = await reconciler.planTeardown(options)
  ways.say(`Guard ${door.guard} in account ${door.account}, region ${door.region}\n\n${planText(plan, flags)}`)
  refuseRefusals(plan)
  const kept = plan.steps.some((step) => step.do === 'retain')
  if (kept) ways.say(`What stays can be removed with --delete-data.`)
  if (flags['dry-run'] || !changesAnything(plan)) return { exit: EXIT.done, document: planJson(plan) }
  await confirmByName(door, flags, ways, plan)

  const released = await releaseEverybody(door, plan)
  if (released.length > 0) ways.say(`Released: ${released.join(', ')}`)
  const outcome = await applyShown(reconciler, plan, { stop: ways.interruptible() })
  ways.say(outcomeText(outcome))
  const document = { ...planJson(plan), ...outcomeJson(outcome), released }
  if (!allDone(outcome)) {
    const interrupted = outcome.notAttempted.some(({ because }) => because === 'stopped on request')
    ways.say(
      `${interrupted ? 'Interrupted.' : 'Not everything is gone.'} Run the same command again: it goes on where it was.`,
    )
    return { exit: interrupted ? EXIT.interrupted : EXIT.failed, document: { ...document, left: null } }
  }
  const left = await whatIsLeft(reconciler, options)
  ways.say(
    left.length === 0
      ? leftText(plan)
      : `Still there: ${left.join(', ')}\nTry this: ${door.command(`teardown --confirm ${door.guard}`)}`,
  )
  return { exit: left.length === 0 ? EXIT.done : EXIT.failed, document: { ...document, left } }
}

/** Everything is read again: what a new plan would still remove is still there. */
async function whatIsLeft(reconciler: Reconciler, options: { deleteData: boolean }): Promise<readonly string[]> {
  const again = await reconciler.planTeardown(options)
  return again.steps
    .filter((step) => step.do !== 'retain' && step.do !== 'keep')
    .map((step) => `${step.kind} ${step.name}`)
}

function leftText(plan: Plan): string {
  const kept = plan.steps.filter((step) => step.do === 'retain').map((step) => `  ${step.kind} ${step.name}`)
  return kept.length === 0
    ? 'Read again: nothing of the guard is left.'
    : ['Read again: nothing of the guard is left but what was to stay:', ...kept].join('\n')
}

function refuseWrongName(door: Door, confirm: string | undefined): void {
  if (confirm === undefined || confirm === door.guard) return
  throw new GuardError({
    code: 'wrong-name',
    fault: 'user',
    message: `nothing was changed: --confirm says "${confirm}", but this guard is called "${door.guard}"`,
    suggestions: [door.command(`teardown --confirm ${door.guard}`), `--guard ${confirm}, if that one is meant`],
  })
}

function refuseRefusals(plan: Plan): void {
  const refusals = refusalsOf(plan)
  if (refusals.length === 0) return
  const suggestions = [...new Set(refusals.map((step) => step.suggestion))]
  throw stopped('plan-refused', `nothing was changed: ${whyRefused(plan)}`, suggestions, planJson(plan))
}

async function confirmByName(door: Door, flags: Flags, ways: Ways, plan: Plan): Promise<void> {
  if (flags.confirm !== undefined) return
  const answeredBy = door.command(`teardown --confirm ${door.guard}${flags['delete-data'] ? ' --delete-data' : ''}`)
  if (ways.json || !canAsk()) {
    const why = ways.json ? '--json never asks' : 'there is no terminal to ask on'
    throw stopped(
      'needs-confirm',
      `nothing was changed: ${why}, and --confirm was not given`,
      [answeredBy],
      planJson(plan),
    )
  }
  const typed = await text({ message: `To remove it, type the name of the guard (${door.guard}):` })
  if (typed !== door.guard) throw stopped('declined', 'cancelled - no changes made', [])
}
