import { BedrockClient, PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { describe, expect, test } from 'vitest'
import type { Keys } from '../../src/sandbox/index.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { roleFor } from './_functions.ts'

const sandbox = sandboxForTests()
const region = 'us-east-1'
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const runtimeOf = (keys: Keys, more: object = {}) =>
  new BedrockRuntimeClient({ region, credentials: keys, maxAttempts: 1, ...more })
const says = (text: string) => [{ role: 'user' as const, content: [{ text }] }]
const claude = (text: string) =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 100,
    messages: [{ role: 'user', content: text }],
  })

async function logged(): Promise<Record<string, unknown>[]> {
  const logs = new CloudWatchLogsClient({ region })
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/models' }))
  return events.filter((one) => one.message?.startsWith('{')).map((one) => JSON.parse(one.message ?? '{}'))
}
async function configureLogging(textDataDeliveryEnabled: boolean): Promise<void> {
  const roleArn = await roleFor('model-logging', 'bedrock.amazonaws.com', ['logs:CreateLogStream', 'logs:PutLogEvents'])
  await new CloudWatchLogsClient({ region }).send(new CreateLogGroupCommand({ logGroupName: '/models' }))
  const cloudWatchConfig = { logGroupName: '/models', roleArn }
  const loggingConfig = { cloudWatchConfig, textDataDeliveryEnabled }
  await new BedrockClient({ region }).send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
}

describe('a model call through a real SDK', () => {
  test('is answered over HTTP/2 and over HTTP/1.1, by the same port', async () => {
    const keys = await sandbox.createUser('both-ways')
    const command = { modelId: model, messages: says('tokens: 1000 in, 200 out') }
    const two = await runtimeOf(keys).send(new ConverseCommand(command))
    const one = await runtimeOf(keys, { requestHandler: new NodeHttpHandler() }).send(new ConverseCommand(command))
    expect(two.usage).toMatchObject({ inputTokens: 1000, outputTokens: 200, totalTokens: 1200 })
    expect(one.usage).toEqual(two.usage)
    expect(one.output?.message?.content?.[0]?.text).toContain('sandbox')
  })

  test('streams, for Converse and for Invoke', async () => {
    const keys = await sandbox.createUser('streamer')
    const client = runtimeOf(keys)
    const converse = await client.send(
      new ConverseStreamCommand({ modelId: model, messages: says('tokens: 7 in, 9 out') }),
    )
    const events = []
    for await (const event of converse.stream ?? []) events.push(event)
    expect(events.map((one) => Object.keys(one)[0])).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ inputTokens: 7, outputTokens: 9 })
    const invoke = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: model, body: claude('tokens: 7 in, 9 out, 5 cache read') }),
    )
    const chunks = []
    for await (const event of invoke.body ?? []) chunks.push(JSON.parse(new TextDecoder().decode(event.chunk?.bytes)))
    expect(chunks[0].message.usage).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 5 })
    expect(chunks.at(-1)['amazon-bedrock-invocationMetrics']).toMatchObject({ inputTokenCount: 7, outputTokenCount: 9 })
  })
})

