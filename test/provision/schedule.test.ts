import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { roleResource } from '../../src/provision/resources/role.ts'
import { type ScheduleKey, scheduleId, scheduleResource } from '../../src/provision/resources/schedule.ts'
import { scheduleGroupId, scheduleGroupResource } from '../../src/provision/resources/schedule-group.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { born, died, fieldsOf, type Life, repaired, switchedOff, unchanged } from './life.ts'
import { ACCOUNT, REGION, succeeded, type World, world } from './world.ts'

let moto: Moto
let aws: World
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(async () => {
  await moto.reset()
  aws = world()
})

const GroupName = 'cg-test'
const KEYS: readonly ScheduleKey[] = ['enforce', 'catchUp', 'report']

function life(key: ScheduleKey, overrides = {}): Life {
  const scope = aws.scope(overrides)
  const list = [
    roleResource(aws.clients, scope, 'scheduler'),
    scheduleGroupResource(aws.clients, scope),
    ...KEYS.map((each) => scheduleResource(aws.clients, scope, each)),
  ]
  return { aws, scope, list, id: scheduleId(scope.names.schedules[key], REGION) }
}
const read = async (Name: string) => (await aws.clients.scheduler()).send(new GetScheduleCommand({ Name, GroupName }))

describe('the schedules', () => {
  test('enforce runs every minute, never tried again and never late', async () => {
    await born(life('enforce'))
    expect(await read('cg-test-enforce')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:cg-test-enforce`,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/cg-test-scheduler`,
        Input: '{"kind":"check","from":"schedule"}',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      },
    })
  })

  test('a longer interval is what the admin asked for', async () => {
    await born(life('enforce', { checkMinutes: 5 }))
    expect((await read('cg-test-enforce')).ScheduleExpression).toBe('rate(5 minutes)')
  })

  test('catch-up runs every 15 minutes', async () => {
    await born(life('catchUp'))
    const schedule = await read('cg-test-catch-up')
    expect(schedule.ScheduleExpression).toBe('rate(15 minutes)')
    expect(schedule.Target?.Arn).toBe(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:cg-test-ingest`)
    expect(schedule.Target?.Input).toBe('{"kind":"catch-up"}')
  })

  test('the report comes at the time on the clock of the guard’s zone, tried again within two hours', async () => {
    const zoning = [{ from: '0000-00', zone: 'Asia/Tokyo' }]
    await born(life('report', { zoning, reportTime: '08:05' }))
    expect(await read('cg-test-report')).toMatchObject({
      ScheduleExpression: 'cron(5 8 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      Target: {
        Input: '{"kind":"daily"}',
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 7200 },
      },
    })
  })

  test('a zone that counts from the next month does not move this month’s report', async () => {
    const zoning = [
      { from: '0000-00', zone: 'UTC' },
      { from: '2026-12', zone: 'Asia/Tokyo' },
    ]
    await born(life('report', { zoning }))
    expect((await read('cg-test-report')).ScheduleExpressionTimezone).toBe('UTC')
  })

  test('every field changed by hand is found and repaired', async () => {
    const one = life('report')
    await born(one)
    const scheduler = await aws.clients.scheduler()
    const change = (how: (now: UpdateScheduleCommandInput) => Partial<UpdateScheduleCommandInput>) => async () => {
      const { Arn: _arn, ...now } = await read('cg-test-report')
      const input = now as unknown as UpdateScheduleCommandInput
      await scheduler.send(new UpdateScheduleCommand({ ...input, ...how(input) }))
    }
    const target = (part: object) => (now: UpdateScheduleCommandInput) => ({
      Target: { Arn: '', RoleArn: '', ...now.Target, ...part },
    })
    const retry = (part: object) => (now: UpdateScheduleCommandInput) =>
      target({ RetryPolicy: { ...now.Target?.RetryPolicy, ...part } })(now)
    const cases: readonly [string, (now: UpdateScheduleCommandInput) => Partial<UpdateScheduleCommandInput>][] = [
      ['description', () => ({ Description: 'mine' })],
      ['expression', () => ({ ScheduleExpression: 'rate(1 day)' })],
      ['timezone', () => ({ ScheduleExpressionTimezone: 'Europe/Paris' })],
      ['state', () => ({ State: 'DISABLED' })],
      ['flexibleWindow', () => ({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } })],
      ['input', target({ Input: '{}' })],
      ['targetArn', target({ Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:other` })],
      ['roleArn', target({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/other` })],
      ['retryAttempts', retry({ MaximumRetryAttempts: 185 })],
      ['maxEventAgeSeconds', retry({ MaximumEventAgeInSeconds: 86_400 })],
    ]
    for (const [name, how] of cases) expect(await repaired(one, change(how))).toEqual([name])
  })

  test('other wishes change just that', async () => {
    await born(life('report'))
    const after = life('report', { reportTime: '18:30' })
    const { plan, outcome } = await aws.install(after.list, after.scope)
    succeeded(outcome)
    expect(plan.steps.filter((step) => step.do === 'update').map((step) => step.id)).toEqual([after.id])
    expect(fieldsOf(plan, after.id)).toEqual(['expression'])
    await unchanged(after)
  })

  test('switched off, removed, removed again', async () => {
    const one = life('report')
    await born(one)
    await switchedOff(one)
    await died(one)
  })

  test('a role that Scheduler does not know yet is waited for', async () => {
    let tries = 0
    aws = world((call) => {
      if (call.operation !== 'CreateSchedule' || call.phase !== 'before' || ++tries > 3) return
      const message = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.'
      throw Object.assign(new Error(message), { name: 'ValidationException' })
    })
    const one = life('enforce')
    succeeded((await aws.install(one.list, one.scope)).outcome)
    expect(tries).toBeGreaterThan(3)
    await unchanged(one)
  })
})

describe('the schedule group', () => {
  const group = (): Life => ({ ...life('enforce'), id: scheduleGroupId(GroupName, REGION) })

  test('it carries the guard’s tags, and gets them back', async () => {
    const one = group()
    await born(one)
    const scheduler = await aws.clients.scheduler()
    const { Arn } = await scheduler.send(new GetScheduleGroupCommand({ Name: GroupName }))
    const untag = () =>
      scheduler.send(new UntagResourceCommand({ ResourceArn: Arn, TagKeys: ['cost-guard:managed-by'] }))
    expect(await repaired(one, untag)).toEqual(['tag/cost-guard:managed-by'])
    await died(one)
  })

  test('a foreign group is refused, and the schedules in it are nobody’s business of ours', async () => {
    const scheduler = await aws.clients.scheduler()
    await scheduler.send(new CreateScheduleGroupCommand({ Name: GroupName }))
    await scheduler.send(
      new CreateScheduleCommand({
        Name: 'cg-test-enforce',
        GroupName,
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:x`,
          RoleArn: `arn:aws:iam::${ACCOUNT}:role/x`,
        },
      }),
    )
    const one = group()
    const refused = (await aws.plan(one.list, one.scope)).steps.filter((step) => step.do === 'refuse')
    expect(refused.map((step) => step.id)).toEqual([one.id])
    expect((await aws.teardown(one.list, one.scope)).plan.steps).toEqual([])
  })
})
