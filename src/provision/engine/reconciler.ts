import { applyPlan } from './apply.ts'
import type { Room } from './judging.ts'
import type { Plan, Reconciler } from './plan.ts'
import { planInstall, planRemoval } from './planning.ts'

/** The engine over one list of resources. */
export function reconcilerOver(room: Room): Reconciler {
  return {
    plan: () => planInstall(room),
    planTeardown: (options) => planRemoval(room, options),
    apply: (plan: Plan, report, stop) => applyPlan(plan, room, report, stop),
  }
}
