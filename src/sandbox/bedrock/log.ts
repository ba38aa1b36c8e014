/** Bedrock's invocation log: written into the configured group as the service would, then delivered to subscribers. */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { GetModelInvocationLoggingConfigurationCommand, type LoggingConfig } from '@aws-sdk/client-bedrock'
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { PutObjectCommand } from '@aws-sdk/client-s3'
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
        .then(({ loggingConfig }) =>
          loggingConfig?.cloudWatchConfig || loggingConfig?.s3Config ? loggingConfig : undefined,
        )
    this.#configs.set(region, known)
    known.catch(() => this.#configs.delete(region))
    return known
  }
  async write(region: string, message: string): Promise<void> {
    const config = await this.config(region)
    await this.#copy(region, config, message)
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
  /** As Bedrock lays its objects out: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html */
  async #copy(region: string, config: LoggingConfig | undefined, message: string): Promise<void> {
    const Bucket = config?.s3Config?.bucketName
    if (Bucket === undefined || message === PERMISSION_CHECK) return
    const at = new Date(this.#world.clock.now()).toISOString()
    const [day = '', hour = ''] = at.split(/[T:]/)
    const prefix = config?.s3Config?.keyPrefix ? `${config.s3Config.keyPrefix}/` : ''
    const folder = `${prefix}AWSLogs/${this.#world.account}/BedrockModelInvocationLogs/${region}/${day.replaceAll('-', '/')}/${hour}`
    const name = `${at.replace(/[-:]|\.\d+/g, '').replace('Z', '')}_${randomUUID().slice(0, 16)}.json.gz`
    const put = new PutObjectCommand({ Bucket, Key: `${folder}/${name}`, Body: gzipSync(`${message}\n`) })
    // A bucket that is gone loses the records, as at AWS.
    const failure = await this.#world
      .clients(region)
      .s3.send(put)
      .then(() => undefined, nameOf)
    if (failure !== undefined && failure !== 'NoSuchBucket') throw new Error(`the copy in S3 failed: ${failure}`)
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
