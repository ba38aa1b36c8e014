import { type Instant, toIso } from '../domain/base/calendar.ts'
import { type Blocking, type Decision, decide } from '../domain/judging/enforcement.ts'
import type { BlockedRecord, CannotBlock } from '../domain/judging/verdict.ts'
import { type PrincipalKey, roleKeyOf } from '../domain/metering/principal.ts'
import type { AlarmCode } from '../domain/telling/notice.ts'
import { inParallel } from '../parallel.ts'
import type { Attachment, BlockAnswer } from '../ports.ts'
import { type Books, judge, protectedBy, readAgain } from './books.ts'
import { because, type EnforceRoom, guardItself, type Problem } from './enforce-room.ts'

/** IAM throttles writes early. */
const actsAtOnce = 4

/** One check while it acts: what it knows, and what came of it. */
export interface Acting {
  readonly room: EnforceRoom
  readonly books: Books
  /** When to stop beginning new acts; the next check goes on. */
  readonly deadline: Instant
  /** The BLOCK records as they stand, kept up with every act. */
  readonly records: Map<PrincipalKey, BlockedRecord>
  readonly touched: Set<PrincipalKey>
  readonly blocked: PrincipalKey[]
  readonly released: PrincipalKey[]
  readonly problems: Problem[]
  /** Who should be blocked, and could not be this time. */
  readonly unblocked: Set<PrincipalKey>
}

export const decideNow = (acting: Acting, books: Books, only?: ReadonlySet<PrincipalKey>): Decision =>
  decide({
    judgements: judge(books, acting.room.config, only),
    records: [...acting.records.values()],
    isProtected: protectedBy(acting.room.config.protectedPrincipals, acting.room.config.account),
    now: books.now,
    observe: acting.room.config.mode === 'observe',
  })

/**
 * The decision about one principal from a second, fresh reading. A role's verdict also decides about its sessions, so it
 * is judged along; what the decision says of others is not meant.
 */
export async function decideAgain(acting: Acting, principal: PrincipalKey): Promise<Decision> {
  const again = await readAgain(acting.room, acting.books, principal)
  return decideNow(acting, again, new Set([principal, roleKeyOf(principal) ?? principal]))
}

const failedTo = {
  blocking: 'not-blocked',
  'blocking again': 'not-blocked',
  releasing: 'not-released',
  noting: 'not-noted',
} as const satisfies Record<string, AlarmCode>

/** Runs `act` for each principal; one that fails is listed and hides no other. `failed`: where it is noted too. */
export async function each(
  acting: Acting,
  verb: keyof typeof failedTo,
  principals: readonly PrincipalKey[],
  act: (principal: PrincipalKey) => Promise<void>,
  failed?: Set<PrincipalKey>,
): Promise<void> {
  let left = 0
  await inParallel(principals, actsAtOnce, async (principal) => {
    if (acting.room.clock.now() >= acting.deadline) {
      left += 1
      failed?.add(principal)
      return
    }
    try {
      await act(principal)
      acting.touched.add(principal)
    } catch (error) {
      failed?.add(principal)
      acting.problems.push(because(`${verb} ${principal} failed`, error, `${failedTo[verb]} ${principal}`))
    }
  })
  if (left > 0) acting.problems.push({ text: `${verb} ${left} more is left to the next check: the time was over` })
}

export async function blockAll(acting: Acting, blocks: readonly Blocking[]): Promise<void> {
  await each(
    acting,
    'blocking',
    blocks.map((blocking) => blocking.principal),
    async (principal) => {
      const { block } = await decideAgain(acting, principal)
      const still = block.find((blocking) => blocking.principal === principal)
      if (still) await blockOne(acting, still)
    },
    acting.unblocked,
  )
}

export async function releaseThese(acting: Acting, principals: readonly PrincipalKey[]): Promise<void> {
  await each(acting, 'releasing', principals, async (principal) => {
    const { release } = await decideAgain(acting, principal)
    if (!release.includes(principal)) return
    await releaseOne(acting, principal)
  })
}

