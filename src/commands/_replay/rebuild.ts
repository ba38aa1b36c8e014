/** rebuild: reads a month's logs again, holds them against the books, shows, asks, sets right. */
import { isOpening } from '../../provision/original/spend.ts'
import { DynamoRecount } from '../../runtime/aws/dynamo-recount.ts'
import { DynamoSessions } from '../../runtime/aws/dynamo-sessions.ts'
import {
  type Instant,
  instant,
  isMonth,
  type Month,
  monthOf,
  monthPeriod,
  toIso,
} from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { pico, toDecimal } from '../../runtime/domain/money/money.ts'
import { type RebuildTask, type Rebuilt, rebuild, shelve } from '../../runtime/usecases/rebuild.ts'
import type { RebuildRoom } from '../../runtime/usecases/rebuild-room.ts'
import { oldestKept } from '../../runtime/usecases/reprice.ts'
import { mustConfirm } from '../_ask/ask.ts'
import { type Door, systemSleeper } from '../_compose.ts'
import { EXIT } from '../_errors.ts'
import { openingsReadAt } from '../_original/month.ts'
import { configFor, healthBook, rateBook, wishRoom } from '../_rooms.ts'
import { effectText } from '../_view/effect.ts'
import { inZone } from '../_view/limits.ts'
import { rebuiltText } from '../_view/rebuilt.ts'
import type { Done, How } from './done.ts'
import { ReplayProgress } from './progress.ts'
import type { Range } from './range.ts'
import { type Read, RecordReader } from './records.ts'
import { FileShelf } from './shelf.ts'
import { type LogSource, sourceFor } from './source.ts'

export interface RebuildFlags {
  readonly month: Month
  readonly from: readonly string[]
  readonly bucket?: string | undefined
  readonly 'dry-run': boolean
  readonly 'exit-code': boolean
  readonly yes: boolean
}

/** The word alone. @throws GuardError `bad-month`. */
export function monthTyped(typed: string): Month {
  if (isMonth(typed)) return typed
  throw refused('bad-month', `"${typed}" is not a month: YYYY-MM is expected`)
}

/** Records are minutes on their way: what happened a moment ago is in one book and not yet in the other. */
const SETTLES_MS = 15 * 60_000

export async function rebuildMonth(door: Door, flags: RebuildFlags, how: How): Promise<Done> {
  const { range, beganLate } = await rangeOf(door, flags.month)
  const problems: string[] = []
  const source = await sourceFor(door, { from: flags.from, bucket: flags.bucket }, range, (text) => {
    problems.push(text)
    how.note(text)
  })
  const [amount, { zoning }] = await Promise.all([source.amount(), door.settings()])
  how.note(
    `${flags.month}, from ${inZone(range.from, zoning)} to ${inZone(range.to, zoning)}, ${source.place}${amount === undefined ? '' : `: ${amount}`}`,
  )
  if (beganLate !== undefined) how.note(beganLate)
  const shelf = await FileShelf.open()
  try {
    const room = await roomOf(door, shelf)
    const read = await readAll(door, room, { range, source, stop: how.stop })
    if (read === undefined)
      return { text: 'stopped while reading: nothing was changed', json: {}, exit: EXIT.interrupted }
    const task = { month: flags.month, ...range, reason: `rebuilt from ${source.place}`, stop: how.stop }
    return await compareAndMend(door, { room, task, read, source, flags, how, failed: problems.length > 0 })
  } finally {
    await shelf.remove()
  }
}

async function compareAndMend(
  door: Door,
  what: {
    readonly room: RebuildRoom
    readonly task: Omit<RebuildTask, 'act'>
    readonly read: Read
    readonly source: LogSource
    readonly flags: RebuildFlags
    readonly how: How
    readonly failed: boolean
  },
): Promise<Done> {
  const { room, task, read, flags, how } = what
  const look = compared(door, room, { ...task, act: false }, read)
  const [{ zoning }, found] = await Promise.all([door.settings(), look])
  const about = {
    month: flags.month,
    since: toIso(task.from),
    until: toIso(task.to),
    source: what.source.place,
    records: read.records,
    malformed: read.malformed,
  }
  const json = { ...about, ...rebuiltJson(found), setRight: 0 }
  const shown = rebuiltText(found, { month: flags.month, zoning, read, done: false })
  if (!found.complete) return { text: 'stopped while comparing: nothing was changed', json, exit: EXIT.interrupted }
  const bad = what.failed ? EXIT.failed : EXIT.done
  if (found.differing === 0) return { text: shown, json, exit: bad }
  if (flags['dry-run']) {
    return { text: shown, json, exit: bad === EXIT.done && flags['exit-code'] ? EXIT.differs : bad }
  }
  if (!flags.yes) how.note(shown)
  await mustConfirm({
    message: `Set ${found.differing === 1 ? 'this difference' : `these ${found.differing} differences`} right?`,
    yes: flags.yes,
    json: how.json,
    answeredBy: door.command(
      `rebuild --month ${flags.month}${flags.from.join() === 'log-group' ? '' : ` --from ${flags.from.join(' ')}`}${flags.bucket === undefined ? '' : ` --bucket ${flags.bucket}`} --yes`,
    ),
    document: json,
  })
  const done = await compared(door, room, { ...task, act: true }, read)
  const wishes = await wishRoom(door)
  await wishes.history.append(historyOf(door, done, about))
  const check = await wishes.enforce.ask({ kind: 'check', from: 'command' })
  return {
    text: [rebuiltText(done, { month: flags.month, zoning, read, done: true }), effectText(check)]
      .filter(Boolean)
      .join('\n'),
    json: { ...about, ...rebuiltJson(done), setRight: done.differing },
    exit: !done.complete ? EXIT.interrupted : done.undone > 0 ? EXIT.failed : bad,
  }
}

