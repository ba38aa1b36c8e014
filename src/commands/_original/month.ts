/** The month that is under way: which way it comes into the ledger, decided once and kept in the manifest before it is gone. */
import type { ResourceId } from '../../provision/engine/resource.ts'
import { hasRecordsSince, readBooks } from '../../provision/original/books.ts'
import type { Original } from '../../provision/original/original.ts'
import { type MonthRead, readMonth } from '../../provision/original/rows.ts'
import {
  isOpening,
  type Opening,
  openedAt,
  openingCharge,
  openingOf,
  type SpendWay,
  spendWay,
} from '../../provision/original/spend.ts'
import {
  type Instant,
  instant,
  type Month,
  monthOf,
  monthPeriod,
  parseInstant,
  type Zoning,
} from '../../runtime/domain/base/calendar.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import type { Door } from '../_compose.ts'
import { healthBook, wishRoom } from '../_rooms.ts'

/** Kept as a fact of the manifest: a take-over that is cut off goes on with the same totals. */
export interface MonthPlan {
  readonly month: Month
  readonly way: SpendWay
  readonly why: string
  readonly readAt: Instant
  readonly openings: readonly Opening[]
  /** The log was counted, and the guard enforces. */
  readonly counted: boolean
}

export const factId = (functionName: string): ResourceId => `original/${functionName}` as ResourceId

/** Undefined: it has no table, or none that can be found. */
export async function monthRead(door: Door, original: Original, zoning: Zoning): Promise<MonthRead | undefined> {
  const { table } = original.settings
  const books = table === undefined ? undefined : await readBooks(door.clients, table)
  return books && readMonth(books.rows, monthOf(door.clock.now(), zoning))
}

export async function keptPlan(door: Door, original: Original, month: Month): Promise<MonthPlan | undefined> {
  const fact = (await (await manifestOf(door)).facts()).get(factId(original.functionName))
  const plan = fact === undefined ? undefined : (JSON.parse(fact) as MonthPlan)
  return plan?.month === month ? plan : undefined
}

const manifestOf = async (door: Door) => door.manifestIn(door.names((await door.installed())?.settings).table)

export const keepPlan = async (door: Door, original: Original, plan: MonthPlan): Promise<void> =>
  (await manifestOf(door)).remember(factId(original.functionName), JSON.stringify(plan))

/** @param keyFor the principal that a row of the table speaks of; undefined: left out, and said elsewhere. */
export async function planMonth(
  door: Door,
  original: Original,
  how: {
    readonly zoning: Zoning
    readonly logGroup: string | undefined
    readonly installed: boolean
    readonly read: MonthRead | undefined
    readonly keyFor: (name: string, kind: 'user' | 'role' | undefined) => PrincipalKey | undefined
  },
): Promise<MonthPlan> {
  const now = door.clock.now()
  const month = monthOf(now, how.zoning)
  const kept = await keptPlan(door, original, month)
  if (kept !== undefined) return kept
  const monthStart = monthPeriod(month, how.zoning).start
  const { logGroup } = original
  const same = logGroup !== undefined && logGroup.name === how.logGroup
  const openings = (how.read?.totals ?? []).flatMap(({ name, kind, usd }) => {
    const key = how.keyFor(name, kind)
    return key === undefined ? [] : [openingOf(key, usd)]
  })
  const decided = spendWay({
    ...{ monthStart, now },
    ...(how.installed
      ? await ledgerFacts(door, month)
      : { countFrom: undefined, hasBalances: false, hasOpenings: false }),
    log: same ? { ...logGroup, hasRecords: await hasRecordsSince(door.clients, logGroup.name, monthStart) } : undefined,
    firstDay: how.read?.firstDay,
    totals: openings.length,
  })
  return { month, ...decided, readAt: now, openings: decided.way === 'opening' ? openings : [], counted: false }
}

async function ledgerFacts(door: Door, month: Month) {
  const [room, health] = await Promise.all([wishRoom(door), healthBook(door)])
  let hasBalances = false
  for await (const _ of room.ledger.balances(month)) hasBalances = true
  return {
    hasBalances,
    hasOpenings: (await openingsReadAt(door)) !== undefined,
    countFrom: (await health.read()).countFrom,
  }
}

/** When the totals were read that are the month's opening entries (else this month's): what happened before is in them. */
export async function openingsReadAt(door: Door, ofMonth?: Month): Promise<Instant | undefined> {
  const room = await wishRoom(door)
  const month = ofMonth ?? monthOf(door.clock.now(), room.settings.zoning)
  for await (const detail of room.ledger.detail(month)) {
    if (isOpening(detail)) return parseInstant(openedAt(detail))
  }
  return undefined
}

/** Writes them into the journal; those that are there stay. Answers the new ones, each with its history entry. */
export async function writeOpenings(door: Door, plan: MonthPlan): Promise<readonly Opening[]> {
  if (plan.way !== 'opening') return []
  const room = await wishRoom(door)
  const { account, partition, region } = door
  const place = {
    account,
    partition,
    region,
    month: plan.month,
    zoning: room.settings.zoning,
    readAt: instant(plan.readAt),
  }
  const written: Opening[] = []
  for (const opening of plan.openings) {
    const charge = openingCharge(opening, place)
    if (charge === undefined) continue
    const [fate] = await room.ledger.record([charge])
    if (fate !== 'recorded') continue
    written.push(opening)
    await room.history.append({
      at: room.clock.now(),
      by: door.caller,
      what: 'opening-balance',
      principal: opening.principal,
      details: { usd: opening.usd, month: plan.month, from: 'the original' },
    })
  }
  return written
}
