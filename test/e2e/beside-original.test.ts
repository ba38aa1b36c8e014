/**
 * A guard that is installed beside a running original, takes over from it weeks later, and outlives the deletion of its stack,
 * which takes the account's logging with it.
 */
import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { AttachRolePolicyCommand, CreatePolicyCommand, DetachRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { LOG_GROUP, OriginalGuard } from '../support/original.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const OWN_ROLE = 'arn:aws:iam::123456789012:role/cost-guard-bedrock-logging'
/** Of a role's ten slots the original's deny holds one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const OTHER_SLOTS = 9
const TEN_MINUTES = 600_000

let admin: Admin
let original: OriginalGuard
let tanaka: Worker
let slots: readonly string[]

const writesTo = async () => {
  const { loggingConfig } = await new BedrockClient(here()).send(new GetModelInvocationLoggingConfigurationCommand({}))
  return loggingConfig?.cloudWatchConfig
}

/** A role whose slots are all taken, one of them by the deny of the original. */
async function fullRole(): Promise<Worker> {
  const iam = new IAMClient(here())
  await sandbox.createRole('team-a')
  const arns: string[] = []
  for (let n = 0; n < OTHER_SLOTS; n++) {
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}'
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `slot-${n}`, PolicyDocument }))
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'team-a', PolicyArn: Policy?.Arn }))
    arns.push(Policy?.Arn ?? '')
  }
  slots = arns
  return new Worker(sandbox, await sandbox.assume('team-a', 'i-0123456789abcdef0'))
}

beforeAll(async () => {
  sandbox.setTime('2026-11-03T02:00:00Z')
  admin = new Admin(sandbox)
  original = new OriginalGuard(sandbox)
  await original.install({
    limits: 'tanaka:2,team-a:1',
    rows: { month: '2026-11', day: '2026-11-03', totals: { 'user:tanaka': '1', 'role:team-a': '1' } },
  })
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  const teamA = await fullRole()
  await tanaka.asks({ tokens: '250000 in, 0 out' })
  await teamA.asks({ tokens: '250000 in, 0 out' })
})

describe('a guard that was installed beside the original', () => {
  test('reads its log group and leaves logging and filter alone; both count', async () => {
    const said = await admin.does('init', '--yes', '--no-count-this-month', '--email', 'own@example.com')
    expect(said).toContain('The original guard runs here')
    expect((await writesTo())?.logGroupName).toBe(LOG_GROUP)
    sandbox.setTime('2026-11-18T02:00:00Z')
    await tanaka.asks({ tokens: '500000 in, 0 out' })
    expect(await admin.row('user/tanaka')).toMatchObject({ usd: '2' })
    await original.blocks('user', 'tanaka')
    await original.blocks('role', 'team-a')
  })

  test('takes over: its own settings stay, what was spent before it came is counted once, and nobody who is over is free', async () => {
    const ran = await admin.run(['import-original', '--yes'])
    await sandbox.idle()
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/counted from its log group, record by record/)
    expect((await admin.status()).totalUsd).toBe('4')
    expect(await admin.row('user/tanaka')).toMatchObject({ usd: '3', state: 'blocked' })
    expect(await tanaka.tries()).toContain('explicit deny')
    expect((await original.schedules()).map((line) => line.split(' ')[1])).toEqual(['DISABLED', 'DISABLED'])
    expect(await admin.does('mail', 'list')).toContain('own@example.com')
  })

  test('a role whose policy slots are full keeps the original’s deny, and the command fails and says why', async () => {
    expect(await original.blocked()).toEqual(['role/team-a'])
    const ran = await admin.run(['import-original', '--yes'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/role\/team-a: .*cannot-block/s)
    expect(await original.blocked()).toEqual(['role/team-a'])
  })

  test('when a slot is free the guard tries again within ten minutes, and its deny is exchanged by the same command', async () => {
    const [PolicyArn] = slots
    await new IAMClient(here()).send(new DetachRolePolicyCommand({ RoleName: 'team-a', PolicyArn }))
    sandbox.advance(TEN_MINUTES)
    await admin.does('import-original', '--yes')
    expect(await original.blocked()).toEqual([])
    expect(await admin.row('role/team-a')).toMatchObject({ state: 'blocked' })
    expect(await admin.does('import-original', '--yes')).toContain('Nothing is left to take over.')
  })
})

const resourcesNow = async () => {
  const ran = await admin.run(['doctor', '--json'])
  const { checks } = JSON.parse(ran.stdout) as { checks: readonly { check: string; state: string; what: string }[] }
  return { exit: ran.code, ...checks.find(({ check }) => check === 'resources') }
}

describe('after the take-over', () => {
  test('the original’s logging role is deleted: plan and doctor say that Bedrock cannot write, init gives it the guard’s own', async () => {
    await original.loggingRoleDeleted()
    const plan = await admin.run(['plan', '--exit-code'])
    expect(plan.code).toBe(3)
    expect(plan.stdout).toContain('Bedrock invocation logging')
    expect(await resourcesNow()).toMatchObject({
      exit: 1,
      state: 'fail',
      what: expect.stringContaining('Bedrock invocation logging'),
    })
    await admin.does('init', '--yes')
    expect(await writesTo()).toEqual({ logGroupName: LOG_GROUP, roleArn: OWN_ROLE })
  })

  test('its stack is deleted, and the account’s logging with it: the same again, and what follows is counted', async () => {
    await original.stackDeleted()
    expect((await admin.run(['plan', '--exit-code'])).code).toBe(3)
    expect(await resourcesNow()).toMatchObject({ exit: 1, state: 'fail' })
    await admin.run(['doctor', '--fix', '--yes'])
    expect(await writesTo()).toEqual({ logGroupName: LOG_GROUP, roleArn: OWN_ROLE })
    const sato = new Worker(sandbox, await sandbox.createUser('sato'))
    await sato.asks({ tokens: '250000 in, 0 out' })
    expect(await admin.row('user/sato')).toMatchObject({ usd: '1' })
  })

  test('the guard goes: no logging is put back that could not work, the log group stays', async () => {
    const said = await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')
    expect(said).toContain(`log group ${LOG_GROUP}`)
    expect(await writesTo()).toBeUndefined()
  })
})
