/** From a guard's settings to a reconciler over its whole stack: what init, plan and teardown begin with. */
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import type { Clock, Sleeper } from '../runtime/ports.ts'
import { boundaryCheck } from './boundary.ts'
import { cautions } from './cautions.ts'
import type { AwsClients } from './clients.ts'
import type { Plan, Reconciler } from './engine/plan.ts'
import type { Settings } from './guard.ts'
import { loggedText } from './logged-text.ts'
import type { Manifest, ManifestStore } from './manifest.ts'
import { namesOf } from './names.ts'
import { refuseWithoutSignIn } from './page.ts'
import { type AboutPublic, changedForPeople, opening } from './page-public.ts'
import { preflight } from './preflight.ts'
import { createReconciler } from './reconciler.ts'
import type { RuntimeAssets } from './runtime-assets.ts'
import { stack } from './stack.ts'
import { lockedOutText, readersWithoutKeyText, whoReadsText } from './who-reads.ts'

export interface GuardParts {
  readonly clients: AwsClients
  readonly account: string
  readonly region: string
  readonly partition: string
  /** As they will be once the plan is applied. */
  readonly settings: Settings
  /** What the last init left; undefined: nothing of this name is installed here, or it may not be read. */
  readonly installed: Manifest | undefined
  readonly manifest: ManifestStore
  /** ARN of who is about to apply the plan: their rights become part of it. Undefined: a plan that is only looked at. */
  readonly caller: string | undefined
  /** ARN of whoever reads the plan. */
  readonly viewer?: string | undefined
  /** Of cost-guard itself. */
  readonly version: string
  /** Looks also for what no manifest tells of: a teardown after the settings are gone. */
  readonly thorough?: boolean | undefined
  readonly clock: Clock
  readonly sleeper: Sleeper
  readonly assets: RuntimeAssets
}

export async function openGuard(parts: GuardParts): Promise<Reconciler> {
  const { clients, account, region, partition, settings, installed, manifest, caller, clock, assets, version } = parts
  refuseWithoutSignIn({ partition, settings })
  const where = { account, region, partition }
  const names = namesOf(settings, where)
  const scope = { ...where, settings, names, now: clock.now() }
  const known = await factIds(manifest)
  return createReconciler({
    resources: stack({ clients, scope, manifest, known, assets, version, thorough: parts.thorough }),
    inputs: scope,
    manifest,
    clock,
    sleeper: parts.sleeper,
    formerCostKey: installed?.settings.costTag?.key,
    check: inTurn([
      boundaryCheck(clients, scope),
      ...(caller === undefined ? [] : [preflight({ clients, scope, caller })]),
      async (plan) => cautioned(plan, cautions(installed?.settings, settings, clock.now())),
      async (plan) => cautioned(plan, await aboutReaders(plan, parts)),
      async (plan) => publicly(plan, { ...where, before: installed?.settings, after: settings, names }),
    ]),
  })
}

async function aboutReaders(plan: Plan, { clients, region, settings, caller, viewer }: GuardParts) {
  if (plan.purpose === 'teardown') return []
  const text = await loggedText(clients, plan, { region, wished: settings.bodies.text })
  const who = viewer ?? caller
  return [
    ...(text ? whoReadsText(settings, settings.bodies.text ? 'wished' : 'found') : []),
    ...(who === undefined ? [] : lockedOutText(settings, who)),
    ...readersWithoutKeyText(settings),
  ]
}

type PlanCheck = (plan: Plan) => Promise<Plan>

const inTurn =
  (checks: readonly PlanCheck[]): PlanCheck =>
  async (plan) => {
    let seen = plan
    for (const check of checks) seen = await check(seen)
    return seen
  }

const cautioned = (plan: Plan, words: readonly string[]): Plan =>
  plan.purpose === 'teardown' || words.length === 0 ? plan : { ...plan, notes: [...(plan.notes ?? []), ...words] }

function publicly(plan: Plan, given: Omit<AboutPublic, 'makes'>): Plan {
  const made = plan.steps.filter((step) => step.do === 'create').map(({ id }) => id.split('/')[0] ?? '')
  const makes = {
    address: made.some((kind) => ['http-api', 'api-stage', 'user-pool-domain'].includes(kind)),
    accounts: made.includes('user-pool'),
  }
  const about = { ...given, makes }
  const opens = opening(about)
  const noted = cautioned(plan, changedForPeople(about))
  return plan.purpose === 'teardown' || opens.length === 0 ? noted : { ...noted, opens }
}

/** Whoever may not read the facts is told so by the plan, together with all else. */
async function factIds(manifest: ManifestStore): Promise<readonly string[]> {
  try {
    return [...(await manifest.facts()).keys()]
  } catch (error) {
    if (isAccessDenied(error)) return []
    throw error
  }
}
