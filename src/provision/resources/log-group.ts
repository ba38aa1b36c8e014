/** A CloudWatch log group: Bedrock's invocation log (kept at teardown), or the log of one of our functions. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Observed, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges } from '../tags.ts'

export interface LogGroupDesired {
  readonly name: string
  readonly retentionDays: number
  /** Only this class delivers to subscription filters. */
  readonly logClass: 'STANDARD'
}
export interface LogGroupActual {
  readonly arn: string
  /** Undefined: kept for ever. */
  readonly retentionDays: number | undefined
  readonly logClass: string
  readonly deletionProtection: boolean
}

export const logGroupId = (name: string, region: string): ResourceId => `log-group/${name}@${region}`

/** Function logs say what a run did; the ledger says what was spent. A quarter is enough to look into a problem. */
const FUNCTION_LOG_DAYS = 90

/** Bedrock's invocation log: the source of everything that was counted, so it outlives the guard. */
export const invocationLogGroup = (clients: AwsClients, scope: RightsScope) =>
  logGroupResource(clients, scope, {
    name: scope.names.logGroup,
    why: 'receives the invocation log that Bedrock writes',
    onTeardown: 'retain',
    retentionDays: (days) => days,
  })

export const functionLogGroup = (clients: AwsClients, scope: RightsScope, name: string) =>
  logGroupResource(clients, scope, {
    name,
    why: 'receives what the function logs about its runs',
    onTeardown: 'remove',
    retentionDays: (days) => Math.min(days, FUNCTION_LOG_DAYS),
  })

interface LogGroupKind {
  readonly name: string
  readonly why: string
  readonly onTeardown: 'remove' | 'retain'
  retentionDays(setting: number): number
}

export function logGroupResource(
  clients: AwsClients,
  scope: RightsScope,
  { name, why, onTeardown, retentionDays }: LogGroupKind,
): Resource<LogGroupDesired, LogGroupActual> {
  return {
    id: logGroupId(name, scope.region),
    kind: 'log group',
    name,
    why,
    ownership: { by: 'tag' },
    onTeardown,
    needs: [],

    desired: ({ settings }) => ({ name, retentionDays: retentionDays(settings.retentionDays), logClass: 'STANDARD' }),

    read: () => readLogGroup(clients, name),

    diff: (desired, actual) => [
      ...field('logClass', { is: actual.logClass, want: desired.logClass }, 'impossible'),
      ...field('retentionInDays', { is: actual.retentionDays ?? 'for ever', want: desired.retentionDays }),
    ],

    /** The retention follows as a difference: CreateLogGroup cannot set it. */
    async create(_desired, doing) {
      const logs = await clients.logs()
      await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags: { ...doing.tags } }))
    },

    async update(desired, actual, differences, doing) {
      const logs = await clients.logs()
      if (differences.some((difference) => difference.field === 'retentionInDays')) {
        const retentionInDays = desired.retentionDays
        await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays }))
      }
      const tags = tagChanges(differences, doing.tags)
      if (tags === undefined) return
      await logs.send(new TagResourceCommand({ resourceArn: actual.arn, tags: { ...tags.set } }))
      if (tags.remove.length > 0) {
        await logs.send(new UntagResourceCommand({ resourceArn: actual.arn, tagKeys: [...tags.remove] }))
      }
    },

    async remove(actual) {
      const logs = await clients.logs()
      if (actual.deletionProtection) {
        const off = { logGroupIdentifier: name, deletionProtectionEnabled: false }
        await unlessAbsent(logs.send(new PutLogGroupDeletionProtectionCommand(off)))
      }
      await unlessAbsent(logs.send(new DeleteLogGroupCommand({ logGroupName: name })))
    },
  }
}

async function readLogGroup(clients: AwsClients, name: string): Promise<Observed<LogGroupActual>> {
  const logs = await clients.logs()
  let nextToken: string | undefined
  let group: LogGroup | undefined
  // The prefix finds longer names as well, and the exact one need not be on the first page.
  do {
    const page = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, nextToken }))
    group = page.logGroups?.find((one) => one.logGroupName === name)
    nextToken = page.nextToken
  } while (group === undefined && nextToken !== undefined)
  if (group === undefined) return { state: 'absent' }
  // `arn` ends in `:*`, which the tagging calls do not take; `logGroupArn` does not.
  const arn = group.logGroupArn ?? (group.arn ?? '').replace(/:\*$/, '')
  const tags = await unlessAbsent(logs.send(new ListTagsForResourceCommand({ resourceArn: arn })))
  if (tags === undefined) return { state: 'absent' }
  const actual: LogGroupActual = {
    arn,
    retentionDays: group.retentionInDays,
    logClass: group.logGroupClass ?? 'STANDARD',
    deletionProtection: group.deletionProtectionEnabled === true,
  }
  return { state: 'present', actual, tags: flattenTags(tags.tags) }
}
