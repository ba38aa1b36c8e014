/** Its deny comes off person by person, and only where ours hangs already, or where the admin was shown that nobody will hold them. */

import { readOriginal } from '../../provision/original/find.ts'
import type { Original, OriginalDeny } from '../../provision/original/original.ts'
import { detachDeny } from '../../provision/original/stop.ts'
import { keyOf, type PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import { parseUsd, toCents } from '../../runtime/domain/money/money.ts'
import { readStatus } from '../../runtime/usecases/status.ts'
import type { Door } from '../_compose.ts'
import { systemSleeper } from '../_compose.ts'
import { releaseRoom, statusRoom, wishRoom } from '../_rooms.ts'

type Bearer = OriginalDeny['bearers'][number]

export interface Held {
  readonly principal: PrincipalKey
  readonly bearer: Bearer
  /** `ours`: the guard's own deny hangs there too; `free`: it would not block; `stuck`: it should and cannot. */
  readonly now: 'ours' | 'free' | 'stuck'
  readonly why: string
}

/** Everybody its deny hangs on, and what the guard does with them, as IAM and the ledger say it now. */
export async function heldBy(door: Door, deny: OriginalDeny | undefined): Promise<readonly Held[]> {
  if (deny === undefined || deny.bearers.length === 0) return []
  const [{ enforcer }, status] = await Promise.all([releaseRoom(door), readStatus(await statusRoom(door))])
  const attached = await enforcer.attached()
  return deny.bearers.map((bearer): Held => {
    const principal = keyOf({ ...bearer, account: door.account })
    const ours = attached.find((one) => one.principal === principal)
    if (ours !== undefined) return { principal, bearer, now: 'ours', why: ours.policy }
    const row = status.principals.find((one) => one.principal === principal)
    if (row === undefined)
      return { principal, bearer, now: 'free', why: 'has spent nothing this month, as far as the guard has counted' }
    const limit = row.limits.find((one) => one.decides) ?? row.limits[0]
    const spent = `${toCents(parseUsd(row.usd))} spent this month`
    const of = limit === undefined ? 'no limit here' : `limit ${limit.id} ${toCents(parseUsd(limit.limitUsd))}`
    const stuck = row.state === 'cannot-block' || row.state === 'blocked'
    return { principal, bearer, now: stuck ? 'stuck' : 'free', why: `${spent}, ${of}, ${row.state}` }
  })
}

/**
 * Takes its deny off these, after a last look that ours hangs where it should. Answers whom it was taken off; with why not
 * where it was not.
 */
export async function exchange(
  door: Door,
  deny: OriginalDeny,
  people: readonly Held[],
): Promise<{ readonly off: readonly Held[]; readonly kept: readonly Held[] }> {
  const [{ enforcer }, room] = await Promise.all([releaseRoom(door), wishRoom(door)])
  const off: Held[] = []
  const kept: Held[] = []
  for (const held of people) {
    const sure =
      held.now === 'free' || (await enforcer.attached()).some(({ principal }) => principal === held.principal)
    if (!sure) {
      kept.push({ ...held, now: 'stuck', why: 'the guard’s own deny is gone again' })
      continue
    }
    await detachDeny(door.clients, deny.arn, held.bearer)
    off.push(held)
    await room.history.append({
      at: room.clock.now(),
      by: door.caller,
      what: 'deny-of-original-taken-off',
      principal: held.principal,
      details: { policy: deny.arn, now: held.now === 'ours' ? `blocked by ${held.why}` : 'free' },
    })
  }
  return { off, kept }
}

const LOOKS = 15
const BETWEEN_LOOKS_MS = 2_000

/** IAM's lists lag behind its writes, and a check of the original that was under way may attach once more. */
export async function stayedOff(door: Door, original: Original, off: readonly Held[]): Promise<readonly Held[]> {
  const { deny, functionName } = original
  if (deny === undefined || off.length === 0) return []
  for (let look = 1; ; look += 1) {
    const { bearers } = (await readOriginal(door.clients, functionName)).deny ?? { bearers: [] }
    const back = off.filter(({ bearer }) =>
      bearers.some(({ kind, name }) => kind === bearer.kind && name === bearer.name),
    )
    if (back.length === 0 || look === LOOKS) return back
    for (const { bearer } of back) await detachDeny(door.clients, deny.arn, bearer)
    await systemSleeper.sleep(BETWEEN_LOOKS_MS)
  }
}
