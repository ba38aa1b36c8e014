/** The reconciler over the list of resources, for one door and one set of settings; and applying a plan with its progress shown. */
import type { Outcome, Plan, Reconciler } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import type { Manifest } from '../provision/manifest.ts'
import { openGuard } from '../provision/open-guard.ts'
import { findRuntimeAssets } from '../provision/runtime-assets.ts'
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import { type Door, systemSleeper } from './_compose.ts'
import { messageOf, progressTo } from './_view/progress.ts'

export interface Found {
  /** Undefined: there is no guard of this name here, or it may not be read. */
  readonly installed: Manifest | undefined
  /** The caller lacks the right to read it: the plan says so, with all other missing rights. */
  readonly unreadable: boolean
}

/** @param table as the command was told: a first install that was cut off early has only that to be found by. */
export async function findInstalled(door: Door, table?: unknown): Promise<Found> {
  try {
    const installed = await door.installed()
    const named = installed === undefined && typeof table === 'string' && table !== ''
    return { installed: named ? await inTable(door, table) : installed, unreadable: false }
  } catch (error) {
    if (isAccessDenied(error)) return { installed: undefined, unreadable: true }
    throw error
  }
}

/** Another guard's table is none of ours: the plan says what is wrong with it. */
async function inTable(door: Door, table: string): Promise<Manifest | undefined> {
  const found = await door.manifestIn(table).read()
  return found?.settings.guard === door.guard ? found : undefined
}

/**
 * @param installed what the last init left, for the key of a cost tag that is not wanted any more
 * @param how `look`: the plan is only shown, so the rights to change things are not asked about; `sweep`: there is no
 *   manifest to tell what was made, so it is looked for
 */
export async function reconcilerFor(
  door: Door,
  settings: Settings,
  installed: Manifest | undefined,
  how: 'look' | 'apply' | 'sweep',
): Promise<Reconciler> {
  const { account, region, partition, clients, clock, version } = door
  return openGuard({
    ...{ account, region, partition, clients, clock, version, settings, installed },
    manifest: door.manifestIn(settings.table),
    caller: how === 'look' ? undefined : door.caller,
    viewer: door.caller,
    thorough: how === 'sweep',
    sleeper: systemSleeper,
    assets: findRuntimeAssets(),
  })
}

export async function applyShown(
  reconciler: Reconciler,
  plan: Plan,
  how: { readonly stop: AbortSignal },
): Promise<Outcome> {
  const progress = progressTo(process.stderr, plan.steps.length)
  try {
    return await reconciler.apply(plan, progress.report, how.stop)
  } finally {
    progress.end()
  }
}

/** What `--json` says about how it went, beside the plan. */
export const outcomeJson = (outcome: Outcome) => ({
  done: outcome.done.map(({ step }) => step.id),
  failed: outcome.failed.map(({ step, error }) => ({ id: step.id, message: messageOf(error) })),
  notAttempted: outcome.notAttempted.map(({ step, because }) => ({ id: step.id, because })),
})

export const allDone = (outcome: Outcome): boolean => outcome.failed.length === 0 && outcome.notAttempted.length === 0
