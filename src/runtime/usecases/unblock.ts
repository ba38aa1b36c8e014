import { type Instant, toIso } from '../domain/base/calendar.ts'
import { GuardError } from '../domain/base/guard-error.ts'
import type { Limit, LimitId, ManualBlock, Waiver } from '../domain/judging/limit.ts'
import type { Judgement } from '../domain/judging/verdict.ts'
import { isPardoned, spentForGrant, waiverUntil } from '../domain/judging/waiver.ts'
import { groupsOfPrincipal, isGroup, membershipOf, type Subject } from '../domain/metering/belonging.ts'
import { type PicoUsd, toDecimal } from '../domain/money/money.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { type Books, judge, judgementOf, readBooks } from './books.ts'
import type { WishRoom } from './set-limits.ts'

export interface UnblockWish {
  /** A person or a team: all members, from what they share there. */
  readonly principal: Subject
  /** Default: the end of the period that blocks. */
  readonly until: Instant | undefined
  /** May spend this much more, counted from now. */
  readonly grant: PicoUsd | undefined
  /** Pardon from this limit only. */
  readonly limit: LimitId | undefined
  readonly reason: string | undefined
  /** The admin's ARN. */
  readonly by: string
}

export interface Unblocked {
  readonly endedBlock: ManualBlock | undefined
  /** Undefined: no limit blocks this principal and none was to be waived. */
  readonly waiver: Waiver | undefined
  /** What still blocks afterwards: a block by hand on the role of a session, another limit than the one waived. */
  readonly stillBlockedBy: LimitId | 'manual' | undefined
  /** By hand or by a limit, before this. */
  readonly wasBlocked: boolean
  readonly check: EnforceAnswer
}

/** Frees one principal, or all members of a person or team from what they share: ends a block by hand and leaves a waiver, so that the next check does not block again. */
export async function unblock(room: WishRoom, wish: UnblockWish): Promise<Unblocked> {
  const now = room.clock.now()
  if (wish.limit !== undefined) refuseUnknownLimit(wish.limit, (await room.limits.wishes()).limits)
  const { previous } = await room.limits.endBlock(wish.principal)
  const books = await readBooks(room, now)
  const judgement = judgementFor(books, room, wish.principal)
  const waiver = waiverFor(wish, judgement, books, room)
  if (waiver) await room.limits.waive(waiver)
  if (previous || waiver)
    await room.history.append({
      at: now,
      by: wish.by,
      what: 'unblocked',
      principal: wish.principal,
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
      details: {
        ...(previous ? { endedBlockBy: previous.by } : {}),
        ...(waiver ? { waivedUntil: toIso(waiver.until), limit: waiver.limit ?? 'every limit' } : {}),
        ...(waiver?.grant === undefined ? {} : { grantUsd: toDecimal(waiver.grant) }),
      },
    })
  const check = await room.enforce.ask({ kind: 'check', from: 'command' })
  const waivers = [...books.wishes.waivers, ...(waiver ? [waiver] : [])]
  const after = judgementFor({ ...books, wishes: { ...books.wishes, waivers } }, room, wish.principal)
  const stillBlockedBy = after?.verdict.kind === 'blocked' ? after.decidedBy : undefined
  const wasBlocked = previous !== undefined || judgement?.verdict.kind === 'blocked'
  return { endedBlock: previous, waiver, stillBlockedBy, wasBlocked, check }
}

/** Of a person or a team: the member whom what they share blocks the longest. */
function judgementFor(books: Books, { config }: WishRoom, subject: Subject): Judgement | undefined {
  if (!isGroup(subject)) return judgementOf(books, config, subject)
  const membership = membershipOf(books.belongings)
  const untilOf = ({ verdict }: Judgement) =>
    verdict.kind === 'blocked' && verdict.until !== 'no-end' ? verdict.until : Number.POSITIVE_INFINITY
  return judge(books, config)
    .filter(({ principal, verdict, decidedBy, limits, hand }) => {
      if (verdict.kind !== 'blocked') return false
      const state = limits.find(({ limit }) => limit === decidedBy)
      if (state === undefined) return hand?.principal === subject
      return isPardoned(subject, state, principal, (one) => groupsOfPrincipal(one, membership))
    })
    .sort((a, b) => untilOf(b) - untilOf(a))[0]
}

function refuseUnknownLimit(id: LimitId, limits: readonly Limit[]): void {
  if (limits.some((limit) => limit.id === id)) return
  throw new GuardError({
    code: 'no-such-limit',
    fault: 'user',
    message: `there is no limit ${id}: nothing was changed`,
    suggestions: [
      limits.length > 0 ? `limits are: ${limits.map((limit) => limit.id).join(', ')}` : 'no limit is set',
      'leave --limit away: then every limit that blocks is waived',
    ],
  })
}

function waiverFor(
  wish: UnblockWish,
  judgement: Judgement | undefined,
  books: Books,
  room: WishRoom,
): Waiver | undefined {
  const blockedByLimit = judgement?.verdict.kind === 'blocked' && judgement.decidedBy !== 'manual'
  const asked = wish.until !== undefined || wish.grant !== undefined || wish.limit !== undefined
  if (!blockedByLimit && !asked) return undefined
  const per = books.wishes.limits.find(({ id }) => id === wish.limit)?.per
  return {
    id: `${wish.principal}#${toIso(books.now)}`,
    principal: wish.principal,
    limit: wish.limit,
    until: waiverUntil(judgement, wish.until, room.config.zoning, books.now, per),
    grant: wish.grant,
    spentAtGrant: spentForGrant(wish.principal, books.balances, books.belongings),
    by: wish.by,
    at: books.now,
    reason: wish.reason,
  }
}
