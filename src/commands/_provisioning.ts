/** The reconciler over the list of resources, for one door and one set of settings; and applying a plan with its progress shown. */
import type { Outcome, Plan, Reconciler } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import type { Manifest } from '../provision/manifest.ts'
import { createReconciler } from '../provision/reconciler.ts'
import { findRuntimeAssets } from '../provision/runtime-assets.ts'
import { stack } from '../provision/stack.ts'
import { type Door, systemSleeper } from './_compose.ts'
import { messageOf, progressTo } from './_view/progress.ts'

/** @param installed what the last init left, for the key of a cost tag that is not wanted any more. */
export async function reconcilerFor(
  door: Door,
  settings: Settings,
  installed: Manifest | undefined,
): Promise<Reconciler> {
  const { account, region, partition, clients, clock, version, manifest } = door
  const scope = { names: door.names(settings), settings, account, region, partition, now: clock.now() }
  const known = (await manifest.facts()).keys()
  return createReconciler({
    resources: stack({ clients, scope, manifest, known, assets: findRuntimeAssets(), version }),
    inputs: scope,
    manifest,
    clock,
    sleeper: systemSleeper,
    formerCostKey: installed?.settings.costTag?.key,
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
