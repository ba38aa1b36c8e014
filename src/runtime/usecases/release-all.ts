import type { PrincipalKey } from '../domain/metering/principal.ts'
import { inParallel } from '../parallel.ts'
import type { BlockBook, Clock, Enforcer, History } from '../ports.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { hungBy } from './enforce-acts.ts'
import { because, guardItself } from './enforce-room.ts'

const releasesAtOnce = 4

export interface ReleaseRoom {
  readonly clock: Clock
  readonly enforcer: Enforcer
  readonly blocks: BlockBook
  readonly history: History
}

/**
 * Takes every deny of the guard off everybody, whatever the limits say: the guard is being removed. What IAM shows and
 * what the records say are both gone through, so neither a lost record nor a listing that lags leaves somebody blocked.
 */
export async function releaseAll(room: ReleaseRoom): Promise<EnforceAnswer> {
  const released: PrincipalKey[] = []
  const problems: string[] = []
  const [attached, records] = await Promise.all([room.enforcer.attached(), room.blocks.all()])
  const principals = [...new Set([...attached, ...records].map(({ principal }) => principal))].sort()
  await inParallel(principals, releasesAtOnce, async (principal) => {
    try {
      const listed = attached.filter((each) => each.principal === principal)
      const recorded = records.filter((each) => each.principal === principal).flatMap(hungBy)
      const answer = await room.enforcer.release(principal, [...listed, ...recorded])
      await room.blocks.remove(principal)
      if (answer !== 'released') return
      released.push(principal)
      const at = room.clock.now()
      await room.history.append({ at, by: guardItself, what: 'released', principal, reason: 'the guard is removed' })
    } catch (error) {
      problems.push(because(`releasing ${principal} failed`, error).text)
    }
  })
  return { ran: 'now', blocked: [], released: released.sort(), warned: [], cannotBlock: [], problems }
}
