/** init: what is wanted → plan → shown → confirmed → exactly that applied → limits → the current month → what to do next. */
import { changesAnything, type Outcome, type Plan, refusalsOf, whyRefused } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import type { Manifest } from '../provision/manifest.ts'
import { checkGiven, type GivenSettings, mergeSettings, settingsTable } from '../provision/settings.ts'
import { parseUsd, toDecimal } from '../runtime/domain/money.ts'
import { canAsk, mustConfirm, stopped } from './_ask/ask.ts'
import { askSettings } from './_ask/settings.ts'
import type { Door } from './_compose.ts'
import { countThisMonth, takeUpAgain, wantsCounting } from './_count-month.ts'
import { EXIT } from './_errors.ts'
import { recordInstall } from './_install-history.ts'
import { readAssignments, setInitialLimits, type WantedLimit } from './_limits.ts'
import { lookUpInitial } from './_limits-at-init.ts'
import { allDone, applyShown, findInstalled, outcomeJson, reconcilerFor } from './_provisioning.ts'
import { wishRoom } from './_rooms.ts'
import { givenSettings } from './_setting-flags.ts'
import { firstScreen } from './_view/first-screen.ts'
import { nextSteps } from './_view/next-steps.ts'
import { planJson } from './_view/plan.ts'
import { outcomeText } from './_view/progress.ts'

export interface InitFlags extends Readonly<Record<string, unknown>> {
  readonly limit?: string[] | undefined
  readonly 'default-limit'?: string | undefined
  readonly 'count-this-month'?: boolean | undefined
  readonly details: boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
  readonly guard: string
}

interface Ways {
  readonly json: boolean
  readonly say: (text: string) => void
  readonly interruptible: () => AbortSignal
}

interface Done {
  readonly exit: number
  readonly document: object
}

/** Everything that can be wrong with the words alone, before AWS is asked anything. @throws GuardError naming all of it. */
export function checkWishes(flags: InitFlags): void {
  checkGiven(givenSettings(settingsTable, flags), flags.guard)
  limitsFrom(flags, flags['default-limit'])
}

function limitsFrom(flags: InitFlags, defaultLimit: string | undefined): readonly WantedLimit[] {
  if (defaultLimit !== undefined) parseUsd(defaultLimit)
  return readAssignments([...(defaultLimit === undefined ? [] : [`*=${defaultLimit}`]), ...(flags.limit ?? [])], {})
}

export async function install(door: Door, flags: InitFlags, ways: Ways): Promise<Done> {
  const { installed, unreadable } = await findInstalled(door)
  const asking = installed === undefined && !unreadable && !flags.yes && !flags['dry-run'] && !ways.json && canAsk()
  const given = givenSettings(settingsTable, flags)
  const how = { guard: door.guard, now: door.clock.now() }
  const limitGiven = { defaultLimit: flags['default-limit'], limits: (flags.limit ?? []).length > 0 }
  const answers = asking
    ? await askSettings(given, { ...how, ...limitGiven })
    : { settings: given, defaultLimit: flags['default-limit'] }
  const settings = mergeSettings(installed?.settings, answers.settings as GivenSettings, how)
  const typed = limitsFrom(flags, answers.defaultLimit)

  const reconciler = await reconcilerFor(door, settings, installed, 'apply')
  const plan = await reconciler.plan()
  const looked = await lookUpInitial(door, typed, { installed: installed !== undefined, plan })
  const limits = looked.limits
  ways.say(
    firstScreen({
      plan,
      settings,
      names: door.names(settings),
      where: door,
      installed: installed ?? (unreadable ? 'unreadable' : undefined),
      command: door.command,
      details: flags.details,
      limits: looked.lines,
    }),
  )
  refuseIfRefused(plan)
  if (flags['dry-run']) return { exit: EXIT.done, document: planJson(plan) }
  const nothing = !changesAnything(plan) && limits.length === 0
  if (!nothing) await confirmPlan(door, plan, flags, ways)
  if (installed !== undefined) await takeUpAgain(door)
  const outcome = changesAnything(plan) ? await applyShown(reconciler, plan, { stop: ways.interruptible() }) : undefined
  if (outcome && !allDone(outcome)) return unfinished(door, { plan, outcome, limits }, ways)
  return finish(door, { plan, outcome, installed, settings, limits, flags, ways })
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
    answeredBy: `${door.command('init --yes')} (with the same options)`,
    document: planJson(plan),
  })

/** The settings are in the record by now; limits come last, so they must be said again. */
const again = (door: Door, limits: readonly WantedLimit[]): string => {
  const words = [
    'init',
    ...limits.flatMap(({ target, amount }) => {
      if (amount === undefined) return []
      return [target === '*' ? `--default-limit ${toDecimal(amount)}` : `--limit ${target}=${toDecimal(amount)}`]
    }),
  ]
  return door.command(words.join(' '))
}

function unfinished(
  door: Door,
  { plan, outcome, limits }: { plan: Plan; outcome: Outcome; limits: readonly WantedLimit[] },
  ways: Ways,
): Done {
  ways.say(outcomeText(outcome))
  const interrupted = outcome.notAttempted.some(({ because }) => because === 'stopped on request')
  ways.say(
    `${interrupted ? 'Interrupted.' : 'Not everything was done.'} Run the same command again: it goes on where it was.\nTry this: ${again(door, limits)}`,
  )
  const document = { ...planJson(plan), ...outcomeJson(outcome) }
  return { exit: interrupted ? EXIT.interrupted : EXIT.failed, document }
}

interface Rest {
  readonly plan: Plan
  readonly outcome: Outcome | undefined
  readonly installed: Manifest | undefined
  readonly settings: Settings
  readonly limits: readonly WantedLimit[]
  readonly flags: InitFlags
  readonly ways: Ways
}

const howManyLimits = async (door: Door): Promise<number> => {
  const room = await wishRoom(door)
  return (await room.limits.wishes()).limits.length
}

/** Everything exists: now the wishes that live in the table, and the month so far. */
async function finish(before: Door, rest: Rest): Promise<Done> {
  const { plan, outcome, installed, limits, flags, ways } = rest
  const door = before.reopened()
  if (outcome) {
    ways.say(outcomeText(outcome))
    await recordInstall(door, { before: installed?.settings, after: rest.settings })
  }
  const counting = await wantsCounting(door, plan, {
    flag: flags['count-this-month'],
    first: installed === undefined,
    ...ways,
    yes: flags.yes,
  })
  const set =
    limits.length === 0
      ? undefined
      : await setInitialLimits(door, limits, { hold: counting, yes: flags.yes, json: ways.json, note: door.note })
  if (set) ways.say(set.text)
  const counted = counting ? await countThisMonth(door, { yes: flags.yes, json: ways.json, say: ways.say }) : undefined
  if (outcome)
    ways.say(
      nextSteps({
        command: door.command,
        settings: rest.settings,
        limits: await howManyLimits(door),
        hold: counted?.hold === true,
      }),
    )
  const failed = set?.failed === true
  return {
    exit: failed ? EXIT.failed : EXIT.done,
    document: {
      ...planJson(plan),
      ...(outcome ? outcomeJson(outcome) : { done: [], failed: [], notAttempted: [] }),
      limits: set?.json ?? null,
      counted: counted?.json ?? null,
    },
  }
}
