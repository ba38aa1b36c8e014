/**
 * A CloudWatch log group: Bedrock's invocation log (kept at teardown), or the log of one of our functions. An adopted one
 * keeps its retention, its key and its tags; all the guard adds is its subscription filter.
 */
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
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
import { encryptionNeeds, keyFor } from '../encryption.ts'
import type { Adoption, Observed, Resource, ResourceId } from '../engine/resource.ts'
import { filtersOf, readerWords } from '../log-readers.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, tagChanges } from '../tags.ts'

export interface LogGroupDesired {
  readonly name: string
  /** 0: kept for ever. `theirs`: an adopted group's own. */
  readonly retentionDays: number | 'theirs'
  /** Only this class delivers to subscription filters. */
  readonly logClass: 'STANDARD'
  /** Whose key encrypts it: `own`, an ARN, or none of anybody's; undefined: not the guard's business. */
  readonly key?: string | undefined
}
export interface LogGroupActual {
  readonly arn: string
  /** Undefined: kept for ever. */
  readonly retentionDays: number | undefined
  readonly logClass: string
  readonly deletionProtection: boolean
  /** ARN of the key it is encrypted with; undefined: AWS's own. */
  readonly key: string | undefined
  /** Others who take records from it, in words. */
  readonly readers: readonly string[]
}

export const logGroupId = (name: string, region: string): ResourceId => `log-group/${name}@${region}`

/** Function logs say what a run did; the ledger says what was spent. A quarter is enough to look into a problem. */
const FUNCTION_LOG_DAYS = 90

/** Bedrock's invocation log: the source of everything that was counted, so it outlives the guard. */
export const invocationLogGroup = (clients: AwsClients, scope: RightsScope) =>
  logGroupResource(clients, scope, {
    name: scope.names.logGroup,
    filter: scope.names.subscriptionFilter,
    adopted: scope.settings.adopt.includes('log-group'),
    encrypted: !scope.settings.adopt.includes('log-group'),
    why: 'receives the invocation log that Bedrock writes',
    onTeardown: 'retain',
    retentionDays: (days) => days,
  })

export const functionLogGroup = (clients: AwsClients, scope: RightsScope, name: string) =>
  logGroupResource(clients, scope, {
    name,
    why: 'receives what the function logs about its runs',
    onTeardown: 'remove',
    retentionDays: (days) => Math.min(days || FUNCTION_LOG_DAYS, FUNCTION_LOG_DAYS),
  })

/**
 * Who asked for what of the self-service page. As the functions' logs it is not encrypted with a key of the guard's: it holds no
 * prompt and no amount.
 */
export const accessLogGroup = (clients: AwsClients, scope: RightsScope, name: string) =>
  logGroupResource(clients, scope, {
    name,
    why: 'receives a line for each request to the page',
    onTeardown: 'remove',
    retentionDays: (days) => Math.min(days || FUNCTION_LOG_DAYS, FUNCTION_LOG_DAYS),
  })

interface LogGroupKind {
  readonly name: string
  /** The guard's own filter on it. */
  readonly filter?: string
  readonly adopted?: boolean
  /** Holds what people wrote, so it is encrypted with the key that the settings name. */
  readonly encrypted?: boolean
  readonly why: string
  readonly onTeardown: 'remove' | 'retain'
  retentionDays(setting: number): number
}

