/** A guard that does not show by its name in this region: another table, another region, only its ledger left. */
import {
  BedrockClient,
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeArchive } from '../support/archive.ts'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const errorOf = (ran: Ran) =>
  (documentOf(ran) as { error: { code: string; message: string; suggestions: string[] } }).error
const bedrock = () =>
  new BedrockClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
const logging = async () => (await bedrock().send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig
const topics = async () => {
  const sns = new SNSClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}))
  return Topics.map(({ TopicArn }) => TopicArn?.split(':').at(-1))
}
const archive = { s3Config: { bucketName: 'the-archive' }, textDataDeliveryEnabled: true }

describe('a guard whose table and topic are called otherwise', () => {
  beforeAll(async () => {
    sandbox.setTime('2026-11-18T03:00:00Z')
    await makeArchive(sandbox, 'the-archive')
    await bedrock().send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: archive }))
    const ran = await guard(
      'init',
      '--table',
      'spending',
      '--topic',
      'spending-mail',
      '--email',
      'ops@example.com',
      '--yes',
    )
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('Error')])
  })

  test('is found by every later command, none of which is told the names again', async () => {
    expect((await guard('limits', 'set', 'account=900', '--yes')).code).toBe(0)
    expect((await guard('status', '--json')).code).toBe(0)
    expect((await guard('init')).stdout).toContain('Nothing to change.')
    expect((await guard('plan', '--exit-code')).code).toBe(0)
  })

  test('its function is asked once a command which table it works on', async () => {
    sandbox.clearCalls()
    await guard('status', '--json')
    expect(sandbox.calls().filter(({ operation }) => operation === 'GetFunctionConfiguration')).toHaveLength(1)
  })

  test('in another region every command says where it is, and init is refused before anything', async () => {
    const there = ['--region', 'eu-west-1', '--json']
    for (const command of [['status'], ['limits', 'list'], ['teardown', '--confirm', 'cost-guard']]) {
      const ran = await guard(...command, ...there)
      expect([command[0], ran.code, errorOf(ran)]).toEqual([
        command[0],
        2,
        expect.objectContaining({
          code: 'guard-elsewhere',
          message: 'the guard "cost-guard" is in us-east-1: add --region us-east-1',
        }),
      ])
    }
    sandbox.clearCalls()
    const init = await guard('init', '--yes', ...there)
    expect(init.code).toBe(1)
    expect(errorOf(init).message).toContain('the guard cost-guard is installed in us-east-1')
    expect(sandbox.calls().map(({ operation }) => operation)).not.toContain('CreateTable')
  })

  test('its topic cannot be exchanged under it, and nothing is changed', async () => {
    const ran = await guard('init', '--topic', 'other', '--yes', '--json')
    expect([ran.code, errorOf(ran).message]).toEqual([
      2,
      expect.stringContaining('then init --topic other --table spending: AWS asks every address again'),
    ])
    expect(await topics()).toEqual(['spending-mail'])
  })

  test('is removed with everything, and what was there before it is there again', async () => {
    const ran = await guard('teardown', '--confirm', 'cost-guard')
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('Error')])
    expect(await logging()).toMatchObject(archive)
    expect((await logging())?.cloudWatchConfig).toBeUndefined()
  })

  test('its ledger is taken up by the next guard with its limits, but never its memory of what was configured before it', async () => {
    // Meanwhile the account has changed its mind: the archive is no more.
    await bedrock().send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    // The way out that the refused change of a topic names.
    expect(await topics()).toEqual([])
    const screen = await guard('init', '--table', 'spending', '--dry-run')
    expect(screen.stdout).toContain(
      'account a month: 900.00, notifies; kept in the ledger of the guard before, acts again',
    )
    expect((await guard('init', '--table', 'spending', '--yes')).code).toBe(0)
    expect(await topics()).toEqual(['cost-guard-notices'])
    expect((await guard('teardown', '--confirm', 'cost-guard')).code).toBe(0)
    expect(await logging()).toBeUndefined()
  })
})
