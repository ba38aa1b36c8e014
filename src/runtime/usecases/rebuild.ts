/**
 * A month computed again from the logs and held against the books: entries first, counters then. What differs is shown,
 * and where asked for set right by entries that say why; nothing is ever voided.
 */
import { dayOf, dayPeriod, daysOf, type Instant, instant, type Month, monthPeriod } from '../domain/base/calendar.ts'
import { membershipOf } from '../domain/metering/belonging.ts'
import { standingOf } from '../domain/metering/bookkeeping.ts'
import type { Charge } from '../domain/metering/charge.ts'
import { keyOf, type PrincipalKey } from '../domain/metering/principal.ts'
import type { Usage } from '../domain/metering/usage.ts'
import { add, type PicoUsd, zero } from '../domain/money/money.ts'
import { makeBook } from '../domain/money/price-book.ts'
import { inParallel } from '../parallel.ts'
import { collect } from './books.ts'
import { baseOf, driftOf } from './rebuild-counters.ts'
import { compareDay } from './rebuild-entries.ts'
import type { Difference, DifferenceKind, Drift, RebuildRoom } from './rebuild-room.ts'
import { SeenIds } from './seen-ids.ts'

export interface RebuildTask {
  readonly month: Month
  /** Entries are compared of from <= at < to; counters of the whole month. */
  readonly from: Instant
  readonly to: Instant
  /** False: only look. */
  readonly act: boolean
  readonly reason: string
  /** 0 to 1, after each day and each user or role. */
  readonly progress?: (done: number) => void
  readonly stop?: () => boolean
}

export interface RebuiltPrincipal {
  readonly principal: PrincipalKey
  readonly before: PicoUsd
  readonly after: PicoUsd
  readonly kinds: Readonly<Partial<Record<DifferenceKind, number>>>
}

/** One request id that was charged more than once, because its records had different times. */
export interface Twin {
  readonly requestId: string
  readonly principal: PrincipalKey
  readonly charges: readonly { readonly at: Instant; readonly cost: PicoUsd }[]
}

export interface Rebuilt {
  readonly principals: readonly RebuiltPrincipal[]
  readonly kinds: Readonly<Record<DifferenceKind, number>>
  /** What is or would be set right. */
  readonly differing: number
  /** Written by somebody else at the same moment, refused, or never standing still: run it again. */
  readonly undone: number
  readonly twins: readonly Twin[]
  /** False: stopped before the end. */
  readonly complete: boolean
}

/** Of the time, about: the counters are read day by day once more. */
const ENTRIES_SHARE = 0.5
const BASES_AT_ONCE = 8
/** Pairs are shown, not counted for ever. */
const TWINS_AT_MOST = 100

/** Puts usage of the month aside for the comparison. */
export async function shelve(room: RebuildRoom, usages: readonly Usage[]): Promise<void> {
  const days = new Map<ReturnType<typeof dayOf>, Usage[]>()
  for (const usage of usages) {
    const day = dayOf(usage.at, room.config.zoning)
    const those = days.get(day)
    if (those) those.push(usage)
    else days.set(day, [usage])
  }
  for (const [day, those] of days) await room.shelf.put(day, those)
}

export async function rebuild(room: RebuildRoom, task: RebuildTask): Promise<Rebuilt> {
  const tally = new Tally()
  const balances = await collect(room.ledger.balances(task.month))
  for (const { principal, spend } of balances) tally.counted(principal, spend)
  const bases = await room.recount.bases(task.month)
  const twins = new Twins()
  const complete =
    (await compareEntries(room, task, bases, tally, twins)) && (await compareCounters(room, task, bases, tally))
  return { ...tally.result(), twins: await twins.found(room, task), complete }
}

async function compareEntries(
  room: RebuildRoom,
  task: RebuildTask,
  bases: readonly PrincipalKey[],
  tally: Tally,
  twins: Twins,
): Promise<boolean> {
  const { zoning, assumedCacheTtl, sessionRoles, labels } = room.config
  const [kept, profiles, belongings] = await Promise.all([
    room.rates.kept(),
    room.rates.profiles(),
    room.people.belongings(),
  ])
  const book = makeBook({ kept, profiles, assumedCacheTtl })
  const charging = { book, zoning, sessionRoles, labels, membership: membershipOf(belongings) }
  const days = daysOf(task.month)
  for (const [index, day] of days.entries()) {
    if (task.stop?.()) return false
    const { start, end } = dayPeriod(day, zoning)
    const range = { day, from: instant(Math.max(start, task.from)), to: instant(Math.min(end, task.to)) }
    if (range.from >= range.to) continue
    await compareDay(room, range, {
      ...{ charging, bases, act: task.act, reason: task.reason },
      each: (difference) => tally.add(difference),
      booked: (charge) => twins.see(charge),
      undone: () => tally.undone(),
    })
    task.progress?.((ENTRIES_SHARE * (index + 1)) / days.length)
  }
  return true
}

