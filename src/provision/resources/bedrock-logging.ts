/**
 * The account's model invocation logging, one setting per account and region and shared property: merged into what is
 * there, saved before it is changed, given back three-way. Where it already writes to our log group with somebody else's
 * role it is left as it is; another guard that reads the same log group gets it when this one goes.
 */
import {
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
  type S3Config,
} from '@aws-sdk/client-bedrock'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Doing, Inputs, Resource, ResourceId } from '../engine/resource.ts'
import { copyBucketId } from '../log-copy.ts'
import { filtersOf, type Heir, heirOf, roleCalled } from '../log-readers.ts'
import type { RightsScope } from '../permissions.ts'
import { logGroupId } from './log-group.ts'
import {
  type Before,
  BODY_FLAGS,
  handedOn,
  type LoggingMemory,
  type LoggingWish,
  largeOf,
  merged,
  orUnset,
  pushedOut,
  remembering,
  restored,
  wantedCopy,
  wantedFlags,
  wantedLarge,
  writesTo,
} from './logging-merge.ts'
import { copiedElsewhere, destinations, occupied, placeOf } from './logging-words.ts'
import { roleId } from './role.ts'
import { tableId } from './table.ts'

export interface LoggingActual {
  readonly config: LoggingConfig
  /** Whose role Bedrock writes with: this guard's, another guard's, anybody's, or one that does not exist (any more). */
  readonly writer: 'ours' | 'guard' | 'theirs' | 'missing'
  /** Who gets the configuration when this guard goes. */
  readonly heir: Heir | undefined
}

export const bedrockLoggingId = (region: string): ResourceId => `bedrock-logging/account@${region}`

export function bedrockLoggingResource(clients: AwsClients, scope: RightsScope): Resource<LoggingWish, LoggingActual> {
  const { names, region } = scope
  const id = bedrockLoggingId(region)
  const memoryIn = (inputs: Inputs) => parseMemory(inputs.remembered(id))
  const isOurs = ({ config, writer }: LoggingActual, inputs: Inputs): boolean =>
    writesTo(config, names.logGroup) && (writer === 'ours' || (writer !== 'guard' && memoryIn(inputs) !== undefined))

  /** Whose flags count as somebody else's: what was there before us, or what is there now while others use it. */
  const baseline = (actual: LoggingActual, inputs: Inputs): LoggingConfig | null | undefined =>
    actual.heir === undefined && isOurs(actual, inputs) ? memoryIn(inputs)?.saved : actual.config

  /** Whose the S3 targets are. */
  const beforeUs = (actual: LoggingActual, inputs: Inputs): Before =>
    memoryIn(inputs) ?? { saved: actual.config, wrote: undefined }

  /** A role that works stays, unless ours was there and somebody put another in its place. */
  const roleStays = ({ config, writer }: LoggingActual, inputs: Inputs): boolean => {
    if (!writesTo(config, names.logGroup)) return false
    const memory = memoryIn(inputs)
    const exchanged = memory !== undefined && !writesTo(memory.saved ?? undefined, names.logGroup)
    return writer === 'ours' || writer === 'guard' || (writer === 'theirs' && !exchanged)
  }

  const write = async (next: LoggingConfig, how: { was: LoggingActual | undefined; doing: Doing; inputs: Inputs }) => {
    const { was, doing, inputs } = how
    const now = was?.config
    // A role that is gone is nobody's, and cannot be given back.
    const ourRole =
      was?.writer === 'missing'
        ? now?.cloudWatchConfig?.roleArn
        : names.arn.role(names.loggingRole, inputs.settings.rolePath)
    const memory = remembering(memoryIn(inputs), {
      ...{ now, next, ourRole },
      ...{ logGroup: names.logGroup, bucket: names.logBucket },
    })
    await doing.remember(JSON.stringify(memory))
    const bedrock = await clients.bedrock()
    await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: next }))
  }
  return {
    id,
    kind: 'Bedrock invocation logging',
    name: `account setting in ${region}`,
    why: 'makes Bedrock log every call; what is there already stays',
    ownership: { by: 'account-setting' },
    onTeardown: 'restore',
    needs: [
      logGroupId(names.logGroup, region),
      roleId(names.loggingRole, region),
      tableId(names.table, region),
      ...[copyBucketId(scope)].flatMap((bucket) => (bucket === undefined ? [] : [bucket])),
    ],

    desired: ({ settings }) => ({
      logGroup: names.logGroup,
      roleArn: names.arn.role(names.loggingRole, settings.rolePath),
      bodies: {
        textDataDeliveryEnabled: settings.bodies.text,
        imageDataDeliveryEnabled: settings.bodies.image,
        embeddingDataDeliveryEnabled: settings.bodies.embedding,
        videoDataDeliveryEnabled: settings.bodies.video,
        audioDataDeliveryEnabled: settings.bodies.audio,
      },
      copy: settings.s3 ? { bucket: names.logBucket, largeBodies: settings.s3.largeBodies } : undefined,
    }),

    async read({ settings }) {
      const config = await loggingNow(clients)
      if (config === undefined) return { state: 'absent' }
      const role = names.arn.role(names.loggingRole, settings.rolePath)
      return { state: 'present', actual: await judged(clients, config, { ...scope, role }), tags: undefined }
    },

    isOurs,

    diff(desired, actual, inputs) {
      const { config } = actual
      const flags = wantedFlags(desired, baseline(actual, inputs))
      const before = beforeUs(actual, inputs)
      const place = (is: S3Config | undefined) => (is ? placeOf(is) : undefined)
      const role = roleStays(actual, inputs) ? desired.roleArn : config.cloudWatchConfig?.roleArn
      return [
        ...field('logGroup', { is: config.cloudWatchConfig?.logGroupName, want: desired.logGroup }),
        ...field('role', { is: role, want: desired.roleArn }),
        ...field('s3Copy', { is: place(config.s3Config), want: place(wantedCopy(desired, config, before)) }),
        ...field('largeBodies', { is: place(largeOf(config)), want: place(wantedLarge(desired, config, before)) }),
        ...BODY_FLAGS.flatMap((flag) => field(flag, { is: config[flag] === true, want: flags[flag] })),
      ]
    },

    note({ config, writer }, inputs) {
      const role = config.cloudWatchConfig?.roleArn
      if (!writesTo(config, names.logGroup) || writer === 'ours' || memoryIn(inputs) !== undefined) return undefined
      return `Bedrock already writes its log to ${names.logGroup}, with the role ${role}: the guard reads it there`
    },

    restoring: ({ heir }) => heir && `goes on with the role of the guard ${heir.guard}, which reads the same log group`,

    async refuse(desired, observed, inputs) {
      if (observed.state !== 'present') return []
      const { config } = observed.actual
      return [
        ...occupied(config, { logGroup: names.logGroup, first: memoryIn(inputs) === undefined }),
        ...pushedOut(desired, config, beforeUs(observed.actual, inputs)).map(copiedElsewhere),
      ]
    },

    create: async (desired, doing, inputs) =>
      write(merged(undefined, desired, { flags: null, saved: null, wrote: undefined }), {
        was: undefined,
        doing,
        inputs,
      }),

    async update(desired, actual, _differences, doing, inputs) {
      const now = actual.config
      const roleArn = (roleStays(actual, inputs) && now.cloudWatchConfig?.roleArn) || desired.roleArn
      const before = { ...beforeUs(actual, inputs), flags: baseline(actual, inputs) }
      await write(merged(now, { ...desired, roleArn }, before), { was: actual, doing, inputs })
    },

    remove: async (actual, doing, inputs) => {
      await giveBack(clients, actual, { doing, inputs, id })
    },

    restore: (actual, doing, inputs) => giveBack(clients, actual, { doing, inputs, id }),
  }
}

