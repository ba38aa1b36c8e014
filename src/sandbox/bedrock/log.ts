/** Bedrock's invocation log: written into the configured group as the service would, then delivered to subscribers. */
import { GetModelInvocationLoggingConfigurationCommand, type LoggingConfig } from '@aws-sdk/client-bedrock'
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { LogDelivery } from '../logs/delivery.ts'
import type { Hook, World } from '../world.ts'

/** The stream Bedrock writes to; the role policy in AWS's documentation is scoped to it. */
export const STREAM = 'aws/bedrock/modelinvocations'
const PERMISSION_CHECK = 'Permissions are correctly set for Amazon Bedrock logs.'

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error))

export class InvocationLog {
  readonly #world: World
  readonly #delivery: LogDelivery
  readonly #configs = new Map<string, Promise<LoggingConfig | undefined>>()

  constructor(world: World, delivery: LogDelivery) {
    this.#world = world
    this.#delivery = delivery
  }
  forget(): void {
    this.#configs.clear()
  }
  /** Undefined: logging is not configured in the region. */
  config(region: string): Promise<LoggingConfig | undefined> {
    const known =
      this.#configs.get(region) ??
      this.#world
        .clients(region)
        .bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
        .then(({ loggingConfig }) => (loggingConfig?.cloudWatchConfig ? loggingConfig : undefined))
    this.#configs.set(region, known)
    known.catch(() => this.#configs.delete(region))
    return known
  }
  async write(region: string, message: string): Promise<void> {
    const config = await this.config(region)
    const logGroupName = config?.cloudWatchConfig?.logGroupName
    if (logGroupName === undefined) return
    const { logs } = this.#world.clients(region)
    const logEvents = [{ timestamp: this.#world.clock.now(), message }]
    const put = () => logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: STREAM, logEvents }))
    try {
      await put()
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error
      // The stream is made with the first record; without the group the records are lost, as at AWS.
      const making = logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: STREAM }))
      if ((await making.then(() => undefined, nameOf)) === 'ResourceNotFoundException') return
      await put()
    }
    this.#delivery.deliver(region, logGroupName, STREAM, logEvents)
  }
  hooks(): Hook[] {
    return [
      {
        on: ['bedrock:PutModelInvocationLoggingConfiguration', 'bedrock:DeleteModelInvocationLoggingConfiguration'],
        after: async (call, answer) => {
          this.forget()
          if (answer.status === 200 && call.operation.startsWith('Put'))
            await this.write(call.inRegion, PERMISSION_CHECK)
          return undefined
        },
      },
    ]
  }
}
