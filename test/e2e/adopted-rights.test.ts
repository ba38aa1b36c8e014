/**
 * An admin of a guard that uses what was there before under names of its own: with what `iam-policy` prints for those names,
 * and no more, nothing is refused in its whole life.
 */
import { BedrockClient, PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeAll, expect, test } from 'vitest'
import { run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const logGroup = '/platform/bedrock'
const CHOSEN = ['--log-group', logGroup, '--table', 'finance-ledger', '--topic', 'platform-alerts']
const ADMIN = 'arn:aws:iam::123456789012:user/operator'

async function theirThings(): Promise<void> {
  await new CloudWatchLogsClient(here()).send(new CreateLogGroupCommand({ logGroupName: logGroup }))
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  const { Role } = await new IAMClient(here()).send(
    new CreateRoleCommand({
      RoleName: 'platform-logging',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  )
  const write = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }
  await new IAMClient(here()).send(
    new PutRolePolicyCommand({
      RoleName: 'platform-logging',
      PolicyName: 'write',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [write] }),
    }),
  )
  const cloudWatchConfig = { logGroupName: logGroup, roleArn: Role?.Arn }
  await new BedrockClient(here()).send(
    new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { cloudWatchConfig } }),
  )
  await new DynamoDBClient(here()).send(
    new CreateTableCommand({
      TableName: 'finance-ledger',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  await new SNSClient(here()).send(new CreateTopicCommand({ Name: 'platform-alerts' }))
}

async function operatorWith(...flags: readonly string[]): Promise<Admin> {
  const keys = await sandbox.createUser('operator', { allow: 'sts:GetCallerIdentity' })
  const iam = new IAMClient(here())
  for (const part of ['1', '2']) {
    const { stdout, code } = await run(['iam-policy', '--account', sandbox.account, '--part', part, ...flags])
    expect(code).toBe(0)
    const PolicyDocument = JSON.stringify(JSON.parse(stdout))
    expect(PolicyDocument.length).toBeLessThanOrEqual(6_144)
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `operator-${part}`, PolicyDocument }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'operator', PolicyArn: Policy?.Arn }))
  }
  return new Admin(sandbox, sandbox.envOf(keys))
}

const refused = () =>
  sandbox
    .calls()
    .filter(({ caller, error }) => caller === ADMIN && /AccessDenied|AuthorizationError/.test(error ?? ''))
    .map(({ service, operation }) => `${service}:${operation}`)

let admin: Admin
beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  await theirThings()
  admin = await operatorWith('--region', sandbox.region, ...CHOSEN)
})

test('a guard on adopted log group, table and topic is installed, run, looked at, changed and removed', async () => {
  await admin.does('init', '--yes', ...CHOSEN, '--adopt', 'log-group,table,topic', '--email', 'boss@example.com')
  await admin.does('limits', 'set', '*=2', '--yes')
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await tanaka.asks({ tokens: '500000 in, 5000 out' })
  expect(await tanaka.tries()).toContain('explicit deny')
  await admin.does('unblock', 'tanaka', '--reason', 'release day')
  for (const command of [['status'], ['doctor'], ['history'], ['mail', 'list'], ['report', 'send'], ['plan']]) {
    await admin.run(command)
  }
  await admin.does('init', '--yes', '--no-alarms', '--warn-at', '50')
  const gone = await admin.does('teardown', '--confirm', 'cost-guard', '--delete-data')
  expect(gone).toContain('< log group /platform/bedrock')
  expect(refused()).toEqual([])
})

test('without the names the advice for the missing rights says the whole command', async () => {
  const { stdout } = await run(['iam-policy', '--account', sandbox.account])
  expect(stdout).not.toContain('finance-ledger')
  const keys = await sandbox.createUser('stranger', { allow: 'sts:GetCallerIdentity' })
  const stranger = new Admin(sandbox, sandbox.envOf(keys))
  const { suggestions } = await stranger.isRefused('init', '--yes', ...CHOSEN, '--adopt', 'log-group,table,topic')
  expect(suggestions.join()).toContain(`cost-guard iam-policy ${CHOSEN.join(' ')}`)
})

test('a name with a star in it is refused: it would widen the policy', async () => {
  const ran = await run(['iam-policy', '--table', 'finance*', '--json'])
  expect([ran.code, ran.stdout]).toEqual([2, expect.stringContaining('--table')])
})
