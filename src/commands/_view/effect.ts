/** What a check by enforce did, in sentences. */
import type { EnforceAnswer } from '../../runtime/protocol.ts'

/** @param during `init`: it holds the guard itself while it works, and lets go at its end: that is no problem to be told. */
export function effectText(check: EnforceAnswer | undefined, during?: 'init'): string {
  if (check === undefined) return ''
  const lines = [
    ...(check.ran === 'left-to-the-running-one'
      ? ['A check is running at this moment; it takes this change with it.']
      : []),
    ...list('Would be blocked, did the guard not only observe', check.wouldBlock ?? []),
    ...list('Blocked', check.blocked),
    ...list('Released', check.released),
    ...list('Warned', check.warned),
    ...stuckText(check.cannotBlock),
    ...check.problems
      .filter((problem) => during !== 'init' || !problem.startsWith('on hold:'))
      .map((problem) => `Problem: ${problem}`),
  ]
  return lines.join('\n')
}

/** Named of many for one reason; status shows each. */
const NAMED_AT_MOST = 12

/** One line for each reason. */
function stuckText(stuck: EnforceAnswer['cannotBlock']): readonly string[] {
  const byWhy = new Map<string, string[]>()
  for (const { principal, why } of stuck) byWhy.set(why, [...(byWhy.get(why) ?? []), principal])
  return [...byWhy].map(([why, whom]) => {
    const more = whom.length > NAMED_AT_MOST ? ` and ${whom.length - NAMED_AT_MOST} more` : ''
    return `Cannot be blocked: ${whom.slice(0, NAMED_AT_MOST).join(', ')}${more} (${whyText(why)})`
  })
}

const list = (word: string, principals: readonly string[]): readonly string[] =>
  principals.length === 0 ? [] : [`${word}: ${principals.join(', ')}`]

const WHY: Readonly<Record<string, string>> = {
  'protected-role': 'AWS lets nobody change this role; put the guard’s policy into its permission set',
  'protected-principal': 'the settings protect it, or it belongs to the guard itself',
  'attachment-quota': 'its quota of attached policies is used up; take one off or ask AWS for more',
  unattributed: 'the calls name nobody',
  root: 'the root user obeys no policy of its own account',
  federated: 'a federated user carries no policy of its own',
  'session-of-shared-role': 'one session of a shared role cannot be blocked alone yet; limit the role',
  'no-such-principal': 'it does not exist any more',
  'not-allowed': 'AWS refused the guard',
  'no-policy': 'the block policy is missing; run init again',
}
export const whyText = (why: string): string => WHY[why] ?? why
