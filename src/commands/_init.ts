/** init: what is wanted → plan → shown → confirmed → exactly that applied → limits → the current month → what to do next. */
import { changesAnything, type Plan, refusalsOf, whyRefused } from '../provision/engine/plan.ts'
import { mergeSettings } from '../provision/settings.ts'
import { settleByAccount } from '../provision/settle.ts'
import { canAsk, mustConfirm, stopped } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { takeUpAgain } from './_count-month.ts'
import { EXIT } from './_errors.ts'
import { finish, unfinished } from './_install/finish.ts'
import type { Done, InitFlags, Ways } from './_install/ways.ts'
import { askWishes, isNothing, lookUpWishes } from './_install/wishes.ts'
import { modeSection } from './_mode-change.ts'
import { warnOfOriginal } from './_original/warn.ts'
import { allDone, applyShown, findInstalled, reconcilerFor } from './_provisioning.ts'
import { firstScreen } from './_view/first-screen.ts'
import { planJson } from './_view/plan.ts'
import type { GivenWishes } from './_wishes.ts'

export async function install(door: Door, given: GivenWishes, flags: InitFlags, ways: Ways): Promise<Done> {
  const { installed, unreadable } = await findInstalled(door, given.settings.table)
  const asking = installed === undefined && !unreadable && !flags.yes && !flags['dry-run'] && !ways.json && canAsk()
  const how = { guard: door.guard, now: door.clock.now() }
  const wanted = asking ? await askWishes(door, given, how) : given
  const wished = mergeSettings(installed?.settings, wanted.settings, how)
  const first = installed === undefined && !unreadable
  const settings = await settleByAccount(door.clients, { settings: wished, given: wanted.settings, first })

  const reconciler = await reconcilerFor(door, settings, installed, 'apply')
  const plan = await reconciler.plan()
  const { wishes, sections } = await lookUpWishes(door, wanted, {
    ...{ installed: installed !== undefined, plan, settings },
  })
  const mode = await modeSection(door, plan, installed?.settings, settings)
  ways.say(
    firstScreen({
      plan,
      settings,
      names: door.names(settings),
      where: door,
      installed: installed ?? (unreadable ? 'unreadable' : undefined),
      command: door.command,
      details: flags.details,
      sections: [mode, ...sections],
    }),
  )
  if (installed === undefined && !unreadable && !ways.takeOver) await warnOfOriginal(door, ways.say)
  refuseIfRefused(plan)
  if (flags['dry-run']) return { exit: EXIT.done, document: planJson(plan) }
  const nothing = !changesAnything(plan) && isNothing(wishes)
  if (ways.takeOver) await ways.takeOver.confirm(plan)
  else if (!nothing) await confirmPlan(door, plan, flags, ways)
  if (installed !== undefined) await takeUpAgain(door)
  const outcome = changesAnything(plan) ? await applyShown(reconciler, plan, { stop: ways.interruptible() }) : undefined
  if (outcome && !allDone(outcome)) return unfinished(door, { plan, outcome, wishes, flags }, ways)
  return finish(door, { plan, outcome, installed, settings, wishes, flags, ways })
}

function refuseIfRefused(plan: Plan): void {
  const refusals = refusalsOf(plan)
  if (refusals.length === 0) return
  throw stopped(
    'plan-refused',
    `nothing was changed: ${whyRefused(plan)}`,
    [...new Set(refusals.map((step) => step.suggestion))],
    planJson(plan),
  )
}

const confirmPlan = (door: Door, plan: Plan, flags: InitFlags, ways: Ways): Promise<void> =>
  mustConfirm({
    message: 'Do this?',
    yes: flags.yes,
    json: ways.json,
    answeredBy:
      flags.again === undefined
        ? `${door.command('init --yes')} (with the same options)`
        : door.command(`${flags.again} --yes`),
    document: planJson(plan),
  })
