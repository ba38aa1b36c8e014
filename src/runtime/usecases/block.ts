import type { Instant } from '../domain/calendar.ts'
import { toIso } from '../domain/calendar.ts'
import { cannotBlockWhy } from '../domain/enforcement.ts'
import type { ManualBlock } from '../domain/limit.ts'
import type { PrincipalKey } from '../domain/principal.ts'
import type { CannotBlock } from '../domain/verdict.ts'
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
  /** The wish is kept, but nobody can carry it out. */
  readonly cannot: CannotBlock | undefined
  readonly check: EnforceAnswer
}

/** Blocks one principal by hand, whatever it has spent: outranks every waiver, ends only by its time or `unblock`. */
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
  const isProtected = protectedBy(room.config.protectedPrincipals, room.config.account)
  return { block, cannot: cannotBlockWhy(block.principal, isProtected), check }
}
