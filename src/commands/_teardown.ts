/** teardown: plan → shown → confirmed by name → at rest → everybody released → removed → looked up again to prove it. */
import type { Bearer } from '../provision/bearers.ts'
import {
  changesAnything,
  type Outcome,
  type Plan,
  type Reconciler,
  refusalsOf,
  whyRefused,
} from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import { globalRegionOf } from '../provision/partition.ts'
import { type Proof, proveGone } from '../provision/proof.ts'
import { defaultSettings } from '../provision/settings.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { canAsk, stopped, text } from './_ask/ask.ts'
import { awaitRunningCheck, inTwo, markClosing, stopStarting } from './_close.ts'
import type { Door } from './_compose.ts'
import { EXIT } from './_errors.ts'
import { assertNotElsewhere, inUse } from './_find-guard.ts'
import { allDone, applyShown, findInstalled, outcomeJson, reconcilerFor } from './_provisioning.ts'
import { releaseEverybody } from './_release.ts'
import { noteRemoval } from './_rooms.ts'
import { planJson, planText } from './_view/plan.ts'
import { outcomeText } from './_view/progress.ts'
import { freedText, proofJson, proofText } from './_view/teardown.ts'

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

interface Done {
  readonly exit: number
  readonly document: object
}

/** One teardown under way. */
interface Work {
  readonly door: Door
  readonly settings: Settings
  readonly reconciler: Reconciler
  readonly plan: Plan
  readonly deleteData: boolean
  readonly ways: Ways
}

export async function tearDown(door: Door, flags: Flags, ways: Ways): Promise<Done> {
  refuseWrongName(door, flags.confirm)
  const { installed, unreadable } = await findInstalled(door)
  if (installed === undefined && !unreadable) await refuseElsewhere(door)
  // Without a manifest (a teardown that was cut off late, a table removed by hand) everything is still found by its name.
  const settings = installed?.settings ?? { ...defaultSettings(door.guard), ...(await inUse(door.clients, door.guard)) }
  const reconciler = await reconcilerFor(door, settings, installed, installed ? 'apply' : 'sweep')
  const deleteData = flags['delete-data'] === true
  const plan = await reconciler.planTeardown({ deleteData })
  ways.say(`Guard ${door.guard} in account ${door.account}, region ${door.region}\n\n${planText(plan, flags)}`)
  refuseRefusals(plan)
  const work: Work = { door, settings, reconciler, plan, deleteData, ways }
  const changes = changesAnything(plan)
  if (changes && plan.steps.some((step) => step.do === 'retain'))
    ways.say('What stays can be removed with --delete-data.')
  if (flags['dry-run']) return { exit: EXIT.done, document: planJson(plan) }
  if (!changes) return proven(work, { released: [], outcome: nothingDone })
  await confirmByName(door, flags, ways, plan)
  return carryOut(work)
}

const refuseElsewhere = (door: Door): Promise<void> =>
  assertNotElsewhere(door.clients, {
    ...door,
    command: (region) => `${door.bin} teardown --guard ${door.guard} --region ${region}`,
  })

const nothingDone: Outcome = { done: [], failed: [], notAttempted: [] }

/** At rest, everybody free, everything gone, looked up again: in this order, and nothing before what it rests on. */
async function carryOut(work: Work): Promise<Done> {
  const { door, reconciler, plan, ways } = work
  const stop = ways.interruptible()
  const { starters, rest } = inTwo(plan)
  await markClosing(door)
  const first = await stopStarting(reconciler, starters, stop)
  if (!allDone(first)) return unfinished(work, first, [])
  await awaitRunningCheck(door, stop)
  const released = await releaseEverybody(door, plan)
  if (released.length > 0) ways.say(freedText(released))
  const second = await applyShown(reconciler, rest, { stop })
  const outcome: Outcome = {
    done: [...first.done, ...second.done],
    failed: second.failed,
    notAttempted: second.notAttempted,
  }
  if (!allDone(outcome)) return unfinished(work, outcome, released)
  ways.say(outcomeText(outcome))
  const tableStays = plan.steps.some((step) => step.id.startsWith('table/') && step.do === 'retain')
  if (tableStays) await noteRemoval(door, work.settings, released)
  return proven(work, { released, outcome })
}

function unfinished({ plan, ways }: Work, outcome: Outcome, released: readonly Bearer[]): Done {
  const interrupted = outcome.notAttempted.some(({ because }) => because === 'stopped on request')
  ways.say(outcomeText(outcome))
  ways.say(
    `${interrupted ? 'Interrupted.' : 'Not everything is gone.'} Run the same command again: it goes on where it was.`,
  )
  const unknown = { left: null, kept: null, awsKeeps: null, notLookedAt: null }
  const document = { ...planJson(plan), ...outcomeJson(outcome), released, ...unknown }
  return { exit: interrupted ? EXIT.interrupted : EXIT.failed, document }
}

async function proven(
  work: Work,
  { released, outcome }: { released: readonly Bearer[]; outcome: Outcome },
): Promise<Done> {
  const { door, plan, ways } = work
  const proof = await look(work)
  ways.say(proofText(proof, door.command(`teardown --confirm ${door.guard} --delete-data`)))
  const document = { ...planJson(plan), ...outcomeJson(outcome), released, ...proofJson(proof) }
  return { exit: proof.left.length === 0 ? EXIT.done : EXIT.failed, document }
}

async function look({ door, settings, reconciler, plan, deleteData }: Work): Promise<Proof> {
  const { clients, guard, region, partition, version } = door
  const globally = globalRegionOf(partition)
  const global = globally === region ? clients : (await import('./_cloud.ts')).awsClients({ region: globally, version })
  const again = await reconciler.planTeardown({ deleteData })
  return proveGone({ clients, global, guard, region, names: door.names(settings), plan, again, deleteData })
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
