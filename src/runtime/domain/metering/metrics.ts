/**
 * The guard's own CloudWatch metrics. The functions write them into their log lines in CloudWatch's embedded metric format, which needs
 * no call and no right: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * Three at most, each costs 0.30 USD a month.
 */
export const NAMESPACE = 'CostGuard'
/** The one dimension: the guard's name. */
export const DIMENSION = 'Guard'

export type Metric =
  /** Checks of the limits that were carried through. */
  | 'ChecksFinished'
  /** Records of the invocation log that reached the guard: silence is told by it. */
  | 'RecordsCounted'
  /** Principals that should be blocked and are not; no point means none. */
  | 'BlockFailures'

export type MetricValues = Readonly<Partial<Record<Metric, number>>>

/** Members to be put into one log line. @param at epoch milliseconds */
export const metricsIn = (guard: string, at: number, values: MetricValues): Record<string, unknown> => ({
  [DIMENSION]: guard,
  ...values,
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [[DIMENSION]],
        Metrics: Object.keys(values).map((Name) => ({ Name, Unit: 'Count' })),
      },
    ],
  },
})
