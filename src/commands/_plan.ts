import { changesAnything, refusalsOf } from '../provision/engine/plan.ts'
import { defaultSettings } from '../provision/settings.ts'
import type { Door } from './_compose.ts'
import { findInstalled, reconcilerFor } from './_provisioning.ts'
import { planJson, planText } from './_view/plan.ts'

export async function planNow(door: Door, how: { readonly details: boolean }) {
  const { installed, unreadable } = await findInstalled(door)
  const settings = installed?.settings ?? defaultSettings(door.guard)
  const plan = await (await reconcilerFor(door, settings, installed, 'look')).plan()
  const head =
    installed || unreadable ? '' : `There is no guard "${door.guard}" here yet; this is what init would make.\n\n`
  const refused = refusalsOf(plan).length > 0
  const differs = changesAnything(plan)
  const next = refused || !differs ? '' : `\nTry this: ${door.command('init')}`
  return { text: head + planText(plan, how) + next, json: planJson(plan), differs, refused }
}
