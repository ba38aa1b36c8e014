/**
 * The account's model invocation logging, one setting per account and region and shared property: merged into what is
 * there, saved before it is changed, given back three-way.
 */
import {
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import type { AwsClients } from '../clients.ts'
import { field } from '../differences.ts'
import type { Doing, Inputs, Refusal, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { logGroupId } from './log-group.ts'
import {
  BODY_FLAGS,
  type LoggingMemory,
  type LoggingWish,
  merged,
  orUnset,
  remembering,
  restored,
  wantedFlags,
  writesTo,
} from './logging-merge.ts'
import { roleId } from './role.ts'
import { tableId } from './table.ts'

export const bedrockLoggingId = (region: string): ResourceId => `bedrock-logging/account@${region}`

export function bedrockLoggingResource(clients: AwsClients, scope: RightsScope): Resource<LoggingWish, LoggingConfig> {
  const { names, region } = scope
  const id = bedrockLoggingId(region)
  const memoryIn = (inputs: Inputs) => parseMemory(inputs.remembered(id))

  const write = async (next: LoggingConfig, how: { now: LoggingConfig | undefined; doing: Doing; inputs: Inputs }) => {
    const { now, doing, inputs } = how
    const memory = remembering(memoryIn(inputs), { now, next, logGroup: names.logGroup })
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
    needs: [logGroupId(names.logGroup, region), roleId(names.loggingRole, region), tableId(names.table, region)],

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
    }),

    async read() {
      const config = await current(clients)
      return config === undefined ? { state: 'absent' } : { state: 'present', actual: config, tags: undefined }
    },

    isOurs: (actual) => writesTo(actual, names.logGroup),

    diff(desired, actual, inputs) {
      const flags = wantedFlags(desired, baseline(actual, memoryIn(inputs), names.logGroup))
      return [
        ...field('logGroup', { is: actual.cloudWatchConfig?.logGroupName, want: desired.logGroup }),
        ...field('role', { is: actual.cloudWatchConfig?.roleArn, want: desired.roleArn }),
        ...BODY_FLAGS.flatMap((flag) => field(flag, { is: actual[flag] === true, want: flags[flag] })),
      ]
    },

    async refuse(_desired, observed) {
      return observed.state === 'present' ? occupied(observed.actual, names.logGroup) : []
    },

    create: async (desired, doing, inputs) =>
      write(merged(undefined, desired, null), { now: undefined, doing, inputs }),

    async update(desired, actual, _differences, doing, inputs) {
      const before = baseline(actual, memoryIn(inputs), names.logGroup)
      await write(merged(actual, desired, before), { now: actual, doing, inputs })
    },

    remove: async (actual, doing, inputs) => {
      await giveBack(clients, actual, { doing, inputs, id })
    },

    restore: (actual, doing, inputs) => giveBack(clients, actual, { doing, inputs, id }),
  }
}

/** Whose flags count as somebody else's: what was there before us, or what is there now while we are not. */
const baseline = (
  actual: LoggingConfig,
  memory: LoggingMemory | undefined,
  logGroup: string,
): LoggingConfig | null | undefined => (writesTo(actual, logGroup) ? memory?.saved : actual)

async function current(clients: AwsClients): Promise<LoggingConfig | undefined> {
  const bedrock = await clients.bedrock()
  return orUnset((await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig)
}

function occupied(actual: LoggingConfig, logGroup: string): readonly Refusal[] {
  const group = actual.cloudWatchConfig?.logGroupName
  if (group === undefined || group === logGroup) return []
  return [
    {
      why: 'occupied',
      message: `Bedrock's invocation logging in this account and region already writes to the log group ${group}, and it can write to one only`,
      suggestion:
        'see who uses that log group; when nobody does, take it out under "Model invocation logging" in the settings of the Bedrock console (an S3 target may stay), then run this again',
    },
  ]
}

async function giveBack(
  clients: AwsClients,
  actual: LoggingConfig,
  { doing, inputs, id }: { doing: Doing; inputs: Inputs; id: ResourceId },
): Promise<string> {
  const { config, changedByOthers } = restored(actual, parseMemory(inputs.remembered(id)))
  const bedrock = await clients.bedrock()
  if (config === undefined) await bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
  else await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: config }))
  await doing.remember(undefined)
  const left = config === undefined ? 'invocation logging is off again' : 'invocation logging is as it was before'
  return changedByOthers.length === 0
    ? left
    : `somebody changed ${changedByOthers.join(', ')} since: only the guard's part was taken out (${destinations(config)})`
}

const destinations = (config: LoggingConfig | undefined): string =>
  config?.s3Config?.bucketName ? `logging to s3://${config.s3Config.bucketName} stays` : 'nothing is logged any more'

/** @throws SyntaxError when somebody edited the manifest by hand. */
const parseMemory = (fact: string | undefined): LoggingMemory | undefined =>
  fact === undefined ? undefined : (JSON.parse(fact) as LoggingMemory)
