/** One Lambda function of the guard: code, configuration, dead letters, and how its invocations are tried again. */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  type LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { CONFIG_VARIABLE, encodeConfig } from '../../runtime/config.ts'
import { encodePageConfig, PAGE_VARIABLE } from '../../runtime/page-config.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import type { Difference, Doing, Inputs, Resource, ResourceId } from '../engine/resource.ts'
import type { Names } from '../names.ts'
import { pageConfigFor } from '../page.ts'
import type { RightsScope } from '../permissions.ts'
import type { PackedCode, RuntimeAssets } from '../runtime-assets.ts'
import { runtimeConfigFor } from '../runtime-config.ts'
import { tagChanges } from '../tags.ts'
import { CONFIGURATION, type FunctionActual, functionDifferences, observedFunction } from './function-state.ts'
import { queueId } from './queue.ts'
import { roleId } from './role.ts'

export type FunctionKey = 'ingest' | 'enforce' | 'report' | 'dashboard'

export interface FunctionDesired {
  readonly name: string
  readonly description: string
  readonly runtime: 'nodejs24.x'
  readonly architecture: 'arm64'
  readonly handler: string
  readonly memoryMb: number
  readonly timeoutSeconds: number
  readonly roleArn: string
  readonly environment: Readonly<Record<string, string>>
  readonly codeSha256: string
  readonly deadLetterArn: string | undefined
  readonly asyncRetries: number
  readonly asyncMaxAgeSeconds: number
}

export const functionId = (name: string, region: string): ResourceId => `function/${name}@${region}`

interface Shape {
  readonly why: string
  readonly memoryMb: number
  readonly timeoutSeconds: number
  readonly asyncRetries: number
  readonly asyncMaxAgeSeconds: number
}

/** Lambda keeps events for 60 to 21,600 seconds. */
const SHAPES: Record<FunctionKey, Shape> = {
  ingest: {
    why: 'counts every log record exactly once',
    memoryMb: 512,
    timeoutSeconds: 60,
    asyncRetries: 2,
    asyncMaxAgeSeconds: 21_600,
  },
  // Not tried again: the next minute's check is the retry, and it is made of fresher numbers.
  enforce: {
    why: 'judges the limits, blocks and releases',
    memoryMb: 256,
    timeoutSeconds: 50,
    asyncRetries: 0,
    asyncMaxAgeSeconds: 60,
  },
  // Tried again: each mail is claimed before it is sent, so the second try sends what the first could not, and nothing twice.
  report: {
    why: 'writes the daily report',
    memoryMb: 256,
    timeoutSeconds: 60,
    asyncRetries: 2,
    asyncMaxAgeSeconds: 21_600,
  },
  // An HTTP API gives up after 30 seconds; the processor comes with the memory, and somebody waits for the answer. Nobody
  // calls it asynchronously. No concurrency is reserved: that would take it from the account; the stage throttles.
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  dashboard: {
    why: 'serves the self-service page and its data',
    // Half a processor and more: the models of 500 people are some 45,000 items to decode while somebody waits.
    memoryMb: 1024,
    timeoutSeconds: 29,
    asyncRetries: 0,
    asyncMaxAgeSeconds: 60,
  },
}

export interface FunctionOptions {
  readonly assets: RuntimeAssets
  /** What must be there before the function may run: its log group (or Lambda makes one that never expires). */
  readonly needs: readonly ResourceId[]
}

