import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb'
import { CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { functionOf } from './_functions.ts'

const sandbox = sandboxForTests()
const region = 'us-east-1'
/** The sandbox's own folder, named in the option that makes a child follow its clock. */
const folderIn = (options = '') => dirname(/e\('([^']+)'\)/.exec(decodeURIComponent(options))?.[1] ?? '/nowhere/x')
const root = join(import.meta.dirname, '../..')
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }))

describe('the callers of the sandbox', () => {
  test('are real IAM identities: the admin, users with a path, sessions of roles', async () => {
    const who = async (credentials?: { accessKeyId: string; secretAccessKey: string }) =>
      (await new STSClient({ region, ...(credentials ? { credentials } : {}) }).send(new GetCallerIdentityCommand({})))
        .Arn
    expect(await who()).toBe('arn:aws:iam::123456789012:user/sandbox-admin')
    expect(await who(await sandbox.createUser('u', { path: '/team/' }))).toBe('arn:aws:iam::123456789012:user/team/u')
    await sandbox.createRole('r')
    expect(await who(await sandbox.assume('r', 's'))).toBe('arn:aws:sts::123456789012:assumed-role/r/s')
    const assumed = await new STSClient({ region }).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'by-sts' }),
    )
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = assumed.Credentials ?? {}
    const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    expect(await who(session)).toBe('arn:aws:sts::123456789012:assumed-role/r/by-sts')
  })

  test('are recorded with every call, its input and what IAM was asked', async () => {
    await sandbox.createRole('reader', { allow: 'iam:GetUser' })
    const credentials = await sandbox.assume('reader', 'session')
    sandbox.clearCalls()
    await new IAMClient({ region, credentials }).send(new GetUserCommand({ UserName: 'sandbox-admin' }))
    expect(sandbox.calls()).toMatchObject([
      {
        service: 'iam',
        operation: 'GetUser',
        caller: 'arn:aws:sts::123456789012:assumed-role/reader/session',
        role: 'arn:aws:iam::123456789012:role/reader',
        input: { UserName: 'sandbox-admin' },
        status: 200,
        asked: [{ action: 'iam:GetUser', resource: 'arn:aws:iam::123456789012:user/sandbox-admin' }],
      },
    ])
  })
})

describe('an e-mail subscription', () => {
  test('is pending until it is confirmed, and only then gets mail', async () => {
    const sns = new SNSClient({ region })
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'notices' }))
    const made = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'boss@example.com' }))
    expect(made.SubscriptionArn).toBe('pending confirmation')
    const listed = async () =>
      (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions?.map(
        (one) => one.SubscriptionArn,
      )
    expect(await listed()).toEqual(['PendingConfirmation'])
    await sns.send(new PublishCommand({ TopicArn, Subject: 'early', Message: 'one' }))
    expect(sandbox.confirmMail('boss@example.com')).toBe(1)
    expect(sandbox.confirmMail('boss@example.com')).toBe(0)
    const [SubscriptionArn = ''] = (await listed()) ?? []
    expect(SubscriptionArn).toMatch(/^arn:aws:sns:/)
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
    expect(Attributes?.['PendingConfirmation']).toBe('false')
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'boss@example.com' }))
    expect(await listed()).toEqual([SubscriptionArn])
    await sns.send(new PublishCommand({ TopicArn, Subject: 'late', Message: '二' }))
    expect(sandbox.mails().map(({ to, subject, text, delivered }) => [to, subject, text, delivered])).toEqual([
      ['boss@example.com', 'early', 'one', false],
      ['boss@example.com', 'late', '二', true],
    ])
  })
})

describe('an injected fault', () => {
  const iam = (maxAttempts: number) => new IAMClient({ region, maxAttempts })
  const create = (name: string, attempts = 1) => iam(attempts).send(new CreateUserCommand({ UserName: name }))
  const exists = async (name: string) =>
    iam(1)
      .send(new GetUserCommand({ UserName: name }))
      .then(
        () => true,
        (error: Error) => error.name !== 'NoSuchEntityException',
      )

  test('hits the named operation as often as told, before it is done', async () => {
    const error = { code: 'Throttling', message: 'Rate exceeded', status: 400 }
    const fault = sandbox.inject({ service: 'iam', operation: 'CreateUser', error, times: 1, skip: 1 })
    await create('first')
    await expect(create('second')).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' })
    expect(await exists('second')).toBe(false)
    await create('second')
    expect(fault.left()).toBe(0)
  })

  test('can lose the answer of what was done, and cut the connection', async () => {
    const error = { code: 'ServiceFailure', message: 'lost', status: 500 }
    sandbox.inject({ service: 'iam', operation: 'CreateUser', error, when: 'after' })
    await expect(create('lost')).rejects.toMatchObject({ name: 'ServiceFailureException' })
    expect(await exists('lost')).toBe(true)
    sandbox.inject({ service: 'iam', operation: 'CreateUser', error: 'cut' })
    await expect(create('cut')).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(await exists('cut')).toBe(false)
  })

  test('can be for some callers or inputs only', async () => {
    const error = { code: 'AccessDenied', message: 'no', status: 403 }
    sandbox.inject({ error, matches: (call) => call.input['UserName'] === 'unlucky' })
    await create('lucky')
    await expect(create('unlucky')).rejects.toMatchObject({ message: 'no' })
  })
})