/** Attaches, and writes down what came of it. */
async function blockOne(acting: Acting, blocking: Blocking): Promise<void> {
  const { room, books } = acting
  const { principal, record } = blocking
  const { answer, policy, by } = await room.enforcer.block(principal, blocking.until)
  const why = cannotFrom(answer)
  const now = books.now
  const stands = record !== undefined && record.state === 'attached' && !isOver(record, now)
  const next: BlockedRecord = {
    principal,
    state: why === undefined ? 'attached' : 'cannot-block',
    why,
    policy,
    by,
    until: blocking.until,
    // A new end or another deciding limit is the same block going on; after its end it is a new one.
    episode: record !== undefined && !isOver(record, now) ? record.episode : toIso(room.clock.now()),
    decidedBy: blocking.decidedBy,
    since: stands ? record.since : now,
    comparedAt: now,
    ...(stands && record.reattachedAt !== undefined ? { reattachedAt: record.reattachedAt } : {}),
  }
  await room.blocks.put(next)
  acting.records.set(principal, next)
  if (why === undefined && !stands) {
    acting.blocked.push(principal)
    await note(acting, 'blocked', next)
  } else if (why !== undefined && record?.why !== why) {
    await note(acting, 'cannot-block', next)
  }
}

/** Takes every deny off; the record stays until the release has been announced. */
async function releaseOne(acting: Acting, principal: PrincipalKey): Promise<void> {
  const { room, books, records } = acting
  const record = records.get(principal)
  await room.enforcer.release(principal, hungBy(record))
  if (record === undefined) return
  if (record.state === 'cannot-block') {
    await room.blocks.remove(principal)
    records.delete(principal)
    return
  }
  const next: BlockedRecord = { ...record, releasedAt: books.now }
  await room.blocks.put(next)
  records.set(principal, next)
  acting.released.push(principal)
  await note(acting, 'released', next)
}

/** Writes down who should be blocked and cannot be; only what is new is written. */
export async function noteCannot(acting: Acting, cannot: Decision['cannot']): Promise<void> {
  const changed = cannot.filter(({ principal, why, until, decidedBy }) => {
    const record = acting.records.get(principal)
    const known = record?.state === 'cannot-block' && record.releasedAt === undefined
    return !known || record.why !== why || record.until !== until || record.decidedBy !== decidedBy
  })
  const by = new Map(changed.map((blocking) => [blocking.principal, blocking]))
  await each(acting, 'noting', [...by.keys()], async (principal) => {
    const blocking = by.get(principal)
    if (blocking === undefined) return
    const { record, why, until, decidedBy } = blocking
    const now = acting.books.now
    const goesOn = record !== undefined && !isOver(record, now)
    const next: BlockedRecord = {
      principal,
      state: 'cannot-block',
      why,
      policy: undefined,
      by: undefined,
      until,
      episode: goesOn ? record.episode : toIso(acting.room.clock.now()),
      decidedBy,
      since: goesOn ? record.since : now,
      comparedAt: record?.comparedAt ?? now,
    }
    await acting.room.blocks.put(next)
    acting.records.set(principal, next)
    await note(acting, 'cannot-block', next)
  })
}

/** What a record says hangs on its principal. */
export const hungBy = (record: BlockedRecord | undefined): readonly Omit<Attachment, 'principal'>[] =>
  record?.policy === undefined || record.by === undefined ? [] : [{ policy: record.policy, by: record.by }]

const isOver = (record: BlockedRecord, now: Instant): boolean => record.until !== 'no-end' && record.until <= now

/** Undefined: the deny hangs. */
export function cannotFrom(answer: BlockAnswer): CannotBlock | undefined {
  if (answer === 'blocked' || answer === 'already') return undefined
  return answer === 'protected' ? 'protected-role' : answer
}

/** The history is told after the deed; if it cannot be written, the deed still stands and the failure is listed. */
export async function note(acting: Acting, what: string, record: BlockedRecord): Promise<void> {
  try {
    await acting.room.history.append({
      at: acting.books.now,
      by: guardItself,
      what,
      principal: record.principal,
      details: {
        decidedBy: record.decidedBy,
        until: record.until === 'no-end' ? 'no end' : toIso(record.until),
        ...(record.policy === undefined ? {} : { policy: record.policy }),
        ...(record.why === undefined ? {} : { why: record.why }),
      },
    })
  } catch (error) {
    acting.problems.push(because(`the history of ${record.principal} was not written`, error))
  }
}
