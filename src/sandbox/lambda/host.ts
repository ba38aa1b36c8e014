/** Runs the deployed functions: the uploaded package, its deployed environment, the keys of its role, nothing else. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { Invocation } from '../calls.ts'
import { sessionCaller } from '../iam/callers.ts'
import type { World } from '../world.ts'
import { bootstrapSource } from './bootstrap.ts'
import { ExecutionEnvironment, type FunctionError, type Outcome } from './child.ts'
import { writeFunctionLog } from './function-log.ts'
import type { KeptSettings } from './settings.ts'
import { unzip } from './unzip.ts'

/** More than that wait in line, as with a reserved concurrency; every one is a process of some 60 MB. */
const ENVIRONMENTS_MAX = 3

export interface Ran {
  readonly requestId: string
  readonly payload: string
  readonly error: FunctionError | undefined
  readonly output: string
}

interface Deployed {
  folder: string | undefined
  environments: ExecutionEnvironment[]
  starting: number
  waiting: (() => void)[]
  configuration: Promise<FunctionConfiguration> | undefined
}

export const nameOf = (nameOrArn: string): string => {
  const parts = nameOrArn.split(':')
  return (parts[0] === 'arn' ? parts[6] : parts.length > 2 ? parts[2] : parts[0]) ?? nameOrArn
}

export class FunctionHost {
  readonly #world: World
  readonly #kept: KeptSettings
  /** What a function is told, with the addresses that are played on this machine. */
  readonly #localised: (text: string) => Promise<string>
  readonly #functions = new Map<string, Deployed>()
  readonly #bootstrap: string
  #packages = 0

