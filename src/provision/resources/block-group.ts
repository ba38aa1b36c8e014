/**
 * The guard's own group: it carries the undated deny, for users whose ten attachments are all taken. IAM groups cannot
 * be tagged, so the guard writes down that it made one, and knows it by the policy that hangs on it.
 */
import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetPolicyCommand,
  type IAMClient,
  paginateGetGroup,
  paginateListAttachedGroupPolicies,
  paginateListGroupPolicies,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { allPages, deleteOnceBare, unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Inputs, Refusal, Resource, ResourceId } from '../engine/resource.ts'
import { homeRegion, isAtHome } from '../home.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags } from '../tags.ts'
import { blockPolicyId } from './block-policies.ts'
import { tableId } from './table.ts'

export interface BlockGroupDesired {
  readonly name: string
  readonly policyArn: string
}

export interface BlockGroupActual {
  readonly name: string
  /** ARNs of the managed policies on it. */
  readonly attached: readonly string[]
  /** Region of the guard whose undated policy it carries; the group itself cannot say. */
  readonly home: string | undefined
}

export const blockGroupId = (name: string, region: string): ResourceId => `group/${name}@${region}`

/** What the guard writes down before it makes the group. */
const MADE_BY_US = 'made by this guard'

export function blockGroupResource(
  clients: AwsClients,
  scope: RightsScope,
): Resource<BlockGroupDesired, BlockGroupActual> {
  const { names, region } = scope
  const GroupName = names.blockGroup
  const id = blockGroupId(GroupName, region)
  const PolicyArn = names.arn.policy(names.undatedPolicy)
  const parent = blockPolicyId(names.undatedPolicy, region)
  const isOurs = ({ attached, home }: BlockGroupActual, inputs: Inputs): boolean =>
    isAtHome(home, region) && (attached.includes(PolicyArn) || inputs.remembered(id) === MADE_BY_US)
  return {
    id,
    kind: 'IAM group',
    name: GroupName,
    why: 'blocks users who have no free policy slot',
    ownership: { by: 'parent', parent },
    onTeardown: 'remove',
    // The table: what the guard writes down goes there.
    needs: [parent, tableId(names.table, region)],

    desired: () => ({ name: GroupName, policyArn: PolicyArn }),

    async read() {
      const iam = await clients.iam()
      const group = await unlessAbsent(iam.send(new GetGroupCommand({ GroupName, MaxItems: 1 })))
      if (group === undefined) return { state: 'absent' }
      const attached = await attachedTo(iam, GroupName)
      const policy = attached.includes(PolicyArn)
        ? (await unlessAbsent(iam.send(new GetPolicyCommand({ PolicyArn }))))?.Policy
        : undefined
      const home = homeRegion(flattenTags(policy?.Tags))
      return { state: 'present', actual: { name: GroupName, attached, home }, tags: undefined }
    },

    diff: (desired, actual) =>
      field('policy', {
        is: actual.attached.includes(desired.policyArn) ? desired.policyArn : undefined,
        want: desired.policyArn,
      }),

    isOurs,

    async refuse(_desired, observed, inputs): Promise<readonly Refusal[]> {
      if (observed.state !== 'present') return []
      if (isOurs(observed.actual, inputs)) return []
      return [
        {
          why: 'not-ours',
          message: `an IAM group named ${GroupName} exists already and was not made by this guard`,
          suggestion: `choose another name with --guard, or remove or rename the group ${GroupName}`,
        },
      ]
    },

    async create(desired, doing) {
      await doing.remember(MADE_BY_US)
      const iam = await clients.iam()
      await iam.send(new CreateGroupCommand({ GroupName }))
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: desired.policyArn }))
    },

    async update(desired) {
      const iam = await clients.iam()
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: desired.policyArn }))
    },

    async remove(_actual, doing) {
      await removeGroup(await clients.iam(), GroupName)
      await doing.remember(undefined)
    },
  }
}

async function attachedTo(iam: IAMClient, GroupName: string): Promise<readonly string[]> {
  const attached = await unlessAbsent(
    allPages(paginateListAttachedGroupPolicies({ client: iam }, { GroupName }), (page) => page.AttachedPolicies),
  )
  return (attached ?? []).map((policy) => policy.PolicyArn ?? '')
}

/** A group goes only when it is empty and bare. */
async function removeGroup(iam: IAMClient, GroupName: string): Promise<void> {
  const members = await unlessAbsent(allPages(paginateGetGroup({ client: iam }, { GroupName }), (page) => page.Users))
  for (const { UserName } of members ?? []) {
    await unlessAbsent(iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName })))
  }
  for (const PolicyArn of await attachedTo(iam, GroupName)) {
    await unlessAbsent(iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })))
  }
  const inline = await unlessAbsent(
    allPages(paginateListGroupPolicies({ client: iam }, { GroupName }), (page) => page.PolicyNames),
  )
  for (const PolicyName of inline ?? []) {
    await unlessAbsent(iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })))
  }
  await deleteOnceBare(iam.send(new DeleteGroupCommand({ GroupName })), `group ${GroupName}`)
}
