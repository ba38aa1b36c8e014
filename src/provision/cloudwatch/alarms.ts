/** Which alarms a guard has, as data: at most ten. Pure. */
import { DIMENSION, type Metric, NAMESPACE } from '../../runtime/domain/metering/metrics.ts'
import type { RightsScope } from '../permissions.ts'
import { bedrockMetric, functionMetric, type MetricRef, queueMetric, type Statistic } from './aws-metrics.ts'
import { type AlarmKey, cloudWatchWords, type Naming } from './words.ts'

/** CloudWatch's own limit. */
export const DESCRIPTION_LENGTH = 1024

export interface AlarmMetric extends MetricRef {
  /** In the expression: `m1`. */
  readonly id: string
  readonly statistic: Statistic
}

export interface AlarmWish {
  readonly name: string
  readonly description: string
  readonly metrics: readonly AlarmMetric[]
  /** Over the ids of the metrics; undefined: the one metric itself. */
  readonly expression: string | undefined
  readonly periodSeconds: number
  readonly comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold'
  readonly threshold: number
  /** So many periods are looked at, */
  readonly periods: number
  /** and so many of them must be wrong. */
  readonly wrongPeriods: number
  readonly missing: 'breaching' | 'notBreaching'
  readonly topicArn: string
  /** A mail when it is over, too. */
  readonly tellsEnd: boolean
}

/** Every alarm that any settings can ask for: those that are not wanted any more are looked for and removed. */
export const ALARM_KEYS: readonly AlarmKey[] = [
  ...(['throttled', 'dead-letters', 'ingest-errors', 'enforce-errors', 'report-errors'] as const),
  ...(['no-check', 'silence', 'log-delivery', 's3-delivery', 'not-blocked'] as const),
]

export const alarmName = (scope: Pick<RightsScope, 'names'>, key: AlarmKey): string =>
  `${scope.names.alarmPrefix}${key}`

type Rule = Omit<AlarmWish, 'name' | 'description' | 'topicArn'>

const own = (scope: RightsScope, name: Metric): MetricRef => ({
  namespace: NAMESPACE,
  name,
  dimensions: { [DIMENSION]: scope.settings.guard },
})
const one = (metric: MetricRef, statistic: Statistic): Pick<Rule, 'metrics' | 'expression'> => ({
  metrics: [{ ...metric, id: 'm1', statistic }],
  expression: undefined,
})
const several = (metrics: readonly MetricRef[], expression: string): Pick<Rule, 'metrics' | 'expression'> => ({
  metrics: metrics.map((metric, index) => ({ ...metric, id: `m${index + 1}`, statistic: 'Sum' })),
  expression,
})
const anyAtAll = { comparison: 'GreaterThanThreshold', threshold: 0, missing: 'notBreaching' } as const
const MINUTES = 60

/** Five minutes, or what comes to at least two checks: one that falls just outside its period must not raise an alarm. */
export function checkPeriods(checkMinutes: number): { readonly minutes: number; readonly periods: number } {
  return { minutes: checkMinutes, periods: Math.max(2, Math.ceil(5 / checkMinutes)) }
}

/** Lambda tries an event three times, and enforce begins anew each minute: three failures are more than bad luck. */
const failing = (name: string): Rule => ({
  ...one(functionMetric('Errors', name), 'Sum'),
  ...{ ...anyAtAll, periodSeconds: 15 * MINUTES, periods: 1, wrongPeriods: 1, tellsEnd: true },
  ...{ comparison: 'GreaterThanOrEqualToThreshold', threshold: 3 },
})

