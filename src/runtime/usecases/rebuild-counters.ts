/** Counters held against the journal: what they lack, so that it can be added. */
import { instant, type Month, monthPeriod } from '../domain/base/calendar.ts'
import type { Balance, Detail, Entry } from '../domain/metering/balance.ts'
import { balancesFrom, detailsFrom, lastEntries, standingOf } from '../domain/metering/bookkeeping.ts'
import { BalanceSums, balanceLack, DetailSums, detailId } from '../domain/metering/merging.ts'
import { type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import { collect } from './books.ts'
import type { Drift, RebuildRoom } from './rebuild-room.ts'

/** While somebody spends, counters move between two looks at them. */
const LOOKS_AT_MOST = 5
/** Zones lie at most so far apart: an entry of the month may be as far outside it, were the zone another when it was booked. */
const MARGIN_MS = 26 * 3_600_000
const DAY_MS = 24 * 3_600_000

export const baseOf = (principal: PrincipalKey): PrincipalKey => roleKeyOf(principal) ?? principal

/** What the counters of one user, or of one role with its sessions, lack; `busy`: they never stood still. */
export async function driftOf(
  room: RebuildRoom,
  month: Month,
  base: PrincipalKey,
  known: readonly PrincipalKey[],
): Promise<readonly Drift[] | 'busy'> {
  let principals = new Set(known)
  for (let look = 0; look < LOOKS_AT_MOST; look += 1) {
    const before = await countersOf(room, month, principals)
    const rows = await detailsOf(room, month, principals)
    const journal = await journalOf(room, month, base)
    // A correction that changes no sum moves rows all the same.
    const details = await detailsOf(room, month, principals)
    const after = await countersOf(room, month, principals)
    const found = journal.balances.map(({ principal }) => principal)
    const still =
      [...principals].every((one) => isSame(before.get(one), after.get(one))) && lacking(details, rows).length === 0
    if (still && found.every((one) => principals.has(one)))
      return differences(month, principals, after, { journal, details })
    principals = new Set([...principals, ...found])
  }
  return 'busy'
}

function differences(
  month: Month,
  principals: ReadonlySet<PrincipalKey>,
  counted: ReadonlyMap<PrincipalKey, Balance>,
  { journal, details }: { journal: Journal; details: readonly Detail[] },
): readonly Drift[] {
  const known = new Map(details.map((row) => [detailId(row), row]))
  const rows = lacking(journal.details, details)
  return [...principals].flatMap((principal) => {
    const was = counted.get(principal)
    const balance = balanceLack(
      journal.balances.find((one) => one.principal === principal),
      was,
    )
    const own = rows
      .filter((row) => row.principal === principal)
      .map((lacks) => ({ lacks, was: known.get(detailId(lacks)) }))
    return balance === undefined && own.length === 0 ? [] : [{ principal, month, was, balance, details: own }]
  })
}

/** What must be added to the rows that are counted. */
function lacking(right: readonly Detail[], counted: readonly Detail[]): readonly Detail[] {
  const sums = new DetailSums()
  sums.add(right)
  sums.add(counted, -1)
  return sums.left()
}

async function countersOf(room: RebuildRoom, month: Month, principals: ReadonlySet<PrincipalKey>) {
  const found = new Map<PrincipalKey, Balance>()
  for (const principal of principals) {
    const balance = await room.ledger.balance(principal, month)
    if (balance !== undefined) found.set(principal, balance)
  }
  return found
}

async function detailsOf(room: RebuildRoom, month: Month, principals: ReadonlySet<PrincipalKey>) {
  const rows: Detail[] = []
  for (const principal of principals) rows.push(...(await collect(room.ledger.detail(month, principal))))
  return rows
}

const isSame = (a: Balance | undefined, b: Balance | undefined): boolean => balanceLack(a, b) === undefined

interface Journal {
  readonly balances: readonly Balance[]
  readonly details: readonly Detail[]
}

/** One reading, added up a day at a time, so that a busy role's month need not fit into memory. */
async function journalOf(room: RebuildRoom, month: Month, base: PrincipalKey): Promise<Journal> {
  const balances = new BalanceSums()
  const details = new DetailSums()
  let day: Entry[] = []
  const close = () => {
    const own = lastEntries(day).filter((entry) => standingOf(entry).charge.month === month)
    balances.add(balancesFrom(own))
    details.add(detailsFrom(own))
    day = []
  }
  let began = Number.NEGATIVE_INFINITY
  const { start, end } = monthPeriod(month, room.config.zoning)
  const range = { from: instant(start - MARGIN_MS), to: instant(end + MARGIN_MS) }
  for await (const entry of room.recount.entries(range, base)) {
    // Corrections come right after their charge: a day is over only where another charge begins.
    if (entry.kind === 'charge' && entry.charge.at >= began + DAY_MS) {
      close()
      began = entry.charge.at
    }
    day.push(entry)
  }
  close()
  return { balances: balances.all(), details: details.left() }
}