async function compared(door: Door, room: RebuildRoom, task: RebuildTask, { records }: Read): Promise<Rebuilt> {
  const progress = new ReplayProgress(process.stderr, door.clock, toIso)
  const at = (done: number) => progress.at({ done, records, reached: undefined })
  return await rebuild(room, { ...task, progress: at }).finally(() => progress.end())
}

const historyOf = (door: Door, done: Rebuilt, about: { readonly month: Month; readonly source: string }) => ({
  at: door.clock.now(),
  by: door.caller,
  what: 'rebuilt',
  details: {
    month: about.month,
    source: about.source,
    ...Object.fromEntries(
      (['missing', 'priced', 'placed', 'drifted'] as const).map((kind) => [kind, String(done.kinds[kind])]),
    ),
    usd: toDecimal(pico(done.principals.reduce((total, { before, after }) => total + after - before, 0n))),
  },
})

/** @returns undefined: stopped before the end. */
async function readAll(
  door: Door,
  room: RebuildRoom,
  what: { readonly range: Range; readonly source: LogSource; readonly stop: () => boolean },
): Promise<Read | undefined> {
  const reader = new RecordReader(door.account, what.range)
  const { zoning } = await door.settings()
  const progress = new ReplayProgress(process.stderr, door.clock, (at) => inZone(at, zoning))
  try {
    for await (const { texts, done, reached } of what.source.batches()) {
      if (what.stop()) return undefined
      await shelve(
        room,
        reader.take(texts).map(({ usage }) => usage),
      )
      progress.at({ done, reached, records: reader.read.records })
    }
  } finally {
    progress.end()
  }
  return reader.read
}

/** The whole month, as far as the guard was to count it and the journal remembers it. @throws GuardError `rebuild-too-old`, `bad-month`. */
async function rangeOf(door: Door, month: Month): Promise<{ range: Range; beganLate: string | undefined }> {
  const { config } = await configFor(door)
  const now = door.clock.now()
  const { start, end } = monthPeriod(month, config.zoning)
  const oldest = oldestKept(config.journalDays, now)
  if (start < oldest) {
    throw refused(
      'rebuild-too-old',
      `the journal remembers only what happened after ${inZone(oldest, config.zoning)}: ${month} is no longer whole in it`,
    )
  }
  if (month > monthOf(now, config.zoning)) throw refused('bad-month', `${month} has not begun`)
  const { countFrom } = await (await healthBook(door)).read()
  const began = (await openingsReadAt(door, month)) ?? countFrom ?? start
  const from = instant(Math.max(start, began))
  const to = instant(Math.max(from, Math.min(end, now - SETTLES_MS)))
  const beganLate =
    from === start
      ? undefined
      : `The guard counts since ${inZone(from, config.zoning)}: what happened before is not looked for in the logs (backfill --before-start counts it).`
  return { range: { from, to }, beganLate }
}

const refused = (code: string, message: string): GuardError =>
  new GuardError({ code, fault: 'user', message, suggestions: ['--month 2026-11'] })

async function roomOf(door: Door, shelf: FileShelf): Promise<RebuildRoom> {
  const [{ config }, room, rates, client] = await Promise.all([
    configFor(door),
    wishRoom(door),
    rateBook(door),
    door.clients.dynamo(),
  ])
  const at = { client, table: config.table }
  return {
    ledger: room.ledger,
    recount: new DynamoRecount({ ...at, clock: door.clock, sleeper: systemSleeper }),
    shelf,
    sessions: new DynamoSessions(at),
    rates,
    people: room.people,
    config,
    isOpening,
  }
}

const rebuiltJson = (found: Rebuilt) => ({
  differing: found.differing,
  undone: found.undone,
  kinds: found.kinds,
  principals: found.principals.map(({ principal, before, after, kinds }) => ({
    principal,
    beforeUsd: toDecimal(before),
    afterUsd: toDecimal(after),
    kinds,
  })),
  chargedTwice: found.twins.map(({ requestId, principal, charges }) => ({
    requestId,
    principal,
    charges: charges.map(({ at, cost }: { at: Instant; cost: bigint }) => ({
      at: toIso(at),
      usd: toDecimal(pico(cost)),
    })),
  })),
})
