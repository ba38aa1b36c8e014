/**
 * The original's log keeps a week and its log group has no free slot: its totals become opening entries, once. Done by somebody
 * with the rights that `iam-policy` and `iam-policy --for import-original` print, and no more.
 */
import { CloudWatchLogsClient, DescribeSubscriptionFiltersCommand } from '@aws-sdk/client-cloudwatch-logs'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import { run } from '../support/cli.ts'
import { LOG_GROUP, OriginalGuard } from '../support/original.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const OPERATOR = 'arn:aws:iam::123456789012:user/operator'

let operator: Admin
let original: OriginalGuard
let tanaka: Worker
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

const filters = async () => {
  const logs = new CloudWatchLogsClient(here())
  const { subscriptionFilters = [] } = await logs.send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: LOG_GROUP }),
  )
  return subscriptionFilters.map(({ filterName }) => filterName).sort()
}

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  original = new OriginalGuard(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await sandbox.createRole('team-a')
  const keys = await sandbox.createUser('operator', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient(here())
  for (const which of [
    ['--part', '1'],
    ['--part', '2'],
    ['--for', 'import-original'],
  ]) {
    const { stdout } = await run(['iam-policy', '--account', sandbox.account, ...which])
    const PolicyDocument = JSON.stringify(JSON.parse(stdout))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `operating${which.join('')}`, PolicyDocument }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'operator', PolicyArn: Policy?.Arn }))
  }
  operator = new Admin(sandbox, sandbox.envOf(keys))
  await original.install({
    limits: 'tanaka:10,team-a:200',
    retentionDays: 7,
    rows: { month: '2026-11', day: '2026-11-03', totals: { 'user:tanaka': '12.500000000000001', 'role:team-a': '3' } },
  })
  await original.secondFilter()
  // Still in the log, and in its total as well.
  await tanaka.asks({ tokens: '250000 in, 0 out' })
  await original.blocks('user', 'tanaka')
  await original.blocks('role', 'team-a')
})

test('its totals become the opening balance of each, to the pico-dollar, and who is over its limit stays blocked', async () => {
  sandbox.clearCalls()
  const said = await operator.does('import-original', '--yes')
  expect(said).toMatch(/its totals become opening entries .*: its log\s+group keeps records for 7 days only/s)
  expect(said).toMatch(/before all else: the guard\s+needs its slot/)
  expect(await filters()).toEqual(['cost-guard-ingest', 'security'])
  expect(await operator.row('user/tanaka')).toMatchObject({ usd: '12.500000000001', state: 'blocked' })
  expect(await operator.row('role/team-a')).toMatchObject({ usd: '3' })
  expect(await original.blocked()).toEqual([])
  expect(await tanaka.tries()).toContain('explicit deny')
})

test('it says in the history and by model what they are', async () => {
  expect(await operator.does('history')).toContain('opening balance from the original user/tanaka')
  expect(await operator.does('status', '--by', 'model')).toContain('opening-balance')
})

test('nothing is counted twice: not by running it again, not by counting the month, not by catching up', async () => {
  const before = await dump(sandbox)
  expect(await operator.does('import-original', '--yes')).toContain('Nothing is left to take over.')
  expect(differences(before, await dump(sandbox))).toEqual([])
  await operator.does('init', '--yes', '--count-this-month')
  await sandbox.fire('cost-guard-catch-up')
  expect((await operator.status()).totalUsd).toBe('15.500000000001')
  await operator.does('limits', 'set', 'tanaka=100')
  await tanaka.asks({ tokens: '250000 in, 0 out' })
  expect((await operator.status()).totalUsd).toBe('16.500000000001')
})

test('the printed rights were enough for all of it', () => {
  const refused = sandbox.calls().filter((call) => call.caller === OPERATOR && call.status === 403)
  expect(refused.map((call) => `${call.service}:${call.operation}`)).toEqual([])
})
