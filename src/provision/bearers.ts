/** Who carries the guard's denies, as IAM itself shows it: every page of every block policy, and of the guard's own group. */
import {
  type IAMClient,
  type PolicyUser,
  paginateGetGroup,
  paginateListEntitiesForPolicy,
  type User,
} from '@aws-sdk/client-iam'
import { keyOf } from '../runtime/domain/metering/principal.ts'
import { inParallel } from '../runtime/parallel.ts'
import { allPages, unlessAbsent } from './absent.ts'

export interface Bearer {
  /** `user/tanaka`, `role/app`; `group/NAME` for a group that somebody hung a block policy on. */
  readonly principal: string
  /** The policy that denies. */
  readonly policy: string
  /** `group`: a member of the guard's own group, which carries the policy. */
  readonly by: 'managed' | 'group'
}

export interface Denies {
  /** Names of the block policies that exist. */
  readonly policies: readonly string[]
  /** The guard's own group, where it exists: it carries the undated policy and is nobody to release. */
  readonly group: string | undefined
  readonly undated: string
  readonly account: string
  arnOf(policy: string): string
}

/** IAM throttles early, and its one endpoint may be far away. */
const CALLS_AT_ONCE = 5

export async function bearersOf(client: IAMClient, denies: Denies): Promise<readonly Bearer[]> {
  const { account, group, undated } = denies
  const user = (one: PolicyUser | User) => keyOf({ kind: 'user', name: one.UserName ?? '', account })
  const managed = await inParallel(denies.policies, CALLS_AT_ONCE, async (policy) => {
    const pages = paginateListEntitiesForPolicy({ client }, { PolicyArn: denies.arnOf(policy) })
    const found = await unlessAbsent(
      allPages(pages, (page) => [
        ...(page.PolicyUsers ?? []).map(user),
        ...(page.PolicyRoles ?? []).map((one) => keyOf({ kind: 'role', name: one.RoleName ?? '', account })),
        ...(page.PolicyGroups ?? [])
          .filter((one) => one.GroupName !== group)
          .map((one) => `group/${one.GroupName ?? ''}`),
      ]),
    )
    return (found ?? []).map((principal): Bearer => ({ principal, policy, by: 'managed' }))
  })
  const members =
    group === undefined
      ? []
      : await unlessAbsent(allPages(paginateGetGroup({ client }, { GroupName: group }), (page) => page.Users))
  const inGroup = (members ?? []).map((one): Bearer => ({ principal: user(one), policy: undated, by: 'group' }))
  const key = ({ principal, policy }: Bearer) => `${principal} ${policy}`
  return [...managed.flat(), ...inGroup].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
