import { changesAnything, refusalsOf } from '../provision/engine/plan.ts'
import { mergeSettings } from '../provision/settings.ts'
import { settleByAccount } from '../provision/settle.ts'
import type { Door } from './_compose.ts'
import { lookUpWishes } from './_install/wishes.ts'
import { findInstalled, reconcilerFor } from './_provisioning.ts'
import { wishText } from './_view/first-screen.ts'
import { planJson, planText } from './_view/plan.ts'
import type { GivenWishes } from './_wishes.ts'

/** @param given what a configuration file wishes; nothing: what is installed is wanted. */
export async function planNow(
  door: Door,
  given: GivenWishes,
  how: { readonly details: boolean; readonly config?: string | undefined },
) {
  const { installed, unreadable } = await findInstalled(door)
  const wished = mergeSettings(installed?.settings, given.settings, { guard: door.guard, now: door.clock.now() })
  const first = installed === undefined && !unreadable
  const settings = await settleByAccount(door.clients, { settings: wished, given: given.settings, first })
  const plan = await (await reconcilerFor(door, settings, installed, 'look')).plan()
  const head =
    installed || unreadable ? '' : `There is no guard "${door.guard}" here yet; this is what init would make.\n\n`
  const { wishes, sections } = await lookUpWishes(door, given, { installed: installed !== undefined, plan, settings })
  const refused = refusalsOf(plan).length > 0
  const inTable = wishes.limits.length + wishes.exclude.length + wishes.prices.length + wishes.discounts.length > 0
  const differs = changesAnything(plan) || inTable
  const words = how.config === undefined ? 'init' : `init --config ${how.config}`
  const next = refused || !differs ? '' : `\nTry this: ${door.command(words)}`
  const table = wishText(sections)
  const text = `${head}${planText(plan, how)}${table === '' ? '' : `\n\n${table}\n`}${next}`
  return { text, json: planJson(plan), differs, refused }
}
