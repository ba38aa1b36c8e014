/** Alarms, their right on the topic, and the dashboard, through their whole lives; on the sandbox, which keeps tags on dashboards. */
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Settings } from '../../src/provision/guard.ts'
import { alarmArn, alarmId, alarmResource } from '../../src/provision/resources/alarm.ts'
import { dashboardArn, dashboardId, dashboardResource } from '../../src/provision/resources/dashboard.ts'
import { topicId, topicResource } from '../../src/provision/resources/topic.ts'
import { topicAlarmsId, topicAlarmsResource } from '../../src/provision/resources/topic-alarms.ts'
import { TAG } from '../../src/provision/tags.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { born, died, type Life, repaired, stepOf, switchedOff } from './life.ts'
import { REGION, succeeded, type World, world } from './world.ts'

const sandbox = sandboxForTests({ refuseUnauthorised: false })
let aws: World
beforeEach(async () => {
  await sandbox.reset()
  aws = world()
})
const cloudwatch = () => aws.clients.cloudwatch()
const sns = () => aws.clients.sns()

describe.each(['no-check', 'silence'] as const)('the alarm %s', (key) => {
  const life = (overrides: Partial<Settings> = {}): Life => {
    const scope = aws.scope(overrides)
    const list = [topicResource(aws.clients, scope), alarmResource(aws.clients, scope, key, [])]
    return { aws, scope, list, id: alarmId(`cg-test-${key}`, REGION) }
  }
  const name = `cg-test-${key}`
  const found = async () => {
    const page = await (await cloudwatch()).send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
    const [alarm] = page.MetricAlarms ?? []
    if (alarm === undefined) throw new Error(`no alarm ${name}`)
    return alarm
  }
  const change = async (how: object) =>
    (await cloudwatch()).send(new PutMetricAlarmCommand({ ...(await asMade()), ...how }))
  /** As it is now, ready to be put again. */
  const asMade = async () => {
    const { AlarmName, AlarmDescription, AlarmActions, OKActions, Namespace, MetricName, Dimensions, ...rest } =
      await found()
    const { Statistic, Period, Metrics, EvaluationPeriods, DatapointsToAlarm, Threshold, TreatMissingData } = rest
    const whole = Metrics?.length ? { Metrics } : { Namespace, MetricName, Dimensions, Statistic, Period }
    const { ComparisonOperator } = rest
    const common = { AlarmName, AlarmDescription, AlarmActions, OKActions, EvaluationPeriods, DatapointsToAlarm }
    return { ...common, ...whole, Threshold, TreatMissingData, ComparisonOperator }
  }

  test('is made once, mails through the guard’s topic, and is drawn again as wished', async () => {
    const one = life()
    await born(one)
    expect(await found()).toMatchObject({ AlarmActions: [one.scope.names.arn.topic], ActionsEnabled: true })
    expect(await repaired(one, () => change({ Threshold: 99 }))).toEqual(['threshold'])
    expect(await repaired(one, () => change({ TreatMissingData: 'ignore' }))).toEqual(['missingData'])
    expect(await repaired(one, () => change({ AlarmActions: [] }))).toEqual(['topic'])
    expect(await repaired(one, () => change({ AlarmDescription: 'off' }))).toEqual(['description'])
  })

  test('that lost a tag gets it again; that lost its owner is not touched', async () => {
    const one = life()
    await born(one)
    const ResourceARN = alarmArn(one.scope, name)
    const untag = async (key: string) =>
      (await cloudwatch()).send(new UntagResourceCommand({ ResourceARN, TagKeys: [key] }))
    expect(await repaired(one, () => untag(TAG.managedBy))).toEqual([`tag/${TAG.managedBy}`])
    await untag(TAG.guard)
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })

  test('deleted by hand comes back, is switched off and on, and goes with the guard', async () => {
    const one = life()
    await born(one)
    await (await cloudwatch()).send(new DeleteAlarmsCommand({ AlarmNames: [name] }))
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)?.do).toBe('create')
    succeeded((await aws.install(one.list, one.scope)).outcome)
    await switchedOff(one)
    const off = life({ alarms: false })
    expect(stepOf(await aws.plan(off.list, off.scope), one.id)?.do).toBe('remove')
    await died(one)
  })
})

