import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriesOf } from '../../src/runtime/aws/cloudwatch-series.ts'
import { CloudWatchUsage } from '../../src/runtime/aws/cloudwatch-usage.ts'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import { type Moto, startMoto } from '../support/moto.ts'

const hour = 3_600_000
const from = Date.parse('2026-11-20T00:00:00Z') as Instant
const region = 'us-east-1'
const sonnet = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'

let moto: Moto
let client: CloudWatchClient
beforeAll(async () => {
  moto = await startMoto()
  // The emulator reads no compressed requests.
  client = new CloudWatchClient({ disableRequestCompression: true })
})
afterAll(() => moto.stop())

async function put(namespace: string, data: readonly (readonly [string, string, number, number])[]): Promise<void> {
  const MetricData = data.map(
    ([MetricName, id, minutes, Value]): MetricDatum => ({
      MetricName,
      Value,
      Timestamp: new Date(from + minutes * 60_000),
      Dimensions: id === '' ? [] : [{ Name: namespace.endsWith('Mantle') ? 'Model' : 'ModelId', Value: id }],
    }),
  )
  await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }))
}
const usage = (patienceMs = 30_000) => new CloudWatchUsage({ client, region, patienceMs })

describe('what AWS counted', () => {
  test('comes per model and hour, in both spellings of the cache, with mantle and the deliveries beside it', async () => {
    await put('AWS/Bedrock', [
      ['Invocations', sonnet, 5, 1],
      ['Invocations', sonnet, 59, 1],
      ['InputTokenCount', sonnet, 5, 1000],
      ['InputTokenCount', sonnet, 59, 500],
      ['InputTokenCount', sonnet, 60, 7],
      ['OutputTokenCount', sonnet, 5, 200],
      ['CacheReadInputTokens', sonnet, 5, 9000],
      // The older spelling of the same number, and one that comes in it alone.
      ['CacheReadInputTokenCount', sonnet, 5, 9000],
      ['CacheWriteInputTokenCount', sonnet, 5, 300],
      ['InputTokenCount', sonnet, 24 * 60, 1],
      ['InputTokenCount', 'abc123def456', 30, 42],
      ['ModelInvocationLogsCloudWatchDeliverySuccess', '', 5, 2],
      ['ModelInvocationLogsCloudWatchDeliverySuccess', '', 59, 1],
      ['ModelInvocationLogsCloudWatchDeliveryFailure', '', 90, 1],
      ['InvocationThrottles', sonnet, 5, 3],
    ])
    await put('AWS/BedrockMantle', [
      ['Inferences', 'anthropic.claude-sonnet-5', 10, 1],
      ['TotalInputTokens', 'anthropic.claude-sonnet-5', 10, 600],
      ['TotalOutputTokens', 'anthropic.claude-sonnet-5', 10, 60],
    ])
    const to = (from + 24 * hour) as Instant
    const read = await usage().read({ from, to, step: hour })
    const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
    expect(read.counted.toSorted((a, b) => a.at - b.at || (a.modelId < b.modelId ? -1 : 1))).toEqual([
      { at: from, region, modelId: 'abc123def456', requests: 0, tokens: { ...none, input: 42 } },
      {
        ...{ at: from, region, modelId: sonnet, requests: 2 },
        tokens: { input: 1500, output: 200, cacheRead: 9000, cacheWrite: 300 },
      },
      { at: from + hour, region, modelId: sonnet, requests: 0, tokens: { ...none, input: 7 } },
    ])
    expect(read.mantle).toEqual([
      {
        ...{ at: from, region, modelId: 'anthropic.claude-sonnet-5', requests: 1 },
        tokens: { ...none, input: 600, output: 60 },
      },
    ])
    expect(read.deliveries.toSorted((a, b) => a.at - b.at)).toEqual([
      { at: from, region, succeeded: 3, failed: 0 },
      { at: from + hour, region, succeeded: 0, failed: 1 },
    ])
    // A day of another zone, as one.
    const day = { from: (from - hour / 2) as Instant, to: (to - hour / 2) as Instant, step: 24 * hour }
    expect((await usage().read(day)).counted.find(({ modelId }) => modelId === sonnet)?.tokens.input).toBe(1507)
  })

  test('of more metrics than one call may ask for is read in several', async () => {
    await moto.reset()
    const ids = Array.from({ length: 260 }, (_, index) => `anthropic.model-${index}`)
    await put(
      'AWS/Bedrock',
      ids.map((id) => ['InputTokenCount', id, 5, 3] as const),
    )
    await put(
      'AWS/Bedrock',
      ids.map((id) => ['OutputTokenCount', id, 5, 2] as const),
    )
    const { counted } = await usage().read({ from, to: (from + hour) as Instant, step: hour })
    expect(counted).toHaveLength(260)
    expect(counted.every(({ tokens }) => tokens.input === 3 && tokens.output === 2)).toBe(true)
  })

  test('is given up when CloudWatch takes too long', async () => {
    await expect(usage(0).read({ from, to: (from + hour) as Instant, step: hour })).rejects.toThrow()
  })
})

describe('a metric that is listed under several sets of dimensions', () => {
  const listed = (name: string, dimensions: Record<string, string>) => ({ name, dimensions })
  const measures = { InputTokenCount: 'input' } as const

  test('is read once: under the model alone where it is listed so', () => {
    const chosen = seriesOf(
      [
        listed('InputTokenCount', {}),
        listed('InputTokenCount', { ModelId: 'm', ServiceTier: 'flex' }),
        listed('InputTokenCount', { ModelId: 'm' }),
        listed('InputTokenCount', { ModelId: 'm' }),
      ],
      measures,
      'models',
    )
    expect(chosen.map(({ dimensions }) => dimensions)).toEqual([{ ModelId: 'm' }])
  })

  test('is the sum of the smallest division where it is never listed under the model alone', () => {
    const chosen = seriesOf(
      [
        listed('InputTokenCount', { ModelId: 'm', ServiceTier: 'flex' }),
        listed('InputTokenCount', { ModelId: 'm', ServiceTier: 'default' }),
        listed('InputTokenCount', { ModelId: 'm', ServiceTier: 'flex', ContextWindow: 'long' }),
      ],
      measures,
      'models',
    )
    expect(chosen.map(({ dimensions }) => dimensions['ServiceTier'])).toEqual(['flex', 'default'])
  })

  test('is that of the account where no listing names a model', () => {
    expect(seriesOf([listed('InputTokenCount', {})], measures, 'models')).toMatchObject([{ modelId: '' }])
  })
})
