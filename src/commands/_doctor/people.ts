/** Whether everybody who may have to be blocked can be. */
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import { inParallel } from '../../runtime/parallel.ts'
import type { Directory } from '../../runtime/ports.ts'
import type { EnforceAnswer } from '../../runtime/protocol.ts'
import { whyText } from '../_view/effect.ts'
import { type Finding, found } from './finding.ts'

/** One slot for the guard's policy and one to spare, for the next month's or a second guard's. */
const SLOTS_TO_SPARE = 2
/** IAM is asked once for each: of more people the dearest are looked at. */
const LOOKED_AT_MOST = 200
const AT_ONCE = 8

export async function slotFindings(
  directory: Pick<Directory, 'freeSlots'>,
  principals: readonly PrincipalKey[],
): Promise<readonly Finding[]> {
  const bearers = principals.filter((key) => key.startsWith('user/') || key.startsWith('role/'))
  const looked = bearers.slice(0, LOOKED_AT_MOST)
  const slots = new Map<PrincipalKey, number | undefined>()
  await inParallel(looked, AT_ONCE, async (key) => {
    slots.set(key, await directory.freeSlots(key))
  })
  const tight = looked.flatMap((key) => {
    const free = slots.get(key)
    return free === undefined || free >= SLOTS_TO_SPARE ? [] : [{ key, free }]
  })
  const rest =
    bearers.length > looked.length
      ? [found('attach-quota', 'note', `only the ${looked.length} dearest of ${bearers.length} were looked at`)]
      : []
  if (tight.length === 0) {
    const whom =
      looked.length === 0
        ? 'nobody has spent anything or carries a limit yet'
        : `all ${looked.length} users and roles have ${SLOTS_TO_SPARE} free slots for policies or more`
    return [found('attach-quota', 'ok', whom), ...rest]
  }
  return [
    ...tight.map(({ key, free }) =>
      found(
        'attach-quota',
        free === 0 && key.startsWith('role/') ? 'fail' : 'warn',
        free === 0
          ? `${key} has no free slot for a policy: ${key.startsWith('user/') ? 'it would be blocked by the guard’s group' : 'it cannot be blocked'}`
          : `${key} has one free slot for a policy`,
        'detach a policy it does not need, or ask AWS for a higher quota of managed policies',
      ),
    ),
    ...rest,
  ]
}

/** What enforce would do now, and whom it cannot block. */
export function standingFindings(preview: EnforceAnswer, mode: 'enforce' | 'observe'): readonly Finding[] {
  const observing =
    mode === 'observe'
      ? [found('mode', 'warn', 'the guard only observes: it blocks nobody', 'cost-guard init --mode enforce')]
      : []
  const cannot = preview.cannotBlock.map(({ principal, why }) =>
    found('cannot-block', 'fail', `${principal} is over its limit and cannot be blocked`, whyText(why)),
  )
  const late =
    preview.blocked.length > 0 && mode === 'enforce'
      ? [found('blocks', 'warn', `${preview.blocked.join(', ')} should be blocked and the next check will do it`)]
      : []
  const well = cannot.length + late.length === 0 ? [found('blocks', 'ok', 'whoever should be blocked is')] : []
  return [...observing, ...cannot, ...late, ...well]
}

/** Under a limit of their own or for everyone, and out of the guard's reach whatever they spend. */
export function unreachable(
  principals: readonly { readonly key: PrincipalKey; readonly why: string }[],
): readonly Finding[] {
  return principals.map(({ key, why }) =>
    found('reach', 'warn', `${key} could not be blocked at its limit`, whyText(why)),
  )
}
