/**
 * What Bedrock counts of itself in CloudWatch, which the emulator lacks: each answered call under its model id, each record delivered to
 * a log group, and the calls of the endpoint bedrock-mantle. Kept until somebody asks CloudWatch, so that a storm of calls costs nothing.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-mantle-metrics.html
 */
import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { TokenCounts } from '../bedrock/canned.ts'
import type { Hook, World } from '../world.ts'

const MINUTE = 60_000
/** The SDK compresses bodies from 10 KB on, which the emulator does not read. */
const DATA_AT_ONCE = 40
const NAMESPACES = { runtime: 'AWS/Bedrock', mantle: 'AWS/BedrockMantle' }

interface Count {
  readonly region: string
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly at: number
  value: number
}

export class BedrockCounts {
  readonly #world: World
  readonly #counts = new Map<string, Count>()
  #handing: Promise<void> = Promise.resolve()

  constructor(world: World) {
    this.#world = world
  }
  clear(): void {
    this.#counts.clear()
    this.#handing = Promise.resolve()
  }
  /** An answered call. CloudWatch names a profile by the last part of its ARN. */
  answered(region: string, endpoint: keyof typeof NAMESPACES, id: string, tokens: TokenCounts): void {
    const model = id.slice(id.lastIndexOf('/') + 1)
    const written = tokens.cacheWrite5m + tokens.cacheWrite1h
    if (endpoint === 'mantle') {
      const Model = model
      this.#add({ region, endpoint, name: 'Inferences', dimensions: { Model }, value: 1 })
      // One sum without a cache split.
      const value = tokens.input + tokens.cacheRead + written
      this.#add({ region, endpoint, name: 'TotalInputTokens', dimensions: { Model }, value })
      this.#add({ region, endpoint, name: 'TotalOutputTokens', dimensions: { Model }, value: tokens.output })
      return
    }
    const sums = {
      Invocations: 1,
      InputTokenCount: tokens.input,
      OutputTokenCount: tokens.output,
      CacheReadInputTokens: tokens.cacheRead,
      CacheWriteInputTokens: written,
    }
    for (const [name, value] of Object.entries(sums)) {
      if (value > 0) this.#add({ region, endpoint, name, dimensions: { ModelId: model }, value })
    }
  }
  /** A record of a call went into its log group. */
  delivered(region: string): void {
    const name = 'ModelInvocationLogsCloudWatchDeliverySuccess'
    this.#add({ region, endpoint: 'runtime', name, dimensions: {}, value: 1 })
  }
  #add(one: Pick<Count, 'region' | 'name' | 'dimensions' | 'value'> & { endpoint: keyof typeof NAMESPACES }): void {
    const at = Math.floor(this.#world.clock.now() / MINUTE) * MINUTE
    const namespace = NAMESPACES[one.endpoint]
    const key = [one.region, namespace, one.name, JSON.stringify(one.dimensions), at].join('\n')
    const known = this.#counts.get(key)
    if (known !== undefined) known.value += one.value
    else this.#counts.set(key, { ...one, namespace, at })
  }
  async #hand(): Promise<void> {
    const counts = [...this.#counts.values()]
    this.#counts.clear()
    const groups = new Map<string, Count[]>()
    for (const one of counts) {
      const key = `${one.region} ${one.namespace}`
      groups.set(key, [...(groups.get(key) ?? []), one])
    }
    for (const group of groups.values()) {
      const { region = '', namespace = '' } = group[0] ?? {}
      const { cloudwatch } = this.#world.clients(region)
      const data = group.map(
        ({ name, dimensions, at, value }): MetricDatum => ({
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          Timestamp: new Date(at),
          Value: value,
        }),
      )
      for (let first = 0; first < data.length; first += DATA_AT_ONCE) {
        const MetricData = data.slice(first, first + DATA_AT_ONCE)
        await cloudwatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }))
      }
    }
  }
  hooks(): Hook[] {
    return [
      {
        on: ['ListMetrics', 'GetMetricData', 'GetMetricStatistics'].map((name) => `monitoring:${name}`),
        before: async () => {
          // Whoever asks at the same time waits for the same counts.
          this.#handing = this.#handing.then(() => this.#hand())
          await this.#handing
          return undefined
        },
      },
    ]
  }
}
