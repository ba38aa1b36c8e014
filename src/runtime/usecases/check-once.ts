import { dayOf, type Instant, monthPeriod } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import { blockedBy, isUnreadable, knownFromRecords } from '../domain/judging/enforcement.ts'
import type { BlockedRecord } from '../domain/judging/verdict.ts'
import { grantLeft } from '../domain/judging/waiver.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { AlarmCode } from '../domain/telling/notice.ts'
import { noticesDue } from '../domain/telling/notices-due.ts'
import type { Health } from '../ports.ts'
import type { EnforceAnswer, EnforceEvent } from '../protocol.ts'
import { type Books, judge, readBooks } from './books.ts'
import { compareWithIam } from './compare-with-iam.ts'
import { type Acting, blockAll, decideNow, noteCannot, releaseThese } from './enforce-acts.ts'
import { because, type EnforceRoom, type Problem } from './enforce-room.ts'
import { finish, nothing } from './finish-check.ts'
import { releaseAll } from './release-all.ts'
import { type ProfilesSeen, resolveProfiles } from './resolve-profiles.ts'
import { type Said, sayNotices } from './say-notices.ts'

/** IAM is read whole on every difference, and at least every ten minutes; a schedule may come some seconds early. */
const compareEveryMs = 9.5 * 60_000
/** A storm of unreadable records must not be read again whole every minute. */
const enoughBadRecords = 250
/** A release that could not be announced for so long is forgotten: the person has noticed. */
const announceWithinMs = 24 * 3_600_000
/** Longer than this after the last record, a block was not waiting for one: a limit was lowered, a command was typed. */
const measuredWithinMs = 10 * 60_000

/** An init or a teardown that was left half done must not look like a guard that has nothing to do. */
const isOnHold = 'on hold: the guard counts, but warns and blocks nobody until cost-guard init has been run to its end'
const isClosing = 'being removed: the guard releases everybody and blocks nobody; cost-guard init takes it up again'

interface Readings {
  readonly books: Books
  readonly records: readonly BlockedRecord[]
  readonly health: Health
}

/** One check under the lease. Asks the clock once; later only to measure and to stop in time. */
export async function checkOnce(
  room: EnforceRoom,
  event: Exclude<EnforceEvent, { kind: 'preview' }>,
  deadline: Instant,
): Promise<EnforceAnswer> {
  const now = room.clock.now()
  if (event.kind === 'release-all') return finish(room, now, await releaseAll(room), {})
  const { readings, problems } = await readEverything(room, now)
  // Who removes the guard must get everybody free even where the ledger is already gone.
  if (readings.health?.closing) {
    const released = await releaseAll(room)
    return finish(room, now, { ...released, problems: [...released.problems, isClosing] }, {})
  }
  const { books, records, health } = readings
  if (books === undefined || records === undefined || health === undefined) return changeNothing(room, now, problems)
  const month = monthPeriod(books.month, room.config.zoning)
  const seen = health.balancesSeen?.month === books.month ? health.balancesSeen.count : 0
  if (isUnreadable(Math.max(seen, knownFromRecords(records, month.start, now)), books.balances)) {
    const text = 'the ledger shows no balance although there were some: taken for unreadable, nobody is released'
    return changeNothing(room, now, [{ text, alarm: 'ledger-empty' }])
  }
  if (health.hold) return onHold(room, { books, records, health }, deadline)
  return enforce(room, event.from, { books, records, health }, deadline)
}

/** Nobody is blocked or warned while the past is counted; but money only comes in, so who is free now stays free. */
async function onHold(room: EnforceRoom, readings: Readings, deadline: Instant): Promise<EnforceAnswer> {
  const acting = beginning(room, readings, readings.books, deadline)
  await releaseThese(acting, decideNow(acting, readings.books).release)
  const problems = [isOnHold, ...acting.problems.map(({ text }) => text)]
  return finish(room, readings.books.now, { ...nothing, released: acting.released.toSorted(), problems }, {})
}

