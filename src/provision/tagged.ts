/**
 * What carries a guard's tag anywhere in the account, however it is named. The tag index misses some things (IAM roles,
 * schedules), shows others for a while after they are gone, and keeps what is global in one region; so roles and policies
 * are listed by IAM itself, and what the index shows is looked up before it is believed.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
import {
  type IAMClient,
  ListPolicyTagsCommand,
  ListRoleTagsCommand,
  paginateListPolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api'
import { inParallel } from '../runtime/parallel.ts'
import { allPages, unlessAbsent } from './absent.ts'
import type { AwsClients } from './clients.ts'
import type { ResourceId } from './engine/resource.ts'
import { flattenTags, TAG } from './tags.ts'

export interface Tagged {
  readonly arn: string
  /** `table/cost-guard-ledger@us-east-1`, from its tag; undefined where that tag was lost. */
  readonly id: ResourceId | undefined
}

const CALLS_AT_ONCE = 5

/** What the tag index shows in this region and, being of IAM, in the region of global things. */
export async function taggedInRegion(clients: AwsClients, guard: string): Promise<readonly Tagged[]> {
  const client = await clients.tagging()
  const pages = paginateGetResources({ client }, { TagFilters: [{ Key: TAG.guard, Values: [guard] }] })
  const found = await allPages(pages, (page) => page.ResourceTagMappingList)
  return found.map(({ ResourceARN = '', Tags }) => ({ arn: ResourceARN, id: flattenTags(Tags)[TAG.resource] }))
}

/** Roles and policies whose name begins as all of this guard's do and whose tag says they are. */
export async function taggedInIam(client: IAMClient, guard: string): Promise<readonly Tagged[]> {
  const ours = (name: string | undefined) => name?.startsWith(`${guard}-`) === true
  const [roles, policies] = await Promise.all([
    allPages(paginateListRoles({ client }, {}), (page) => page.Roles),
    allPages(paginateListPolicies({ client }, { Scope: 'Local' }), (page) => page.Policies),
  ])
  const named = [
    ...roles.filter((one) => ours(one.RoleName)).map((one) => ({ arn: one.Arn ?? '', role: one.RoleName })),
    ...policies.filter((one) => ours(one.PolicyName)).map((one) => ({ arn: one.Arn ?? '', role: undefined })),
  ]
  const read = await inParallel(named, CALLS_AT_ONCE, async ({ arn, role }) => {
    const answer = await unlessAbsent(
      role === undefined
        ? client.send(new ListPolicyTagsCommand({ PolicyArn: arn }))
        : client.send(new ListRoleTagsCommand({ RoleName: role })),
    )
    const tags = flattenTags(answer?.Tags)
    return tags[TAG.guard] === guard ? [{ arn, id: tags[TAG.resource] }] : []
  })
  return read.flat()
}
