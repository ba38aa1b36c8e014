/** The CloudWatch dashboard. What is on it is data: `cloudwatch/dashboard.ts`. */
import {
  type CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
  type Tag,
} from '@aws-sdk/client-cloudwatch'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { type DashboardBody, dashboardBody } from '../cloudwatch/dashboard.ts'
import { field } from '../differences.ts'
import type { Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, stableJson, tagChanges, tagList } from '../tags.ts'
import { retag } from './alarm.ts'

export const dashboardId = (name: string, region: string): ResourceId => `dashboard/${name}@${region}`
/** Without a region: a dashboard is the account's. */
export const dashboardArn = (scope: Pick<RightsScope, 'partition' | 'account'>, name: string): string =>
  `arn:${scope.partition}:cloudwatch::${scope.account}:dashboard/${name}`

export interface DashboardActual {
  /** Keys sorted, as `stableJson` writes it. */
  readonly body: string
}

export function dashboardResource(clients: AwsClients, scope: RightsScope): Resource<DashboardBody, DashboardActual> {
  const name = scope.names.dashboard
  const ResourceARN = dashboardArn(scope, name)
  return {
    id: dashboardId(name, scope.region),
    kind: 'CloudWatch dashboard',
    name,
    why: 'shows traffic, tokens, latency, cost by principal and the health of the guard',
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [],

    desired: () => (scope.settings.cloudwatchDashboard ? dashboardBody(scope) : undefined),

    async read() {
      const cloudwatch = await clients.cloudwatch()
      const found = await unlessAbsent(cloudwatch.send(new GetDashboardCommand({ DashboardName: name })))
      if (found === undefined) return { state: 'absent' }
      const listed = await unlessAbsent(cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN })))
      const actual: DashboardActual = { body: readBody(found.DashboardBody) }
      return { state: 'present', actual, tags: flattenTags(listed?.Tags) }
    },

    diff: (desired, actual) =>
      field('body', { is: actual.body === stableJson(desired) ? 'as wished' : 'another', want: 'as wished' }),

    async create(desired, doing) {
      await put(await clients.cloudwatch(), name, desired, tagList(doing.tags))
    },

    /** Tags given with a dashboard that exists are ignored: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
    async update(desired, _actual, changed, doing) {
      const cloudwatch = await clients.cloudwatch()
      if (changed.some((each) => each.field === 'body')) await put(cloudwatch, name, desired)
      await retag(cloudwatch, ResourceARN, tagChanges(changed, doing.tags))
    },

    async remove() {
      const cloudwatch = await clients.cloudwatch()
      await unlessAbsent(cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [name] })))
    },
  }
}

/** Whoever edits it in the console may leave anything; what cannot be read is simply not ours. */
function readBody(text: string | undefined): string {
  try {
    return stableJson(JSON.parse(text ?? ''))
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** A warning means that a panel will not be drawn: a bug of ours, and silent in the console. */
async function put(cloudwatch: CloudWatchClient, DashboardName: string, body: DashboardBody, Tags?: Tag[]) {
  const { DashboardValidationMessages: warnings = [] } = await cloudwatch.send(
    new PutDashboardCommand({ DashboardName, DashboardBody: JSON.stringify(body), ...(Tags ? { Tags } : {}) }),
  )
  if (warnings.length === 0) return
  throw new GuardError({
    code: 'dashboard-invalid',
    fault: 'bug',
    message: `CloudWatch does not draw all of the dashboard: ${warnings.map(({ DataPath, Message }) => `${DataPath}: ${Message}`).join('; ')}`,
    suggestions: ['go on without it: cost-guard init --no-cloudwatch-dashboard'],
  })
}