const beginning = (room: EnforceRoom, readings: Readings, books: Books, deadline: Instant): Acting => ({
  room,
  books,
  deadline,
  records: new Map(readings.records.map((record) => [record.principal, record])),
  touched: new Set(),
  blocked: [],
  released: [],
  problems: [],
  unblocked: new Set(),
})

async function readEverything(
  room: EnforceRoom,
  now: Instant,
): Promise<{ readings: Partial<Readings>; problems: readonly Problem[] }> {
  const [books, records, health] = await Promise.allSettled([
    readBooks(room, now),
    room.blocks.all(),
    room.health.read(),
  ])
  const problems = [
    ...unread('the ledger or the limits', 'unread-books', books),
    ...unread('the block records', 'unread-records', records),
    ...unread('the health facts', 'unread-health', health),
  ]
  if (problems.length === 3) {
    throw new GuardError({
      code: 'nothing-readable',
      fault: 'aws',
      message: `nothing was checked and nothing changed: ${problems.map(({ text }) => text).join('; ')}`,
      retry: 'soon',
      suggestions: ['the next check, within a minute, tries again'],
      cause: books.status === 'rejected' ? books.reason : undefined,
    })
  }
  const readings: Partial<Readings> = {
    ...(books.status === 'fulfilled' ? { books: books.value } : {}),
    ...(records.status === 'fulfilled' ? { records: records.value } : {}),
    ...(health.status === 'fulfilled' ? { health: health.value } : {}),
  }
  return { readings, problems }
}

function unread(what: string, alarm: AlarmCode, reading: PromiseSettledResult<unknown>): readonly Problem[] {
  if (reading.status === 'fulfilled') return []
  return [because(`${what} could not be read completely, nothing was changed`, reading.reason, alarm)]
}

/** Unreadable is not zero: whoever is blocked stays so, and somebody is told. */
async function changeNothing(room: EnforceRoom, now: Instant, problems: readonly Problem[]): Promise<EnforceAnswer> {
  const day = dayOf(now, room.config.zoning)
  const items = problems.flatMap(({ alarm: why }) =>
    why === undefined ? [] : [{ key: `unhealthy#${why}#${day}`, why }],
  )
  const said = await sayNotices(room, items.length > 0 ? [{ kind: 'unhealthy', items }] : [], now)
  const all = [...problems, ...said.problems].map(({ text }) => text)
  return finish(room, now, { ...nothing, problems: all, unread: true }, {})
}

async function enforce(
  room: EnforceRoom,
  from: 'schedule' | 'poke' | 'command',
  readings: Readings,
  deadline: Instant,
): Promise<EnforceAnswer> {
  const now = readings.books.now
  const due = now - (readings.health.comparedAt ?? 0) >= compareEveryMs
  const { books, profiles } = await priced(room, readings.books, due)
  const acting = beginning(room, readings, books, deadline)
  acting.problems.push(...profiles.problems)
  const decision = decideNow(acting, books)
  await blockAll(acting, decision.block)
  const blockedAt = room.clock.now()
  await releaseThese(acting, decision.release)
  await noteCannot(acting, decision.cannot)
  const compare = due || from === 'command' || acting.touched.size > 0
  const compared = compare && (await compareOrTell(acting))
  const said = await tell(acting, profiles, readings.health)
  await forgetReleased(acting, said)
  const answer: EnforceAnswer = {
    ran: 'now',
    // Acts end in any order.
    blocked: acting.blocked.toSorted(),
    released: acting.released.toSorted(),
    ...(room.config.mode === 'observe' ? { wouldBlock: wouldBlock(acting) } : {}),
    warned: said.now.flatMap(({ kind, item }) => (kind === 'warned' && item.principal ? [item.principal] : [])),
    cannotBlock: cannotIn(acting.records),
    problems: [...acting.problems, ...said.problems].map(({ text }) => text),
    ...(acting.unblocked.size > 0 ? { unblocked: acting.unblocked.size } : {}),
  }
  const seconds = acting.blocked.length > 0 ? secondsBetween(readings.health.lastIngestAt, blockedAt) : undefined
  return finish(room, now, answer, {
    balancesSeen: { month: books.month, count: books.balances.length },
    ...(seconds === undefined ? {} : { enforceSeconds: seconds }),
    ...(compared ? { comparedAt: now } : {}),
  })
}

