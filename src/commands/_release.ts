/** Everybody is free before anything is removed: a deny that outlives its guard would be the worst thing it could leave. */
import { type Bearer, bearersOf, type Denies } from '../provision/bearers.ts'
import type { Plan } from '../provision/engine/plan.ts'
import { waitUntil } from '../provision/engine/wait.ts'
import { isAbsent } from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { EnforceAnswer } from '../runtime/protocol.ts'
import { releaseAll } from '../runtime/usecases/release-all.ts'
import { type Door, systemSleeper } from './_compose.ts'
import { releaseRoom, wishRoom } from './_rooms.ts'

/** IAM's parts agree within seconds; a minute of them is no propagation any more. */
const IAM_AGREES_MS = 60_000

/**
 * Enforce, the one writer of attachments, does it; where it is gone or fails, the admin's own rights do. IAM is read before and after,
 * so that the answer is what was seen, and nobody is left. Nothing to do once the block policies are gone.
 */
export async function releaseEverybody(door: Door, plan: Plan): Promise<readonly Bearer[]> {
  const denies = deniesIn(door, plan)
  if (denies.policies.length === 0 && denies.group === undefined) return []
  const iam = await door.clients.iam()
  const before = await bearersOf(iam, denies)
  const asked = await askEnforce(door)
  await waitUntil(
    async () => {
      const left = (await bearersOf(iam, denies)).filter(isReleasable)
      if (left.length === 0) return { done: true, value: undefined }
      const { problems } = await releaseAll(await releaseRoom(door))
      if (problems.length > 0) throw notReleased(door, left, problems)
      return { done: false, for: `IAM to show that ${namesOf(left)} ${left.length === 1 ? 'is' : 'are'} free` }
    },
    { sleeper: systemSleeper, deadlineMs: IAM_AGREES_MS, say: door.note },
  )
  // Whom the listing did not show yet, enforce knew from its own records.
  const seen = new Set(before.map(({ principal }) => principal))
  const known = (asked?.released ?? []).filter((principal) => !seen.has(principal))
  return [...before, ...known.map((principal): Bearer => ({ principal, policy: denies.undated, by: 'managed' }))]
}

/** A group of somebody's own is not the guard's to take apart; it loses the policy when the policy goes. */
const isReleasable = ({ principal }: Bearer): boolean => !principal.startsWith('group/')

/** The block policies that exist and are the guard's: exactly those which the plan removes. */
function deniesIn(door: Door, plan: Plan): Denies {
  const removed = plan.steps.filter((step) => step.do === 'remove')
  const named = (kind: string) => removed.filter(({ id }) => id.startsWith(`${kind}/`)).map(({ name }) => name)
  const { account } = door
  const names = door.names()
  return {
    policies: named('policy'),
    group: named('group')[0],
    undated: names.undatedPolicy,
    account,
    arnOf: names.arn.policy,
  }
}

const namesOf = (bearers: readonly Bearer[]): string =>
  [...new Set(bearers.map(({ principal }) => principal))].join(', ')

const notReleased = (door: Door, left: readonly Bearer[], problems: readonly string[]): GuardError =>
  new GuardError({
    code: 'not-released',
    fault: 'aws',
    message: `only the schedules were removed, because not everybody could be released (${namesOf(left)}): ${problems.join('; ')}`,
    suggestions: [
      door.command(`teardown --confirm ${door.guard}`),
      ...left.flatMap(({ principal, policy, by }) => {
        const [kind, name] = principal.split('/')
        if (by === 'group')
          return [`aws iam remove-user-from-group --user-name ${name} --group-name ${door.names().blockGroup}`]
        return [`aws iam detach-${kind}-policy --${kind}-name ${name} --policy-arn ${door.names().arn.policy(policy)}`]
      }),
    ],
  })

/** Undefined: enforce cannot do it any more. */
async function askEnforce(door: Door): Promise<EnforceAnswer | undefined> {
  if ((await door.installed()) === undefined) return undefined
  try {
    const room = await wishRoom(door, 'take')
    return await room.enforce.ask({ kind: 'release-all' })
  } catch (error) {
    const failed = error instanceof GuardError && error.code === 'enforce-failed'
    if (failed || isAbsent(error)) return undefined
    throw error
  }
}