/** IAM and the filters are asked only where the configuration writes to the guard's log group. */
async function judged(
  clients: AwsClients,
  config: LoggingConfig,
  { names, region, role }: Pick<RightsScope, 'names' | 'region'> & { role: string },
): Promise<LoggingActual> {
  const roleArn = config.cloudWatchConfig?.roleArn
  if (!writesTo(config, names.logGroup)) return { config, writer: 'theirs', heir: undefined }
  if (roleArn === role) {
    const filters = await filtersOf(await clients.logs(), names.logGroup)
    return { config, writer: 'ours', heir: await heirOf(clients, filters, { guard: names.guard, region }) }
  }
  const found = await roleCalled(clients, roleArn?.split('/').at(-1) ?? '')
  const writer = found === undefined ? 'missing' : found.guard === undefined ? 'theirs' : 'guard'
  return { config, writer, heir: undefined }
}

/** Undefined: nothing is logged. */
export async function loggingNow(clients: AwsClients): Promise<LoggingConfig | undefined> {
  const bedrock = await clients.bedrock()
  return orUnset((await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig)
}

/** Log group that Bedrock writes to now; undefined: to none. */
export const loggedTo = async (clients: AwsClients): Promise<string | undefined> =>
  (await loggingNow(clients))?.cloudWatchConfig?.logGroupName

async function giveBack(
  clients: AwsClients,
  { config: now, heir }: LoggingActual,
  { doing, inputs, id }: { doing: Doing; inputs: Inputs; id: ResourceId },
): Promise<string> {
  const memory = parseMemory(inputs.remembered(id))
  const { config, changedByOthers } = restored(now, memory, inputs.names.logBucket)
  const bedrock = await clients.bedrock()
  const put = (loggingConfig: LoggingConfig) =>
    bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
  if (heir !== undefined && !writesTo(config, inputs.names.logGroup)) {
    const { logGroup, logBucket } = inputs.names
    await put(handedOn(now, memory, { logGroup, roleArn: heir.roleArn, bucket: logBucket }))
    await doing.remember(undefined)
    return `goes on with the role of the guard ${heir.guard}, which reads the same log group`
  }
  if (config === undefined) await bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
  else await put(config)
  await doing.remember(undefined)
  const left = config === undefined ? 'invocation logging is off again' : 'invocation logging is as it was before'
  return changedByOthers.length === 0
    ? left
    : `somebody changed ${changedByOthers.join(', ')} since: only the guard's part was taken out (${destinations(config)})`
}

/** @throws SyntaxError when somebody edited the manifest by hand. */
const parseMemory = (fact: string | undefined): LoggingMemory | undefined =>
  fact === undefined ? undefined : (JSON.parse(fact) as LoggingMemory)
