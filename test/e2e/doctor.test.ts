/** doctor by the built CLI: a guard that is well, and one thing broken after the other. */
import { CloudWatchLogsClient, DeleteSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs'
import { AttachRolePolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, test } from 'vitest'
import { silenceFinding } from '../../src/commands/_doctor/links.ts'
import { documentOf } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const SSO = 'AWSReservedSSO_Developer_0123456789abcdef'
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
let admin: Admin

interface Examined {
  readonly protects: boolean
  readonly checks: readonly { check: string; state: string; what: string; fix: string | null }[]
}
async function doctor(...args: string[]): Promise<Examined & { code: number | null }> {
  const ran = await admin.run(['doctor', '--json', ...args])
  return { code: ran.code, ...(documentOf(ran) as unknown as Examined) }
}
const notOk = ({ checks }: Examined): readonly string[] =>
  checks.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${state} ${check}`)

beforeAll(async () => {
  sandbox.setTime('2026-11-10T02:00:00Z')
  admin = new Admin(sandbox)
  await sandbox.createUser('tanaka')
  await sandbox.createRole('team-a')
  await admin.does('init', '--yes', '--email', 'boss@example.com', '--limit', 'tanaka=20', '--limit', 'role/team-a=50')
  sandbox.confirmMail('boss@example.com')
  // What was due before the clock was set back is not due any more.
  await sandbox.tick()
})

describe('doctor', () => {
  test('finds nothing wrong with a guard that is well, its heartbeat through the real pipe included', async () => {
    const examined = await doctor()
    expect(notOk(examined)).toEqual([])
    expect([examined.protects, examined.code]).toEqual([true, 0])
    expect(examined.checks.find(({ check }) => check === 'heartbeat')?.what).toMatch(/to ingest in [\d.]+ s/)
  })

  test('a heartbeat is no usage: nothing is charged or kept as unreadable for it', async () => {
    expect(await admin.status()).toMatchObject({
      totalUsd: '0',
      principals: expect.anything(),
      health: { problems: [] },
    })
  })

  test('a deleted filter shows as a part that is gone and as a heartbeat that never arrives; --fix puts it back', async () => {
    await new CloudWatchLogsClient(here()).send(
      new DeleteSubscriptionFilterCommand({ logGroupName: '/aws/bedrock/cost-guard', filterName: 'cost-guard-ingest' }),
    )
    const broken = await doctor('--wait', '1')
    expect([broken.protects, broken.code]).toEqual([false, 1])
    expect(notOk(broken)).toEqual(expect.arrayContaining(['fail heartbeat']))
    expect(broken.checks.find(({ check }) => check === 'resources')?.what).toContain('subscription filter')
    const asked = await admin.run(['doctor', '--fix', '--no-heartbeat'])
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('--yes')
    const mended = await doctor('--fix', '--yes')
    expect(notOk(mended)).toEqual([])
  })

  test('an enforce that has stopped is found by its silence', async () => {
    const scheduler = new SchedulerClient(here())
    await scheduler.send(new DeleteScheduleCommand({ GroupName: 'cost-guard', Name: 'cost-guard-enforce' }))
    sandbox.advance(20 * 60_000)
    const broken = await doctor('--no-heartbeat')
    expect(broken.code).toBe(1)
    expect(notOk(broken)).toEqual(expect.arrayContaining(['fail resources', 'fail checks']))
    expect(
      (await doctor('--no-heartbeat', '--fix', '--yes')).checks.find(({ check }) => check === 'resources')?.state,
    ).toBe('ok')
    sandbox.advance(61_000)
    await sandbox.tick()
    expect(notOk(await doctor('--no-heartbeat'))).toEqual([])
  })

  test('records that ingest gave up are named with how to look at them', async () => {
    const QueueUrl = `${sandbox.endpoint}/123456789012/cost-guard-ingest-dead-letters`
    await new SQSClient(here()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'a batch' }))
    const { checks, code } = await doctor('--no-heartbeat')
    expect(checks.find(({ check }) => check === 'dead-letters')).toMatchObject({
      state: 'warn',
      fix: expect.stringContaining('aws sqs receive-message'),
    })
    expect(code).toBe(0)
  })

  test('a role without a free policy slot cannot be blocked, and that is a failure of the guard', async () => {
    const iam = new IAMClient(here())
    for (let index = 0; index < 10; index += 1) {
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
      })
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `filler-${index}`, PolicyDocument }))
      await iam.send(new AttachRolePolicyCommand({ RoleName: 'team-a', PolicyArn: Policy?.Arn }))
    }
    const { checks, code } = await doctor('--no-heartbeat')
    expect(code).toBe(1)
    expect(checks.find(({ check }) => check === 'attach-quota')).toMatchObject({
      state: 'fail',
      what: 'role/team-a has no free slot for a policy: it cannot be blocked',
    })
  })

  test('a limit on a role of Identity Center is told to be out of reach, with what to do', async () => {
    await sandbox.createRole(SSO, { path: '/aws-reserved/sso.amazonaws.com/' })
    await admin.does('limits', 'set', `role/${SSO}=50`, '--yes')
    const { checks } = await doctor('--no-heartbeat')
    expect(checks.find(({ check }) => check === 'reach')).toMatchObject({
      state: 'warn',
      what: `role/${SSO} could not be blocked at its limit`,
      fix: expect.stringContaining('permission set'),
    })
  })

  test('the models in use are asked about: they may be used', async () => {
    await new Worker(sandbox, await sandbox.createUser('sato')).asks({ tokens: '1000 in, 10 out' })
    const { checks } = await doctor('--no-heartbeat')
    expect(checks.filter(({ check, state }) => check === 'models' || state === 'unknown')).toMatchObject([
      { check: 'models', state: 'ok', what: 'anthropic.claude-opus-5-5 may be used' },
    ])
  })

  test('its lines fit the screen and the worst stands last', async () => {
    const { stdout } = await admin.run(['doctor', '--no-heartbeat'])
    const marks = stdout.split('\n').map((line) => line.slice(0, 4).trim())
    expect(marks.indexOf('FAIL')).toBeGreaterThan(marks.lastIndexOf('ok'))
    expect(stdout).toContain('does NOT protect as it should')
    const sentences = stdout.split('\n').filter((line) => !line.includes('Try this:'))
    for (const line of sentences) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe('silence while Bedrock is used', () => {
  const hour = 3_600_000
  const now = Date.parse('2026-11-10T12:00:00Z')
  const facts = { from: now - 3 * hour, now, command: (words: string) => `cost-guard ${words}` }

  test('calls that CloudWatch counted and nobody logged mean that the guard does not protect', () => {
    expect(silenceFinding({ ...facts, calls: 7, lastRecordAt: now - 5 * hour }).state).toBe('fail')
    expect(silenceFinding({ ...facts, calls: 7, lastRecordAt: undefined }).state).toBe('fail')
  })

  test('no calls, or records that come, are well', () => {
    expect(silenceFinding({ ...facts, calls: 0, lastRecordAt: undefined }).state).toBe('ok')
    expect(silenceFinding({ ...facts, calls: 7, lastRecordAt: now - hour }).state).toBe('ok')
  })
})
