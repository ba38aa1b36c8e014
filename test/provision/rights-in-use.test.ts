/** The rights at work: an admin with nothing but the printed policy, and the functions with nothing but their roles. */
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { adminPolicy, adminRights } from '../../src/provision/admin-rights.ts'
import { DynamoLimits } from '../../src/runtime/aws/dynamo-limits.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Limit } from '../../src/runtime/domain/judging/limit.ts'
import type { PicoUsd } from '../../src/runtime/domain/money/money.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { namesOf, openedBy, type Person, personWith } from './on-sandbox.ts'
import { succeeded } from './world.ts'

const sandbox = sandboxForTests({ propagation: 1 })
const names = () => namesOf(sandbox)
const opened = (person: Person) => openedBy(sandbox, person)

const refused = () =>
  sandbox
    .calls()
    .filter((call) => /AccessDenied|AuthorizationError/.test(call.error ?? ''))
    .map((call) => `${call.caller} ${call.service}:${call.operation}`)

async function invoke(FunctionName: string, event: unknown): Promise<unknown> {
  const lambda = new LambdaClient({ region: sandbox.region })
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }))
  const payload: unknown = JSON.parse(new TextDecoder().decode(answer.Payload))
  if (answer.FunctionError) throw new Error(JSON.stringify(payload))
  return payload
}

test('the printed policy is enough to install, run and remove a guard, and the roles are enough to run it', async () => {
  const installer = await personWith(sandbox, 'installer', adminPolicy(names()))
  const first = await opened(installer)
  succeeded(await first.apply(await first.plan(), () => {}))
  expect(refused()).toEqual([])

  const again = await opened(installer)
  expect((await again.plan()).steps.filter((step) => step.do !== 'keep')).toEqual([])

  const asked = (role: string) =>
    new Set(
      sandbox
        .calls()
        .filter((call) => call.role?.endsWith(`role/${role}`))
        .flatMap((call) => call.asked.map(({ action }) => action)),
    )
  await people()
  await spend()
  await sandbox.idle()
  await invoke('cg-test-ingest', { kind: 'catch-up' })
  expect(await invoke('cg-test-enforce', { kind: 'check', from: 'command' })).toMatchObject({ blocked: [] })
  const book = new DynamoLimits({ client: new DynamoDBClient({ region: sandbox.region }), table: names().table })
  const everyone: Limit = {
    id: '*@month',
    of: { kind: 'everyone', includeRoles: true },
    per: 'month',
    amount: 1n as PicoUsd,
    action: 'block',
    warnAt: [80],
    from: instant(sandbox.now()),
    version: 1,
  }
  await book.put(everyone)
  expect(await invoke('cg-test-enforce', { kind: 'check', from: 'command' })).toMatchObject({
    blocked: expect.arrayContaining(['role/app', 'user/full', 'user/tanaka']),
    problems: [],
  })
  await book.remove('*@month')
  expect(await invoke('cg-test-enforce', { kind: 'check', from: 'command' })).toMatchObject({
    released: expect.arrayContaining(['role/app', 'user/full', 'user/tanaka']),
    problems: [],
  })
  await invoke('cg-test-enforce', { kind: 'preview' })
  await invoke('cg-test-report', { kind: 'send' })
  await invoke('cg-test-enforce', { kind: 'release-all' })
  expect(refused()).toEqual([])
  expect([...asked('cg-test-ingest')]).toEqual(
    expect.arrayContaining(['dynamodb:PutItem', 'logs:FilterLogEvents', 'lambda:InvokeFunction']),
  )
  expect([...asked('cg-test-enforce')]).toEqual(
    expect.arrayContaining([
      ...['iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
      ...['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:ListEntitiesForPolicy', 'iam:GetGroup'],
      ...['dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'sns:Publish'],
    ]),
  )
  expect([...asked('cg-test-report')]).toEqual(expect.arrayContaining(['sns:Publish', 'dynamodb:Query']))

  const last = await opened(installer)
  succeeded(await last.apply(await last.planTeardown({ deleteData: true }), () => {}))
  expect(refused()).toEqual([])
}, 180_000)

test('with the rights to operate alone, an install is refused before it changes anything', async () => {
  await sandbox.reset()
  const one = await opened(await personWith(sandbox, 'operator', adminRights(names()).operate))
  const steps = (await one.plan()).steps.filter((step) => step.do === 'refuse')
  expect(new Set(steps.map((step) => step.do === 'refuse' && step.reason))).toEqual(new Set(['no-right']))
  expect(steps.map((step) => step.why).join('\n')).toContain('lambda:GetFunction')
})

/** A user, a user whose attachments are all taken (the group must help), and a role. */
async function people(): Promise<void> {
  await sandbox.createUser('tanaka')
  await sandbox.createUser('full')
  await sandbox.createRole('app')
  const iam = new IAMClient({ region: sandbox.region })
  const PolicyDocument = JSON.stringify(adminRights(names()).operate)
  for (let n = 0; n < 10; n++) {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `slot-${n}`, PolicyDocument }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'full', PolicyArn: Policy?.Arn }))
  }
}

/** One model call of each, as Bedrock writes it into the log group, and one line that is no record. */
async function spend(): Promise<void> {
  const logs = new CloudWatchLogsClient({ region: sandbox.region })
  const logGroupName = names().logGroup
  const logStreamName = 'aws/bedrock/modelinvocations'
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }))
  if (!logStreams?.some((one) => one.logStreamName === logStreamName)) {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
  }
  const callers = [
    `arn:aws:iam::${sandbox.account}:user/tanaka`,
    `arn:aws:iam::${sandbox.account}:user/full`,
    `arn:aws:sts::${sandbox.account}:assumed-role/app/i-0123456789abcdef0`,
  ]
  const records = callers.map((arn, n) =>
    JSON.stringify({
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: new Date(sandbox.now()).toISOString().replace(/\.\d+Z/, 'Z'),
      accountId: sandbox.account,
      region: sandbox.region,
      requestId: `c0ffee00-0000-4000-8000-00000000000${n}`,
      operation: 'Converse',
      modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
      identity: { arn },
      input: { inputTokenCount: 1000, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
      output: { outputTokenCount: 500 },
    }),
  )
  const events = [...records, 'no record at all'].map((message) => ({ timestamp: sandbox.now(), message }))
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: events }))
}