export function functionResource(
  clients: AwsClients,
  scope: RightsScope,
  key: FunctionKey,
  options: FunctionOptions,
): Resource<FunctionDesired, FunctionActual> {
  const { names, region } = scope
  const { name, role } = calledAs(names, key)
  return {
    id: functionId(name, region),
    kind: 'Lambda function',
    name,
    why: SHAPES[key].why,
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs: [roleId(role, region), ...(key === 'ingest' ? [queueId(names.deadLetters, region)] : []), ...options.needs],

    desired: (inputs) => desiredFunction(inputs, key, options.assets),

    async read() {
      const lambda = await clients.lambda()
      const [found, retries] = await Promise.all([
        unlessAbsent(lambda.send(new GetFunctionCommand({ FunctionName: name }))),
        unlessAbsent(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name }))),
      ])
      return observedFunction(name, found, retries)
    },

    diff: functionDifferences,

    async create(desired, doing) {
      const lambda = await clients.lambda()
      await lambda.send(
        new CreateFunctionCommand({
          ...configurationOf(desired),
          Architectures: [desired.architecture],
          PackageType: 'Zip',
          Code: { ZipFile: await codeOf(key, options.assets).zip() },
          Tags: { ...doing.tags },
        }),
      )
      // How invocations are tried again follows as a difference, once the function has left Pending.
    },

    async update(desired, actual, differences, doing) {
      const lambda = await clients.lambda()
      await updateFunction(lambda, desired, differences, codeOf(key, options.assets))
      await updateTags(lambda, actual.arn, differences, doing)
    },

    async remove() {
      const lambda = await clients.lambda()
      await unlessAbsent(lambda.send(new DeleteFunctionCommand({ FunctionName: name })))
    },
  }
}

const calledAs = ({ functions, functionRoles, page }: Names, key: FunctionKey) =>
  key === 'dashboard' ? { name: page.function, role: page.role } : { name: functions[key], role: functionRoles[key] }

const codeOf = (key: FunctionKey, assets: RuntimeAssets): PackedCode => (key === 'dashboard' ? assets.page() : assets)

function desiredFunction(inputs: Inputs, key: FunctionKey, assets: RuntimeAssets): FunctionDesired | undefined {
  const { names, settings } = inputs
  const page = pageConfigFor(inputs)
  if (key === 'dashboard' && page === undefined) return undefined
  const { why, ...shape } = SHAPES[key]
  const { name, role } = calledAs(names, key)
  return {
    name,
    description: `${why} (cost-guard ${names.guard})`,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    handler: `${key}.handler`,
    roleArn: names.arn.role(role, settings.rolePath),
    environment: {
      [CONFIG_VARIABLE]: encodeConfig(runtimeConfigFor(inputs)),
      ...(key === 'dashboard' && page ? { [PAGE_VARIABLE]: encodePageConfig(page) } : {}),
    },
    codeSha256: codeOf(key, assets).codeSha256,
    deadLetterArn: key === 'ingest' ? names.arn.deadLetters : undefined,
    ...shape,
  }
}

const configurationOf = (desired: FunctionDesired) => ({
  FunctionName: desired.name,
  Description: desired.description,
  Runtime: desired.runtime,
  Handler: desired.handler,
  Role: desired.roleArn,
  MemorySize: desired.memoryMb,
  Timeout: desired.timeoutSeconds,
  Environment: { Variables: { ...desired.environment } },
})

/**
 * Configuration, then code: Lambda takes one change at a time and settles in between, and the engine reads again after
 * each and comes back with what still differs.
 */
async function updateFunction(
  lambda: LambdaClient,
  desired: FunctionDesired,
  differences: readonly Difference[],
  code: PackedCode,
): Promise<void> {
  const differs = (fields: readonly string[]) =>
    differences.some((each) => fields.includes(each.field.split('/')[0] ?? ''))
  const FunctionName = desired.name
  if (differs(['asyncRetries', 'asyncMaxAgeSeconds', 'deadLetters'])) {
    const Destination = desired.deadLetterArn
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumRetryAttempts: desired.asyncRetries,
        MaximumEventAgeInSeconds: desired.asyncMaxAgeSeconds,
        // An on-failure destination rather than DeadLetterConfig: the message then also says which error it was.
        ...(Destination === undefined ? {} : { DestinationConfig: { OnFailure: { Destination } } }),
      }),
    )
  }
  if (differs(['reservedConcurrency'])) await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
  if (differs(CONFIGURATION)) {
    await lambda.send(new UpdateFunctionConfigurationCommand(configurationOf(desired)))
  } else if (differs(['code', 'architecture'])) {
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName,
        ZipFile: await code.zip(),
        Architectures: [desired.architecture],
      }),
    )
  }
}

async function updateTags(lambda: LambdaClient, Resource: string, differences: readonly Difference[], doing: Doing) {
  const changes = tagChanges(differences, doing.tags)
  if (changes === undefined) return
  await lambda.send(new TagResourceCommand({ Resource, Tags: { ...changes.set } }))
  if (changes.remove.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys: [...changes.remove] }))
}
