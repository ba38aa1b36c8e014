/** Credentials, rights and things in the way: an account that is not as it should be gets nothing changed, and says all that is wrong. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeAll, describe, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'

const sandbox = sandboxForTests()
let admin: Admin
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

beforeAll(() => {
  admin = new Admin(sandbox)
})

describe('credentials', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAFROMANOTHERWORLD', AWS_SECRET_ACCESS_KEY: 'x' }

  test('that AWS does not know are said to be so', async () => {
    const stranger = new Admin(sandbox, { ...sandbox.env, ...keys })
    for (const args of [['status'], ['init', '--yes'], ['teardown', '--confirm', 'cost-guard']]) {
      expect(await stranger.isRefused(...args)).toMatchObject({ exit: 1, code: 'bad-credentials' })
    }
  })

  test('that have expired lead to a new login', async () => {
    const fault = sandbox.inject({
      service: 'sts',
      error: { code: 'ExpiredToken', message: 'The security token included in the request is expired', status: 403 },
      times: 10,
    })
    const refused = await admin.isRefused('status')
    fault.remove()
    expect(refused).toMatchObject({ exit: 1, code: 'expired-credentials' })
    expect(refused.suggestions).toContain('aws sso login')
  })

  test('that are missing lead to where they come from', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...none } = sandbox.env
    const refused = await new Admin(sandbox, none).isRefused('status')
    expect([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY].every((key) => key !== undefined)).toBe(true)
    expect(refused).toMatchObject({ exit: 1, code: 'no-credentials' })
  })
})

describe('rights', () => {
  test('that are missing are all named at once, and nothing is changed', async () => {
    const limited = new Admin(sandbox, sandbox.envOf(await sandbox.createUser('newcomer', { allow: 'sts:Get*' })))
    const refused = await limited.isRefused('init', '--yes', '--guard', 'second')
    expect(refused).toMatchObject({ exit: 1, code: 'plan-refused' })
    for (const service of ['bedrock', 'dynamodb', 'iam', 'lambda', 'logs', 'scheduler', 'sns', 'sqs']) {
      expect(refused.message).toContain(`${service}:`)
    }
    expect(refused.suggestions.join()).toContain('iam-policy')
    expect(changesBy(sandbox, 'arn:aws:iam::123456789012:user/newcomer')).toEqual([])
  })

  test('to read, without those to change: every missing one is named before anything is begun', async () => {
    const keys = await sandbox.createUser('reader', {
      allow: ['*:Get*', '*:List*', '*:Describe*', 'dynamodb:Query', 'iam:Simulate*'],
    })
    const refused = await new Admin(sandbox, sandbox.envOf(keys)).isRefused('init', '--yes', '--guard', 'second')
    expect(refused).toMatchObject({ exit: 1, code: 'plan-refused' })
    for (const right of ['dynamodb:CreateTable', 'iam:CreateRole', 'lambda:CreateFunction', 'sns:CreateTopic']) {
      expect(refused.message).toContain(right)
    }
    expect(changesBy(sandbox, 'arn:aws:iam::123456789012:user/reader')).toEqual([])
  })
})

describe('an account where something is in the way', () => {
  const refusedInit = async (guard: string) => {
    const before = await dump(sandbox)
    sandbox.clearCalls()
    const refused = await admin.isRefused('init', '--yes', '--guard', guard)
    expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
    expect(differences(before, await dump(sandbox))).toEqual([])
    return refused
  }

  test('things of somebody else under the guard’s names: all of them are named', async () => {
    await new SNSClient(here()).send(new CreateTopicCommand({ Name: 'theirs-notices' }))
    await new CloudWatchLogsClient(here()).send(
      new CreateLogGroupCommand({ logGroupName: '/aws/lambda/theirs-ingest' }),
    )
    const refused = await refusedInit('theirs')
    expect(refused).toMatchObject({ exit: 1, code: 'plan-refused' })
    expect(refused.message).toContain('a SNS topic named theirs-notices exists already')
    expect(refused.message).toContain('a log group named /aws/lambda/theirs-ingest exists already')
    expect(refused.suggestions.join()).toContain('--guard')
  })

  test('a table of the guard’s name with other keys', async () => {
    const table = {
      TableName: 'keys-ledger',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
      BillingMode: 'PAY_PER_REQUEST' as const,
      Tags: [{ Key: 'cost-guard:guard', Value: 'keys' }],
    }
    await new DynamoDBClient(here()).send(new CreateTableCommand(table))
    const refused = await refusedInit('keys')
    expect(refused).toMatchObject({ exit: 1, code: 'plan-refused' })
    expect(refused.message).toContain('keys is id: S HASH, wanted pk: S HASH, sk: S RANGE')
  })
})
