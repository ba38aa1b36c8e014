/** The charges to replay: from the ledger, from the log group, from files. */
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import { Spending } from '../../runtime/domain/judging/spending.ts'
import type { Entry } from '../../runtime/domain/metering/balance.ts'
import { type Standing, standingOf } from '../../runtime/domain/metering/bookkeeping.ts'
import { Analysis, type Listening } from '../../runtime/usecases/analyze.ts'
import type { Door } from '../_compose.ts'
import { inputsOf } from '../_lines.ts'
import { progressOn } from '../_reading/progress.ts'
import { readRecords } from '../_reading/read-records.ts'
import { statusRoom } from '../_rooms.ts'
import type { Stage } from './stage.ts'
import { badWish, type SimulateWish } from './wish.ts'

interface Source {
  /** Undefined only with files. */
  readonly door: Door | undefined
  readonly stage: Stage
  readonly range: { readonly from: Instant; readonly to: Instant }
  readonly note: (text: string) => void
}

export async function spendingFrom(wish: SimulateWish, source: Source): Promise<Spending> {
  const { door, range } = source
  if (wish.files.length > 0) {
    const inputs = await inputsOf(wish.files, process.stdin, source.note)
    const progress = progressOn(process.stderr, inputs)
    return fromRecords(source, (analysis, listening) => readRecords(inputs, analysis, { ...listening, progress }))
  }
  if (door === undefined) throw badWish('there is nothing to replay', '--file records.jsonl')
  if (wish.logGroup) return fromRecords(source, (analysis, to) => readLogGroup(door, source, analysis, to))
  return fromLedger(door, range)
}

/** Through the parser, the price book and the attribution of the guard; a request that occurs twice counts once. */
async function fromRecords(
  { stage, range, note }: Source,
  read: (analysis: Analysis, listening: Listening) => Promise<void>,
): Promise<Spending> {
  const spending = new Spending()
  const analysis = new Analysis({
    book: stage.book,
    zoning: stage.zoning,
    sessionRoles: stage.settings.sessionRoles,
    labels: stage.settings.labels,
    account: stage.account === '' ? undefined : stage.account,
  })
  await read(analysis, {
    paid: (paid) => {
      if (paid.at >= range.from && paid.at < range.to) spending.addSplit(paid)
    },
  })
  const { malformed, duplicates } = analysis.result()
  if (malformed > 0) note(`${malformed} records could not be read and are left out`)
  if (duplicates > 0) note(`${duplicates} records occurred twice and count once`)
  return spending
}

async function readLogGroup(door: Door, { range, note }: Source, analysis: Analysis, to: Listening): Promise<void> {
  const [{ CloudWatchLogReader }, client, settings] = await Promise.all([
    import('../../runtime/aws/log-reader.ts'),
    door.clients.logs(),
    door.settings(),
  ])
  const reader = new CloudWatchLogReader({ client, logGroup: settings.logGroup })
  const encoder = new TextEncoder()
  let cursor: string | undefined
  let events = 0
  do {
    const page = await reader.read(range, cursor)
    // A message is one record, whatever line breaks stand between its fields.
    for (const { message } of page.events) {
      analysis.addLines(encoder.encode(`${message.replace(/[\r\n]+/g, ' ')}\n`), to)
    }
    events += page.events.length
    cursor = page.cursor
    if (cursor !== undefined) note(`  ${events} records of the log group read`)
  } while (cursor !== undefined)
  analysis.endFile()
}

async function fromLedger(door: Door, range: { from: Instant; to: Instant }): Promise<Spending> {
  return spendingOf((await statusRoom(door)).ledger.journal(range))
}

/** Each entry as last corrected: a correction comes right after the entry that it corrects, also where it moves it to another pot. */
export async function spendingOf(entries: AsyncIterable<Entry>): Promise<Spending> {
  const spending = new Spending()
  let last: Standing | undefined
  const take = (standing: Standing | undefined) => {
    if (standing === undefined) return
    const { charge, cost, assumed } = standing
    spending.add({ at: charge.at, principal: charge.principal, cost, assumed: assumed !== 0n })
  }
  for await (const entry of entries) {
    if (entry.kind === 'charge') take(last)
    last = standingOf(entry)
  }
  take(last)
  return spending
}
