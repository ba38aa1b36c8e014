import type { Instant } from '../domain/base/calendar.ts'
import { toIso } from '../domain/base/calendar.ts'
import { cannotBlockWhy } from '../domain/judging/enforcement.ts'
import { isExcluded } from '../domain/judging/judge.ts'
import type { ManualBlock } from '../domain/judging/limit.ts'
import type { CannotBlock } from '../domain/judging/verdict.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { protectedBy } from './books.ts'
import type { WishRoom } from './set-limits.ts'

export interface BlockWish {
  readonly principal: PrincipalKey
  readonly until: Instant | 'no-end'
  readonly reason: string | undefined
  /** The admin's ARN. */
  readonly by: string
}

export interface BlockedByHand {
  readonly block: ManualBlock
  readonly check: EnforceAnswer
}

/** Why this principal cannot be blocked by hand, whatever IAM would answer; undefined where it can be tried. */
export async function cannotBlockByHand(
  room: Pick<WishRoom, 'limits' | 'config'>,
  principal: PrincipalKey,
): Promise<CannotBlock | 'excluded' | undefined> {
  const never = cannotBlockWhy(principal, protectedBy(room.config.protectedPrincipals, room.config.account))
  if (never !== undefined) return never
  return isExcluded(principal, (await room.limits.wishes()).excluded) ? 'excluded' : undefined
}

/** Blocks one principal by hand, whatever it has spent: outranks every waiver, ends only by its time or `unblock`. Ask `cannotBlockByHand` first. */
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
