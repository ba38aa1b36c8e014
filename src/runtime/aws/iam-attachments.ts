import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import type { Principal } from '../domain/metering/principal.ts'
import { isAbsent, isAccessDenied, isNotAttachable, isProtected, isQuota } from './aws-errors.ts'
import { everyPage } from './pages.ts'

/** Who can carry a policy. Sessions, root, federated and unattributed callers cannot. */
export type Bearer = Extract<Principal, { kind: 'user' | 'role' }>

export interface PolicyRef {
  readonly name: string
  readonly arn: string
}

/** `absent`: the policy, the group or the bearer; IAM has one error for all three. */
export type AttachAnswer = 'attached' | 'absent' | 'quota' | 'protected' | 'not-allowed'

/** IAM's attachment calls in our words, every page, ordinary refusals as answers. */
export class IamAttachments {
  readonly #iam: IAMClient

  constructor(iam: IAMClient) {
    this.#iam = iam
  }

  async policiesOf(bearer: Bearer): Promise<readonly PolicyRef[]> {
    const pages = await everyPage(async (Marker: string | undefined) => {
      const page =
        bearer.kind === 'user'
          ? await this.#iam.send(new ListAttachedUserPoliciesCommand({ UserName: bearer.name, Marker }))
          : await this.#iam.send(new ListAttachedRolePoliciesCommand({ RoleName: bearer.name, Marker }))
      return { items: page.AttachedPolicies ?? [], next: page.IsTruncated ? page.Marker : undefined }
    })
    return pages.map((policy) => ({ name: policy.PolicyName ?? '', arn: policy.PolicyArn ?? '' }))
  }

  async groupsOf(user: string): Promise<readonly string[]> {
    const groups = await everyPage(async (Marker: string | undefined) => {
      const page = await this.#iam.send(new ListGroupsForUserCommand({ UserName: user, Marker }))
      return { items: page.Groups ?? [], next: page.IsTruncated ? page.Marker : undefined }
    })
    return groups.map((group) => group.GroupName ?? '')
  }

  /** Users and roles a policy hangs on; nobody where the policy does not exist. Groups are not the guard's to touch. */
  async bearersOf(policyArn: string): Promise<readonly { kind: 'user' | 'role'; name: string }[]> {
    try {
      return await everyPage(async (Marker: string | undefined) => {
        const page = await this.#iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: policyArn, Marker }))
        const users = (page.PolicyUsers ?? []).map((user) => ({ kind: 'user' as const, name: user.UserName ?? '' }))
        const roles = (page.PolicyRoles ?? []).map((role) => ({ kind: 'role' as const, name: role.RoleName ?? '' }))
        return { items: [...users, ...roles], next: page.IsTruncated ? page.Marker : undefined }
      })
    } catch (error) {
      if (isAbsent(error)) return []
      throw error
    }
  }

  async membersOf(group: string): Promise<readonly string[]> {
    try {
      const users = await everyPage(async (Marker: string | undefined) => {
        const page = await this.#iam.send(new GetGroupCommand({ GroupName: group, Marker }))
        return { items: page.Users ?? [], next: page.IsTruncated ? page.Marker : undefined }
      })
      return users.map((user) => user.UserName ?? '')
    } catch (error) {
      if (isAbsent(error)) return []
      throw error
    }
  }

  attach(bearer: Bearer, PolicyArn: string): Promise<AttachAnswer> {
    return answerOf(() =>
      bearer.kind === 'user'
        ? this.#iam.send(new AttachUserPolicyCommand({ UserName: bearer.name, PolicyArn }))
        : this.#iam.send(new AttachRolePolicyCommand({ RoleName: bearer.name, PolicyArn })),
    )
  }

  join(user: string, group: string): Promise<AttachAnswer> {
    return answerOf(() => this.#iam.send(new AddUserToGroupCommand({ UserName: user, GroupName: group })))
  }

  /** False: it did not hang there. */
  detach(bearer: Bearer, PolicyArn: string): Promise<boolean> {
    return unlessAbsent(() =>
      bearer.kind === 'user'
        ? this.#iam.send(new DetachUserPolicyCommand({ UserName: bearer.name, PolicyArn }))
        : this.#iam.send(new DetachRolePolicyCommand({ RoleName: bearer.name, PolicyArn })),
    )
  }

  /** AWS answers the same for who was no member. */
  leave(user: string, group: string): Promise<boolean> {
    return unlessAbsent(() => this.#iam.send(new RemoveUserFromGroupCommand({ UserName: user, GroupName: group })))
  }
}

async function answerOf(call: () => Promise<unknown>): Promise<AttachAnswer> {
  try {
    await call()
    return 'attached'
  } catch (error) {
    if (isAbsent(error) || isNotAttachable(error)) return 'absent'
    if (isQuota(error)) return 'quota'
    if (isProtected(error)) return 'protected'
    if (isAccessDenied(error)) return 'not-allowed'
    throw error
  }
}

/** What is no longer there need not be taken off: false. */
async function unlessAbsent(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (!isAbsent(error)) throw error
    return false
  }
}
