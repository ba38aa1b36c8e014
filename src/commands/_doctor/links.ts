/** The parts between Bedrock and the deny, asked about themselves: dead letters, function errors, alarms, silence. */
import type { Door } from '../_compose.ts'
import { ago } from '../_view/status.ts'
import { type Finding, found } from './finding.ts'

const HOUR = 3_600_000

export async function deadLetters(door: Door): Promise<readonly Finding[]> {
  const [{ GetQueueAttributesCommand, GetQueueUrlCommand }, { isAbsent }, sqs, settings] = await Promise.all([
    import('../../provision/sdk/sqs.ts'),
    import('../../runtime/aws/aws-errors.ts'),
    door.clients.sqs(),
    door.settings(),
  ])
  const { deadLetters: QueueName } = door.names(settings)
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    )
    const many = Number(Attributes?.['ApproximateNumberOfMessages'] ?? '0')
    if (many === 0) return [found('dead-letters', 'ok', 'no batch of records was given up')]
    const what = `${many} ${many === 1 ? 'batch' : 'batches'} of records that ingest failed on ${many === 1 ? 'waits' : 'wait'} in ${QueueName}; catch-up reads them in the log again`
    const fix = `aws sqs receive-message --queue-url ${QueueUrl} --region ${door.region}`
    return [found('dead-letters', 'warn', what, fix)]
  } catch (error) {
    if (!isAbsent(error)) throw error
    return [found('dead-letters', 'fail', `the queue ${QueueName} is gone`, door.command('doctor --fix'))]
  }
}

/** Errors and throttles of the functions in the last day, the page's among them where there is one. */
export async function functionErrors(door: Door): Promise<readonly Finding[]> {
  const [{ GetMetricDataCommand }, cloudwatch, settings] = await Promise.all([
    import('../../provision/sdk/cloudwatch.ts'),
    door.clients.cloudwatch(),
    door.settings(),
  ])
  const { functions: three, page } = door.names(settings)
  const functions = [...Object.values(three), ...(settings.page === undefined ? [] : [page.function])]
  const now = door.clock.now()
  const asked = functions.flatMap((name) => (['Errors', 'Throttles'] as const).map((metric) => ({ name, metric })))
  const answer = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 24 * HOUR),
      EndTime: new Date(now),
      MetricDataQueries: asked.map(({ name, metric }, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName: metric,
            Dimensions: [{ Name: 'FunctionName', Value: name }],
          },
          Period: 3600,
          Stat: 'Sum',
        },
      })),
    }),
  )
  const counts = asked.map((one, index) => ({
    ...one,
    count: (answer.MetricDataResults?.find(({ Id }) => Id === `m${index}`)?.Values ?? []).reduce((a, b) => a + b, 0),
  }))
  const bad = counts.filter(({ count }) => count > 0)
  if (bad.length === 0) return [found('functions', 'ok', 'no function failed or was throttled in the last 24 hours')]
  return bad.map(({ name, metric, count }) =>
    found(
      'functions',
      'warn',
      `${name} ${metric === 'Errors' ? 'failed' : 'was throttled'} ${count} times in the last 24 hours`,
      `aws logs tail /aws/lambda/${name} --since 24h --filter-pattern error --region ${door.region}`,
    ),
  )
}

export async function alarmsNow(door: Door): Promise<readonly Finding[]> {
  const [{ paginateDescribeAlarms }, { ALARM_KEYS, alarmName }, client, settings] = await Promise.all([
    import('../../provision/sdk/cloudwatch.ts'),
    import('../../provision/cloudwatch/alarms.ts'),
    door.clients.cloudwatch(),
    door.settings(),
  ])
  if (!settings.alarms)
    return [found('alarms', 'note', 'CloudWatch alarms are switched off', door.command('init --alarms'))]
  const ringing: string[] = []
  const names = door.names(settings)
  // The prefix alone would find those of a guard whose name begins like this one's.
  const own = new Set(ALARM_KEYS.map((key) => alarmName({ names }, key)))
  const AlarmNamePrefix = names.alarmPrefix
  for await (const page of paginateDescribeAlarms({ client }, { AlarmNamePrefix, StateValue: 'ALARM' })) {
    for (const { AlarmName, StateValue } of page.MetricAlarms ?? []) {
      if (AlarmName && StateValue === 'ALARM' && own.has(AlarmName)) ringing.push(AlarmName)
    }
  }
  if (ringing.length === 0) return [found('alarms', 'ok', 'no alarm is ringing')]
  return ringing.map((name) =>
    found('alarms', 'warn', `the alarm ${name} is ringing`, `aws cloudwatch describe-alarms --alarm-names ${name}`),
  )
}

/** Calls that Bedrock counted while the guard heard of none. */
export async function silence(door: Door, lastRecordAt: number | undefined): Promise<readonly Finding[]> {
  const [{ GetMetricDataCommand }, cloudwatch] = await Promise.all([
    import('../../provision/sdk/cloudwatch.ts'),
    door.clients.cloudwatch(),
  ])
  const now = door.clock.now()
  // What is younger may still be on its way through the log.
  const [from, to] = [now - 3 * HOUR, now - HOUR / 4]
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: [
        {
          Id: 'calls',
          Expression: `SUM(SEARCH('{AWS/Bedrock,ModelId} MetricName="Invocations"', 'Sum', 300))`,
        },
      ],
    }),
  )
  const calls = (MetricDataResults?.[0]?.Values ?? []).reduce((total, one) => total + one, 0)
  return [silenceFinding({ calls, lastRecordAt, from, now, command: door.command })]
}

/** @param facts times in epoch milliseconds; `calls` are those from `from` on that CloudWatch counted. */
export function silenceFinding(facts: {
  readonly calls: number
  readonly lastRecordAt: number | undefined
  readonly from: number
  readonly now: number
  readonly command: (words: string) => string
}): Finding {
  const { calls, lastRecordAt, from, now, command } = facts
  const last =
    lastRecordAt === undefined ? 'no record has ever come' : `the last record is of ${ago(now - lastRecordAt)}`
  if (calls === 0) return found('records', 'ok', `${last}; CloudWatch knows of no call in the last hours either`)
  if (lastRecordAt !== undefined && lastRecordAt >= from) return found('records', 'ok', `${last}; calls are counted`)
  const what = `CloudWatch counted ${calls} calls of Bedrock in the last hours, but ${last}: they are not logged, or not delivered`
  return found('records', 'fail', what, command('plan'))
}