async function compareCounters(
  room: RebuildRoom,
  task: RebuildTask,
  bases: readonly PrincipalKey[],
  tally: Tally,
): Promise<boolean> {
  const counted = new Map<PrincipalKey, PrincipalKey[]>(bases.map((base) => [base, []]))
  for await (const { principal } of room.ledger.balances(task.month)) {
    const base = baseOf(principal)
    counted.set(base, [...(counted.get(base) ?? []), principal])
  }
  let behind = 0
  await inParallel([...counted], BASES_AT_ONCE, async ([base, known]) => {
    if (task.stop?.()) return
    const drifts = await driftOf(room, task.month, base, known)
    if (drifts === 'busy') tally.undone()
    else for (const drift of drifts) await mendOne(room, drift, task, tally)
    behind += 1
    task.progress?.(ENTRIES_SHARE + ((1 - ENTRIES_SHARE) * behind) / counted.size)
  })
  return behind === counted.size
}

async function mendOne(room: RebuildRoom, drift: Drift, { act }: RebuildTask, tally: Tally): Promise<void> {
  if (act && (await room.recount.mend(drift)) === 'busy') tally.undone()
  else tally.add({ kind: 'drifted', principal: drift.principal, change: drift.balance?.spend ?? zero })
}

class Tally {
  readonly #rows = new Map<
    PrincipalKey,
    { before: PicoUsd; change: PicoUsd; kinds: Partial<Record<DifferenceKind, number>> }
  >()
  readonly #kinds = { missing: 0, unlogged: 0, conflict: 0, priced: 0, placed: 0, unpriced: 0, drifted: 0 }
  #undone = 0

  #row(principal: PrincipalKey) {
    const row = this.#rows.get(principal) ?? { before: zero, change: zero, kinds: {} }
    this.#rows.set(principal, row)
    return row
  }
  counted(principal: PrincipalKey, spend: PicoUsd): void {
    this.#row(principal).before = spend
  }
  add({ kind, principal, change, second }: Difference): void {
    const row = this.#row(principal)
    row.change = add(row.change, change)
    row.kinds[kind] = (row.kinds[kind] ?? 0) + 1
    if (second !== true) this.#kinds[kind] += 1
  }
  undone(): void {
    this.#undone += 1
  }
  result(): Omit<Rebuilt, 'twins' | 'complete'> {
    const { missing, priced, placed, drifted } = this.#kinds
    const principals = [...this.#rows].map(([principal, { before, change, kinds }]) => ({
      ...{ principal, before, kinds },
      after: add(before, change),
    }))
    return {
      principals: principals.sort((a, b) => (a.principal < b.principal ? -1 : 1)),
      kinds: { ...this.#kinds },
      differing: missing + priced + placed + drifted,
      undone: this.#undone,
    }
  }
}

/** Which request ids the journal has more than once, in sixteen bytes for each id. */
class Twins {
  readonly #seen = new SeenIds()
  readonly #ids = new Map<string, PrincipalKey>()

  see(charge: Charge): void {
    const base = keyOf(charge.caller.base)
    if (this.#seen.add(`${base} ${charge.requestId}`) || this.#ids.size >= TWINS_AT_MOST) return
    this.#ids.set(charge.requestId, base)
  }

  async found(room: RebuildRoom, { month }: RebuildTask): Promise<readonly Twin[]> {
    const found = new Map<
      string,
      { requestId: string; principal: PrincipalKey; charges: { at: Instant; cost: PicoUsd }[] }
    >()
    const { start, end } = monthPeriod(month, room.config.zoning)
    for (const base of new Set(this.#ids.values())) {
      const last = new Map<string, { at: Instant; cost: PicoUsd }>()
      for await (const entry of room.recount.entries({ from: start, to: end }, base)) {
        const { charge, cost } = standingOf(entry)
        if (this.#ids.get(charge.requestId) !== base) continue
        const twin = found.get(charge.requestId) ?? {
          requestId: charge.requestId,
          principal: charge.principal,
          charges: [],
        }
        found.set(charge.requestId, twin)
        // A correction comes right after what it corrects.
        const id = `${charge.at} ${charge.requestId}`
        const known = last.get(id)
        if (known) known.cost = cost
        else {
          const one = { at: charge.at, cost }
          last.set(id, one)
          twin.charges.push(one)
        }
      }
    }
    return [...found.values()]
  }
}
