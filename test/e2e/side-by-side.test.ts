/** Two guards in one account and region, one's name the beginning of the other's: neither touches the other. */
import { BedrockClient, GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { IAMClient, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { documentOf, PLAIN, type Ran, run } from '../support/cli.ts'
import { logCall } from '../support/log-call.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const [FIRST, SECOND] = ['aa', 'aa-b']
const logGroup = '/aws/bedrock/aa'
const at = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const on = (guard: string, ...args: string[]): Promise<Ran> => run([...args, '--guard', guard], { env: sandbox.env })
/** Must succeed; answers what it printed. */
async function does(guard: string, ...args: string[]): Promise<string> {
  const ran = await on(guard, ...args)
  expect(`exit ${ran.code}\n${ran.code === 0 ? '' : ran.stdout + ran.stderr}`).toBe('exit 0\n')
  await sandbox.idle()
  return ran.stdout
}
const total = async (guard: string) => documentOf(await on(guard, 'status', '--json'))['totalUsd']
const role = (guard: string) => `arn:aws:iam::${sandbox.account}:role/${guard}-bedrock-logging`
const logging = async () =>
  (await new BedrockClient(at()).send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig
const denies = async () => {
  const found = await new IAMClient(at()).send(new ListAttachedUserPoliciesCommand({ UserName: 'tanaka' }))
  return (found.AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName).filter((name) => name?.includes('until'))
}
const firstDeny = 'aa-limit-reached-until-2026-12-01'
const secondDeny = 'aa-b-limit-reached-until-2026-12-01'

beforeAll(async () => {
  sandbox.setTime('2026-11-18T03:00:00Z')
  await sandbox.createUser('tanaka')
  await does(FIRST, 'init', '--yes', ...PLAIN)
})

describe('two guards side by side', () => {
  test('the second reads the log group of the first, says so, and leaves its logging as it is', async () => {
    const before = await logging()
    const screen = await does(SECOND, 'init', '--yes', ...PLAIN)
    expect(screen.replace(/\s+/g, ' ')).toContain(`with the role ${role(FIRST)}: the guard reads it there`)
    expect(await logging()).toEqual(before)
    for (const guard of [FIRST, SECOND])
      expect(await does(guard, 'plan', '--exit-code')).toContain('Nothing to change.')
  })

  test('both count every call, and who is over the limit of both carries both denies', async () => {
    await logCall(sandbox, { logGroup, user: 'tanaka' })
    sandbox.clearCalls()
    expect([await total(FIRST), await total(SECOND)]).toEqual(['0.33', '0.33'])
    // Whoever shows by the name of the table is not looked for in any other way.
    expect(sandbox.calls().map(({ operation }) => operation)).not.toContain('GetFunctionConfiguration')
    await does(FIRST, 'limits', 'set', 'tanaka=0.10', '--yes')
    await does(SECOND, 'limits', 'set', 'tanaka=0.20', '--yes')
    expect((await denies()).sort()).toEqual([secondDeny, firstDeny])
  })

  test('each lifts only its own deny', async () => {
    await does(FIRST, 'limits', 'unset', 'tanaka')
    expect(await denies()).toEqual([secondDeny])
    await does(FIRST, 'limits', 'set', 'tanaka=0.10', '--yes')
    await does(SECOND, 'limits', 'unset', 'tanaka')
    expect(await denies()).toEqual([firstDeny])
    await does(SECOND, 'limits', 'set', 'tanaka=0.20', '--yes')
  })

  test('a third is refused with the names of both, before anything is changed', async () => {
    sandbox.clearCalls()
    const ran = await on('cc', 'init', '--yes', '--json')
    expect(ran.code).toBe(1)
    const { error } = documentOf(ran) as { error: { message: string } }
    expect(error.message).toMatch(
      /no free subscription filter.*the guard aa and the guard aa-b|the guard aa-b and the guard aa/,
    )
    expect(sandbox.calls().map(({ operation }) => operation)).not.toContain('CreateTable')
  })

  test('the second goes and comes back, and the first notices nothing', async () => {
    const before = await logging()
    await does(SECOND, 'teardown', '--confirm', SECOND)
    expect(await logging()).toEqual(before)
    expect(await denies()).toEqual([firstDeny])
    expect(await does(FIRST, 'plan', '--exit-code')).toContain('Nothing to change.')
    await does(SECOND, 'init', '--no-count-this-month', '--yes', ...PLAIN)
    // The ledger that stayed says who is over: the next minute blocks again.
    sandbox.advance(60_000)
    await sandbox.fire(`${SECOND}-enforce`)
    expect((await denies()).sort()).toEqual([secondDeny, firstDeny])
  })

  test('the first goes with all its data: the logging is handed on, the log group stays, the second still counts and blocks', async () => {
    const plan = await does(FIRST, 'teardown', '--dry-run', '--delete-data')
    expect(plan.replace(/\s+/g, ' ')).toContain(
      'goes on with the role of the guard aa-b, which reads the same log group',
    )
    expect(plan.replace(/\s+/g, ' ')).toContain('stays: it is still read by the guard aa-b')
    await does(FIRST, 'teardown', '--confirm', FIRST, '--delete-data')
    expect((await logging())?.cloudWatchConfig).toMatchObject({ logGroupName: logGroup, roleArn: role(SECOND) })
    expect(await denies()).toEqual([secondDeny])
    expect(await does(SECOND, 'plan', '--exit-code')).toContain('Nothing to change.')
    const before = Number(await total(SECOND))
    sandbox.advance(60_000)
    await logCall(sandbox, { logGroup, user: 'tanaka' })
    expect(Number(await total(SECOND)).toFixed(2)).toBe((before + 0.33).toFixed(2))
  })

  test('when the last one goes, logging is off as it was before both, and the adopted log group is still there', async () => {
    await does(SECOND, 'teardown', '--confirm', SECOND, '--delete-data')
    expect((await logging())?.cloudWatchConfig).toBeUndefined()
    expect(await denies()).toEqual([])
    const { logGroups } = await new CloudWatchLogsClient(at()).send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([logGroup])
  })
})
