/**
 * One CloudWatch alarm. What it watches is data: `cloudwatch/alarms.ts`. CloudWatch judges a new alarm at once and acts on what it
 * finds, so that every "OK", and the alarm over checks that could not run yet, would be mailed: it is made with its actions off.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { unlessAbsent } from '../absent.ts'
import type { AwsClients } from '../clients.ts'
import { type AlarmWish, alarmName, alarmWish } from '../cloudwatch/alarms.ts'
import type { AlarmKey } from '../cloudwatch/words.ts'
import { field } from '../differences.ts'
import type { Difference, Observed, Resource, ResourceId } from '../engine/resource.ts'
import type { RightsScope } from '../permissions.ts'
import { flattenTags, stableJson, tagChanges, tagList } from '../tags.ts'

export const alarmId = (name: string, region: string): ResourceId => `alarm/${name}@${region}`
export const alarmArn = (scope: RightsScope, name: string): string =>
  `arn:${scope.partition}:cloudwatch:${scope.region}:${scope.account}:alarm:${name}`

/** What AWS has, in the words in which it is wished. */
export type AlarmActual = Omit<PutMetricAlarmInput, 'Tags'> & {
  /** As CloudWatch judges it. */
  readonly state?: string | undefined
}

/**
 * Looks, about two minutes: the schedule runs at once, its metric and CloudWatch's judgement follow within a minute each.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
 */
const LOOKS_FOR_FIRST_POINT = 30

export function alarmResource(
  clients: AwsClients,
  scope: RightsScope,
  key: AlarmKey,
  needs: readonly ResourceId[],
): Resource<AlarmWish, AlarmActual> {
  const name = alarmName(scope, key)
  const arn = alarmArn(scope, name)
  /** Left for its first point; none: it was not made just now, or needs none. */
  let looks = 0
  return {
    id: alarmId(name, scope.region),
    kind: 'CloudWatch alarm',
    name,
    why: WHY[key],
    ownership: { by: 'tag' },
    onTeardown: 'remove',
    needs,

    desired: () => alarmWish(key, scope),

    read: async () => readAlarm(await clients.cloudwatch(), name, arn),

    diff: (desired, actual) => differences(inputOf(desired), actual),

    async create(desired, doing) {
      const cloudwatch = await clients.cloudwatch()
      const silent = { ...inputOf(desired), ActionsEnabled: false }
      await cloudwatch.send(new PutMetricAlarmCommand({ ...silent, Tags: tagList(doing.tags) }))
      if (desired.missing === 'breaching') looks = LOOKS_FOR_FIRST_POINT
      else await setOk(cloudwatch, name)
    },

    /** Tags given with an alarm that exists are ignored: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
    async update(desired, actual, changed, doing) {
      const cloudwatch = await clients.cloudwatch()
      if (actual.ActionsEnabled === false && actual.state !== 'OK') {
        if (looks-- > 0) throw noPointYet()
        await setOk(cloudwatch, name)
      }
      if (changed.some((each) => !each.field.startsWith('tag/'))) {
        await cloudwatch.send(new PutMetricAlarmCommand(inputOf(desired)))
      }
      await retag(cloudwatch, arn, tagChanges(changed, doing.tags))
    },

    async remove() {
      const cloudwatch = await clients.cloudwatch()
      await unlessAbsent(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })))
    },
  }
}

/** While its actions are off: once they are on, whatever is wrong is mailed, as CloudWatch judges it anew within a minute. */
const setOk = (cloudwatch: CloudWatchClient, AlarmName: string) =>
  cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'cost-guard switches the actions on' }),
  )

const noPointYet = (): GuardError =>
  new GuardError({
    code: 'no-point-yet',
    fault: 'aws',
    retry: 'after-propagation',
    message: 'the first check of the limits to finish',
  })

const WHY: Record<AlarmKey, string> = {
  throttled: 'says when Bedrock keeps turning calls away',
  'dead-letters': 'says when records could not be counted',
  'ingest-errors': 'says when counting fails',
  'enforce-errors': 'says when checking the limits fails',
  'report-errors': 'says when the daily report fails',
  'no-check': 'says when no check of the limits finishes any more',
  silence: 'says when Bedrock is used and no record comes',
  'log-delivery': 'says when Bedrock cannot write the log',
  's3-delivery': 'says when Bedrock cannot write the S3 copy',
  'not-blocked': 'says when somebody over the limit cannot be blocked',
}

/** For alarms and dashboards alike. */
export async function retag(
  cloudwatch: CloudWatchClient,
  ResourceARN: string,
  changes: ReturnType<typeof tagChanges>,
): Promise<void> {
  if (changes === undefined) return
  await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagList(changes.set) }))
  if (changes.remove.length > 0) {
    await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: [...changes.remove] }))
  }
}