/** Undefined where these settings need no such alarm. */
function ruleFor(key: AlarmKey, scope: RightsScope): Rule | undefined {
  const { names, settings } = scope
  switch (key) {
    // Clients try again: a peak is nobody's business. Half of the last half hour is.
    case 'throttled': {
      const lasting = { periodSeconds: 5 * MINUTES, periods: 6, wrongPeriods: 3, tellsEnd: true }
      const metric = one(bedrockMetric('InvocationThrottles'), 'Sum')
      return { ...metric, ...lasting, ...anyAtAll, comparison: 'GreaterThanOrEqualToThreshold', threshold: 10 }
    }
    case 'dead-letters': {
      const metric = one(queueMetric('ApproximateNumberOfMessagesVisible', names.deadLetters), 'Maximum')
      return { ...metric, ...anyAtAll, periodSeconds: 5 * MINUTES, periods: 1, wrongPeriods: 1, tellsEnd: true }
    }
    case 'ingest-errors':
      return failing(names.functions.ingest)
    case 'enforce-errors':
      return failing(names.functions.enforce)
    case 'report-errors':
      return failing(names.functions.report)
    case 'no-check': {
      const { minutes, periods } = checkPeriods(settings.checkMinutes)
      return {
        ...one(own(scope, 'ChecksFinished'), 'Sum'),
        ...{ periodSeconds: minutes * MINUTES, periods, wrongPeriods: periods },
        ...{ comparison: 'LessThanThreshold', threshold: 1, missing: 'breaching', tellsEnd: true },
      }
    }
    // Two half hours, each with calls and without a record: delivery takes minutes, catch-up reads every fifteen and writes a zero
    // where it finds nothing, so that there is a point to compare with.
    case 'silence': {
      const metrics = [bedrockMetric('Invocations'), own(scope, 'RecordsCounted')]
      return {
        ...several(metrics, 'IF(m1 > 0 AND FILL(m2, 0) < 1, 1, 0)'),
        ...{ ...anyAtAll, periodSeconds: 30 * MINUTES, periods: 2, wrongPeriods: 2, tellsEnd: true },
      }
    }
    case 'log-delivery': {
      const metric = one(bedrockMetric('ModelInvocationLogsCloudWatchDeliveryFailure'), 'Sum')
      return { ...metric, ...anyAtAll, periodSeconds: 5 * MINUTES, periods: 1, wrongPeriods: 1, tellsEnd: false }
    }
    case 's3-delivery': {
      if (settings.s3 === undefined) return undefined
      const copy = bedrockMetric('ModelInvocationLogsS3DeliveryFailure')
      const large = bedrockMetric('ModelInvocationLargeDataS3DeliveryFailure')
      const failures = settings.s3.largeBodies ? several([copy, large], 'SUM([m1, m2])') : one(copy, 'Sum')
      return { ...failures, ...anyAtAll, periodSeconds: 5 * MINUTES, periods: 1, wrongPeriods: 1, tellsEnd: false }
    }
    // No point is no failure: what the next check mended rings nothing, what lasts for most checks of five minutes does.
    case 'not-blocked': {
      const { minutes, periods } = checkPeriods(settings.checkMinutes)
      const lasting = { periodSeconds: minutes * MINUTES, periods, wrongPeriods: Math.ceil(periods / 2) }
      return { ...one(own(scope, 'BlockFailures'), 'Maximum'), ...anyAtAll, ...lasting, tellsEnd: true }
    }
  }
}

/** What the texts of alarms and dashboard name. */
export function namingOf({ names, settings, region }: RightsScope): Naming {
  const { minutes, periods } = checkPeriods(settings.checkMinutes)
  const which = settings.guard === 'cost-guard' ? '' : ` --guard ${settings.guard}`
  return {
    guard: settings.guard,
    region,
    deadLetters: names.deadLetters,
    logGroup: names.logGroup,
    checkWithin: minutes * periods,
    command: (words) => `cost-guard ${words}${which} --region ${region}`,
  }
}

/** Undefined: these settings want none of this key. */
export function alarmWish(key: AlarmKey, scope: RightsScope): AlarmWish | undefined {
  const rule = scope.settings.alarms ? ruleFor(key, scope) : undefined
  if (rule === undefined) return undefined
  const { what, why, next } = cloudWatchWords(scope.settings.language).alarm(key, namingOf(scope))
  const description = [what, why, next].join(scope.settings.language === 'ja' ? '' : ' ')
  return { name: alarmName(scope, key), description, topicArn: scope.names.arn.topic, ...rule }
}

export const alarmWishes = (scope: RightsScope): readonly AlarmWish[] =>
  ALARM_KEYS.flatMap((key) => alarmWish(key, scope) ?? [])
