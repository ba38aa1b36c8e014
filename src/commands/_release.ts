/** Everybody is free before anything is removed: a deny that outlives its guard would be the worst thing it could leave. */
import type { Plan } from '../provision/engine/plan.ts'
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/guard-error.ts'
import type { EnforceAnswer } from '../runtime/protocol.ts'
import { releaseAll } from '../runtime/usecases/release-all.ts'
import type { Door } from './_compose.ts'
import { releaseRoom, wishRoom } from './_rooms.ts'

/**
 * Enforce, the one writer of attachments, does it; where it is gone or fails, the admin's own rights do. Nothing to do once the
 * block policies are gone.
 */
export async function releaseEverybody(door: Door, plan: Plan): Promise<readonly string[]> {
  if (!plan.steps.some((step) => step.do === 'remove' && /^(?:policy|group)\//.test(step.id))) return []
  const answer = (await askEnforce(door)) ?? (await releaseAll(await releaseRoom(door)))
  if (answer.problems.length > 0) {
    throw new GuardError({
      code: 'not-released',
      fault: 'aws',
      message: `nothing was removed, because not everybody could be released: ${answer.problems.join('; ')}`,
      suggestions: [
        door.command(`teardown --confirm ${door.guard}`),
        'detach the policy in the IAM console, then run it again',
      ],
    })
  }
  return answer.released
}

/** Undefined: enforce cannot do it any more. */
async function askEnforce(door: Door): Promise<EnforceAnswer | undefined> {
  if ((await door.installed()) === undefined) return undefined
  try {
    const room = await wishRoom(door)
    const { healthBook } = await import('./_rooms.ts')
    // From here on the minute's own checks release too, and block nobody again.
    await (await healthBook(door)).setControl({ closing: true })
    const answer = await room.enforce.ask({ kind: 'release-all' })
    return answer.problems.length === 0 ? answer : undefined
  } catch (error) {
    const failed = error instanceof GuardError && error.code === 'enforce-failed'
    if (failed || isAbsent(error)) return undefined
    throw error
  }
}
