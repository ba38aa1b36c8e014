import type { RuntimeConfig } from '../config.ts'
import {
  dayOf,
  type Instant,
  isMonth,
  type Month,
  monthOf,
  monthPeriod,
  previousMonth,
  toIso,
} from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import { needsPrevious } from '../domain/judging/waiver.ts'
import { type PicoUsd, pico } from '../domain/money/money.ts'
import type { DayCoverage } from '../domain/telling/coverage.ts'
import { type ReportView, reportOf } from '../domain/telling/report.ts'
import { inParallel } from '../parallel.ts'
import type { BadRecords, BlockBook, Clock, HealthBook, Ledger, LimitBook, PeopleBook } from '../ports.ts'
import type { ReportAnswer, ReportEvent } from '../protocol.ts'
import { collect, judge } from './books.ts'
import { type DayCoverageRoom, dayCoverage } from './day-coverage.ts'
import { type TellRoom, tellUncovered } from './tell-uncovered.ts'

export interface ReportRoom extends DayCoverageRoom, TellRoom {
  readonly config: Pick<RuntimeConfig, 'guard' | 'account' | 'unknownPrice' | 'currency' | 'mode'> &
    DayCoverageRoom['config']
  readonly clock: Clock
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly people: Pick<PeopleBook, 'belongings'>
  readonly blocks: BlockBook
  readonly health: HealthBook
  readonly badRecords: Pick<BadRecords, 'count'>
  /** What `init` left in the table. */
  installed(): Promise<{
    /** The account's alias, where it is known. */
    readonly alias: string | undefined
    /** What the guard itself costs in a month with so many people and requests, estimated; undefined where that is not known. */
    ownCost(month: { readonly people: number; readonly requests: number }): PicoUsd | undefined
  }>
  /** Chooses the words. */
  render(view: ReportView): { readonly subject: string; readonly text: string }
}

const dayMs = 86_400_000
/** Longer than the function may run (60 s). */
const leaseMs = 90_000

/**
 * The daily mail, once a day whatever the scheduler repeats; on the first of a month also the final statement of the
 * month before. `preview` and `send` are for the admin: at once, and as often as asked.
 * @throws GuardError `not-sent` when a mail could not be sent; the other one is sent all the same.
 */
export async function dailyReport(room: ReportRoom, event: ReportEvent): Promise<ReportAnswer> {
  const now = room.clock.now()
  const month = monthOf(now, room.config.zoning)
  if (event?.kind === 'daily') return daily(room, month, now)
  if (event?.kind !== 'preview' && event?.kind !== 'send') throw unknownEvent(event)
  const { mail } = await compose(room, event.month === undefined ? month : monthFrom(event.month, month), now)
  const sent = event.kind === 'send'
  if (sent) await room.notifier.send({ kind: 'report', at: now, items: [], ...mail })
  return { ...mail, sent }
}

/** Whatever else calls this function must not send a mail. */
const unknownEvent = (event: unknown): GuardError =>
  new GuardError({
    code: 'unknown-event',
    fault: 'bug',
    message: `the report function does not know ${JSON.stringify(event)?.slice(0, 200)}: nothing was sent`,
    retry: 'no',
  })

/** What a statement's notice keeps: the total it told, so that later mails can say by how much that has changed. */
const statementKey = (month: Month): string => `report#statement#${month}`

async function daily(room: ReportRoom, month: Month, now: Instant): Promise<ReportAnswer> {
  const day = dayOf(now, room.config.zoning)
  const past = previousMonth(month)
  const failures: unknown[] = []
  // Not only on the first: whoever missed it sends it with the next run.
  try {
    if (await owesStatement(room, past)) await sendOnce(room, statementKey(past), past, now)
  } catch (error) {
    failures.push(error)
  }
  let answer: ReportAnswer | undefined
  try {
    answer = await sendOnce(room, `report#daily#${day}`, month, now)
  } catch (error) {
    failures.push(error)
  }
  if (answer !== undefined && failures.length === 0) return answer
  throw new GuardError({
    code: 'not-sent',
    fault: 'aws',
    message: `${failures.length === 1 ? 'a report was' : 'two reports were'} not sent: ${failures.map(textOf).join('; ')}`,
    retry: 'soon',
    suggestions: ['cost-guard report send'],
    cause: failures[0],
  })
}

/** Of every month that this guard counted, once; it owes none of those before it, whatever its ledger holds of them. */
async function owesStatement(room: ReportRoom, past: Month): Promise<boolean> {
  if ((await room.notices.noteOf(statementKey(past))) !== undefined) return false
  const { countFrom } = await room.health.read()
  if (countFrom !== undefined) return countFrom < monthPeriod(past, room.config.zoning).end
  for await (const _ of room.ledger.balances(past)) return true
  return false
}

