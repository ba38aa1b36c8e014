/**
 * The end of a guard, by the built CLI: whoever is blocked is free and named, in whatever state the guard is; then
 * everything is looked up again, and what is still there is told with the command that removes it.
 */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  DeleteTableCommand,
  DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  GetGroupCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam'
import { DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeEach, describe, expect, test } from 'vitest'
import { documentOf, PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { differences, dump } from './dump.ts'
import { ADMIN_ARN, Admin, changesBy } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const here = () => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const TEARDOWN = ['teardown', '--confirm', 'cost-guard', '--json']
const DECEMBER = 'cost-guard-limit-reached-until-2026-12-01'
const BY_ADMIN = 'cost-guard-blocked-by-admin'

let admin: Admin
let empty: readonly string[]

interface Thing {
  readonly kind: string
  readonly name: string
  readonly command: string | null
  readonly why: string | null
}
interface Ended {
  readonly released: readonly { readonly principal: string; readonly policy: string; readonly by: string }[]
  readonly left: readonly Thing[]
  readonly kept: readonly Thing[]
  readonly awsKeeps: readonly Thing[]
  readonly notLookedAt: readonly string[]
}

/** A user over the limit, a role over it, a user whose attachments are full (so the group denies), one blocked by hand. */
async function fourBlocked(): Promise<void> {
  await admin.does('init', '--yes', ...PLAIN, '--email', 'boss@example.com', '--time-zone', 'Asia/Tokyo')
  const full = await sandbox.createUser('full')
  const iam = new IAMClient(here())
  for (let n = 0; n < 10; n++) {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:List*', Resource: '*' }] }
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `slot-${n}`, PolicyDocument: JSON.stringify(document) }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn: Policy?.Arn }))
  }
  await sandbox.createRole('team-a')
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await sandbox.createUser('sato')
  await tanaka.asks({ tokens: '1000 in, 0 out' })
  await new Worker(sandbox, full).asks({ tokens: '1000 in, 0 out' })
  await new Worker(sandbox, await sandbox.assume('team-a', 'i-0123')).asks({ tokens: '1000 in, 0 out' })
  await admin.does('limits', 'set', 'tanaka=0.001', 'full=0.001', 'role/team-a=0.001', '--yes')
  await admin.does('block', 'sato', '--yes')
  expect(await carried()).toEqual({
    tanaka: [DECEMBER],
    sato: [BY_ADMIN],
    full: [],
    'team-a': [DECEMBER],
    members: ['full'],
  })
}

const free = { tanaka: [], sato: [], full: [], 'team-a': [], members: [] }

/** What of the guard each of the four carries. */
async function carried(): Promise<Record<string, readonly string[]>> {
  const iam = new IAMClient(here())
  const ours = (list: readonly { PolicyName?: string | undefined }[] | undefined) =>
    (list ?? []).flatMap(({ PolicyName }) => (PolicyName?.startsWith('cost-guard-') ? [PolicyName] : []))
  const of = async (UserName: string) =>
    ours((await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies)
  const group = await iam.send(new GetGroupCommand({ GroupName: 'cost-guard-blocked' })).catch((error: Error) => {
    if (error.name === 'NoSuchEntityException') return undefined
    throw error
  })
  const role = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'team-a' }))
  return {
    tanaka: await of('tanaka'),
    sato: await of('sato'),
    full: await of('full'),
    'team-a': ours(role.AttachedPolicies),
    members: (group?.Users ?? []).map(({ UserName }) => UserName ?? ''),
  }
}

async function endedBy(...args: readonly string[]): Promise<Ended & { exit: number | null }> {
  const ran = await admin.run([...TEARDOWN, ...args])
  await sandbox.idle()
  const document = documentOf(ran)
  if (document['error'] !== undefined) throw new Error(ran.stdout)
  return { exit: ran.code, ...(document as unknown as Ended) }
}

const everybody = [
  { principal: 'role/team-a', policy: DECEMBER, by: 'managed' },
  { principal: 'user/full', policy: BY_ADMIN, by: 'group' },
  { principal: 'user/sato', policy: BY_ADMIN, by: 'managed' },
  { principal: 'user/tanaka', policy: DECEMBER, by: 'managed' },
]
const nothing = { exit: 0, left: [], kept: [], notLookedAt: [] }
const called = (...operations: readonly string[]) =>
  sandbox
    .calls()
    .filter(({ operation, status }) => status < 300 && operations.includes(operation))
    .map(({ operation, caller }) => (caller === ADMIN_ARN ? operation : `${operation} by the guard`))

beforeEach(async () => {
  await sandbox.reset()
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = new Admin(sandbox)
  empty = await dump(sandbox)
})

