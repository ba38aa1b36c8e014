/** From a guard's name and what was given to a reconciler over its whole stack: what init, plan and teardown begin with. */
import type { Clock, Sleeper } from '../runtime/ports.ts'
import type { AwsClients } from './clients.ts'
import type { Reconciler } from './engine/plan.ts'
import type { Settings } from './guard.ts'
import type { Manifest, ManifestStore } from './manifest.ts'
import { manifestStore } from './manifest-store.ts'
import { type Names, namesFor } from './names.ts'
import { createReconciler } from './reconciler.ts'
import type { RuntimeAssets } from './runtime-assets.ts'
import { type GivenSettings, mergeSettings } from './settings.ts'
import { stack } from './stack.ts'

export interface GuardParts {
  readonly clients: AwsClients
  readonly guard: string
  readonly account: string
  readonly region: string
  readonly partition: string
  /** Over what is installed; empty for `plan` and `teardown`. */
  readonly given: GivenSettings
  /** Of cost-guard itself. */
  readonly version: string
  readonly clock: Clock
  readonly sleeper: Sleeper
  readonly assets: RuntimeAssets
}

export interface OpenGuard {
  /** As they will be once the plan is applied. */
  readonly settings: Settings
  /** Undefined: nothing of this name is installed here. */
  readonly installed: Manifest | undefined
  readonly names: Names
  readonly manifest: ManifestStore
  readonly reconciler: Reconciler
}

/** @throws GuardError `bad-settings` naming every problem at once, before anything but the manifest is read. */
export async function openGuard(parts: GuardParts): Promise<OpenGuard> {
  const { clients, guard, clock, assets, version } = parts
  const where = { account: parts.account, region: parts.region, partition: parts.partition }
  const { table } = namesFor(guard, where)
  const manifest = manifestStore({ clients, table, clock })
  const [installed, facts] = await Promise.all([manifest.read(), manifest.facts()])
  const settings = mergeSettings(installed?.settings, parts.given, { guard, now: clock.now() })
  const names = namesFor(guard, { ...where, logGroup: settings.logGroup })
  const scope = { ...where, settings, names, now: clock.now() }
  const resources = stack({ clients, scope, manifest, known: facts.keys(), assets, version })
  const formerCostKey = installed?.settings.costTag?.key
  const reconciler = createReconciler({
    resources,
    inputs: scope,
    manifest,
    clock,
    sleeper: parts.sleeper,
    formerCostKey,
  })
  return { settings, installed, names, manifest, reconciler }
}