async function sendOnce(room: ReportRoom, key: string, month: Month, now: Instant): Promise<ReportAnswer> {
  const { mail, total, past, coverage } = await compose(room, month, now)
  const claim = await room.notices.claim(key, (now + leaseMs) as Instant)
  const isStatement = key === statementKey(month)
  const note = isStatement ? [String(total)] : []
  if (claim === 'already-sent') {
    // Sent by a version that kept no note: from now on there is one.
    if (isStatement) await room.notices.settle(key, ...note)
    await tellUncovered(room, coverage, { now, leaseMs })
    return { ...mail, sent: false }
  }
  // Whoever holds the claim may have died with it: Lambda's retry must come back after the lease, not take this for done.
  if (claim === 'in-flight') throw inFlight(key)
  await room.notifier.send({ kind: 'report', at: now, items: [], ...mail })
  await room.notices.settle(key, ...note)
  // What came late for the month before has been told with this mail: the next one tells only what is new.
  if (past !== undefined) await room.notices.settle(statementKey(past.month), String(past.total))
  await tellUncovered(room, coverage, { now, leaseMs })
  return { ...mail, sent: true }
}

const inFlight = (key: string): GuardError =>
  new GuardError({
    code: 'in-flight',
    fault: 'aws',
    message: `${key} is being sent by another run, or that run died less than ${leaseMs / 1000} seconds ago`,
    retry: 'soon',
  })

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

interface Composed {
  readonly mail: { readonly subject: string; readonly text: string }
  readonly total: PicoUsd
  /** The month before, where this mail tells that it changed since its statement. */
  readonly past: { readonly month: Month; readonly total: PicoUsd } | undefined
  /** Of the running month's mail. */
  readonly coverage: DayCoverage | undefined
}

/** The running month as the daily mail shows it, a month that is over as its statement. */
async function compose(room: ReportRoom, month: Month, now: Instant): Promise<Composed> {
  const { zoning, guard, account, region, currency } = room.config
  const isCurrent = month === monthOf(now, zoning)
  const period = monthPeriod(month, zoning)
  const past = previousMonth(month)
  const [wishes, belongings, balances, previous, details, records, health, installed, note, unreadable] =
    await Promise.all([
      room.limits.wishes(),
      room.people.belongings(),
      collect(room.ledger.balances(month)),
      collect(room.ledger.balances(past)),
      collect(room.ledger.detail(month)),
      room.blocks.all(),
      room.health.read(),
      room.installed(),
      room.notices.noteOf(statementKey(past)),
      unreadableIn(
        room,
        isCurrent ? { from: (now - dayMs) as Instant, to: now } : { from: period.start, to: period.end },
      ),
    ])
  const counted = needsPrevious(wishes, zoning, now) ? previous : []
  const requests = balances.reduce((all, one) => all + one.requests, 0)
  // The month so far goes on as it was; its first hours tell too little for that.
  const share = Math.max(Math.min(now, period.end) - period.start, dayMs) / (period.end - period.start)
  const ownCost = installed.ownCost({ people: balances.length, requests: Math.round(requests / share) })
  // After the rest: the month's details serve twice.
  const detailsOf = async (of: Month) => (of === month ? details : collect(room.ledger.detail(of)))
  const coverage = isCurrent ? await dayCoverage(room, { now, countFrom: health.countFrom, detailsOf }) : undefined
  const view = reportOf({
    kind: isCurrent ? 'daily' : 'statement',
    context: { guard, account, alias: installed.alias, region, zone: period.zone, currency },
    period,
    zoning,
    now,
    observe: room.config.mode === 'observe',
    ...(isCurrent ? { belongings } : {}),
    balances,
    previous,
    details,
    judgements: isCurrent ? judge({ now, month, wishes, belongings, balances, previous: counted }, room.config) : [],
    records: isCurrent ? records : [],
    blocks: wishes.blocks,
    told: note === undefined ? undefined : pico(BigInt(note)),
    unreadable,
    ownCost,
    coverage,
    health,
  })
  return {
    mail: room.render(view),
    total: view.total,
    coverage,
    past: view.late && { month: past, total: view.late.total },
  }
}

/** Records that could not be read are kept by the UTC day of their reading. */
async function unreadableIn(room: ReportRoom, { from, to }: { from: Instant; to: Instant }): Promise<number> {
  const days: string[] = []
  for (let at = from; at <= to; at = (at + dayMs) as Instant) days.push(toIso(at).slice(0, 10))
  const counts = await inParallel(days, 4, (day) => room.badRecords.count(day))
  return counts.reduce((all, one) => all + one, 0)
}

function monthFrom(text: string, current: Month): Month {
  if (isMonth(text) && text <= current) return text
  throw new GuardError({
    code: 'bad-month',
    fault: 'user',
    message: `"${text}" is not a month, as 2026-10 is, or has not begun`,
    suggestions: ['cost-guard report preview --month 2026-10'],
  })
}