export function logGroupResource(
  clients: AwsClients,
  scope: RightsScope,
  { name, why, onTeardown, retentionDays, filter, adopted = false, encrypted = false }: LogGroupKind,
): Resource<LogGroupDesired, LogGroupActual> {
  return {
    id: logGroupId(name, scope.region),
    kind: 'log group',
    name,
    why,
    ownership: { by: adopted ? 'adopted' : 'tag' },
    onTeardown,
    needs: encrypted ? encryptionNeeds(scope) : [],
    ...(filter === undefined ? {} : { adoption: logGroupAdoption(name), stays: stillRead }),

    desired: ({ settings }) => ({
      name,
      retentionDays: adopted ? 'theirs' : retentionDays(settings.retentionDays),
      logClass: 'STANDARD',
      ...(encrypted ? { key: settings.kmsKey } : {}),
    }),

    read: () => readLogGroup(clients, name, filter),

    ...(adopted ? { note: logGroupNote } : {}),

    diff: (desired, actual, inputs) => [
      ...(desired.key === undefined ? [] : field('encryption', { is: actual.key, want: keyFor(inputs) })),
      ...field('logClass', { is: actual.logClass, want: desired.logClass }, 'impossible'),
      ...(desired.retentionDays === 'theirs'
        ? []
        : field('retentionInDays', { is: actual.retentionDays ?? FOR_EVER, want: desired.retentionDays || FOR_EVER })),
    ],

    /** The retention follows as a difference: CreateLogGroup cannot set it. */
    async create(desired, doing, inputs) {
      const logs = await clients.logs()
      const kmsKeyId = desired.key === undefined ? undefined : keyFor(inputs)
      await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags: { ...doing.tags }, kmsKeyId }))
    },

    async update(desired, actual, differences, doing, inputs) {
      const logs = await clients.logs()
      if (differences.some((difference) => difference.field === 'encryption')) {
        const kmsKeyId = keyFor(inputs)
        await (kmsKeyId === undefined
          ? logs.send(new DisassociateKmsKeyCommand({ logGroupName: name }))
          : logs.send(new AssociateKmsKeyCommand({ logGroupName: name, kmsKeyId })))
      }
      if (differences.some((difference) => difference.field === 'retentionInDays')) {
        const retentionInDays = Number(desired.retentionDays)
        await (retentionInDays === 0
          ? logs.send(new DeleteRetentionPolicyCommand({ logGroupName: name }))
          : logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays })))
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

const FOR_EVER = 'for ever'

const stillRead = ({ readers }: LogGroupActual): string | undefined =>
  readers.length === 0 ? undefined : `stays: it is still read by ${readers.join(' and ')}`

const logGroupNote = ({ retentionDays, key }: LogGroupActual): string => {
  const kept = retentionDays === undefined ? 'keeps its records for ever' : `keeps its records ${retentionDays} days`
  const locked = key === undefined ? '' : `; encrypted with ${key}: while that key is off, nobody can read it`
  return `${kept}, which stays so${locked}`
}

/** Nothing of the group itself is changed, so nothing is to be given back: the filter goes with the guard. */
const logGroupAdoption = (name: string): Adoption<LogGroupDesired, LogGroupActual> => ({
  flag: '--adopt log-group',
  before: () => '{}',
  async fitness(desired, { logClass }) {
    if (logClass === desired.logClass) return []
    return [
      {
        why: 'unfit',
        message: `the log group ${name} is of class ${logClass}, which hands its records to nobody, and a class cannot be changed`,
        suggestion: 'let Bedrock write to a log group of class STANDARD, or leave --log-group out: the guard makes one',
      },
    ]
  },
  toGiveBack: () => [],
  async giveBack() {},
})

/** As AWS lists it; undefined: there is none of exactly this name. */
export async function describeLogGroup(clients: AwsClients, name: string): Promise<LogGroup | undefined> {
  const logs = await clients.logs()
  let nextToken: string | undefined
  let group: LogGroup | undefined
  // The prefix finds longer names as well, and the exact one need not be on the first page.
  do {
    const page = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, nextToken }))
    group = page.logGroups?.find((one) => one.logGroupName === name)
    nextToken = page.nextToken
  } while (group === undefined && nextToken !== undefined)
  return group
}

async function readLogGroup(
  clients: AwsClients,
  name: string,
  filter: string | undefined,
): Promise<Observed<LogGroupActual>> {
  const [logs, group] = await Promise.all([clients.logs(), describeLogGroup(clients, name)])
  if (group === undefined) return { state: 'absent' }
  // `arn` ends in `:*`, which the tagging calls do not take; `logGroupArn` does not.
  const arn = group.logGroupArn ?? (group.arn ?? '').replace(/:\*$/, '')
  const [tags, filters] = await Promise.all([
    unlessAbsent(logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))),
    filter === undefined ? [] : filtersOf(logs, name),
  ])
  if (tags === undefined) return { state: 'absent' }
  const actual: LogGroupActual = {
    arn,
    retentionDays: group.retentionInDays,
    logClass: group.logGroupClass ?? 'STANDARD',
    deletionProtection: group.deletionProtectionEnabled === true,
    key: group.kmsKeyId,
    readers: filters.filter(({ filterName }) => filterName !== filter).map(readerWords),
  }
  return { state: 'present', actual, tags: flattenTags(tags.tags) }
}
