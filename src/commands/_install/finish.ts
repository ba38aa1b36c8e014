/** What init does when the plan is applied, and what it says when it could not be. */
import type { Outcome, Plan } from '../../provision/engine/plan.ts'
import type { Settings } from '../../provision/guard.ts'
import type { Manifest } from '../../provision/manifest.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import type { Door } from '../_compose.ts'
import { countThisMonth, wantsCounting } from '../_count-month.ts'
import { setDiscounts } from '../_discounts-at-init.ts'
import { EXIT } from '../_errors.ts'
import { setExclusions } from '../_exclusions-at-init.ts'
import { setInitialLimits, type WantedLimit } from '../_limits.ts'
import { actOnMode } from '../_mode-change.ts'
import { setPotsAtInit } from '../_people-at-init.ts'
import { setPrices } from '../_prices-at-init.ts'
import { outcomeJson } from '../_provisioning.ts'
import { wishRoom } from '../_rooms.ts'
import { nextSteps } from '../_view/next-steps.ts'
import { planJson } from '../_view/plan.ts'
import { outcomeText } from '../_view/progress.ts'
import { recordInstall } from './history.ts'
import type { Done, InitFlags, Ways } from './ways.ts'
import type { TableWishes } from './wishes.ts'

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

export function unfinished(
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

/** Where the page is, and how many may open it; undefined where there is none. */
async function pageNow(door: Door): Promise<{ url: string; users: number } | undefined> {
  if ((await door.settings()).page === undefined) return undefined
  const { usersRoom } = await import('../_dashboard/room.ts')
  const { url, users } = await usersRoom(door)
  return { url, users: (await users.all()).length }
}

/** Everything exists: now the wishes that live in the table, and the month so far. */
export async function finish(before: Door, rest: Rest): Promise<Done> {
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
  // Prices first: they decide what has been spent; then who belongs to whom and who is spared; then the limits that act on it.
  const priced = wishes.prices.length === 0 ? undefined : await setPrices(door, wishes.prices)
  if (priced) ways.say(priced.text)
  const reduced = wishes.discounts.length === 0 ? undefined : await setDiscounts(door, wishes.discounts)
  if (reduced) ways.say(reduced.text)
  const placed = wishes.pots.length === 0 ? undefined : await setPotsAtInit(door, wishes.pots)
  if (placed) ways.say(placed.text)
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
        page: await pageNow(door),
      }),
    )
  const failed = set?.failed === true
  return {
    exit: failed ? EXIT.failed : EXIT.done,
    document: {
      ...planJson(plan),
      ...(outcome ? outcomeJson(outcome) : { done: [], failed: [], notAttempted: [] }),
      limits: set?.json ?? null,
      belongings: placed?.json ?? null,
      exclusions: spared?.json ?? null,
      prices: priced?.json ?? null,
      discounts: reduced?.json ?? null,
      counted: counted?.json ?? null,
    },
  }
}
