import { CreateScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseSchedule } from '../../src/sandbox/schedule/expression.ts'
import { lastDue } from '../../src/sandbox/schedule/occurrence.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf, roleFor } from './_functions.ts'

describe('an expression', () => {
  const due = (expression: string, zone: string, after: string, until: string) => {
    const schedule = parseSchedule(expression)
    if (!schedule) return 'invalid'
    const window = { after: Date.parse(after), until: Date.parse(until), created: Date.parse('2026-01-01T00:00:00Z') }
    const at = lastDue(schedule, zone, window)
    return at === undefined ? 'not due' : new Date(at).toISOString()
  }

  test.each([
    ['cron(0 9 * * ? *)', 'Asia/Tokyo', '2026-11-20T00:00:00Z', '2026-11-20T23:59:00Z', 'not due'],
    ['cron(0 9 * * ? *)', 'Asia/Tokyo', '2026-11-19T23:59:59Z', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00.000Z'],
    ['cron(0 0 1 * ? *)', 'Asia/Tokyo', '2026-11-20T00:00:00Z', '2026-11-30T14:59:59Z', 'not due'],
    ['cron(0 0 1 * ? *)', 'Asia/Tokyo', '2026-11-20T00:00:00Z', '2026-11-30T15:00:00Z', '2026-11-30T15:00:00.000Z'],
    ['cron(0 0 1 * ? *)', 'UTC', '2026-11-20T00:00:00Z', '2027-01-15T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-20T10:44:00Z', '2026-11-20T10:30:00.000Z'],
    ['cron(0 8 ? * MON-FRI *)', 'UTC', '2026-11-20T09:00:00Z', '2026-11-22T23:00:00Z', 'not due'],
    ['cron(0 8 ? * 2#1 *)', 'UTC', '2026-11-20T09:00:00Z', '2026-12-31T00:00:00Z', '2026-12-07T08:00:00.000Z'],
    ['cron(0 8 L * ? *)', 'UTC', '2026-11-20T09:00:00Z', '2026-12-01T00:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['rate(1 minute)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-20T00:05:30Z', '2026-11-20T00:05:00.000Z'],
    ['rate(15 minutes)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-20T00:14:59Z', 'not due'],
    [
      'at(2026-11-20T09:30:00)',
      'Asia/Tokyo',
      '2026-11-20T00:00:00Z',
      '2026-11-20T00:30:00Z',
      '2026-11-20T00:30:00.000Z',
    ],
    // The hour that summer time leaves out is skipped, the one it repeats runs once.
    ['cron(30 2 29 3 ? 2026)', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', 'not due'],
    [
      'cron(30 2 25 10 ? 2026)',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      '2026-10-26T12:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    ['cron(0 9 * * *)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'invalid'],
    ['cron(0 9 * * * *)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'invalid'],
    ['cron(60 9 * * ? *)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'invalid'],
    ['rate(0 minutes)', 'UTC', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'invalid'],
    ['every minute', 'UTC', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'invalid'],
  ])('%s in %s between %s and %s: %s', (expression, zone, after, until, expected) => {
    expect(due(expression, zone, after, until)).toBe(expected)
  })
})

describe('a schedule in the sandbox', () => {
  const sandbox = sandboxForTests()
  const scheduler = () => new SchedulerClient({ region: 'us-east-1' })
  const make = async (Name: string, ScheduleExpression: string, zone: string, Input?: string) => {
    const Arn = await functionOf(`${Name}-function`, `export const handler = async (event) => event`)
    const RoleArn = await roleFor(`${Name}-scheduler`, 'scheduler.amazonaws.com', ['lambda:InvokeFunction'])
    const Target = { Arn, RoleArn, ...(Input ? { Input } : {}) }
    const FlexibleTimeWindow = { Mode: 'OFF' } as const
    const command = { Name, ScheduleExpression, ScheduleExpressionTimezone: zone, Target, FlexibleTimeWindow }
    await scheduler().send(new CreateScheduleCommand(command))
    return command
  }
  beforeEach(async () => {
    await sandbox.reset()
    sandbox.setTime('2026-11-30T12:00:00Z')
    await sandbox.tick()
  })

  test('fires at its local time, not at that time in UTC, with the due instant in its input', async () => {
    await make('month', 'cron(0 0 1 * ? *)', 'Asia/Tokyo', '{"kind":"daily","at":"<aws.scheduler.scheduled-time>"}')
    sandbox.setTime('2026-11-30T14:59:30Z')
    expect(await sandbox.tick()).toEqual([])
    sandbox.setTime('2026-11-30T15:00:05Z')
    expect(await sandbox.tick()).toEqual([
      { schedule: 'month', group: 'default', at: Date.parse('2026-11-30T15:00:00Z'), problem: undefined },
    ])
    expect(sandbox.invocations().map((one) => [one.by, one.result])).toEqual([
      ['schedule', { kind: 'daily', at: '2026-11-30T15:00:00Z' }],
    ])
    sandbox.setTime('2026-12-01T00:00:30Z')
    expect(await sandbox.tick()).toEqual([])
  })

  test('fires after the clock was set back and moved on again, whatever day it is outside', async () => {
    sandbox.setTime('2031-06-30T12:00:00Z')
    await sandbox.tick()
    sandbox.setTime('2031-06-20T00:00:00Z')
    await make('set-back', 'cron(0 9 * * ? *)', 'UTC')
    sandbox.setTime('2031-06-20T09:00:05Z')
    const fired = await sandbox.tick()
    expect(fired.filter(({ schedule }) => schedule === 'set-back')).toMatchObject([
      { at: Date.parse('2031-06-20T09:00:00Z'), problem: undefined },
    ])
  })

  test('fires once after a jump of hours, and can be fired by force', async () => {
    await make('minutely', 'rate(1 minute)', 'UTC')
    sandbox.advance(5 * 3_600_000)
    expect(await sandbox.tick()).toHaveLength(1)
    expect(await sandbox.tick()).toHaveLength(0)
    await sandbox.fire('minutely')
    expect(sandbox.invocations()).toHaveLength(2)
  })

  test('does not fire while it is disabled, and says when its role may not invoke', async () => {
    const command = await make('off', 'rate(1 minute)', 'UTC')
    await scheduler().send(new UpdateScheduleCommand({ ...command, State: 'DISABLED' }))
    sandbox.advance(120_000)
    expect(await sandbox.tick()).toEqual([])
    const RoleArn = await roleFor('powerless', 'scheduler.amazonaws.com')
    await scheduler().send(
      new UpdateScheduleCommand({ ...command, State: 'ENABLED', Target: { ...command.Target, RoleArn } }),
    )
    sandbox.advance(120_000)
    expect((await sandbox.tick())[0]?.problem).toMatch(/role\/powerless may not lambda:InvokeFunction/)
    expect(sandbox.invocations()).toEqual([])
  })
})

describe('a live sandbox', () => {
  const sandbox = sandboxForTests({ live: true })

  test('fires by itself when the minute has passed', async () => {
    const Arn = await functionOf('live', `export const handler = async () => 'ran'`)
    const RoleArn = await roleFor('live-scheduler', 'scheduler.amazonaws.com', ['lambda:InvokeFunction'])
    await new SchedulerClient({ region: 'us-east-1' }).send(
      new CreateScheduleCommand({
        Name: 'live',
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn, RoleArn },
      }),
    )
    sandbox.advance(60_000)
    await expect.poll(() => sandbox.invocations().length, { timeout: 10_000 }).toBe(1)
  })
})
