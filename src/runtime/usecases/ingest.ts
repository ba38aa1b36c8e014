import type { RuntimeConfig } from '../config.ts'
import { type Instant, instant } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { Charge } from '../domain/metering/charge.ts'
import { attribute, keyOf, othersOf } from '../domain/metering/principal.ts'
import { add, divideHalfEven, type PicoUsd, zero } from '../domain/money/money.ts'
import type {
  BadRecord,
  BadRecords,
  Clock,
  EnforceTrigger,
  HealthBook,
  Ledger,
  Log,
  LogReader,
  RateBook,
  SessionBook,
} from '../ports.ts'
import type { IngestAnswer } from '../protocol.ts'
import type { Facts } from './facts.ts'
import { type LogLine, poison, type ReadCharge, sortLines } from './sort-lines.ts'

export interface IngestRoom {
  readonly ledger: Ledger
  readonly bad: BadRecords
  readonly health: HealthBook
  readonly rates: RateBook
  readonly sessions: SessionBook
  readonly logs: LogReader
  readonly trigger: EnforceTrigger
  readonly clock: Clock
  readonly log: Log
  readonly facts: () => Promise<Facts>
  readonly config: Pick<
    RuntimeConfig,
    'guard' | 'account' | 'zoning' | 'sessionRoles' | 'labels' | 'onlySources' | 'assumedCacheTtl' | 'journalDays'
  >
  /** When this run must be over, epoch milliseconds. */
  readonly deadlineMs: () => number
}

/** The subscription brings every record at least once; the other two read the log group again. */
export type Origin = 'subscription' | 'catch-up' | 'backfill'

/** A record this old in the log that nobody had delivered was missed, not just on its way. */
const LATE_MS = 5 * 60_000

/** What one step of a batch could not do; the others are done all the same, and then all is thrown together. */
export class Troubles {
  readonly errors: unknown[] = []

  async during<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work()
    } catch (error) {
      this.errors.push(error)
      return undefined
    }
  }

  throwAll(): void {
    const [first] = this.errors
    if (first === undefined) return
    throw new GuardError({
      code: 'ingest-incomplete',
      fault: 'aws',
      retry: 'soon',
      message: `a batch was not recorded completely: ${first instanceof Error ? first.message : String(first)}`,
      suggestions: [
        'nothing is counted twice when the same records come again; catch-up brings them within 15 minutes',
      ],
      cause: this.errors.length > 1 ? new AggregateError(this.errors) : first,
    })
  }
}

/**
 * Parses, attributes, prices and records one batch, keeps its poison, notes how late it came, and wakes enforce.
 * @throws GuardError `ingest-incomplete` after everything else was tried; the caller's retry is safe.
 */
export async function ingest(room: IngestRoom, lines: readonly LogLine[], origin: Origin): Promise<IngestAnswer> {
  const now = room.clock.now()
  const facts = await room.facts()
  const sorted = sortLines(lines, { ...room.config, book: facts.book, membership: facts.membership, now })
  const troubles = new Troubles()
  const attributed = await boundSessions(room, sorted.charges, troubles)
  const wanted = (await troubles.during(() => notYetKnown(room, attributed, origin))) ?? []
  const answers = (await troubles.during(() => room.ledger.record(wanted.map(({ charge }) => charge)))) ?? []

  const of = (answer: string) => wanted.filter((_, index) => answers[index] === answer)
  const recorded = of('recorded')
  const conflicts = of('conflict')
  const refused = of('refused')
  if (recorded.length > 0 || troubles.errors.length > 0) {
    await troubles.during(() => noteHealth(room, { recorded, facts, now, origin }))
    await poke(room)
  }
  sayCharged(room, recorded, origin)
  const bad = [
    ...sorted.bad,
    ...conflicts.map(({ line, charge }) =>
      poison(line, 'conflict: the journal has this request id with other content', charge.requestId, now),
    ),
    ...refused.map(({ line, charge }) => poison(line, 'refused by the table', charge.requestId, now)),
  ]
  if (bad.length > 0) {
    sayBad(room, bad, origin)
    await troubles.during(() => room.bad.keep(bad))
  }
  // Plain counters: only the delivery itself counts them, reading the log again would count them again.
  const counted = [...sorted.failed, ...sorted.uncounted]
  if (origin === 'subscription' && counted.length > 0 && troubles.errors.length === 0) {
    await troubles.during(() => room.ledger.recordFailed(counted))
  }
  troubles.throwAll()
  const late = recorded.filter(({ line, charge }) => (line.ingestedAt ?? charge.at) < now - LATE_MS)
  return {
    recorded: recorded.length,
    duplicates: of('duplicate').length + attributed.length - wanted.length,
    conflicts: conflicts.length,
    failed: sorted.failed.length,
    ignored: sorted.ignored,
    malformed: sorted.bad.length,
    refused: refused.length,
    ...(origin === 'catch-up' ? { caughtUp: late.length } : {}),
  }
}