describe('the door for other processes', () => {
  test('tells and moves the time, confirms mail, lists calls, makes people', async () => {
    const ask = async (method: string, what: string, body?: object) => {
      const answer = await fetch(`${sandbox.endpoint}/_sandbox/${what}`, { method, body: body && JSON.stringify(body) })
      return [answer.status, await answer.json()] as [number, Record<string, unknown>]
    }
    expect(await ask('POST', 'time', { to: '2030-01-01T00:00:00Z' })).toEqual([
      200,
      // The moved clock runs on.
      { now: expect.stringMatching(/^2030-01-01T00:00:0\d\.\d{3}Z$/) },
    ])
    expect(new Date(sandbox.now()).getUTCFullYear()).toBe(2030)
    const [, user] = await ask('POST', 'users', { name: 'player' })
    expect(user['env']).toMatchObject({ AWS_ENDPOINT_URL: sandbox.endpoint, AWS_CONFIG_FILE: '/dev/null' })
    expect((await ask('GET', 'about'))[1]).toMatchObject({ account: '123456789012', region })
    expect((await ask('POST', 'confirm'))[0]).toBe(400)
    expect((await ask('GET', 'nonsense'))[0]).toBe(404)
  })
})

describe('reset and stop', () => {
  test('a shell with the exports follows the clock, and works on when the sandbox is gone', async () => {
    const second = await startSandbox()
    const year = () =>
      execFileSync(process.execPath, ['-p', 'new Date().getUTCFullYear()'], {
        env: second.env,
        encoding: 'utf8',
      }).trim()
    second.setTime('2033-06-01T00:00:00Z')
    expect(year()).toBe('2033')
    await second.stop()
    expect(year()).toBe(String(new Date().getUTCFullYear()))
  })

  test('reset leaves nothing behind but the keys of the admin', async () => {
    const dynamodb = new DynamoDBClient({ region })
    const table: CreateTableCommandInput = {
      TableName: 't',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }
    await dynamodb.send(new CreateTableCommand(table))
    sandbox.setTime('2031-01-01T00:00:00Z')
    await sandbox.reset()
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([])
    expect(sandbox.mails()).toEqual([])
    expect(sandbox.calls()).toHaveLength(1)
    expect(Math.abs(sandbox.now() - Date.now())).toBeLessThan(1_000)
  })

  test('stop ends the emulator and every function, and removes the folder', async () => {
    const second = await startSandbox()
    const saved = { ...process.env }
    Object.assign(process.env, second.env, { NODE_OPTIONS: '' })
    const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda')
    await functionOf('pid', 'export const handler = async () => process.pid')
    const answer = await new LambdaClient({ region }).send(new InvokeCommand({ FunctionName: 'pid' }))
    const child = Number(new TextDecoder().decode(answer.Payload))
    const emulator = second.emulatorPid ?? 0
    const folder = folderIn(second.env['NODE_OPTIONS'])
    expect([isAlive(child), isAlive(emulator), existsSync(folder)]).toEqual([true, true, true])
    await second.stop()
    await second.stop()
    Object.assign(process.env, saved)
    expect([isAlive(child), isAlive(emulator), existsSync(folder)]).toEqual([false, false, false])
  })

  test('an emulator ends and cleans up when its parent is killed without a word', async () => {
    const source = `import { startSandbox } from '${root}/src/sandbox/index.ts'
      const sandbox = await startSandbox()
      console.log(JSON.stringify([sandbox.emulatorPid, sandbox.env.NODE_OPTIONS]))
      setInterval(() => {}, 1_000)`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const line = await new Promise<string>((resolve) => parent.stdout.once('data', (chunk) => resolve(String(chunk))))
    const [pid, options] = JSON.parse(line) as [number, string]
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => existsSync(folderIn(options)), { timeout: 10_000 }).toBe(false)
  })
})
