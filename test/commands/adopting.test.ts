/** A guard in an account that has things of its own: by the built CLI, against the sandbox. */
import {
  BedrockClient,
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, test } from 'vitest'
import { CONFIG_VARIABLE } from '../../src/runtime/config.ts'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { logCall } from '../support/log-call.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const at = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const theirGroup = '/platform/bedrock'
const roleArn = () => `arn:aws:iam::${sandbox.account}:role/platform-logging`
const logs = () => new CloudWatchLogsClient(at())
const filters = async () =>
  ((await logs().send(new DescribeSubscriptionFiltersCommand({ logGroupName: theirGroup }))).subscriptionFilters ?? [])
    .map(({ filterName }) => filterName)
    .sort()
const logging = async () =>
  (await new BedrockClient(at()).send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig
const groupNow = async () => {
  const { logGroups } = await logs().send(new DescribeLogGroupsCommand({ logGroupNamePrefix: theirGroup }))
  const resourceArn = `arn:aws:logs:${sandbox.region}:${sandbox.account}:log-group:${theirGroup}`
  const { tags } = await logs().send(new ListTagsForResourceCommand({ resourceArn }))
  return { retention: logGroups?.[0]?.retentionInDays, tags }
}
async function journalDaysOf(name: string): Promise<number | undefined> {
  const answer = await new LambdaClient(at()).send(new GetFunctionConfigurationCommand({ FunctionName: name }))
  return (JSON.parse(answer.Environment?.Variables?.[CONFIG_VARIABLE] ?? '{}') as { journalDays?: number }).journalDays
}

/** As a platform team would have set it up: a group of its own with tags, a role, prompts logged. */
async function theirLogging(): Promise<void> {
  await logs().send(new CreateLogGroupCommand({ logGroupName: theirGroup, tags: { team: 'platform' } }))
  const iam = new IAMClient(at())
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new CreateRoleCommand({ RoleName: 'platform-logging', AssumeRolePolicyDocument }))
  const write = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [write] })
  await iam.send(new PutRolePolicyCommand({ RoleName: 'platform-logging', PolicyName: 'write', PolicyDocument }))
  const cloudWatchConfig = { logGroupName: theirGroup, roleArn: roleArn() }
  const loggingConfig = { cloudWatchConfig, textDataDeliveryEnabled: true }
  await new BedrockClient(at()).send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
}

describe('an account whose Bedrock already writes to a log group', () => {
  let before: unknown
  beforeAll(async () => {
    sandbox.setTime('2026-11-18T03:00:00Z')
    await theirLogging()
    before = await logging()
  })

  test('is told on the first screen that the guard reads it there, and what stays', async () => {
    const ran = await guard('init', '--dry-run')
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('Error')])
    const screen = ran.stdout.replace(/\s+/g, ' ')
    expect(screen).toContain(`What of yours is used > log group ${theirGroup}`)
    expect(screen).toContain('keeps its records for ever, which stays so')
    expect(screen).toContain(
      `Bedrock already writes its log to ${theirGroup}, with the role ${roleArn()}: the guard reads it there`,
    )
    expect(screen).not.toContain('What of yours changes')
  })

  test('keeps its logging configuration, its retention and its tags; the guard adds one filter', async () => {
    expect((await guard('init', '--yes')).code).toBe(0)
    expect(await logging()).toEqual(before)
    expect(await groupNow()).toEqual({ retention: undefined, tags: { team: 'platform' } })
    expect(await filters()).toEqual(['cost-guard-ingest'])
    expect(await journalDaysOf('cost-guard-ingest')).toBeUndefined()
    const again = await guard('init')
    expect(again.stdout).toContain('Nothing to change.')
  })

  test('a call is counted from that log group', async () => {
    await sandbox.createUser('tanaka')
    await logCall(sandbox, { logGroup: theirGroup, user: 'tanaka' })
    expect(documentOf(await guard('status', '--json'))).toMatchObject({ totalUsd: '0.33' })
  })

  test('the journal follows when the owner changes the retention, and --retention-days is refused', async () => {
    await logs().send(new PutRetentionPolicyCommand({ logGroupName: theirGroup, retentionInDays: 30 }))
    const wish = await guard('init', '--retention-days', '90', '--yes', '--json')
    expect([wish.code, documentOf(wish)]).toEqual([2, { error: expect.objectContaining({ code: 'bad-settings' }) }])
    expect((await guard('init', '--yes')).code).toBe(0)
    expect(await journalDaysOf('cost-guard-ingest')).toBe(65)
    expect((await groupNow()).retention).toBe(30)
  })

  test('gets everything back as it was, also where all data is to go', async () => {
    const ran = await guard('teardown', '--confirm', 'cost-guard', '--delete-data')
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('Error')])
    expect(ran.stdout).toContain(`< log group ${theirGroup}`)
    expect(await logging()).toEqual(before)
    expect(await groupNow()).toEqual({ retention: 30, tags: { team: 'platform' } })
    expect(await filters()).toEqual([])
    expect((await guard('init', '--dry-run')).code).toBe(0)
  })
})
