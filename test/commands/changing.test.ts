/** What an admin is told before a change, and what an older cost-guard may not touch: by the built CLI against the sandbox. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, describe, expect, test } from 'vitest'
import { isReadOnly } from '../../src/provision/clients.ts'
import { settingsKey } from '../../src/runtime/aws/keys.ts'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const NO_POLICY = 'arn:aws:iam::123456789012:policy/nowhere'
const writes = () =>
  sandbox
    .calls()
    .map(({ operation }) => operation)
    .filter((operation) => !isReadOnly(operation) && operation !== 'Invoke')

describe('a permissions boundary', () => {
  test('that does not exist is said before anything is made', async () => {
    sandbox.clearCalls()
    const ran = await guard('init', '--permissions-boundary', NO_POLICY, '--yes', '--json')
    expect([ran.code, documentOf(ran)]).toMatchObject([1, { error: { code: 'plan-refused' } }])
    expect(documentOf(ran)['error']).toMatchObject({ message: expect.stringContaining('there is no such policy') })
    expect(writes()).toEqual([])
  })

  test('of another account is said as well', async () => {
    const ran = await guard('init', '--permissions-boundary', NO_POLICY.replace('123', '999'), '--dry-run')
    expect(ran.stdout + ran.stderr).toContain('it is not a policy of account 123456789012')
  })
})

describe('an installed guard', () => {
  beforeAll(async () => {
    await sandbox.createUser('tanaka')
    expect((await guard('init', '--yes')).code).toBe(0)
  })

  test('shows a change of the time zone in words, with the month it counts from', async () => {
    const { stdout } = await guard('init', '--time-zone', 'Asia/Tokyo', '--dry-run', '--details')
    expect(stdout).toMatch(/timeZone: UTC -> UTC, from 20\d\d-\d\d Asia\/Tokyo/)
    expect(stdout).not.toContain('{"from"')
  })

  test('says what a shorter retention loses before it asks', async () => {
    const { stdout } = await guard('config', 'set', 'retentionDays=7', '--dry-run')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'the log group keeps 7 days instead of 365: AWS deletes what is older than',
    )
  })

  test('is changed by no command of an older cost-guard; it may look', async () => {
    const dynamo = new DynamoDBClient({ endpoint: sandbox.endpoint, region: 'us-east-1', credentials: sandbox.admin })
    await dynamo.send(
      new UpdateItemCommand({
        TableName: 'cost-guard-ledger',
        Key: { pk: { S: settingsKey.pk }, sk: { S: settingsKey.sk } },
        UpdateExpression: 'SET version = :newer',
        ExpressionAttributeValues: { ':newer': { S: '99.0.0' } },
      }),
    )
    sandbox.clearCalls()
    for (const change of [
      ['limits', 'set', 'tanaka=5'],
      ['limits', 'unset', 'tanaka'],
      ['block', 'tanaka', '--yes'],
      ['unblock', 'tanaka'],
      ['exclude', 'add', 'tanaka'],
      ['prices', 'set', 'newlab.wonder-9', '--input', '3', '--output', '15'],
      ['config', 'set', 'reportTime=08:00', '--yes'],
      ['init', '--yes'],
    ]) {
      const ran = await guard(...change, '--json')
      const { code, message } = (documentOf(ran) as { error: { code: string; message: string } }).error
      expect([change, ran.code, code]).toEqual([change, 1, expect.stringMatching(/^(newer-version|plan-refused)$/)])
      expect(message).toContain('was installed by cost-guard 99.0.0')
    }
    expect(writes()).toEqual([])
    const looks = [
      ['status'],
      ['limits', 'list'],
      ['config', 'get'],
      ['config', 'export'],
      ['exclude', 'list'],
      ['prices', 'list'],
    ]
    for (const look of looks) expect([look, (await guard(...look, '--json')).code]).toEqual([look, 0])
  })
})
