/** init: what is wanted → plan → shown → confirmed → exactly that applied → limits → the current month → what to do next. */
import { changesAnything, type Outcome, type Plan, refusalsOf, whyRefused } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import type { Manifest } from '../provision/manifest.ts'
import { mergeSettings } from '../provision/settings.ts'
import { settleByAccount } from '../provision/settle.ts'
import type { Instant } from '../runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../runtime/domain/metering/principal.ts'
import { toDecimal } from '../runtime/domain/money/money.ts'
import { canAsk, mustConfirm, stopped } from './_ask/ask.ts'
import { askSettings, INTRODUCTION } from './_ask/settings.ts'
import type { Door } from './_compose.ts'
import type { FilePrice } from './_config/file.ts'
import { countThisMonth, takeUpAgain, wantsCounting } from './_count-month.ts'
import { EXIT } from './_errors.ts'
import { lookUpExclusions, setExclusions } from './_exclusions-at-init.ts'
import { recordInstall } from './_install-history.ts'
import { setInitialLimits, type WantedLimit } from './_limits.ts'
import { type Looking, lookUpInitial } from './_limits-at-init.ts'
import { actOnMode, modeSection } from './_mode-change.ts'
import { warnOfOriginal } from './_original/warn.ts'
import { lookAtPrices, setPrices } from './_prices-at-init.ts'
import { allDone, applyShown, findInstalled, outcomeJson, reconcilerFor } from './_provisioning.ts'
import { wishRoom } from './_rooms.ts'
import { firstScreen, type WishSection } from './_view/first-screen.ts'
import { nextSteps } from './_view/next-steps.ts'
import { planJson } from './_view/plan.ts'
import { outcomeText } from './_view/progress.ts'
import { type GivenWishes, typedLimits } from './_wishes.ts'

export interface InitFlags {
  readonly 'count-this-month'?: boolean | undefined
  readonly config?: string | undefined
  readonly details: boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
  /** The command that does the same again; undefined: init with its options. */
  readonly again?: string
}

export interface Ways {
  readonly json: boolean
  readonly say: (text: string) => void
  readonly interruptible: () => AbortSignal
  /** The install is a part of taking over from the original: that asks its own question, and has more to bring in. */
  readonly takeOver?: {
    confirm(plan: Plan): Promise<void>
    /** Everything exists, nothing of the past is counted yet. */
    applied(door: Door): Promise<void>
  }
}

export interface Done {
  readonly exit: number
  readonly document: object
}

/** What lives in the table: looked up, shown, and only what is not so already. */
interface TableWishes {
  readonly limits: readonly WantedLimit[]
  readonly exclude: readonly PrincipalKey[]
  readonly prices: readonly FilePrice[]
}

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

async function askWishes(door: Door, given: GivenWishes, how: { guard: string; now: Instant }): Promise<GivenWishes> {
  door.note(INTRODUCTION)
  const answers = await askSettings(given.settings, { ...how, limits: given.limits.length > 0 })
  return {
    ...given,
    settings: answers.settings,
    limits: [...given.limits, ...typedLimits({ 'default-limit': answers.defaultLimit })],
  }
}

/** Names that mean nobody or two stop it here, before anything is changed. */
export async function lookUpWishes(
  door: Door,
  given: GivenWishes,
  how: Looking,
): Promise<{ wishes: TableWishes; sections: readonly WishSection[] }> {
  const limits = await lookUpInitial(door, given.limits, how)
  const exclusions = await lookUpExclusions(door, given.exclude, how)
  const prices = await lookAtPrices(door, given.prices, how)
  return {
    wishes: { limits: limits.limits, exclude: exclusions.principals, prices: prices.prices },
    sections: [
      { title: 'Limits', lines: limits.lines },
      { title: 'Never blocked', lines: exclusions.lines },
      { title: 'Prices', lines: prices.lines },
    ],
  }
}

const isNothing = ({ limits, exclude, prices }: TableWishes): boolean =>
  limits.length + exclude.length + prices.length === 0

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

/** The settings are in the record by now; what lives in the table comes last, so it must be said again. */
function again(door: Door, { limits, exclude }: TableWishes, flags: InitFlags): string {
  if (flags.again !== undefined) return door.command(flags.again)
  const words = [
    'init',
    // Everything is in the file, also what is no flag.
    ...(flags.config === undefined ? limits.flatMap(limitWords) : [`--config ${flags.config}`]),
    ...(flags.config === undefined ? exclude.map((one) => `--exclude ${one}`) : []),
  ]
  return door.command(words.join(' '))
}

const limitWords = ({ target, amount }: WantedLimit): readonly string[] =>
  amount === undefined
    ? []
    : [target === '*' ? `--default-limit ${toDecimal(amount)}` : `--limit ${target}=${toDecimal(amount)}`]

function unfinished(
  door: Door,
  { plan, outcome, wishes, flags }: { plan: Plan; outcome: Outcome; wishes: TableWishes; flags: InitFlags },
  ways: Ways,
): Done {
  ways.say(outcomeText(outcome))
  const interrupted = outcome.notAttempted.some(({ because }) => because === 'stopped on request')
  ways.say(
    `${interrupted ? 'Interrupted.' : 'Not everything was done.'} Run the same command again: it goes on where it was.\nTry this: ${again(door, wishes, flags)}`,
  )
  const document = { ...planJson(plan), ...outcomeJson(outcome) }
  return { exit: interrupted ? EXIT.interrupted : EXIT.failed, document }
}

interface Rest {
  readonly plan: Plan
  readonly outcome: Outcome | undefined
  readonly installed: Manifest | undefined
  readonly settings: Settings
  readonly wishes: TableWishes
  readonly flags: InitFlags
  readonly ways: Ways
}

const howManyLimits = async (door: Door): Promise<number> => {
  const room = await wishRoom(door)
  return (await room.limits.wishes()).limits.length
}

/** Everything exists: now the wishes that live in the table, and the month so far. */
async function finish(before: Door, rest: Rest): Promise<Done> {
  const { plan, outcome, installed, wishes, flags, ways } = rest
  const { limits } = wishes
  const door = before.reopened()
  if (outcome) {
    ways.say(outcomeText(outcome))
    await recordInstall(door, { before: installed?.settings, after: rest.settings })
  }
  if (outcome) ways.say(await actOnMode(door, installed?.settings, rest.settings))
  await ways.takeOver?.applied(door)
  const counting = await wantsCounting(door, plan, {
    flag: flags['count-this-month'],
    first: installed === undefined,
    ...ways,
    yes: flags.yes,
  })
  // Prices first: they decide what has been spent; then who is spared; then the limits that act on both.
  const priced = wishes.prices.length === 0 ? undefined : await setPrices(door, wishes.prices)
  if (priced) ways.say(priced.text)
  const spared = wishes.exclude.length === 0 ? undefined : await setExclusions(door, wishes.exclude)
  if (spared) ways.say(spared.text)
  const set =
    limits.length === 0
      ? undefined
      : await setInitialLimits(door, limits, { hold: counting, yes: flags.yes, json: ways.json, note: door.note })
  if (set) ways.say(set.text)
  const counted = counting ? await countThisMonth(door, { yes: flags.yes, json: ways.json, say: ways.say }) : undefined
  if (outcome)
    ways.say(
      nextSteps({
        door,
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
      exclusions: spared?.json ?? null,
      prices: priced?.json ?? null,
      counted: counted?.json ?? null,
    },
  }
}
