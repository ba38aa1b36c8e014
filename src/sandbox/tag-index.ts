/**
 * The tag index of AWS knows IAM policies (in the global region), schedule groups, user pools and HTTP APIs, the emulator's does not. Ours: added to
 * what the emulator answers, for filters by key and value, as GetResources documents them:
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
import { GetApisCommand } from '@aws-sdk/client-apigatewayv2'
import { DescribeUserPoolCommand, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider'
import { ListPoliciesCommand, ListPolicyTagsCommand } from '@aws-sdk/client-iam'
import { ListScheduleGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-scheduler'
import { jsonAnswer } from './door/answer.ts'
import type { Hook, Passing, World } from './world.ts'

interface Mapping {
  readonly ResourceARN: string
  readonly Tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
}
interface Filter {
  readonly Key?: string
  readonly Values?: readonly string[]
}

const GLOBAL_REGION = 'us-east-1'

async function policies(world: World): Promise<readonly Mapping[]> {
  const { iam } = world.clients()
  const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1000 }))
  return Promise.all(
    (Policies ?? []).map(async ({ Arn: PolicyArn = '' }) => {
      const { Tags = [] } = await iam.send(new ListPolicyTagsCommand({ PolicyArn }))
      return { ResourceARN: PolicyArn, Tags }
    }),
  )
}

async function scheduleGroups(world: World, region: string): Promise<readonly Mapping[]> {
  const { scheduler } = world.clients(region)
  const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}))
  return Promise.all(
    (ScheduleGroups ?? []).map(async ({ Arn: ResourceArn = '' }) => {
      const { Tags = [] } = await scheduler.send(new ListTagsForResourceCommand({ ResourceArn }))
      return { ResourceARN: ResourceArn, Tags }
    }),
  )
}

async function userPools(world: World, region: string): Promise<readonly Mapping[]> {
  const { cognito } = world.clients(region)
  const { UserPools } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))
  return Promise.all(
    (UserPools ?? []).map(async ({ Id: UserPoolId }) => {
      const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }))
      const Tags = Object.entries(UserPool?.UserPoolTags ?? {}).map(([Key, Value]) => ({ Key, Value }))
      return { ResourceARN: UserPool?.Arn ?? '', Tags }
    }),
  )
}

async function httpApis(world: World, region: string): Promise<readonly Mapping[]> {
  const { Items } = await world.clients(region).apigateway.send(new GetApisCommand({}))
  return (Items ?? []).map(({ ApiId, Tags = {} }) => ({
    ResourceARN: `arn:${world.partition}:apigateway:${region}::/apis/${ApiId}`,
    Tags: Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })),
  }))
}

const passes = ({ Tags }: Mapping, filters: readonly Filter[]): boolean =>
  filters.every(({ Key, Values = [] }) =>
    Tags.some((tag) => tag.Key === Key && (Values.length === 0 || Values.includes(tag.Value ?? ''))),
  )

export function tagIndexHooks(world: World): Hook[] {
  return [
    {
      on: ['tagging:GetResources'],
      async after(call: Passing, answer) {
        // Only the last page gets more.
        const page = JSON.parse(answer.body.toString('utf8')) as {
          PaginationToken?: string
          ResourceTagMappingList?: readonly Mapping[]
        }
        if (answer.status !== 200 || page.PaginationToken) return undefined
        const filters = (call.input['TagFilters'] ?? []) as readonly Filter[]
        const [groups, pools, apis, global] = await Promise.all([
          scheduleGroups(world, call.inRegion),
          userPools(world, call.inRegion),
          httpApis(world, call.inRegion),
          call.inRegion === GLOBAL_REGION ? policies(world) : [],
        ])
        const more = [...groups, ...pools, ...apis, ...global].filter((one) => passes(one, filters))
        return jsonAnswer({ ...page, ResourceTagMappingList: [...(page.ResourceTagMappingList ?? []), ...more] })
      },
    },
  ]
}
