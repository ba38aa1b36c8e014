import type { RuntimeConfig } from '../config.ts'
import { dayOf, type Instant, isMonth, type Month, monthOf, monthPeriod, previousMonth } from '../domain/calendar.ts'
import { GuardError } from '../domain/guard-error.ts'
import { type ReportView, reportOf } from '../domain/report.ts'
import { needsPrevious } from '../domain/waiver.ts'
import type { BlockBook, Clock, HealthBook, Ledger, LimitBook, NoticeLog, Notifier } from '../ports.ts'
import type { ReportAnswer, ReportEvent } from '../protocol.ts'
import { collect, judge } from './books.ts'

export interface ReportRoom {
  readonly config: Pick<RuntimeConfig, 'guard' | 'account' | 'region' | 'zoning' | 'unknownPrice' | 'currency' | 'mode'>
  readonly clock: Clock
  readonly ledger: Ledger
  readonly limits: LimitBook
  readonly blocks: BlockBook
  readonly health: HealthBook
  readonly notifier: Notifier
  readonly notices: NoticeLog
  /** Chooses the words. */
  render(view: ReportView): { readonly subject: string; readonly text: string }
}

/** A statement that could not be sent on the first is sent on a later day; a guard that is younger than the month owes none. */
const statementDays = 7
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
  const mail = await compose(room, event.month === undefined ? month : monthFrom(event.month, month), now)
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

async function daily(room: ReportRoom, month: Month, now: Instant): Promise<ReportAnswer> {
  const day = dayOf(now, room.config.zoning)
  const past = previousMonth(month)
  const failures: unknown[] = []
  if (Number(day.slice(8)) <= statementDays) {
    try {
      if (day.endsWith('-01') || (await hasBalances(room, past)))
        await sendOnce(room, `report#statement#${past}`, past, now)
    } catch (error) {
      failures.push(error)
    }
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

async function hasBalances(room: ReportRoom, month: Month): Promise<boolean> {
  for await (const _ of room.ledger.balances(month)) return true
  return false
}

async function sendOnce(room: ReportRoom, key: string, month: Month, now: Instant): Promise<ReportAnswer> {
  const mail = await compose(room, month, now)
  const claim = await room.notices.claim(key, (now + leaseMs) as Instant)
  if (claim === 'already-sent') return { ...mail, sent: false }
  // Whoever holds the claim may have died with it: Lambda's retry must come back after the lease, not take this for done.
  if (claim === 'in-flight') throw inFlight(key)
  await room.notifier.send({ kind: 'report', at: now, items: [], ...mail })
  await room.notices.settle(key)
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

/** The running month as the daily mail shows it, a month that is over as its statement. */
async function compose(room: ReportRoom, month: Month, now: Instant): Promise<{ subject: string; text: string }> {
  const { zoning } = room.config
  const current = monthOf(now, zoning)
  const [wishes, balances, previous, details, records, health] = await Promise.all([
    room.limits.wishes(),
    collect(room.ledger.balances(month)),
    collect(room.ledger.balances(previousMonth(month))),
    collect(room.ledger.detail(month)),
    room.blocks.all(),
    room.health.read(),
  ])
  const isCurrent = month === current
  const counted = needsPrevious(wishes, zoning, now) ? previous : []
  const period = monthPeriod(month, zoning)
  const { guard, account, region, currency } = room.config
  const view = reportOf({
    kind: isCurrent ? 'daily' : 'statement',
    context: { guard, account, region, zone: period.zone, currency },
    period,
    zoning,
    now,
    observe: room.config.mode === 'observe',
    balances,
    previous,
    details,
    judgements: isCurrent ? judge({ now, month, wishes, balances, previous: counted }, room.config) : [],
    records: isCurrent ? records : [],
    health,
  })
  return room.render(view)
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
