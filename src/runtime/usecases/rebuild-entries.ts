/** A day of the journal held against the same day of the logs, entry by entry. */
import type { Day, Instant } from '../domain/base/calendar.ts'
import type { Entry } from '../domain/metering/balance.ts'
import { entryId, lastEntries, type Standing, standingOf } from '../domain/metering/bookkeeping.ts'
import { type Charge, type Charging, chargeFor, contentHash } from '../domain/metering/charge.ts'
import { attribute, keyOf, othersOf, type PrincipalKey } from '../domain/metering/principal.ts'
import { pico, subtract, zero } from '../domain/money/money.ts'
import { inParallel } from '../parallel.ts'
import { boundSessions, Troubles } from './ingest.ts'
import type { Difference, RebuildRoom } from './rebuild-room.ts'

export interface Comparing {
  readonly charging: Charging
  readonly bases: readonly PrincipalKey[]
  /** False: only look. */
  readonly act: boolean
  readonly reason: string
  readonly each: (difference: Difference) => void
  /** Hears of every entry of the journal. */
  readonly booked: (charge: Charge) => void
  /** Somebody else wrote the same at the same moment, or the table refused it. */
  readonly undone: () => void
}

const READS_AT_ONCE = 8
const CORRECTIONS_AT_ONCE = 8
const RECORDS_AT_ONCE = 500

export async function compareDay(
  room: RebuildRoom,
  range: { readonly day: Day; readonly from: Instant; readonly to: Instant },
  how: Comparing,
): Promise<void> {
  const booked = await bookedIn(room, range, how)
  const missing: Charge[] = []
  const met = new Set<string>()
  for await (const usages of room.shelf.of(range.day)) {
    const pairs = new Map<PrincipalKey, { entry: Entry; fresh: Charge }[]>()
    for (const usage of usages) {
      if (usage.at < range.from || usage.at >= range.to) continue
      const fresh = chargeFor(usage, how.charging)
      const id = entryId(fresh)
      if (met.has(id)) continue
      met.add(id)
      const entry = booked.get(id)
      const base = keyOf(fresh.caller.base)
      if (entry !== undefined) those(pairs, base).push({ entry, fresh })
      else if (isCounted(room, usage.source)) missing.push(fresh)
    }
    // Corrections of one principal move the same balance.
    await inParallel([...pairs.values()], CORRECTIONS_AT_ONCE, async (own) => {
      for (const { entry, fresh } of own) await compareOne(room, entry, fresh, how)
    })
  }
  await recordMissing(room, missing, how)
  for (const [id, entry] of booked) {
    const { charge } = standingOf(entry)
    if (!met.has(id) && !room.isOpening(charge))
      how.each({ kind: 'unlogged', principal: charge.principal, change: zero })
  }
}

/** Where only labelled calls are charged, others are in the logs and rightly not in the journal. */
const isCounted = ({ config }: RebuildRoom, source: string | undefined): boolean =>
  config.onlySources !== true || config.labels.includes(source ?? '')

function those<Key, One>(lists: Map<Key, One[]>, key: Key): One[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

async function bookedIn(
  room: RebuildRoom,
  range: { readonly from: Instant; readonly to: Instant },
  how: Comparing,
): Promise<ReadonlyMap<string, Entry>> {
  const booked = new Map<string, Entry>()
  await inParallel(how.bases, READS_AT_ONCE, async (base) => {
    const entries: Entry[] = []
    for await (const entry of room.recount.entries(range, base)) entries.push(entry)
    for (const entry of lastEntries(entries)) {
      const { charge } = standingOf(entry)
      booked.set(entryId(charge), entry)
      how.booked(charge)
    }
  })
  return booked
}

async function compareOne(room: RebuildRoom, entry: Entry, read: Charge, how: Comparing): Promise<void> {
  const standing = standingOf(entry)
  const { principal } = standing.charge
  if (contentHash(standing.charge) !== contentHash(read)) {
    how.each({ kind: 'conflict', principal, change: zero })
    return
  }
  if (read.assumed !== 0n) {
    how.each({ kind: 'unpriced', principal, change: zero })
    return
  }
  // Zero tokens cost nothing, by whatever price; an assumed price of them is one all the same.
  const fresh = await placedAs(room, standing, read, how)
  const moved = fresh.principal !== principal || fresh.label !== standing.charge.label
  const priced = standing.cost !== fresh.cost || standing.rateId !== fresh.rateId || standing.assumed !== 0n
  if (!moved && !priced) return
  if (how.act && !(await corrected(room, entry, fresh, how))) return how.undone()
  const kind = moved ? 'placed' : 'priced'
  if (fresh.principal === principal) how.each({ kind, principal, change: subtract(fresh.cost, standing.cost) })
  else {
    how.each({ kind, principal, change: pico(-standing.cost) })
    how.each({ kind, principal: fresh.principal, change: fresh.cost, second: true })
  }
}

/** Of a role whose sessions are principals only so many are; who is among them, the guard has decided and still decides. */
async function placedAs(room: RebuildRoom, standing: Standing, read: Charge, how: Comparing): Promise<Charge> {
  const { principal } = standing.charge
  const named = attribute(read.caller, how.charging.sessionRoles)
  if (named.kind !== 'session' || principal === read.principal) return read
  if (principal === keyOf(othersOf(named.role, named.account))) return { ...read, principal }
  if (!how.act) return read
  const [bounded] = await bound(room, [read])
  return bounded ?? read
}

async function bound(room: RebuildRoom, charges: readonly Charge[]): Promise<readonly Charge[]> {
  const troubles = new Troubles()
  const line = { id: '', at: undefined, message: '' }
  const read = await boundSessions(
    room,
    charges.map((charge) => ({ line, charge })),
    troubles,
  )
  troubles.throwAll()
  return read.map(({ charge }) => charge)
}

async function corrected(room: RebuildRoom, entry: Entry, fresh: Charge, how: Comparing): Promise<boolean> {
  const { cost, rateId, model, principal, label } = fresh
  const id = `rebuilt as ${rateId} of ${principal}, ${label}`
  const answer = await room.ledger.correct(entry, { id, cost, rateId, model, principal, label, reason: how.reason })
  return answer !== 'conflict'
}

async function recordMissing(room: RebuildRoom, missing: readonly Charge[], how: Comparing): Promise<void> {
  for (let at = 0; at < missing.length; at += RECORDS_AT_ONCE) {
    const some = missing.slice(at, at + RECORDS_AT_ONCE)
    const charges = how.act ? await bound(room, some) : some
    const fates = how.act ? await room.ledger.record(charges) : undefined
    for (const [index, { principal, cost }] of charges.entries()) {
      const fate = fates?.[index]
      if (fate === undefined || fate === 'recorded') how.each({ kind: 'missing', principal, change: cost })
      // Delivered in between: then it is there, and that is all that was wanted.
      else if (fate !== 'duplicate') how.undone()
    }
  }
}
