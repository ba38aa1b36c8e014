/** reprice: shows what the prices in force make of the tokens in the journal, asks, writes the correcting entries. */
import { type Day, dayOf, dayPeriod, type Month, monthPeriod, nextMonth } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseModelId } from '../runtime/domain/metering/model-id.ts'
import { add, toDecimal, zero } from '../runtime/domain/money/money.ts'
import { priceKey } from '../runtime/domain/money/price-book.ts'
import { type Corrected, oldestKept, type Repriced, type Repricing, reprice } from '../runtime/usecases/reprice.ts'
import { mustConfirm } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { EXIT } from './_errors.ts'
import { ReplayProgress } from './_replay/progress.ts'
import { configFor, rateBook, wishRoom } from './_rooms.ts'
import { readDay } from './_status-range.ts'
import { effectText } from './_view/effect.ts'
import { inZone } from './_view/limits.ts'
import { type Change, repriceText } from './_view/replay.ts'

export interface RepriceWish {
  readonly from: Day
  /** Undefined: today. */
  readonly to: Day | undefined
  readonly model: string | undefined
}

/** @throws GuardError `bad-day`, `bad-range`. */
export function wishOf(flags: {
  readonly from: string
  readonly to?: string | undefined
  readonly model?: string | undefined
}): RepriceWish {
  const from = readDay(flags.from, '--from')
  const to = flags.to === undefined ? undefined : readDay(flags.to, '--to')
  if (to !== undefined && to < from) throw badRange(`--to ${to} is before --from ${from}`)
  return { from, to, model: flags.model }
}

const badRange = (message: string): GuardError =>
  new GuardError({ code: 'bad-range', fault: 'user', message, suggestions: ['--from 2026-11-01 --to 2026-11-07'] })

interface How {
  readonly dryRun: boolean
  /** Of a dry run: 3 where something differs. */
  readonly exitCode: boolean
  readonly yes: boolean
  readonly json: boolean
  /** What is asked about, before the question. */
  readonly show: (text: string) => void
  /** Ctrl-C was pressed. */
  readonly stop: () => boolean
}

type Room = Awaited<ReturnType<typeof wishRoom>>

export async function repriceDays(
  door: Door,
  wish: RepriceWish,
  how: How,
): Promise<{ text: string; json: object; exit: number }> {
  const room = await wishRoom(door)
  const days = await daysOf(door, room, wish)
  const run = await runner(door, room, days, { model: wish.model, stop: how.stop })
  const planned = await run({ pretend: true })
  const { zone } = monthPeriod(days.to.slice(0, 7) as Month, room.settings.zoning)
  const shown = repriceText({ ...planned, ...days, zone, model: wish.model, done: false })
  if (!planned.complete) {
    const text = 'stopped while computing: nothing was changed'
    return { text, json: document(planned, days, wish, 0), exit: EXIT.interrupted }
  }
  const differs = planned.corrected > 0
  if (how.dryRun || !differs) {
    const exit = differs && how.exitCode ? EXIT.differs : EXIT.done
    return { text: shown, json: document(planned, days, wish, 0), exit }
  }
  if (!how.yes) how.show(shown)
  await mustConfirm({
    message: `Correct ${planned.corrected} entries?`,
    yes: how.yes,
    json: how.json,
    answeredBy: commandFor(door, days, wish),
    document: document(planned, days, wish, 0),
  })
  const done = await run({ pretend: false })
  const stopped = done.complete ? '' : `Stopped before the end; go on with:\n  ${commandFor(door, days, wish)}`
  await room.history.append({
    at: door.clock.now(),
    by: door.caller,
    what: 'repriced',
    details: {
      ...days,
      ...(wish.model === undefined ? {} : { model: wish.model }),
      corrected: String(done.corrected),
      usd: toDecimal(done.changes.reduce((total, { before, after }) => add(total, subtractOf(after, before)), zero)),
    },
  })
  const check = await room.enforce.ask({ kind: 'check', from: 'command' })
  const text = [repriceText({ ...done, ...days, zone, model: wish.model, done: true }), stopped, effectText(check)]
  return {
    text: text.filter(Boolean).join('\n'),
    json: document(done, days, wish, done.corrected),
    exit: !done.complete ? EXIT.interrupted : done.conflicts > 0 ? EXIT.failed : EXIT.done,
  }
}