  constructor(world: World, kept: KeptSettings, localised: (text: string) => Promise<string>) {
    this.#world = world
    this.#kept = kept
    this.#localised = localised
    this.#bootstrap = join(world.folder, 'bootstrap.mjs')
    writeFileSync(this.#bootstrap, bootstrapSource)
  }
  #of(region: string, name: string): Deployed {
    const key = `${region}/${nameOf(name)}`
    const known = this.#functions.get(key) ?? {
      folder: undefined,
      environments: [],
      starting: 0,
      waiting: [],
      configuration: undefined,
    }
    this.#functions.set(key, known)
    return known
  }
  arnOf(region: string, name: string): string {
    return `arn:${this.#world.partition}:lambda:${region}:${this.#world.account}:function:${nameOf(name)}`
  }
  /** Keeps an uploaded package; what is warm runs the old code to its end and is not used again. */
  async deploy(region: string, name: string, zip: Buffer): Promise<void> {
    const folder = join(this.#world.folder, 'functions', `${nameOf(name)}-${++this.#packages}`)
    mkdirSync(folder, { recursive: true })
    unzip(zip, folder)
    const deployed = this.#of(region, name)
    deployed.folder = folder
    await this.cool(region, name)
  }
  /** After a change of configuration: the next event starts anew. */
  async cool(region: string, name: string): Promise<void> {
    const deployed = this.#of(region, name)
    deployed.configuration = undefined
    const idle = deployed.environments.filter((one) => !one.busy)
    deployed.environments = []
    await Promise.all(idle.map((one) => one.stop()))
  }
  async remove(region: string, name: string): Promise<void> {
    await this.cool(region, name)
    this.#functions.delete(`${region}/${nameOf(name)}`)
  }
  has(region: string, name: string): boolean {
    return this.#functions.get(`${region}/${nameOf(name)}`)?.folder !== undefined
  }
  configuration(region: string, name: string): Promise<FunctionConfiguration> {
    const deployed = this.#of(region, name)
    const command = new GetFunctionConfigurationCommand({ FunctionName: nameOf(name) })
    deployed.configuration ??= this.#world
      .clients(region)
      .lambda.send(command)
      .then((answer) => ({ ...answer, ...(this.#kept.of(region, name) as Partial<FunctionConfiguration>) }))
    deployed.configuration.catch(() => this.#functions.delete(`${region}/${nameOf(name)}`))
    return deployed.configuration
  }
  async stop(): Promise<void> {
    const all = [...this.#functions.values()].flatMap((one) => one.environments)
    this.#functions.clear()
    await Promise.all(all.map((one) => one.stop()))
    rmSync(join(this.#world.folder, 'functions'), { recursive: true, force: true })
  }
  async #start(region: string, name: string, folder: string): Promise<ExecutionEnvironment> {
    const configuration = await this.configuration(region, name)
    const { sts } = this.#world.clients(region)
    const RoleArn = configuration.Role ?? ''
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: nameOf(name) }))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {}
    const { Arn = '', AssumedRoleId = '' } = assumed.AssumedRoleUser ?? {}
    this.#world.keys.learn(AccessKeyId, sessionCaller(Arn, AssumedRoleId, RoleArn))
    const told = Object.entries(configuration.Environment?.Variables ?? {})
    const local = await Promise.all(told.map(async ([key, value]) => [key, await this.#localised(value)] as const))
    return new ExecutionEnvironment({
      folder,
      handler: configuration.Handler ?? 'index.handler',
      bootstrap: this.#bootstrap,
      shiftModule: this.#world.clock.shiftModule,
      environment: {
        ...Object.fromEntries(local),
        AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName ?? '',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${configuration.FunctionName}`,
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
        AWS_ENDPOINT_URL: this.#world.endpoint(),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        LAMBDA_TASK_ROOT: folder,
        HOME: folder,
        TZ: ':UTC',
        LANG: 'en_US.UTF-8',
      },
    })
  }
  async #borrow(region: string, name: string): Promise<ExecutionEnvironment> {
    const deployed = this.#of(region, name)
    for (;;) {
      deployed.environments = deployed.environments.filter((one) => one.alive)
      const idle = deployed.environments.find((one) => !one.busy)
      if (idle) {
        idle.busy = true
        return idle
      }
      if (!deployed.folder) throw new Error(`the sandbox has no package of function ${name}`)
      if (deployed.environments.length + deployed.starting < ENVIRONMENTS_MAX) {
        deployed.starting++
        const making = this.#start(region, name, deployed.folder)
        const made = await making.finally(() => deployed.starting--)
        made.busy = true
        deployed.environments.push(made)
        return made
      }
      await new Promise<void>((resolve) => deployed.waiting.push(resolve))
    }
  }
  /** Runs one event to its end and writes its output to the function's log group. */
  async run(region: string, name: string, event: unknown, by: Invocation['by'], attempt: number): Promise<Ran> {
    const configuration = await this.configuration(region, name)
    const deployed = this.#of(region, name)
    const requestId = randomUUID()
    const environment = await this.#borrow(region, name)
    const at = this.#world.clock.now()
    const started = performance.now()
    const timeoutMs = (configuration.Timeout ?? 3) * 1000
    const context = {
      awsRequestId: requestId,
      functionName: configuration.FunctionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: configuration.FunctionArn,
      memoryLimitInMB: String(configuration.MemorySize),
      logGroupName: `/aws/lambda/${configuration.FunctionName}`,
      callbackWaitsForEmptyEventLoop: false,
    }
    let outcome: Outcome
    try {
      outcome = await environment.run(requestId, event, context, timeoutMs)
    } finally {
      environment.busy = false
      if (!deployed.environments.includes(environment)) await environment.stop()
      deployed.waiting.shift()?.()
    }
    const milliseconds = performance.now() - started
    const error = 'error' in outcome ? outcome.error : undefined
    const payload = 'error' in outcome ? JSON.stringify(outcome.error) : outcome.result
    const { output } = outcome
    await writeFunctionLog(this.#world, { region, configuration, requestId, at, milliseconds, output })
    const result: unknown = 'result' in outcome ? JSON.parse(outcome.result) : undefined
    const id = requestId
    this.#world.invoked({ id, at, function: nameOf(name), by, attempt, event, result, error, output, milliseconds })
    return { requestId, payload, error, output }
  }
}
