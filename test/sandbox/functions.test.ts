import { gunzipSync } from 'node:zlib'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf, roleFor, zipped } from './_functions.ts'

const sandbox = sandboxForTests()
const region = 'us-east-1'
const lambda = () => new LambdaClient({ region })
const logs = () => new CloudWatchLogsClient({ region })

async function call(FunctionName: string, event: unknown = {}) {
  const answer = await lambda().send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }),
  )
  return {
    payload: JSON.parse(new TextDecoder().decode(answer.Payload)),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  }
}

describe('an invoked function', () => {
  test('is refused as not found where there is none (ours: the emulator echoes the event)', async () => {
    await expect(call('never-made')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('Function not found: arn:aws:lambda:us-east-1:123456789012:function:never-made'),
    })
  })

  test('runs its uploaded code with its environment and the keys of its role, and nothing of this machine', async () => {
    process.env['SECRET_OF_THE_SHELL'] = 'seen'
    await functionOf(
      'plain',
      `import { format } from 'node:util'
       export const handler = async (event, context) => { console.log(format('got %j', event)); return { event, name: context.functionName, env: process.env } }`,
      { environment: { GREETING: 'hello' } },
    )
    const { payload, error, log } = await call('plain', { a: 1 })
    expect(error).toBeUndefined()
    expect(payload).toMatchObject({ event: { a: 1 }, name: 'plain' })
    expect(payload.env).toMatchObject({ GREETING: 'hello', AWS_REGION: region, AWS_ENDPOINT_URL: sandbox.endpoint })
    expect(payload.env).not.toHaveProperty('SECRET_OF_THE_SHELL')
    expect(payload.env.AWS_ACCESS_KEY_ID).not.toBe(sandbox.admin.accessKeyId)
    expect(log).toBe('got {"a":1}\n')
  })

  test('that throws answers with FunctionError and the error as Lambda does', async () => {
    await functionOf('thrower', `export const handler = async () => { throw new RangeError('too far') }`)
    const { payload, error } = await call('thrower')
    expect(error).toBe('Unhandled')
    expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' })
  })

  test('that takes too long is ended at its timeout, and the next call starts anew', async () => {
    await functionOf(
      'sleeper',
      `let calls = 0
       export const handler = async (event) => { calls++; if (event.sleep) await new Promise((r) => setTimeout(r, 30_000)); return calls }`,
      { timeout: 1 },
    )
    expect((await call('sleeper')).payload).toBe(1)
    expect((await call('sleeper')).payload).toBe(2)
    const late = await call('sleeper', { sleep: true })
    expect(late.error).toBe('Unhandled')
    expect(late.payload.errorMessage).toMatch(/Task timed out after 1\.00 seconds/)
    expect((await call('sleeper')).payload).toBe(1)
  })

  test('that ends its own process is an error, not a hang', async () => {
    await functionOf('quitter', `export const handler = async () => process.exit(3)`)
    const { payload, error } = await call('quitter')
    expect(error).toBe('Unhandled')
    expect(payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 3'),
    })
  })

  test('runs new code and new settings at once', async () => {
    await functionOf('changing', `export const handler = async () => process.env.WHICH ?? 'first'`)
    expect((await call('changing')).payload).toBe('first')
    const ZipFile = zipped(`export const handler = async () => 'second ' + (process.env.WHICH ?? '')`)
    await lambda().send(new UpdateFunctionCodeCommand({ FunctionName: 'changing', ZipFile }))
    expect((await call('changing')).payload).toBe('second ')
    const Environment = { Variables: { WHICH: 'third' } }
    await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'changing', Environment }))
    expect((await call('changing')).payload).toBe('second third')
  })

  test('sees the clock of the sandbox, also when it is warm', async () => {
    await functionOf(
      'clock',
      `export const handler = async () => [new Date().toISOString(), Date.now(), String(Date()).slice(11, 15)]`,
    )
    await call('clock')
    sandbox.setTime('2031-01-01T00:00:00Z')
    const { payload } = await call('clock')
    expect(payload[0]).toMatch(/^2031-01-01T00:00/)
    expect(Math.abs(payload[1] - sandbox.now())).toBeLessThan(5_000)
    expect(payload[2]).toBe('2031')
    sandbox.setTime(new Date())
  })

  test('may do only what its role allows', async () => {
    const source = `import { request } from 'node:http'
      export const handler = async () => process.env.AWS_ACCESS_KEY_ID`
    const role = await roleFor('narrow', 'lambda.amazonaws.com', ['dynamodb:Query'])
    await functionOf('narrow', source, { role })
    const session = await sandbox.assume('narrow', 'narrow')
    const client = new DynamoDBClient({ region, credentials: session, maxAttempts: 1 })
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/narrow/narrow is not authorized to perform: dynamodb:ListTables ' +
        'because no identity-based policy allows the dynamodb:ListTables action',
    })
  })

  test('logs into its group only where the group exists and the role may write', async () => {
    const quiet = await roleFor('quiet', 'lambda.amazonaws.com')
    const loud = await roleFor('loud', 'lambda.amazonaws.com', ['logs:CreateLogStream', 'logs:PutLogEvents'])
    const source = `export const handler = async () => console.log('I was here')`
    for (const [name, role] of [
      ['quiet', quiet],
      ['loud', loud],
      ['homeless', loud],
    ] as const) {
      await functionOf(name, source, { role })
      if (name !== 'homeless') await logs().send(new CreateLogGroupCommand({ logGroupName: `/aws/lambda/${name}` }))
      expect((await call(name)).error).toBeUndefined()
    }
    const read = async (name: string) => {
      const { events = [] } = await logs().send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }))
      return events.map((one) => one.message?.split(' ')[0])
    }
    expect(await read('quiet')).toEqual([])
    expect(await read('loud')).toEqual(['START', 'I', 'END', 'REPORT'])
  })
})

