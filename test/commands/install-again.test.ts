/** A guard in a table and a log group that an earlier one left behind: by the built CLI, against the sandbox. */
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, test } from 'vitest'
import { controlKey } from '../../src/runtime/aws/keys.ts'
import { documentOf, PLAIN, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const at = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const MINUTE = 60_000
let written = 0

/** One call of tanaka's, as Bedrock logs it, so long ago. */
async function called(minutesAgo: number): Promise<void> {
  const logs = new CloudWatchLogsClient(at())
  const where = { logGroupName: '/aws/bedrock/cost-guard', logStreamName: 'aws/bedrock/modelinvocations' }
  await logs.send(new CreateLogStreamCommand(where)).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error
  })
  const timestamp = sandbox.now() - minutesAgo * MINUTE
  written += 1
  const message = JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(timestamp).toISOString().replace(/\.\d+Z/, 'Z'),
    accountId: sandbox.account,
    region: sandbox.region,
    requestId: `c0ffee00-0000-4000-8000-00000000000${written}`,
    operation: 'Converse',
    modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    identity: { arn: `arn:aws:iam::${sandbox.account}:user/tanaka` },
    input: { inputTokenCount: 100_000, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
    output: { outputTokenCount: 0 },
  })
  await logs.send(new PutLogEventsCommand({ ...where, logEvents: [{ timestamp, message }] }))
  await sandbox.idle()
}

async function catchUp(): Promise<unknown> {
  const Payload = JSON.stringify({ kind: 'catch-up' })
  const answer = await new LambdaClient(at()).send(new InvokeCommand({ FunctionName: 'cost-guard-ingest', Payload }))
  return JSON.parse(new TextDecoder().decode(answer.Payload))
}

async function control(): Promise<Record<string, unknown>> {
  const Key = { pk: { S: controlKey.pk }, sk: { S: controlKey.sk } }
  const { Item } = await new DynamoDBClient(at()).send(new GetItemCommand({ TableName: 'cost-guard-ledger', Key }))
  return { hold: Item?.['hold']?.BOOL, closing: Item?.['closing']?.BOOL, countFrom: Number(Item?.['countFrom']?.N) }
}

const total = async () => documentOf(await guard('status', '--json'))['totalUsd']

describe('a guard that is installed where one was removed and its data kept', () => {
  beforeAll(async () => {
    // The middle of a month: half an hour ago is the same one.
    sandbox.setTime('2026-11-18T03:00:00Z')
    expect((await guard('init', ...PLAIN, '--default-limit', '500', '--yes')).code).toBe(0)
    expect((await guard('limits', 'set', 'account=900', '--yes')).code).toBe(0)
    expect((await guard('teardown', '--confirm', 'cost-guard')).code).toBe(0)
    expect(await control()).toMatchObject({ closing: true })
    await called(30)
  })

  test('shows the limits that its ledger still holds before anything is done: they act again', async () => {
    const kept = await guard('init', '--default-limit', '400', '--dry-run')
    expect(kept.stdout).toContain('* a month: 500.00 → 400.00')
    expect(kept.stdout).toContain('account a month: 900.00, notifies; kept in the ledger')
    expect(kept.stdout).not.toContain('500.00, blocks; kept')
  })

  test('counts from the install on where the past is not wanted, and blocks again', async () => {
    const ran = await guard('init', ...PLAIN, '--no-count-this-month', '--yes')
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('Error')])
    expect(await control()).toMatchObject({ hold: false, closing: false })
    expect(await catchUp()).toMatchObject({ recorded: 0 })
    sandbox.advance(5 * MINUTE)
    await called(0)
    expect(await catchUp()).toMatchObject({ recorded: 0, duplicates: 1 })
    expect(await total()).toBe('0.33')
    await sandbox.createUser('tanaka')
    const stopped = await guard('limits', 'set', 'tanaka=0.10', '--yes')
    expect(stopped.stdout).toContain('Blocked: user/tanaka')
  })

  test('counts the month so far where it is wanted, and goes on doing so', async () => {
    await guard('limits', 'unset', 'tanaka')
    const ran = await guard('init', '--count-this-month', '--yes', '--json')
    expect(documentOf(ran)).toMatchObject({ counted: { recorded: 1, duplicates: 1 } })
    expect(await total()).toBe('0.66')
    expect(await control()).toMatchObject({ hold: false, countFrom: Date.UTC(2026, 10, 1) })
  })

  test('takes up again what a teardown left half done, before its first change', async () => {
    const half = await run(['teardown', '--confirm', 'cost-guard'], {
      env: sandbox.env,
      onStderr: (text, child) => {
        if (/removed/.test(text)) child.kill('SIGKILL')
      },
    })
    expect(half.signal).toBe('SIGKILL')
    expect(await control()).toMatchObject({ closing: true })
    const error = { code: 'AccessDeniedException', message: 'not authorized', status: 403 }
    sandbox.inject({ service: 'scheduler', operation: 'CreateSchedule', error, times: 9 })
    sandbox.inject({ service: 'lambda', operation: 'CreateFunction', error, times: 9 })
    const ran = await guard('init', '--yes')
    expect(ran.code).toBe(1)
    expect(await control()).toMatchObject({ closing: false })
  })
})

describe('somebody who may not even read the settings', () => {
  test('is told of every other right as well, and of no guard that is not there', async () => {
    const keys = await sandbox.createUser('visitor', { allow: 'sts:GetCallerIdentity' })
    sandbox.clearCalls()
    const ran = await run(['init', '--yes', '--json'], { env: sandbox.envOf(keys) })
    expect(ran.code).toBe(1)
    const { error } = documentOf(ran) as { error: { code: string; message: string; suggestions: string[] } }
    expect(error.code).toBe('plan-refused')
    for (const action of ['dynamodb:GetItem', 'dynamodb:Query', 'iam:GetRole', 'sqs:GetQueueUrl']) {
      expect(error.message).toContain(action)
    }
    expect(error.suggestions.join()).toContain('iam-policy')
    for (const command of [['plan'], ['teardown', '--confirm', 'cost-guard'], ['init', '--yes']]) {
      const one = await run(command, { env: sandbox.envOf(keys) })
      expect([command[0], one.code]).toEqual([command[0], 1])
      expect(one.stdout).toMatch(/dynamodb:GetItem[\s\S]*iam:GetRole/)
      expect(one.stdout).not.toContain('no guard')
      expect(one.stdout).not.toContain('not installed')
    }
  })
})