describe('a new alarm', () => {
  /** As CloudWatch would judge it: `states[0]` once it is made, then one more state with every look. */
  async function made(key: 'no-check' | 'silence', states: readonly ('OK' | 'ALARM' | 'INSUFFICIENT_DATA')[]) {
    const scope = aws.scope()
    const inner = alarmResource(aws.clients, scope, key, [])
    const AlarmName = inner.name
    const left = [...states]
    const judged = async () => {
      const StateValue = left.shift()
      if (StateValue === undefined) return
      await emulator.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'judged' }))
    }
    const emulator = new CloudWatchClient({ region: REGION })
    const resource: typeof inner = {
      ...inner,
      async create(...given) {
        await inner.create(...given)
        await judged()
      },
      async read(inputs) {
        const seen = await inner.read(inputs)
        if (seen.state === 'present' && seen.actual.ActionsEnabled === false) await judged()
        return seen
      },
    }
    succeeded((await aws.install([resource], scope)).outcome)
    emulator.destroy()
    return aws.calls
      .filter(({ operation }) => ['PutMetricAlarm', 'SetAlarmState'].includes(operation))
      .map(({ operation, input }) => {
        const { ActionsEnabled, StateValue } = input as { ActionsEnabled?: boolean; StateValue?: string }
        return operation === 'SetAlarmState' ? `is ${StateValue}` : ActionsEnabled === false ? 'silent' : 'loud'
      })
  }

  test('mails no OK for having been made', async () => {
    expect(await made('silence', [])).toEqual(['silent', 'is OK', 'loud'])
    await sandbox.reset()
    aws = world()
    // Cut off before it was said, or judged again.
    expect(await made('silence', ['INSUFFICIENT_DATA'])).toEqual(['silent', 'is OK', 'is OK', 'loud'])
  })

  test('over checks waits for the first one before it can ring', async () => {
    const states = [...Array(9).fill('ALARM'), 'OK'] as const
    expect(await made('no-check', states)).toEqual(['silent', 'loud'])
    expect(aws.calls.filter(({ operation }) => operation === 'DescribeAlarms').length).toBeGreaterThan(9)
  })

  test('over checks that never come rings after some minutes all the same', async () => {
    expect(await made('no-check', ['ALARM'])).toEqual(['silent', 'is OK', 'loud'])
    expect(aws.calls.filter(({ operation }) => operation === 'DescribeAlarms').length).toBeGreaterThan(20)
  })
})

describe('the dashboard', () => {
  const life = (overrides: Partial<Settings> = {}): Life => {
    const scope = aws.scope(overrides)
    return { aws, scope, list: [dashboardResource(aws.clients, scope)], id: dashboardId(scope.names.dashboard, REGION) }
  }
  const DashboardName = `cg-test-${REGION}`

  test('is made once, with its tags, and drawn again when somebody edits it', async () => {
    const one = life()
    await born(one)
    const edited = JSON.stringify({ widgets: [] })
    const edit = async () =>
      (await cloudwatch()).send(new PutDashboardCommand({ DashboardName, DashboardBody: edited }))
    expect(await repaired(one, edit)).toEqual(['body'])
    const { DashboardBody = '' } = await (await cloudwatch()).send(new GetDashboardCommand({ DashboardName }))
    expect(JSON.parse(DashboardBody).widgets).toHaveLength(26)
    const ResourceARN = dashboardArn(one.scope, DashboardName)
    const { Tags = [] } = await (await cloudwatch()).send(new ListTagsForResourceCommand({ ResourceARN }))
    expect(Tags).toContainEqual({ Key: TAG.guard, Value: 'cg-test' })
    const untag = async () =>
      (await cloudwatch()).send(new UntagResourceCommand({ ResourceARN, TagKeys: [TAG.managedBy] }))
    expect(await repaired(one, untag)).toEqual([`tag/${TAG.managedBy}`])
  })

  test('speaks the language of the guard, as soon as that is changed', async () => {
    await born(life())
    const japanese = life({ language: 'ja' })
    const { plan, outcome } = await aws.install(japanese.list, japanese.scope)
    succeeded(outcome)
    expect(stepOf(plan, japanese.id)?.do).toBe('update')
    const { DashboardBody = '' } = await (await cloudwatch()).send(new GetDashboardCommand({ DashboardName }))
    expect(DashboardBody).toContain('利用者別の費用')
  })

  test('of somebody else is refused', async () => {
    await (await cloudwatch()).send(new PutDashboardCommand({ DashboardName, DashboardBody: '{"widgets":[]}' }))
    const one = life()
    expect(stepOf(await aws.plan(one.list, one.scope), one.id)).toMatchObject({ do: 'refuse', reason: 'not-ours' })
  })

  test('is switched off and on, and goes with the guard', async () => {
    const one = life()
    await born(one)
    await switchedOff(one)
    const off = life({ cloudwatchDashboard: false })
    expect(stepOf(await aws.plan(off.list, off.scope), one.id)?.do).toBe('remove')
    await died(one)
  })
})