/** The books once unknown profiles are resolved; a price that cannot be found out must not delay a block. */
async function priced(
  room: EnforceRoom,
  books: Books,
  thorough: boolean,
): Promise<{ books: Books; profiles: ProfilesSeen }> {
  try {
    const profiles = await resolveProfiles(room, books, thorough)
    return { books: profiles.corrected ? await readBooks(room, books.now) : books, profiles }
  } catch (error) {
    const problems = [because('models with assumed prices were not looked at', error)]
    return { books, profiles: { unpriced: [], corrected: false, problems } }
  }
}

async function compareOrTell(acting: Acting): Promise<boolean> {
  try {
    return await compareWithIam(acting)
  } catch (error) {
    acting.problems.push(because('IAM was not compared', error, 'unread-iam'))
    return false
  }
}

async function tell(acting: Acting, profiles: ProfilesSeen, health: Health): Promise<Said> {
  const { room, books, records, problems } = acting
  const badRecords = await badRecordsToday(acting)
  const groups = noticesDue({
    judgements: judge(books, room.config),
    records: [...records.values()],
    wishes: books.wishes,
    now: books.now,
    observe: room.config.mode === 'observe',
    waiversOver: new Set(overIn(acting).map(({ id }) => id)),
    day: dayOf(books.now, room.config.zoning),
    month: books.month,
    unpriced: profiles.unpriced,
    caughtUp: health.caughtUp,
    badRecords,
    problems: problems.flatMap(({ alarm }) => alarm ?? []),
  })
  return sayNotices(room, groups, books.now)
}

const wouldBlock = ({ books, room }: Acting): readonly PrincipalKey[] =>
  blockedBy(judge(books, room.config)).map(({ principal }) => principal)

const overIn = ({ books, room }: Acting) =>
  books.wishes.waivers.filter(
    (waiver) => books.now >= waiver.until || !grantLeft(waiver, { ...books, zoning: room.config.zoning }),
  )

async function badRecordsToday(acting: Acting): Promise<number> {
  try {
    return await acting.room.badRecords.count(new Date(acting.books.now).toISOString().slice(0, 10), enoughBadRecords)
  } catch (error) {
    acting.problems.push(because('unreadable records were not counted', error))
    return 0
  }
}

/** A release is forgotten once it is announced. */
async function forgetReleased(acting: Acting, said: Said): Promise<void> {
  const { room, books, records, problems } = acting
  for (const [principal, record] of records) {
    if (record.releasedAt === undefined) continue
    const announced = [...said.settled].some((key) => key.startsWith(`released#${principal}#${record.episode}#`))
    if (!announced && books.now - record.releasedAt < announceWithinMs) continue
    try {
      await room.blocks.remove(principal)
    } catch (error) {
      problems.push(because(`the record of ${principal} was not removed`, error))
    }
  }
}

const cannotIn = (records: ReadonlyMap<PrincipalKey, BlockedRecord>): EnforceAnswer['cannotBlock'] =>
  [...records.values()].flatMap(({ principal, state, why, releasedAt }) =>
    state === 'cannot-block' && why !== undefined && releasedAt === undefined ? [{ principal, why }] : [],
  )

/** To a tenth of a second. */
const secondsBetween = (from: Instant | undefined, to: Instant): number | undefined =>
  from !== undefined && to >= from && to - from < measuredWithinMs ? Math.round((to - from) / 100) / 10 : undefined