describe('while people are blocked', () => {
  test('all are freed and named with what denied them, before anything but the schedules is removed', async () => {
    await fourBlocked()
    sandbox.clearCalls()
    const ended = await endedBy()
    expect(ended).toMatchObject({ exit: 0, left: [], notLookedAt: [] })
    expect(ended.released).toEqual(everybody)
    expect(await carried()).toEqual(free)
    const order = called(
      ...['UpdateItem', 'DeleteSchedule', 'DetachUserPolicy', 'DetachRolePolicy', 'RemoveUserFromGroup'],
      ...['PutModelInvocationLoggingConfiguration', 'DeleteModelInvocationLoggingConfiguration', 'DeleteFunction'],
      ...['DeletePolicy', 'DeleteRole'],
    )
    const first = (what: string) => order.indexOf(what)
    const last = (what: string) => order.lastIndexOf(what)
    // Closed, at rest, free, and only then taken apart.
    expect(first('UpdateItem')).toBe(0)
    expect(last('DeleteSchedule')).toBeLessThan(first('DetachUserPolicy by the guard'))
    const freed = ['DetachUserPolicy', 'DetachRolePolicy', 'RemoveUserFromGroup'].map((one) =>
      last(`${one} by the guard`),
    )
    for (const at of freed) expect(at).toBeGreaterThan(0)
    expect(Math.max(...freed)).toBeLessThan(first('DeleteFunction'))
    expect(Math.max(...freed)).toBeLessThan(first('DeletePolicy'))
    expect(first('DeleteModelInvocationLoggingConfiguration')).toBeLessThan(first('DeleteRole'))
    expect(order).not.toContain('DetachUserPolicy')

    // What stays is named with the command that removes it, and the kept ledger says who ended the guard.
    const { kept, awsKeeps } = ended
    expect(kept.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'DynamoDB table cost-guard-ledger',
      'log group /aws/bedrock/cost-guard',
    ])
    const command = (name: string) => kept.find((one) => one.name === name)?.command
    expect(command('/aws/bedrock/cost-guard')).toBe(
      'aws logs delete-log-group --log-group-name /aws/bedrock/cost-guard --region us-east-1',
    )
    expect(command('cost-guard-ledger')).toMatch(
      /no-deletion-protection.* && .*PointInTimeRecoveryEnabled=false.* && .*delete-table/,
    )
    // Nobody clicked the link in the mail of AWS.
    expect(awsKeeps).toMatchObject([
      {
        kind: 'e-mail subscription',
        name: 'boss@example.com',
        command: null,
        why: expect.stringContaining('by itself'),
      },
    ])
    const audit = await new DynamoDBClient(here()).send(
      new QueryCommand({
        TableName: 'cost-guard-ledger',
        KeyConditionExpression: 'pk = :month',
        ExpressionAttributeValues: { ':month': { S: 'AUDIT#2026-11' } },
      }),
    )
    const entry = audit.Items?.find((item) => item['what']?.S === 'guard-removed')
    expect(entry?.['by']?.S).toBe(ADMIN_ARN)
    expect(entry?.['details']?.M?.['released']?.S).toBe('role/team-a user/full user/sato user/tanaka')
  })

  test('with --delete-data nothing is left that was not there before', async () => {
    await fourBlocked()
    expect(await endedBy('--delete-data')).toMatchObject({ ...nothing, released: everybody })
    const mine = differences(empty, await dump(sandbox)).filter((line) => /cost-guard|^- /.test(line))
    expect(mine).toEqual([])
  })

  test('and the functions are gone: the admin’s own rights free everybody', async () => {
    await fourBlocked()
    const lambda = new LambdaClient(here())
    for (const name of ['ingest', 'enforce', 'report']) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: `cost-guard-${name}` }))
    }
    sandbox.clearCalls()
    expect(await endedBy('--delete-data')).toMatchObject({ ...nothing, released: everybody })
    expect(await carried()).toEqual(free)
    expect(called('DetachUserPolicy').length).toBeGreaterThan(0)
  })

  test('and the table is gone, with all that was known: IAM itself says who is blocked', async () => {
    await fourBlocked()
    const dynamo = new DynamoDBClient(here())
    const TableName = 'cost-guard-ledger'
    await dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    await dynamo.send(new DeleteTableCommand({ TableName }))
    const ended = await endedBy()
    expect(ended).toMatchObject({ exit: 0, left: [], released: everybody })
    expect(await carried()).toEqual(free)
  })

  test('and one cannot be released: the rest of the guard stays, and the command that frees him is said', async () => {
    await fourBlocked()
    const fault = sandbox.inject({
      service: 'iam',
      operation: 'DetachUserPolicy',
      matches: ({ input }) => input['UserName'] === 'sato',
      error: { code: 'AccessDenied', message: 'not authorized to perform: iam:DetachUserPolicy', status: 403 },
      times: 100,
    })
    const refused = await admin.isRefused('teardown', '--confirm', 'cost-guard')
    fault.remove()
    expect(refused).toMatchObject({ exit: 1, code: 'not-released' })
    expect(refused.message).toContain('user/sato')
    expect(refused.suggestions).toContain(
      `aws iam detach-user-policy --user-name sato --policy-arn arn:aws:iam::123456789012:policy/${BY_ADMIN}`,
    )
    expect(await carried()).toEqual({ ...free, sato: [BY_ADMIN] })
    expect(called('DeleteFunction', 'DeletePolicy', 'DeleteRole')).toEqual([])
    // What was in the way is settled: the same command goes on.
    expect(await endedBy()).toMatchObject({ exit: 0, left: [] })
    expect(await carried()).toEqual(free)
  })
})

