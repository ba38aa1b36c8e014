/**
 * Metrics out of the functions' log lines, and alarms over them. The emulator keeps both and does neither: the reading follows the
 * specification of the embedded metric format, the judging AWS's page on alarms
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html). Ours. Alarms over metric math and over
 * metrics of AWS are not judged.
 */
import {
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch'
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { type Document, serviceMay } from '../iam/evaluate.ts'
import { keyLets } from '../iam/kms-keys.ts'
import type { MailBox } from '../mail/mail.ts'
import type { World } from '../world.ts'
import { type Datum, readEmf } from './emf.ts'

interface Point extends Datum {
  readonly region: string
}

/** Longest window of an alarm over metrics of ours. */
const KEPT_MS = 24 * 3_600_000

export class Metrics {
  readonly #world: World
  readonly #mail: MailBox
  #points: Point[] = []

  constructor(world: World, mail: MailBox) {
    this.#world = world
    this.#mail = mail
  }
  clear(): void {
    this.#points = []
  }
  /** The lines of one run of a function. A line that CloudWatch would drop is a problem of the sandbox's user: it is thrown. */
  async take(region: string, lines: readonly string[]): Promise<void> {
    const data = lines.flatMap((line) => readEmf(line) ?? [])
    const now = this.#world.clock.now()
    this.#points = [
      ...this.#points.filter(({ at }) => at > now - KEPT_MS),
      ...data.map((datum) => ({ ...datum, region })),
    ]
    const { cloudwatch } = this.#world.clients(region)
    for (const { namespace, name, unit, value, at, dimensions } of data) {
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
      const datum = { MetricName: name, Unit: unit as StandardUnit, Value: value, Timestamp: new Date(at), Dimensions }
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [datum] }))
    }
  }
  /** Judges every alarm over metrics of ours once, as CloudWatch does each minute; answers whose state changed. */
  async judge(region = this.#world.region): Promise<readonly string[]> {
    const { cloudwatch } = this.#world.clients(region)
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm'] }))
    const changed: string[] = []
    for (const alarm of MetricAlarms) {
      if (alarm.Namespace === undefined || alarm.Namespace.startsWith('AWS/')) continue
      const state = this.#stateOf(alarm, region)
      if (state === alarm.StateValue) continue
      const AlarmName = alarm.AlarmName ?? ''
      const StateReason = `judged by the sandbox at ${new Date(this.#world.clock.now()).toISOString()}`
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason }))
      await this.#tell(alarm, state, region)
      changed.push(`${AlarmName} ${state}`)
    }
    return changed
  }
  #stateOf(alarm: MetricAlarm, region: string): 'OK' | 'ALARM' {
    const { EvaluationPeriods: periods = 1, DatapointsToAlarm: wrong = periods, Period: seconds = 60 } = alarm
    const now = this.#world.clock.now()
    const dimensions = new Map((alarm.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]))
    const points = this.#points.filter(
      (point) =>
        point.region === region &&
        point.namespace === alarm.Namespace &&
        point.name === alarm.MetricName &&
        Object.entries(point.dimensions).every(([key, value]) => dimensions.get(key) === value),
    )
    let breaching = 0
    for (let back = 0; back < periods; back++) {
      const to = now - back * seconds * 1000
      const values = points.filter(({ at }) => at > to - seconds * 1000 && at <= to).map(({ value }) => value)
      const breaches = values.length === 0 ? alarm.TreatMissingData === 'breaching' : isWrong(alarm, values)
      if (breaches) breaching += 1
    }
    return breaching >= wrong ? 'ALARM' : 'OK'
  }
  async #tell(alarm: MetricAlarm, state: 'OK' | 'ALARM', region: string): Promise<void> {
    if (alarm.ActionsEnabled === false) return
    const { sns } = this.#world.clients(region)
    for (const topic of (state === 'ALARM' ? alarm.AlarmActions : alarm.OKActions) ?? []) {
      const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }))
      if (!(await this.#mayPublish(Attributes, alarm, region))) continue
      const subject = `${state}: "${alarm.AlarmName}" in ${region}`.slice(0, 100)
      const text = `${alarm.AlarmDescription ?? ''}\n\nState: ${state}`
      await this.#mail.deliver(topic, { subject, text }, region)
    }
  }
  /** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services */
  async #mayPublish(
    attributes: Readonly<Record<string, string>>,
    alarm: MetricAlarm,
    region: string,
  ): Promise<boolean> {
    const service = 'cloudwatch.amazonaws.com'
    const named = attributes['KmsMasterKeyId']
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey']
    const asks = { service, actions, context: { 'aws:SourceAccount': this.#world.account } }
    if (named && !(await keyLets(this.#world, { region, named }, asks))) return false
    const context = { 'aws:SourceArn': alarm.AlarmArn ?? '', 'aws:SourceAccount': this.#world.account }
    const policy = JSON.parse(attributes['Policy'] ?? '{}') as Document
    return serviceMay(policy, service, 'SNS:Publish', context)
  }
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((total, value) => total + value, 0),
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
}

function isWrong(alarm: MetricAlarm, values: readonly number[]): boolean {
  const value = STATISTICS[alarm.Statistic ?? '']?.(values)
  const { Threshold: threshold = 0 } = alarm
  if (value === undefined) throw new Error(`the sandbox knows no statistic ${alarm.Statistic}`)
  if (alarm.ComparisonOperator === 'GreaterThanThreshold') return value > threshold
  if (alarm.ComparisonOperator === 'GreaterThanOrEqualToThreshold') return value >= threshold
  if (alarm.ComparisonOperator === 'LessThanThreshold') return value < threshold
  throw new Error(`the sandbox knows no ${alarm.ComparisonOperator}`)
}
