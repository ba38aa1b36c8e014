import { deniedAction, isAccessDenied, isBackupsNotReady, isNotPropagatedYet } from '../runtime/aws/aws-errors.ts'
import type { Clock, Sleeper } from '../runtime/ports.ts'
import type { Room } from './engine/judging.ts'
import type { Plan, Reconciler } from './engine/plan.ts'
import { noRights } from './engine/planning.ts'
import { reconcilerOver } from './engine/reconciler.ts'
import type { Inputs, Resource, ResourceId } from './engine/resource.ts'
import type { ManifestStore } from './manifest.ts'
import { stateHash, TAG, tagDifferences, tagsFor } from './tags.ts'

export interface ReconcilerParts {
  readonly resources: readonly Resource[]
  /** `remembered` is replaced by the manifest's facts, read anew for every plan. */
  readonly inputs: Omit<Inputs, 'remembered'>
  readonly manifest: Pick<ManifestStore, 'facts' | 'remember'>
  readonly clock: Clock
  readonly sleeper: Sleeper
  /** Key of the cost tag at the last install: taken off where it is not wanted any more. */
  readonly formerCostKey?: string | undefined
  /** Looks at a plan before anybody sees it and may add refusals and notes. */
  readonly check?: ((plan: Plan) => Promise<Plan>) | undefined
}

/** The engine, told what ours means, which AWS errors pass by themselves, and where facts are kept. */
export function createReconciler(parts: ReconcilerParts): Reconciler {
  const facts = new Map<ResourceId, string>()
  const { guard, costTag } = parts.inputs.settings
  const context = { guard, costTag }
  const room: Room = {
    guard,
    resources: parts.resources,
    inputs: { ...parts.inputs, remembered: (id) => facts.get(id) },
    clock: parts.clock,
    sleeper: parts.sleeper,
    tags: {
      wanted: (id, desired) => tagsFor(context, id, desired),
      owner: (tags) => tags?.[TAG.guard],
      differences: (wanted, actual) => tagDifferences(wanted, actual, parts.formerCostKey),
      stateIs: (tags, desired) => tags?.[TAG.state] === stateHash(context, desired),
    },
    errors: {
      isAccessDenied,
      deniedAction,
      isNotPropagatedYet: (error) => isNotPropagatedYet(error) || isBackupsNotReady(error),
    },
    async remember(id, fact) {
      if (facts.get(id) === fact) return
      await parts.manifest.remember(id, fact)
      if (fact === undefined) facts.delete(id)
      else facts.set(id, fact)
    },
  }
  const engine = reconcilerOver(room)
  /** The rights to read the facts belong to the missing ones that a plan names; what is planned without them is refused. */
  const planned = async (make: () => Promise<Plan>): Promise<Plan> => {
    const denied = await readFacts().catch(toDenied)
    const plan = await make()
    const complete = denied.length === 0 ? plan : { ...plan, steps: [...noRights(denied, room), ...plan.steps] }
    return parts.check === undefined ? complete : parts.check(complete)
  }
  const readFacts = async (): Promise<readonly never[]> => {
    facts.clear()
    for (const [id, fact] of await parts.manifest.facts()) facts.set(id, fact)
    return []
  }
  const toDenied = (error: unknown) => {
    const resource = parts.resources.find((one) => one.diesLast)
    if (resource === undefined || !isAccessDenied(error)) throw error
    return [{ resource, error }]
  }
  return {
    plan: () => planned(engine.plan),
    planTeardown: (options) => planned(() => engine.planTeardown(options)),
    apply: engine.apply,
  }
}