/** Reading again, most is known: asking first is cheaper than being refused. */
async function notYetKnown(
  room: IngestRoom,
  charges: readonly ReadCharge[],
  origin: Origin,
): Promise<readonly ReadCharge[]> {
  if (origin === 'subscription' || charges.length === 0) return charges
  const missing = new Set(await room.ledger.missing(charges.map(({ charge }) => charge)))
  return charges.filter(({ charge }) => missing.has(charge))
}

/** A role has only so many sessions that are principals; the rest share one. */
export async function boundSessions(
  room: { readonly sessions: SessionBook; readonly config: Pick<RuntimeConfig, 'sessionRoles'> },
  charges: readonly ReadCharge[],
  troubles: Troubles,
): Promise<readonly ReadCharge[]> {
  const groups = new Map<string, { role: string; month: Charge['month']; names: Set<string> }>()
  const sessionOf = ({ charge }: ReadCharge) => {
    const principal = attribute(charge.caller, room.config.sessionRoles)
    return principal.kind === 'session' ? principal : undefined
  }
  const groupOf = (role: string, { charge }: ReadCharge) => `${charge.month}\n${role}`
  for (const read of charges) {
    const session = sessionOf(read)
    if (session === undefined) continue
    const id = groupOf(session.role, read)
    const group = groups.get(id) ?? { role: session.role, month: read.charge.month, names: new Set() }
    groups.set(id, group)
    group.names.add(session.name)
  }
  const admitted = new Map<string, ReadonlySet<string> | undefined>()
  for (const [id, { role, month, names }] of groups) {
    admitted.set(id, await troubles.during(() => room.sessions.admit(role, month, [...names])))
  }
  return charges.flatMap((read) => {
    const session = sessionOf(read)
    if (session === undefined) return [read]
    const names = admitted.get(groupOf(session.role, read))
    // Nobody could say: these wait for the retry rather than go to the wrong pot.
    if (names === undefined) return []
    if (names.has(session.name)) return [read]
    const others = keyOf(othersOf(session.role, session.account))
    return [{ ...read, charge: { ...read.charge, principal: others } }]
  })
}

async function noteHealth(
  room: IngestRoom,
  batch: { recorded: readonly ReadCharge[]; facts: Facts; now: Instant; origin: Origin },
): Promise<void> {
  const newest = newestOf(batch.recorded)
  if (newest === undefined) return await room.health.noteIngest({ lastIngestAt: batch.now })
  const { line, charge } = newest
  const logSeconds = line.ingestedAt === undefined ? undefined : secondsBetween(charge.at, line.ingestedAt)
  // The subscription names no time of arrival in the log group: what catch-up measured last is taken off.
  const delivered = secondsBetween(charge.at, batch.now) - (batch.facts.logSeconds ?? 0)
  await room.health.noteIngest({
    lastRecordAt: charge.at,
    lastIngestAt: batch.now,
    // What was read again was not delivered: how late it is found says nothing of the subscription.
    ...(batch.origin === 'subscription' ? { deliverySeconds: Math.max(0, delivered) } : {}),
    ...(logSeconds === undefined ? {} : { logSeconds }),
  })
}

export const newestOf = (charges: readonly ReadCharge[]): ReadCharge | undefined =>
  charges.reduce<ReadCharge | undefined>(
    (newest, read) => (newest === undefined || read.charge.at > newest.charge.at ? read : newest),
    undefined,
  )
export const secondsBetween = (from: Instant, to: Instant): number => Math.max(0, Math.round((to - from) / 1000))
export const laterBy = (at: Instant, milliseconds: number): Instant => instant(at + milliseconds)

/** Enforce looks every minute anyway: a poke that fails delays a block, it loses nothing. */
async function poke(room: IngestRoom): Promise<void> {
  try {
    await room.trigger.poke()
  } catch (error) {
    room.log({ level: 'error', event: 'poke-failed', message: error instanceof Error ? error.message : String(error) })
  }
}

/**
 * One line for each principal and model of a batch: what the dashboard adds up. To a millionth of a dollar, which JSON writes
 * without an exponent. A backfill books the past and would be shown as if it were today.
 */
function sayCharged(room: IngestRoom, recorded: readonly ReadCharge[], origin: Origin): void {
  if (origin === 'backfill') return
  const groups = new Map<string, { principal: string; model: string; cost: PicoUsd; requests: number }>()
  for (const { charge } of recorded) {
    const { principal, model, cost } = charge
    const id = `${principal}\n${model}`
    const group = groups.get(id)
    groups.set(id, { principal, model, cost: add(group?.cost ?? zero, cost), requests: (group?.requests ?? 0) + 1 })
  }
  for (const { cost, ...group } of groups.values()) {
    const usd = Number(divideHalfEven(cost, 1_000_000n)) / 1e6
    room.log({ level: 'info', event: 'charged', ...group, usd })
  }
}

/** Catch-up meets the same poison every time it reads it; the delivery has said it. */
function sayBad(room: IngestRoom, bad: readonly BadRecord[], origin: Origin): void {
  if (origin !== 'subscription') return
  for (const { id, why, requestId } of bad)
    room.log({ level: 'warn', event: 'bad-record', id, requestId: requestId ?? null, why })
}