describe('an asynchronous invocation', () => {
  const failing = `export const handler = async (event) => { throw new Error('never ' + event.n) }`
  const attempts = (name: string) =>
    sandbox
      .invocations()
      .filter((one) => one.function === name)
      .map((one) => one.attempt)

  test('is tried again as configured, then put into the dead-letter queue with its event', async () => {
    const { QueueUrl = '' } = await new SQSClient({ region }).send(new CreateQueueCommand({ QueueName: 'letters' }))
    const role = await roleFor('writer', 'lambda.amazonaws.com', ['sqs:SendMessage'])
    const deadLetters = 'arn:aws:sqs:us-east-1:123456789012:letters'
    await functionOf('failing', failing, { role, deadLetters })
    const event = { n: 7 }
    const invoke = { FunctionName: 'failing', InvocationType: 'Event', Payload: JSON.stringify(event) } as const
    expect((await lambda().send(new InvokeCommand(invoke))).StatusCode).toBe(202)
    await sandbox.idle()
    expect(attempts('failing')).toEqual([1, 2, 3])
    const all = { QueueUrl, MessageAttributeNames: ['All'] }
    const { Messages = [] } = await new SQSClient({ region }).send(new ReceiveMessageCommand(all))
    expect(Messages.map((one) => JSON.parse(one.Body ?? ''))).toEqual([event])
    expect(Messages[0]?.MessageAttributes?.['ErrorMessage']?.StringValue).toBe('never 7')
  })

  test('is not tried again with zero retries, and a dead letter without the right is lost and said', async () => {
    const deadLetters = 'arn:aws:sqs:us-east-1:123456789012:letters'
    const role = await roleFor('once-role', 'lambda.amazonaws.com', ['sqs:SendMessage'])
    await functionOf('once', failing, { role, deadLetters })
    await new IAMClient({ region }).send(new DeleteRolePolicyCommand({ RoleName: 'once-role', PolicyName: 'may' }))
    await lambda().send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'once', MaximumRetryAttempts: 0 }))
    await lambda().send(new InvokeCommand({ FunctionName: 'once', InvocationType: 'Event', Payload: '{"n":1}' }))
    await sandbox.idle()
    expect(attempts('once')).toEqual([1])
    expect(sandbox.problems()).toEqual([expect.stringMatching(/dead letter lost: .*once-role may not sqs:SendMessage/)])
  })
})

describe('a log group with a subscription', () => {
  test('hands every batch to the function in the envelope of CloudWatch Logs', async () => {
    const destinationArn = await functionOf('ingest', `export const handler = async (event) => event`)
    await logs().send(new CreateLogGroupCommand({ logGroupName: '/records' }))
    await logs().send(new CreateLogStreamCommand({ logGroupName: '/records', logStreamName: 'stream' }))
    const principal = { FunctionName: 'ingest', StatementId: 'logs', Principal: 'logs.amazonaws.com' }
    await lambda().send(
      new AddPermissionCommand({
        ...principal,
        Action: 'lambda:InvokeFunction',
        SourceArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/records:*',
      }),
    )
    const filter = { logGroupName: '/records', filterName: 'to-ingest', filterPattern: '', destinationArn }
    await logs().send(new PutSubscriptionFilterCommand(filter))
    const timestamp = Date.now()
    const logEvents = [
      { timestamp, message: 'one' },
      { timestamp, message: 'two' },
    ]
    await logs().send(new PutLogEventsCommand({ logGroupName: '/records', logStreamName: 'stream', logEvents }))
    await sandbox.idle()
    const delivered = sandbox.invocations().filter((one) => one.function === 'ingest')
    expect(delivered).toHaveLength(1)
    const [{ event }] = delivered as unknown as [{ event: { awslogs: { data: string } } }]
    expect(JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString())).toEqual({
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/records',
      logStream: 'stream',
      subscriptionFilters: ['to-ingest'],
      logEvents: logEvents.map((one) => ({ id: expect.stringMatching(/^\d{56}$/), ...one })),
    })
  })
})
