/** What AWS answers while IAM has not caught up, and while rights are missing: by the names and texts AWS uses (2026-11). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AwsCall } from '../../src/provision/clients.ts'
import { refusalsOf } from '../../src/provision/engine/plan.ts'
import { type Moto, startMoto } from '../support/moto.ts'
import { leftOvers, wholeStack } from './everything.ts'
import { scopeOf, settingsOf, succeeded, world } from './world.ts'

let moto: Moto
beforeAll(async () => {
  moto = await startMoto()
})
afterAll(() => moto.stop())
beforeEach(() => moto.reset())

// The bare emulator keeps no tags of dashboards.
const scope = scopeOf(settingsOf({ cloudwatchDashboard: false }))

class AwsSays extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

const notYet: readonly [string, string, string][] = [
  [
    'PutModelInvocationLoggingConfiguration',
    'ValidationException',
    'Failed to validate permissions for log group: /aws/bedrock/cg-test, with role: arn:aws:iam::123456789012:role/cg-test-bedrock-logging.',
  ],
  [
    'CreateFunction',
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'CreateSchedule',
    'ValidationException',
    'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  ],
  [
    'PutSubscriptionFilter',
    'InvalidParameterException',
    'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  ],
  [
    'UpdateContinuousBackups',
    'ContinuousBackupsUnavailableException',
    'Backups are being enabled for the table: cg-test-ledger. Please retry later',
  ],
]

describe('what has not propagated yet', () => {
  test('is waited for, whichever service says it', async () => {
    const left = new Map(notYet.map(([operation]) => [operation, 2]))
    const aws = world((call: AwsCall) => {
      const times = left.get(call.operation) ?? 0
      const [operation, name, message] = notYet.find(([one]) => one === call.operation) ?? []
      if (call.phase !== 'before' || operation === undefined || times === 0) return
      left.set(call.operation, times - 1)
      throw new AwsSays(name ?? '', message ?? '')
    })
    succeeded((await aws.install(await wholeStack(aws, scope), scope)).outcome)
    expect([...left.values()]).toEqual([0, 0, 0, 0, 0])
    const after = world()
    expect((await after.plan(await wholeStack(after, scope), scope)).steps.map((step) => step.do)).toSatisfy(
      (all: string[]) => all.every((one) => one === 'keep'),
    )
  })

  test('and never does fails by itself, with what AWS said; the rest is made', async () => {
    const [operation, name, message] = notYet[0] ?? ['', '', '']
    const aws = world((call: AwsCall) => {
      if (call.phase === 'before' && call.operation === operation) throw new AwsSays(name, message)
    })
    const { outcome } = await aws.install(await wholeStack(aws, scope), scope)
    expect(outcome.failed.map(({ step, error }) => [step.kind, (error as Error).message])).toEqual([
      ['Bedrock invocation logging', `gave up waiting for AWS to know what was just made (${message}) after 180 s`],
    ])
    expect(outcome.notAttempted).toEqual([])
    const after = world()
    const again = await after.install(await wholeStack(after, scope), scope)
    succeeded(again.outcome)
    expect(again.plan.steps.filter((step) => step.do !== 'keep').map((step) => `${step.do} ${step.kind}`)).toEqual([
      'create Bedrock invocation logging',
    ])
  })
})

describe('missing rights', () => {
  const denied = new Map([
    ['GetRole', 'iam:GetRole'],
    ['DescribeLogGroups', 'logs:DescribeLogGroups'],
    ['GetModelInvocationLoggingConfiguration', 'bedrock:GetModelInvocationLoggingConfiguration'],
  ])

  test('to look are all named at once, and nothing is changed', async () => {
    const aws = world((call: AwsCall) => {
      const action = denied.get(call.operation)
      if (call.phase === 'after' || action === undefined) return
      throw new AwsSays(
        'AccessDeniedException',
        `User: arn:aws:iam::123456789012:user/admin is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
      )
    })
    const list = await wholeStack(aws, scope)
    const refusals = refusalsOf(await aws.plan(list, scope))
    expect(new Set(refusals.map((step) => step.reason))).toEqual(new Set(['no-right']))
    for (const action of denied.values()) expect(refusals.map((step) => step.why).join()).toContain(action)
    await expect(aws.install(list, scope)).rejects.toMatchObject({ code: 'plan-refused' })
    expect(await leftOvers(world().clients, 'cg-test')).toEqual([])
  })

  test('to change are a failed step each, and a run with them goes on from there', async () => {
    const aws = world((call: AwsCall) => {
      if (call.phase === 'before' && call.operation === 'CreateTopic') {
        throw new AwsSays('AuthorizationErrorException', 'not authorized to perform: SNS:CreateTopic on resource: …')
      }
    })
    const { outcome } = await aws.install(await wholeStack(aws, scope), scope)
    expect(outcome.failed.map(({ step }) => step.kind)).toEqual(['SNS topic'])
    expect(outcome.notAttempted.map(({ step }) => step.id)).toContain('function/cg-test-enforce@us-east-1')
    const after = world()
    succeeded((await after.install(await wholeStack(after, scope), scope)).outcome)
  })
})

test('a second plan of a whole guard reads about once per resource', async () => {
  const aws = world()
  succeeded((await aws.install(await wholeStack(aws, scope), scope)).outcome)
  const list = await wholeStack(aws, scope)
  aws.calls.length = 0
  const plan = await aws.plan(list, scope)
  expect(plan.steps.every((step) => step.do === 'keep')).toBe(true)
  expect(aws.calls.length / list.length).toBeLessThan(2.2)
})
