/** Which step waits for which. Pure. */
import type { Step } from './plan.ts'
import type { Resource, ResourceId } from './resource.ts'

const leaves = (step: Step): boolean => step.do === 'remove' || step.do === 'restore' || step.do === 'give-back'

/**
 * Making goes from the ground up, taking away from the top down: who needs something waits until it is there, and
 * something is taken away only when nobody who needs it is still to be taken away or changed. What dies last waits for
 * everything but what it needs itself; what is given back stays there, so it waits for that too, and for the notes it
 * holds of it.
 */
export function waitsFor(
  steps: readonly Step[],
  resources: readonly Resource[],
): ReadonlyMap<ResourceId, ReadonlySet<ResourceId>> {
  const stepOf = new Map(steps.map((step) => [step.id, step]))
  const waits = new Map<ResourceId, Set<ResourceId>>(steps.map((step) => [step.id, new Set()]))
  for (const resource of resources) {
    const step = stepOf.get(resource.id)
    if (!step) continue
    for (const needed of resource.needs) {
      const other = stepOf.get(needed)
      if (!other) continue
      if (other.do === 'give-back' && resource.diesLast && leaves(step)) waits.get(resource.id)?.add(needed)
      else if (leaves(other)) waits.get(needed)?.add(resource.id)
      else if (!leaves(step)) waits.get(resource.id)?.add(needed)
    }
    if (resource.diesLast && leaves(step)) {
      const ground = allNeeds(resource, resources)
      for (const other of steps) {
        if (other.id !== resource.id && !ground.has(other.id)) waits.get(resource.id)?.add(other.id)
      }
    }
  }
  return waits
}

function allNeeds(resource: Resource, resources: readonly Resource[]): ReadonlySet<ResourceId> {
  const byId = new Map(resources.map((one) => [one.id, one]))
  const seen = new Set<ResourceId>()
  const open = [...resource.needs]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(byId.get(id)?.needs ?? []))
  }
  return seen
}
