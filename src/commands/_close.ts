/** The guard comes to rest before anybody is released: nothing starts a check any more, and the one that runs has ended. */
import { unlessAbsent } from '../provision/absent.ts'
import type { Outcome, Plan, Reconciler, Step } from '../provision/engine/plan.ts'
import { waitUntil } from '../provision/engine/wait.ts'
import { checkRunsUntil } from '../provision/running-check.ts'
import { type Door, systemSleeper } from './_compose.ts'
import { applyShown } from './_provisioning.ts'
import { healthBook } from './_rooms.ts'

const isSchedule = (step: Step): boolean => /^schedule(?:-group)?\//.test(step.id)

/** The plan in two: what starts the functions, and all the rest. */
export const inTwo = (plan: Plan): { readonly starters: Plan; readonly rest: Plan } => ({
  starters: { ...plan, steps: plan.steps.filter((step) => isSchedule(step) && step.do === 'remove') },
  rest: { ...plan, steps: plan.steps.filter((step) => !isSchedule(step) || step.do !== 'remove') },
})

/** From here on every check, whoever starts it, releases and blocks nobody. Nothing where the guard's record is gone. */
export async function markClosing(door: Door): Promise<void> {
  if ((await door.installed()) === undefined) return
  await unlessAbsent((await healthBook(door)).setControl({ closing: true }))
}

export async function stopStarting(reconciler: Reconciler, starters: Plan, stop: AbortSignal): Promise<Outcome> {
  if (starters.steps.length === 0) return { done: [], failed: [], notAttempted: [] }
  return applyShown(reconciler, starters, { stop })
}

/** A check holds its lease for a minute at most; one that says longer is no check, and is not waited for. */
const LONGEST_CHECK_MS = 65_000

/** A check that began before the guard was closing may still block somebody: it is let end. */
export async function awaitRunningCheck(door: Door, stop: AbortSignal): Promise<void> {
  const settings = (await door.installed())?.settings
  const dynamo = await door.clients.dynamo()
  const table = door.names(settings).table
  const giveUpAt = door.clock.now() + LONGEST_CHECK_MS
  await waitUntil(
    async () => {
      const now = door.clock.now()
      const until = await checkRunsUntil(dynamo, table, now)
      if (until === undefined || until > giveUpAt || now > giveUpAt) return { done: true, value: undefined }
      const at = new Date(until).toISOString().slice(11, 19)
      return { done: false, for: `the check that is running to end (by ${at} UTC at the latest)` }
    },
    { sleeper: systemSleeper, deadlineMs: 2 * LONGEST_CHECK_MS, say: door.note, stop },
  )
}