const commandFor = (door: Door, { from, to }: { from: Day; to: Day }, { model }: RepriceWish): string =>
  door.command(`reprice --from ${from} --to ${to}${model === undefined ? '' : ` --model ${model}`} --yes`)

const subtractOf = (a: bigint, b: bigint) => (a - b) as typeof zero

async function daysOf(door: Door, room: Room, wish: RepriceWish): Promise<{ from: Day; to: Day }> {
  const { config } = await configFor(door)
  const { zoning } = room.settings
  const now = door.clock.now()
  const today = dayOf(now, zoning)
  const { from, to = today } = wish
  if (to < from) throw badRange(`--from ${from} has not begun: today is ${today}`)
  const oldest = oldestKept(config.journalDays, now)
  if (dayPeriod(from, zoning).start < oldest) {
    throw new GuardError({
      code: 'reprice-too-old',
      fault: 'user',
      message: `the journal remembers only what happened after ${inZone(oldest, zoning)}: older days can no longer be computed again`,
      suggestions: [`--from ${dayOf((oldest + 86_400_000) as typeof oldest, zoning)}`],
    })
  }
  return { from, to }
}

interface Outcome extends Corrected {
  readonly changes: readonly Change[]
}

/** Waiting for the table is most of the time. */
const AT_ONCE = 8
/** Somebody may set prices while these are applied: then the new ones are. */
const ROUNDS_AT_MOST = 3

async function runner(
  door: Door,
  room: Room,
  days: { from: Day; to: Day },
  { model, stop }: { readonly model: string | undefined; readonly stop: () => boolean },
) {
  const rates = await rateBook(door)
  const months: Month[] = []
  for (let month = days.from.slice(0, 7) as Month; month <= days.to.slice(0, 7); month = nextMonth(month))
    months.push(month)
  const stem = model === undefined ? undefined : stemOfAny(model)
  const parts = { ledger: room.ledger, rates, clock: door.clock, config: room.settings, atOnce: AT_ONCE }
  const inForce = async () => JSON.stringify(await rates.kept())
  return async ({ pretend }: { pretend: boolean }): Promise<Outcome> => {
    const changes = new Map<string, Change>()
    const each = ({ principal, model: priced, before, after }: Repriced) => {
      const id = `${principal}\n${priced}`
      const known = changes.get(id) ?? { principal, model: priced, requests: 0, before: zero, after: zero }
      const requests = known.requests + 1
      changes.set(id, { ...known, requests, before: add(known.before, before), after: add(known.after, after) })
    }
    const shown = new ReplayProgress(process.stderr, door.clock, String)
    let entries = 0
    const progress = (done: number, of: number) => {
      entries += 1
      shown.at({ done: done / of, records: entries, reached: undefined })
    }
    const task: Repricing = {
      ...{ months, days, pretend, each, progress, stop },
      concerns: (what) => stem === undefined || what.model === model || stemOfAny(what.model) === stem,
      whose: () => true,
      reason: () => `the prices in force were applied again from ${days.from} to ${days.to}`,
    }
    let prices = await inForce()
    let result = await reprice(parts, task)
    for (let round = 1; round < ROUNDS_AT_MOST && !pretend && result.complete; round += 1) {
      const now = await inForce()
      if (now === prices) break
      prices = now
      const more = await reprice(parts, task)
      result = { ...more, corrected: result.corrected + more.corrected }
    }
    shown.end()
    return { ...result, changes: [...changes.values()].toSorted(byPrincipal) }
  }
}

/** Of an id in any form, as typed. */
const stemOfAny = (model: string): string => priceKey(parseModelId(model))

const byPrincipal = (a: Change, b: Change): number =>
  `${a.principal}\n${a.model}` < `${b.principal}\n${b.model}` ? -1 : 1

const document = (outcome: Outcome, days: { from: Day; to: Day }, wish: RepriceWish, corrected: number) => ({
  ...days,
  model: wish.model ?? null,
  differing: outcome.corrected,
  corrected,
  withoutPrice: outcome.left,
  conflicts: outcome.conflicts,
  changes: outcome.changes.map(({ principal, model, requests, before, after }) => ({
    ...{ principal, model, requests },
    beforeUsd: toDecimal(before),
    afterUsd: toDecimal(after),
  })),
})
