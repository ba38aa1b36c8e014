/** A guard on the emulator: the parts that tests of resources and of the engine put together as they need. */
import { type AwsCall, type AwsClients, awsClients } from '../../src/provision/clients.ts'
import type { Outcome, Plan } from '../../src/provision/engine/plan.ts'
import type { Inputs, Resource } from '../../src/provision/engine/resource.ts'
import type { PageSettings, Settings } from '../../src/provision/guard.ts'
import type { ManifestStore } from '../../src/provision/manifest.ts'
import { manifestStore } from '../../src/provision/manifest-store.ts'
import { namesOf } from '../../src/provision/names.ts'
import { createReconciler } from '../../src/provision/reconciler.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { type Instant, instant } from '../../src/runtime/domain/base/calendar.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'
export const NOW = instant(Date.UTC(2026, 10, 20, 3, 0, 0))
export const clock = { now: (): Instant => NOW }
/** Waiting costs nothing; how often and how long is counted. */
export const sleeper = { sleep: async (_milliseconds: number) => {} }

export function settingsOf(overrides: Partial<Settings> = {}): Settings {
  return { ...defaultSettings(overrides.guard ?? 'cg-test'), ...overrides }
}

/** A self-service page as `init --dashboard` wishes it without another word. */
export const aPage = (given: Partial<PageSettings> = {}): PageSettings => ({
  ...{ shows: 'own', mfa: 'optional', cidrs: [], prefix: undefined, url: undefined },
  ...{ sesIdentity: undefined, mailFrom: undefined },
  ...given,
})

export type Scope = Omit<Inputs, 'remembered'>
export function scopeOf(settings: Settings): Scope {
  const where = { account: ACCOUNT, region: REGION, partition: 'aws' }
  return { ...where, settings, now: NOW, names: namesOf(settings, where) }
}

export interface World {
  readonly clients: AwsClients
  readonly calls: AwsCall[]
  scope(overrides?: Partial<Settings>): Scope
  manifest(scope: Scope): ManifestStore
  /** `formerCostKey`: key of the cost tag at the last install. */
  plan(resources: readonly Resource[], scope: Scope, formerCostKey?: string): Promise<Plan>
  install(
    resources: readonly Resource[],
    scope: Scope,
    formerCostKey?: string,
  ): Promise<{ plan: Plan; outcome: Outcome }>
  teardown(
    resources: readonly Resource[],
    scope: Scope,
    deleteData?: boolean,
  ): Promise<{ plan: Plan; outcome: Outcome }>
}

export function world(onCall?: (call: AwsCall) => void): World {
  const calls: AwsCall[] = []
  const clients = awsClients({
    region: REGION,
    onCall: (call) => {
      if (call.phase === 'after') calls.push(call)
      onCall?.(call)
    },
  })
  const scope = (overrides?: Partial<Settings>) => scopeOf(settingsOf(overrides))
  const manifest = (of: Scope) => manifestStore({ clients, table: of.names.table, clock })
  const reconciler = (resources: readonly Resource[], inputs: Scope, formerCostKey?: string) =>
    createReconciler({ resources, inputs, manifest: manifest(inputs), clock, sleeper, formerCostKey })
  return {
    clients,
    calls,
    scope,
    manifest,
    plan: (resources, of, formerCostKey) => reconciler(resources, of, formerCostKey).plan(),
    async install(resources, of, formerCostKey) {
      const engine = reconciler(resources, of, formerCostKey)
      const plan = await engine.plan()
      return { plan, outcome: await engine.apply(plan, () => {}) }
    },
    async teardown(resources, of, deleteData = false) {
      const engine = reconciler(resources, of)
      const plan = await engine.planTeardown({ deleteData })
      return { plan, outcome: await engine.apply(plan, () => {}) }
    },
  }
}

/** `['create DynamoDB table', …]`, sorted by the plan. */
export const told = (plan: Plan): string[] => plan.steps.map((step) => `${step.do} ${step.kind}`)

/** Fails with the errors of the steps that failed. */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.failed.length === 0 && outcome.notAttempted.length === 0) return outcome
  // The text alone: an SDK error carries the whole socket, and vitest would print it.
  const errors = outcome.failed.map(({ step, error }) => `${step.do} ${step.id}: ${String(error)}`)
  throw new Error(errors.join('; '))
}
