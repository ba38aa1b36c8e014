/**
 * The metrics of AWS that the alarms and the dashboard use, as AWS documents them: nothing else may be named there (a test holds
 * it), because CloudWatch accepts any name and shows nothing. Read 2026-11.
 */
import { NAMESPACE } from '../../runtime/domain/metering/metrics.ts'

const bedrock = 'https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html'
const lambda = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html'
const sqs =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html'

export interface MetricSource {
  readonly source: string
  /** What the metric is listed under; empty: under nothing, the sum over all models. */
  readonly dimensions: readonly (readonly string[])[]
}

const perModel: MetricSource = { source: bedrock, dimensions: [['ModelId'], []] }
/** "Across all model IDs" in the console: no dimension. */
const acrossModels: MetricSource = { source: bedrock, dimensions: [[]] }
const ofFunction: MetricSource = { source: lambda, dimensions: [['FunctionName']] }

export const AWS_METRICS: Readonly<Record<string, Readonly<Record<string, MetricSource>>>> = {
  'AWS/Bedrock': {
    Invocations: perModel,
    InvocationLatency: perModel,
    InvocationClientErrors: perModel,
    InvocationServerErrors: perModel,
    InvocationThrottles: perModel,
    InputTokenCount: perModel,
    OutputTokenCount: perModel,
    // Today's names of the documentation, and those of older pages: whichever a region sends.
    CacheReadInputTokens: perModel,
    CacheWriteInputTokens: perModel,
    CacheReadInputTokenCount: perModel,
    CacheWriteInputTokenCount: perModel,
    TimeToFirstToken: perModel,
    EstimatedTPMQuotaUsage: perModel,
    ModelInvocationLogsCloudWatchDeliveryFailure: acrossModels,
    ModelInvocationLogsS3DeliveryFailure: acrossModels,
    ModelInvocationLargeDataS3DeliveryFailure: acrossModels,
  },
  'AWS/Lambda': { Errors: ofFunction, Duration: ofFunction },
  'AWS/SQS': { ApproximateNumberOfMessagesVisible: { source: sqs, dimensions: [['QueueName']] } },
}

export type Statistic = 'Sum' | 'Maximum' | 'p99'
export interface MetricRef {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

export const bedrockMetric = (name: string): MetricRef => ({ namespace: 'AWS/Bedrock', name, dimensions: {} })
export const functionMetric = (name: string, FunctionName: string): MetricRef => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName },
})
export const queueMetric = (name: string, QueueName: string): MetricRef => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName },
})

/** Whether AWS, or a function of the guard, sends such a metric. */
export const isKnown = ({ namespace, name, dimensions }: MetricRef, own: readonly string[]): boolean => {
  if (namespace === NAMESPACE) return own.includes(name)
  const keys = Object.keys(dimensions).join()
  return AWS_METRICS[namespace]?.[name]?.dimensions.some((listed) => listed.join() === keys) ?? false
}