describe('before anybody is released', () => {
  test('the check that is running is let end, and it is said what is waited for', async () => {
    await admin.does('init', '--yes', ...PLAIN, '--email', 'boss@example.com')
    const until = sandbox.now() + 10_000
    await new DynamoDBClient(here()).send(
      new UpdateItemCommand({
        TableName: 'cost-guard-ledger',
        Key: { pk: { S: 'LEASE' }, sk: { S: 'enforce' } },
        UpdateExpression: 'SET leaseUntil = :until, holder = :holder, again = :no',
        ExpressionAttributeValues: { ':until': { N: String(until) }, ':holder': { S: 'one' }, ':no': { BOOL: false } },
      }),
    )
    sandbox.clearCalls()
    const ran = await admin.run(['teardown', '--confirm', 'cost-guard'])
    expect(ran.code).toBe(0)
    expect(ran.stderr).toMatch(/waiting for the check that is running to end \(by 02:0\d:\d\d UTC at the latest\)/)
    const removed = sandbox.calls().find(({ operation }) => operation === 'DeleteFunction')
    expect(removed?.at).toBeGreaterThanOrEqual(until)
  })
})

describe('a guard that adopted the log group of the account', () => {
  test('gives it back, frees everybody, and leaves it out of what is left', async () => {
    const logs = new CloudWatchLogsClient(here())
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/company/bedrock' }))
    await admin.does(
      'init',
      '--yes',
      ...PLAIN,
      '--email',
      'boss@example.com',
      '--log-group',
      '/company/bedrock',
      '--adopt',
      'log-group',
    )
    await sandbox.createUser('sato')
    await admin.does('block', 'sato', '--yes')
    const ended = await endedBy('--delete-data')
    expect(ended).toMatchObject({ ...nothing, released: [{ principal: 'user/sato', policy: BY_ADMIN }] })
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/company/bedrock'])
  })
})

describe('a guard on things that were there before, under a path, whose table somebody removed', () => {
  test('knows their names from its functions: no filter, statement or logging of its own stays on them', async () => {
    const logs = new CloudWatchLogsClient(here())
    const logGroupName = '/company/bedrock'
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    // Bedrock makes it the moment it is told to log.
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'aws/bedrock/modelinvocations' }))
    await new SNSClient(here()).send(new CreateTopicCommand({ Name: 'company-alerts' }))
    const before = await dump(sandbox)
    const adopting = ['--log-group', '/company/bedrock', '--topic', 'company-alerts', '--adopt', 'log-group,topic']
    await admin.does('init', '--yes', ...adopting, '--table', 'spending', '--role-path', '/guards/')
    const dynamo = new DynamoDBClient(here())
    const TableName = 'spending'
    await dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    await dynamo.send(new DeleteTableCommand({ TableName }))
    expect(await endedBy('--delete-data')).toMatchObject({ exit: 0, left: [] })
    expect(differences(before, await dump(sandbox))).toEqual([])
  })
})

describe('the proof', () => {
  test('finds what carries the guard’s tag under a name that nobody remembers, and ends with 1', async () => {
    await admin.does('init', '--yes', ...PLAIN, '--email', 'boss@example.com')
    await new SQSClient(here()).send(
      new CreateQueueCommand({
        QueueName: 'a-part-of-long-ago',
        tags: { 'cost-guard:guard': 'cost-guard', 'cost-guard:resource': 'queue/a-part-of-long-ago@us-east-1' },
      }),
    )
    const ended = await endedBy('--delete-data')
    expect(ended).toMatchObject({ exit: 1, kept: [] })
    expect(ended.left).toMatchObject([
      { name: 'a-part-of-long-ago', command: expect.stringContaining('sqs delete-queue') },
    ])
  })

  test('a second teardown finds nothing to do, says what the first one kept, and looks again', async () => {
    await admin.does('init', '--yes', ...PLAIN, '--email', 'boss@example.com')
    await endedBy()
    const again = await endedBy()
    expect(again).toMatchObject({ exit: 0, left: [], released: [] })
    expect(again.kept).toHaveLength(2)
    expect(await endedBy('--delete-data')).toMatchObject(nothing)
    expect(differences(empty, await dump(sandbox))).toEqual([])
  })

  test('a guard that was never there is nothing to remove, and nothing is changed', async () => {
    sandbox.clearCalls()
    expect(await endedBy('--delete-data')).toMatchObject({ ...nothing, released: [], awsKeeps: [] })
    expect(changesBy(sandbox, ADMIN_ARN)).toEqual([])
  })
})
