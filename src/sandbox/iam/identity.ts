/** All identity policies of a caller, read from the emulator and kept until IAM changes. */
import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListGroupsForUserCommand,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListRolePolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam'
import type { Caller } from './callers.ts'
import type { Document, Policy } from './evaluate.ts'

export interface Identity {
  readonly policies: readonly Policy[]
  readonly boundary: Policy | undefined
}

const parse = (text: string | undefined): Document =>
  JSON.parse(text?.startsWith('%') ? decodeURIComponent(text) : (text ?? '{"Statement":[]}'))

async function gather<P, T>(pages: AsyncIterable<P>, pick: (page: P) => readonly T[] | undefined): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...(pick(page) ?? []))
  return all
}

export class Identities {
  readonly #iam: IAMClient
  readonly #known = new Map<string, Promise<Identity>>()

  constructor(iam: IAMClient) {
    this.#iam = iam
  }
  forget(): void {
    this.#known.clear()
  }
  /** Throws NoSuchEntity when the user or role is gone. */
  of(caller: Caller): Promise<Identity> {
    const key = caller.of.kind === 'user' ? `user/${caller.of.name}` : `role/${caller.of.role}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const reading = caller.of.kind === 'user' ? this.#user(caller.of.name) : this.#role(caller.of.role)
    this.#known.set(key, reading)
    reading.catch(() => this.#known.delete(key))
    return reading
  }
  async #managed(arns: readonly (string | undefined)[]): Promise<Policy[]> {
    return Promise.all(arns.filter((arn) => arn !== undefined).map((arn) => this.#policy(arn)))
  }
  async #policy(arn: string): Promise<Policy> {
    const { Policy } = await this.#iam.send(new GetPolicyCommand({ PolicyArn: arn }))
    const VersionId = Policy?.DefaultVersionId
    const version = await this.#iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }))
    return { arn, name: Policy?.PolicyName ?? arn, document: parse(version.PolicyVersion?.Document) }
  }
  async #user(UserName: string): Promise<Identity> {
    const client = this.#iam
    const [attached, inlineNames, groups] = await Promise.all([
      gather(paginateListAttachedUserPolicies({ client }, { UserName }), (page) => page.AttachedPolicies),
      gather(paginateListUserPolicies({ client }, { UserName }), (page) => page.PolicyNames),
      client.send(new ListGroupsForUserCommand({ UserName })),
    ])
    const inline = inlineNames.map(async (PolicyName): Promise<Policy> => {
      const { PolicyDocument } = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }))
      return { arn: undefined, name: PolicyName, document: parse(PolicyDocument) }
    })
    const ofGroups = (groups.Groups ?? []).map((group) => this.#group(group.GroupName ?? ''))
    const managed = this.#managed(attached.map((one) => one.PolicyArn))
    const policies = [...(await managed), ...(await Promise.all(inline)), ...(await Promise.all(ofGroups)).flat()]
    return { policies, boundary: undefined }
  }
  async #group(GroupName: string): Promise<Policy[]> {
    const client = this.#iam
    const [attached, names] = await Promise.all([
      gather(paginateListAttachedGroupPolicies({ client }, { GroupName }), (page) => page.AttachedPolicies),
      gather(paginateListGroupPolicies({ client }, { GroupName }), (page) => page.PolicyNames),
    ])
    const inline = names.map(async (PolicyName): Promise<Policy> => {
      const { PolicyDocument } = await client.send(new GetGroupPolicyCommand({ GroupName, PolicyName }))
      return { arn: undefined, name: PolicyName, document: parse(PolicyDocument) }
    })
    return [...(await this.#managed(attached.map((one) => one.PolicyArn))), ...(await Promise.all(inline))]
  }
  async #role(RoleName: string): Promise<Identity> {
    const client = this.#iam
    const [attached, names, role] = await Promise.all([
      gather(paginateListAttachedRolePolicies({ client }, { RoleName }), (page) => page.AttachedPolicies),
      gather(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
      client.send(new GetRoleCommand({ RoleName })),
    ])
    const inline = names.map(async (PolicyName): Promise<Policy> => {
      const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      return { arn: undefined, name: PolicyName, document: parse(PolicyDocument) }
    })
    const boundaryArn = role.Role?.PermissionsBoundary?.PermissionsBoundaryArn
    const boundary = boundaryArn === undefined ? undefined : await this.#policy(boundaryArn)
    const managed = await this.#managed(attached.map((one) => one.PolicyArn))
    return { policies: [...managed, ...(await Promise.all(inline))], boundary }
  }
}
