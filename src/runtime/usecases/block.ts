import type { Instant } from '../domain/base/calendar.ts'
import { toIso } from '../domain/base/calendar.ts'
import { cannotBlockWhy } from '../domain/judging/enforcement.ts'
import { isExcluded } from '../domain/judging/judge.ts'
import type { ManualBlock } from '../domain/judging/limit.ts'
import type { CannotBlock } from '../domain/judging/verdict.ts'
import { groupsOfPrincipal, isGroup, membershipOf, type Subject } from '../domain/metering/belonging.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { protectedBy } from './books.ts'
import type { WishRoom } from './set-limits.ts'

export interface BlockWish {
  /** A person or a team: whoever is a member at the time. */
  readonly principal: Subject
  readonly until: Instant | 'no-end'
  readonly reason: string | undefined
  /** The admin's ARN. */
  readonly by: string
}

export interface BlockedByHand {
  readonly block: ManualBlock
  readonly check: EnforceAnswer
}

/** Why this principal cannot be blocked by hand, whatever IAM would answer; undefined where it can be tried, as with each member of a person or team. */
export async function cannotBlockByHand(
  room: Pick<WishRoom, 'limits' | 'people' | 'config'>,
  subject: Subject,
): Promise<CannotBlock | 'excluded' | undefined> {
  const { excluded } = await room.limits.wishes()
  if (isGroup(subject)) return excluded.includes(subject) ? 'excluded' : undefined
  const never = cannotBlockWhy(subject, protectedBy(room.config.protectedPrincipals, room.config.account))
  if (never !== undefined) return never
  const groups = groupsOfPrincipal(subject, membershipOf(await room.people.belongings()))
  return isExcluded(subject, excluded, groups) ? 'excluded' : undefined
}

/** Blocks one principal, or whoever is a member, by hand, whatever it has spent: outranks every waiver, ends only by its time or `unblock`. Ask `cannotBlockByHand` first. */
export async function blockByHand(room: WishRoom, wish: BlockWish): Promise<BlockedByHand> {
  const block: ManualBlock = { ...wish, at: room.clock.now() }
  await room.limits.block(block)
  await room.history.append({
    at: block.at,
    by: block.by,
    what: 'blocked-by-hand',
    principal: block.principal,
    ...(block.reason === undefined ? {} : { reason: block.reason }),
    details: { until: block.until === 'no-end' ? 'no end' : toIso(block.until) },
  })
  const check = await room.enforce.ask({ kind: 'check', from: 'command' })
  return { block, check }
}