describe('the right of alarms to publish to the topic', () => {
  const life = (overrides: Partial<Settings> = {}): Life => {
    const scope = aws.scope(overrides)
    const list = [topicResource(aws.clients, scope), topicAlarmsResource(aws.clients, scope)]
    return { aws, scope, list, id: topicAlarmsId('cg-test-notices', REGION) }
  }
  const policy = async (TopicArn: string) => {
    const { Attributes } = await (await sns()).send(new GetTopicAttributesCommand({ TopicArn }))
    return JSON.parse(Attributes?.['Policy'] ?? '{}') as { Statement: { Sid: string }[] }
  }

  test('is one statement beside those that were there, bound to this account and these alarms', async () => {
    const one = life()
    await born(one)
    const { Statement } = await policy(one.scope.names.arn.topic)
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['__default_statement_ID', 'cost-guard-alarms-of-cg-test'])
    expect(Statement[1]).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    })
  })

  test('that is all that is left of the policy goes too, and the topic with it', async () => {
    const one = life()
    const TopicArn = one.scope.names.arn.topic
    await born(one)
    const alone = async () => {
      const { Statement } = await policy(TopicArn)
      const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: Statement.slice(1) })
      await (await sns()).send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
    }
    await alone()
    const off = life({ alarms: false })
    succeeded((await aws.install(off.list, off.scope)).outcome)
    expect((await policy(TopicArn)).Statement).toMatchObject([
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Resource: TopicArn },
    ])
    succeeded((await aws.install(one.list, one.scope)).outcome)
    await alone()
    await died(one)
  })

  test('taken away or widened by hand is put right, and other statements stay', async () => {
    const one = life()
    const TopicArn = one.scope.names.arn.topic
    await born(one)
    const put = async (Statement: readonly object[]) =>
      (await sns()).send(
        new SetTopicAttributesCommand({
          ...{ TopicArn, AttributeName: 'Policy' },
          AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement }),
        }),
      )
    const before = (await policy(TopicArn)).Statement
    const wide = before.map((each) => (each.Sid.startsWith('cost-guard') ? { ...each, Condition: {} } : each))
    expect(await repaired(one, () => put(wide))).toEqual(['statement'])
    const theirs = { Sid: 'Theirs', Effect: 'Allow', Principal: '*', Action: 'SNS:Publish', Resource: TopicArn }
    await put([theirs])
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect((await policy(TopicArn)).Statement.map(({ Sid }) => Sid)).toEqual(['Theirs', 'cost-guard-alarms-of-cg-test'])
    const off = life({ alarms: false })
    succeeded((await aws.install(off.list, off.scope)).outcome)
    expect((await policy(TopicArn)).Statement.map(({ Sid }) => Sid)).toEqual(['Theirs'])
    expect(stepOf(await aws.plan(off.list, off.scope), topicId('cg-test-notices', REGION))?.do).toBe('keep')
  })

  test('goes with the guard', async () => {
    const one = life()
    await born(one)
    await died(one)
  })
})
