/** limits simulate: gathers the charges and the limits, replays, shows. Reads only. */
import { type Day, dayOf, dayPeriod, type Instant, instant } from '../runtime/domain/base/calendar.ts'
import type { Limit } from '../runtime/domain/judging/limit.ts'
import { type Simulated, simulate } from '../runtime/domain/judging/simulate.ts'
import { protectedBy } from '../runtime/usecases/books.ts'
import type { Door } from './_compose.ts'
import { spendingFrom } from './_simulation/charges.ts'
import { guardStage, offlineStage, type Stage } from './_simulation/stage.ts'
import type { SimulateWish } from './_simulation/wish.ts'
import { type SimulationShown, simulationJson, simulationText } from './_view/simulation.ts'

export { readWish } from './_simulation/wish.ts'

interface How {
  readonly screen: number
  readonly note: (text: string) => void
}

export async function simulateLimits(
  door: Door | undefined,
  wish: SimulateWish,
  how: How,
): Promise<{ text: string; json: object }> {
  const stage = door === undefined ? offlineStage(wish) : await guardStage(door, wish)
  const range = rangeOf(wish, stage, door)
  const spending = await spendingFrom(wish, { door, stage, range, note: how.note })
  const play = (limits: readonly Limit[] | undefined): Simulated | undefined =>
    limits &&
    simulate({
      spending,
      limits,
      excluded: stage.excluded,
      belongings: stage.belongings,
      zoning: stage.zoning,
      lagMs: stage.lag.seconds * 1000,
      unknownPrice: stage.settings.unknownPrice,
      isProtected: protectedBy(stage.settings.protectedPrincipals, stage.account),
    })
  const shown: SimulationShown = {
    source: sourceOf(wish),
    zoning: stage.zoning,
    since: wish.since,
    until: wish.until,
    lagSeconds: stage.lag.seconds,
    lagFrom: stage.lag.from,
    limits: [...(stage.today ?? []), ...(stage.proposed ?? [])],
    today: play(stage.today),
    proposed: play(stage.proposed),
  }
  return { text: simulationText(shown, how.screen), json: simulationJson(shown) }
}

/** The ledger is read from the first of this month where nothing is said; files are taken whole. */
function rangeOf(wish: SimulateWish, { zoning }: Stage, door: Door | undefined): { from: Instant; to: Instant } {
  const now = door?.clock.now() ?? instant(Number.MAX_SAFE_INTEGER)
  const month = door === undefined ? undefined : (`${dayOf(now, zoning).slice(0, 7)}-01` as Day)
  const first = wish.since ?? (wish.files.length > 0 ? undefined : month)
  return {
    from: first === undefined ? instant(0) : dayPeriod(first, zoning).start,
    to:
      wish.until === undefined
        ? wish.files.length > 0
          ? instant(Number.MAX_SAFE_INTEGER)
          : now
        : dayPeriod(wish.until, zoning).end,
  }
}

const sourceOf = ({ files, logGroup }: SimulateWish): string =>
  files.length > 0 ? files.join(', ') : logGroup ? 'the log group' : 'the ledger'