async function readAlarm(cloudwatch: CloudWatchClient, name: string, arn: string): Promise<Observed<AlarmActual>> {
  const found = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm'] }))
  const [alarm] = found.MetricAlarms ?? []
  if (alarm === undefined) return { state: 'absent' }
  const listed = await unlessAbsent(cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: arn })))
  return { state: 'present', actual: actualOf(alarm), tags: flattenTags(listed?.Tags) }
}

/** The one metric itself where there is no expression: the console shows such alarms best. */
function inputOf(wish: AlarmWish): AlarmActual {
  const [first] = wish.metrics
  const whole =
    wish.expression === undefined && first !== undefined
      ? { ...metricOf(first), Statistic: first.statistic, Period: wish.periodSeconds }
      : { Metrics: queriesOf(wish) }
  return {
    AlarmName: wish.name,
    AlarmDescription: wish.description,
    ActionsEnabled: true,
    AlarmActions: [wish.topicArn],
    OKActions: wish.tellsEnd ? [wish.topicArn] : [],
    ...(whole as Partial<AlarmActual>),
    EvaluationPeriods: wish.periods,
    DatapointsToAlarm: wish.wrongPeriods,
    Threshold: wish.threshold,
    ComparisonOperator: wish.comparison,
    TreatMissingData: wish.missing,
  }
}

type WishedMetric = AlarmWish['metrics'][number]
const metricOf = ({ namespace, name, dimensions }: WishedMetric) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
})
const queriesOf = (wish: AlarmWish): MetricDataQuery[] => [
  { Id: 'wrong', Expression: wish.expression, Label: wish.name, ReturnData: true },
  ...wish.metrics.map((metric) => ({
    Id: metric.id,
    MetricStat: { Metric: metricOf(metric), Period: wish.periodSeconds, Stat: metric.statistic },
    ReturnData: false,
  })),
]

const actualOf = (alarm: MetricAlarm): AlarmActual => ({
  AlarmName: alarm.AlarmName,
  AlarmDescription: alarm.AlarmDescription,
  ActionsEnabled: alarm.ActionsEnabled,
  AlarmActions: alarm.AlarmActions,
  OKActions: alarm.OKActions,
  Namespace: alarm.Namespace,
  MetricName: alarm.MetricName,
  Dimensions: alarm.Dimensions,
  Statistic: alarm.Statistic,
  Period: alarm.Period,
  Metrics: alarm.Metrics,
  EvaluationPeriods: alarm.EvaluationPeriods,
  DatapointsToAlarm: alarm.DatapointsToAlarm,
  Threshold: alarm.Threshold,
  ComparisonOperator: alarm.ComparisonOperator,
  TreatMissingData: alarm.TreatMissingData,
  state: alarm.StateValue,
})

function differences(want: AlarmActual, is: AlarmActual): readonly Difference[] {
  const pair = (key: keyof AlarmActual) => ({ is: is[key] as string | number, want: want[key] as string | number })
  const names = (list: readonly string[] | undefined) => [...(list ?? [])].sort().join(', ')
  const same = metricsText(want) === metricsText(is)
  return [
    ...field('actions', { is: onOff(is.ActionsEnabled), want: onOff(want.ActionsEnabled) }),
    ...field('topic', { is: names(is.AlarmActions), want: names(want.AlarmActions) }),
    ...field('topicWhenOver', { is: names(is.OKActions), want: names(want.OKActions) }),
    ...field('metric', { is: same ? 'as wished' : 'another', want: 'as wished' }),
    ...field('periods', pair('EvaluationPeriods')),
    ...field('wrongPeriods', pair('DatapointsToAlarm')),
    ...field('threshold', pair('Threshold')),
    ...field('comparison', pair('ComparisonOperator')),
    ...field('missingData', pair('TreatMissingData')),
    ...field('description', {
      is: is.AlarmDescription === want.AlarmDescription ? 'as wished' : 'another',
      want: 'as wished',
    }),
  ]
}

const onOff = (on: boolean | undefined) => (on === false ? 'off' : 'on')

/** What is watched, whatever order AWS lists it in and whatever empty members it adds. */
function metricsText(alarm: AlarmActual): string {
  const dimensions = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined) =>
    (list ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort()
  const plain = [alarm.Namespace, alarm.MetricName, dimensions(alarm.Dimensions), alarm.Statistic, alarm.Period]
  const queries = (alarm.Metrics ?? []).map((query) => ({
    id: query.Id,
    expression: query.Expression || undefined,
    shown: query.ReturnData ?? true,
    metric: query.MetricStat && [
      query.MetricStat.Metric?.Namespace,
      query.MetricStat.Metric?.MetricName,
      dimensions(query.MetricStat.Metric?.Dimensions),
      query.MetricStat.Period,
      query.MetricStat.Stat,
    ],
  }))
  const sorted = queries.sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1))
  return stableJson(sorted.length > 0 ? sorted : plain.map((one) => one ?? null))
}