describe('the invocation log', () => {
  test('has one record per call, in the shape of the service, with the caller and the label', async () => {
    await sandbox.reset()
    await configureLogging(false)
    const keys = await sandbox.createUser('tanaka', { path: '/people/' })
    await sandbox.createRole('builders')
    const session = await sandbox.assume('builders', 'suzuki')
    const requestMetadata = { source: 'claude-code' }
    const messages = says('tokens: 10 in, 20 out, 30 cache read, 40 cache write, 50 cache write 1h')
    await runtimeOf(keys).send(new ConverseCommand({ modelId: model, messages, requestMetadata }))
    await runtimeOf(session).send(
      new InvokeModelCommand({ modelId: 'anthropic.claude-opus-5-5', body: claude('hello') }),
    )
    const [first, second] = await logged()
    expect(first).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      accountId: '123456789012',
      region,
      requestId: expect.any(String),
      operation: 'Converse',
      modelId: model,
      requestMetadata,
      input: {
        inputContentType: 'application/json',
        inputTokenCount: 10,
        cacheReadInputTokenCount: 30,
        cacheWriteInputTokenCount: 90,
      },
      output: { outputContentType: 'application/json', outputTokenCount: 20 },
      identity: { arn: 'arn:aws:iam::123456789012:user/people/tanaka' },
      inferenceRegion: 'us-west-2',
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
    })
    expect(second).toMatchObject({
      operation: 'InvokeModel',
      identity: { arn: 'arn:aws:sts::123456789012:assumed-role/builders/suzuki' },
      input: { inputTokenCount: 2 },
      output: { outputTokenCount: 100 },
    })
  })

  test('loses no record when the first calls come at once', async () => {
    await sandbox.reset()
    await configureLogging(false)
    const client = runtimeOf(await sandbox.createUser('hasty'))
    const calls = Array.from({ length: 12 }, () =>
      client.send(new ConverseCommand({ modelId: model, messages: says('hi') })),
    )
    await Promise.all(calls)
    const records = await logged()
    expect(new Set(records.map((one) => one['requestId'])).size).toBe(12)
  })

  test('keeps bodies only when they are asked for, and failed calls without tokens', async () => {
    await sandbox.reset()
    await configureLogging(true)
    const keys = await sandbox.createUser('sato')
    const client = runtimeOf(keys)
    await client.send(new ConverseCommand({ modelId: model, messages: says('tokens: 1 in, 2 out, 3 cache write 1h') }))
    const failing = client.send(new ConverseCommand({ modelId: model, messages: says('fail: ThrottlingException') }))
    await expect(failing).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } })
    const [good, bad] = await logged()
    expect(good).toMatchObject({
      output: { outputBodyJson: { usage: { cacheDetails: [{ ttl: '1h', inputTokens: 3 }] } } },
    })
    expect(bad).toMatchObject({ errorCode: 'ThrottlingException', input: { inputContentType: 'application/json' } })
    expect(bad).not.toHaveProperty('output')
  })

  test('says once that its permissions are right when it is configured', async () => {
    await sandbox.reset()
    await configureLogging(false)
    const logs = new CloudWatchLogsClient({ region })
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/models' }))
    expect(events.map((one) => one.message)).toEqual(['Permissions are correctly set for Amazon Bedrock logs.'])
    expect(events[0]?.logStreamName).toBe('aws/bedrock/modelinvocations')
  })
})

describe('a denied caller', () => {
  const deny = (condition: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: ['bedrock:Invoke*'], Resource: '*', Condition: condition }],
    })

  test('is refused with the ARN of the denying policy, and free again when its date has passed', async () => {
    await sandbox.reset()
    sandbox.setTime('2026-11-20T12:00:00Z')
    const keys = await sandbox.createUser('stopped')
    const iam = new IAMClient({ region })
    const PolicyDocument = deny({ DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } })
    const made = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit-reached-until-2026-12-01', PolicyDocument }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'stopped', PolicyArn: made.Policy?.Arn }))
    const call = () => runtimeOf(keys).send(new ConverseCommand({ modelId: model, messages: says('hello') }))
    await expect(call()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/stopped is not authorized to perform: bedrock:InvokeModel on resource: ' +
        `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${model} ` +
        'with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/limit-reached-until-2026-12-01',
      $metadata: { httpStatusCode: 403 },
    })
    sandbox.setTime('2026-12-01T00:00:01Z')
    await expect(call()).resolves.toMatchObject({ stopReason: 'end_turn' })
  })

  test('is refused without a policy ARN when nothing allows the call', async () => {
    const keys = await sandbox.createUser('nobody', { allow: 's3:GetObject' })
    const call = runtimeOf(keys).send(new ConverseCommand({ modelId: model, messages: says('hello') }))
    await expect(call).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/because no identity-based policy allows the bedrock:InvokeModel action$/),
    })
  })

  test('with keys that nobody knows is not let in', async () => {
    const call = runtimeOf({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' })
    const sent = call.send(new ConverseCommand({ modelId: model, messages: says('hello') }))
    await expect(sent).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
  })
})
