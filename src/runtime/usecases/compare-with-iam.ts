import type { BlockedRecord } from '../domain/judging/verdict.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import { type Acting, cannotFrom, decideAgain, decideNow, each, note } from './enforce-acts.ts'
import { guardItself } from './enforce-room.ts'

/** IAM lists lag behind its writes: what was touched this recently is not compared. */
const settlesMs = 2 * 60_000

/**
 * Compares what hangs in IAM with the records: a deny somebody took off comes back, one that should not be is taken off.
 * @returns whether everything that differed was acted on; else the next check compares again.
 * @throws when IAM cannot be read completely; then nothing is compared.
 */
export async function compareWithIam(acting: Acting): Promise<boolean> {
  const { room, books, records, touched } = acting
  const attached = await room.enforcer.attached()
  const hanging = new Map<PrincipalKey, string[]>()
  for (const { principal, policy, by } of attached) {
    hanging.set(principal, [...(hanging.get(principal) ?? []), `${by} ${policy}`])
  }
  const settled = decideNow(acting, books).keep.filter((record) => books.now - record.comparedAt >= settlesMs)
  const differing = settled.filter(
    (record) => hanging.get(record.principal)?.join() !== `${record.by} ${record.policy}`,
  )
  await each(
    acting,
    'blocking again',
    differing.map((record) => record.principal),
    (principal) => attachAgain(acting, principal),
    acting.unblocked,
  )
  const standing = new Set([...records.values()].filter((r) => r.releasedAt === undefined).map((r) => r.principal))
  const strays = [...hanging.keys()].filter((key) => !standing.has(key) && !touched.has(key))
  const failed = new Set<PrincipalKey>()
  await each(acting, 'releasing', strays, (principal) => releaseStray(acting, principal), failed)
  return failed.size === 0 && !differing.some(({ principal }) => acting.unblocked.has(principal))
}

async function attachAgain(acting: Acting, principal: PrincipalKey): Promise<void> {
  const { room } = acting
  const { keep } = await decideAgain(acting, principal)
  const record = keep.find((kept) => kept.principal === principal)
  if (record === undefined) return
  const { answer, policy, by } = await room.enforcer.block(principal, record.until)
  const why = cannotFrom(answer)
  const next: BlockedRecord = {
    ...record,
    state: why === undefined ? 'attached' : 'cannot-block',
    why,
    policy,
    by,
    comparedAt: acting.books.now,
    ...(answer === 'blocked' ? { reattachedAt: acting.books.now } : {}),
  }
  await room.blocks.put(next)
  acting.records.set(principal, next)
  if (answer === 'blocked') await note(acting, 'reattached', next)
}

/** A deny of ours on somebody whom nothing blocks: left by a check that died, or attached by hand. */
async function releaseStray(acting: Acting, principal: PrincipalKey): Promise<void> {
  const { block } = await decideAgain(acting, principal)
  if (block.some((blocking) => blocking.principal === principal)) return
  if ((await acting.room.enforcer.release(principal)) !== 'released') return
  acting.released.push(principal)
  const at = acting.books.now
  await acting.room.history.append({ at, by: guardItself, what: 'released-stray', principal })
}
