/** Who takes records from a log group as they are written: its subscription filters, and the guards behind them. */
import {
  type CloudWatchLogsClient,
  paginateDescribeSubscriptionFilters,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { isAccessDenied } from '../runtime/aws/aws-errors.ts'
import { allPages, unlessAbsent } from './absent.ts'
import type { AwsClients } from './clients.ts'
import { homeRegion } from './home.ts'
import { flattenTags, TAG } from './tags.ts'

/** Filters a log group can have. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const FILTER_SLOTS = 2

const SUFFIX = '-ingest'

/** Empty where there is no such log group. */
export async function filtersOf(
  logs: CloudWatchLogsClient,
  logGroupName: string,
): Promise<readonly SubscriptionFilter[]> {
  const filters = await unlessAbsent(
    allPages(
      paginateDescribeSubscriptionFilters({ client: logs }, { logGroupName }),
      (page) => page.subscriptionFilters,
    ),
  )
  return filters ?? []
}

/**
 * Name of the guard a filter belongs to, by the two names that every guard gives: its filter is called like the function
 * it feeds. Undefined: somebody else's. Pure.
 */
export function guardBehind({ filterName = '', destinationArn = '' }: SubscriptionFilter): string | undefined {
  const [, , service, , , kind, name] = destinationArn.split(':')
  const isGuards = service === 'lambda' && kind === 'function' && name === filterName && name.endsWith(SUFFIX)
  return isGuards ? name.slice(0, -SUFFIX.length) : undefined
}

/** Guards by name, all others by where the records go. Pure. */
export const readerWords = (filter: SubscriptionFilter): string => {
  const guard = guardBehind(filter)
  return guard === undefined ? `${filter.filterName} → ${filter.destinationArn}` : `the guard ${guard}`
}

export interface Heir {
  readonly guard: string
  /** Of its own role for Bedrock's logging. */
  readonly roleArn: string
}

/** Another guard of this region that reads the group and has a role Bedrock could write with in place of ours. */
export async function heirOf(
  clients: AwsClients,
  filters: readonly SubscriptionFilter[],
  how: { readonly guard: string; readonly region: string },
): Promise<Heir | undefined> {
  for (const guard of filters.map(guardBehind)) {
    if (guard === undefined || guard === how.guard) continue
    const role = await roleCalled(clients, `${guard}-bedrock-logging`)
    const isTheirs = role?.guard === guard && role.home === how.region
    if (isTheirs && role.arn !== undefined) return { guard, roleArn: role.arn }
  }
  return undefined
}

/** Undefined: there is none. Without the right to look it counts as there, and as nobody's we know. */
export async function roleCalled(
  clients: AwsClients,
  RoleName: string,
): Promise<{ arn?: string | undefined; guard?: string | undefined; home?: string | undefined } | undefined> {
  const iam = await clients.iam()
  try {
    const role = (await unlessAbsent(iam.send(new GetRoleCommand({ RoleName }))))?.Role
    const tags = flattenTags(role?.Tags)
    return role && { arn: role.Arn, guard: tags[TAG.guard], home: homeRegion(tags) }
  } catch (error) {
    if (isAccessDenied(error)) return {}
    throw error
  }
}
