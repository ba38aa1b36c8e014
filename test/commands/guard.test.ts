/** The whole life of a guard by the built CLI, as real processes without a terminal, against the sandbox. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { isReadOnly } from '../../src/provision/clients.ts'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
/** Calls of the admin that change something; the functions' own are not counted. */
const writes = (): readonly string[] =>
  sandbox
    .calls()
    .map((call) => call.operation)
    .filter((operation) => !isReadOnly(operation) && operation !== 'Invoke')

describe('a guard, from the command line', () => {
  test('init without a terminal and without --yes shows the plan, changes nothing and exits 2 with the flag to add', async () => {
    sandbox.clearCalls()
    const ran = await guard('init', '--email', 'boss@example.com')
    expect(ran.code).toBe(2)
    expect(ran.stdout).toContain('What of yours changes')
    expect(ran.stdout).toContain('What it costs a month')
    expect(ran.stderr).toContain('--yes')
    expect(writes()).toEqual([])
  })

  test('names the sandbox on stderr before anything else', async () => {
    const ran = await guard('init', '--dry-run')
    expect(ran.code).toBe(0)
    expect(ran.stderr.split('\n')[0]).toBe(`SANDBOX ${sandbox.endpoint}, account 123456789012, region us-east-1`)
  })

  test('init --dry-run --json is one document of steps and a summary', async () => {
    const document = documentOf(await guard('init', '--dry-run', '--json')) as {
      steps: Record<string, unknown>[]
      summary: Record<string, number>
    }
    expect(Object.keys(document)).toEqual(['steps', 'summary'])
    expect(document.summary['create']).toBe(document.steps.length)
    expect(Object.keys(document.steps[0] ?? {})).toEqual(['do', 'id', 'kind', 'name', 'differences', 'why', 'note'])
  })

  test('refuses every bad setting at once, before anything is asked of AWS', async () => {
    sandbox.clearCalls()
    const ran = await guard(
      'init',
      '--time-zone',
      'Mars/Base',
      '--email',
      'nobody',
      '--retention-days',
      '17',
      '--yes',
      '--json',
    )
    expect(ran.code).toBe(2)
    const { error } = documentOf(ran) as { error: { code: string; message: string } }
    expect(error.code).toBe('bad-settings')
    for (const flag of ['--time-zone', '--email', '--retention-days']) expect(error.message).toContain(flag)
    expect(sandbox.calls()).toEqual([])
  })

  test('Ctrl-C in the middle of init stops cleanly with 130, and init again goes on to the end', async () => {
    let interrupted = false
    const cut = await run(['init', '--email', 'boss@example.com', '--yes'], {
      env: sandbox.env,
      onStderr(text, child) {
        if (interrupted || !text.includes('created')) return
        interrupted = true
        child.kill('SIGINT')
      },
    })
    expect(cut).toMatchObject({ code: 130, signal: null })
    expect(cut.stdout).toContain('Run the same command again')
    const again = await guard('init', '--email', 'boss@example.com', '--yes')
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('What to do next')
  })

  test('init again has nothing to change and writes nothing', async () => {
    sandbox.clearCalls()
    const ran = await guard('init')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('Nothing to change.')
    expect(writes()).toEqual([])
  })

  test('plan --exit-code is 0 while all is as wanted and 3 when something was changed by hand', async () => {
    expect((await guard('plan', '--exit-code')).code).toBe(0)
    const logs = new CloudWatchLogsClient({
      endpoint: sandbox.endpoint,
      region: 'us-east-1',
      credentials: sandbox.admin,
    })
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/aws/bedrock/cost-guard', retentionInDays: 7 }))
    const drifted = await guard('plan', '--exit-code')
    expect(drifted.code).toBe(3)
    expect(drifted.stdout).toMatch(/7.* -> 365/)
    expect((await guard('init', '--yes')).code).toBe(0)
    expect((await guard('plan', '--exit-code')).code).toBe(0)
  })

  test('a guard left on hold or half removed enforces again after init, also where nothing is to be counted', async () => {
    const dynamo = new DynamoDBClient({
      endpoint: sandbox.endpoint,
      region: 'us-east-1',
      credentials: sandbox.admin,
    })
    const TableName = 'cost-guard-ledger'
    const key = { pk: { S: 'CONTROL' }, sk: { S: 'facts' } }
    await dynamo.send(
      new PutItemCommand({ TableName, Item: { ...key, hold: { BOOL: true }, closing: { BOOL: true } } }),
    )
    expect((await guard('init', '--no-count-this-month', '--yes')).code).toBe(0)
    const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: key }))
    expect(Item).toMatchObject({ hold: { BOOL: false }, closing: { BOOL: false } })
  })

  test('limits are set, listed, raised with both amounts shown, and taken away', async () => {
    await sandbox.createUser('tanaka')
    expect((await guard('limits', 'set', 'tanaka=50', 'everyone=20')).stdout).toContain(
      'user/tanaka a month: none → 50.00',
    )
    expect((await guard('limits', 'set', 'tanaka=80')).stdout).toContain('user/tanaka a month: 50.00 → 80.00')
    const { limits } = documentOf(await guard('limits', 'list', '--json')) as { limits: Record<string, unknown>[] }
    expect(limits.map(({ id, limitUsd, action }) => [id, limitUsd, action])).toEqual([
      ['*@month', '20', 'block'],
      ['user/tanaka@month', '80', 'block'],
    ])
    expect((await guard('limits', 'unset', 'everyone')).stdout).toContain('* a month: 20.00 → none')
    expect(documentOf(await guard('limits', 'unset', 'everyone', '--json'))).toMatchObject({
      error: { code: 'no-such-limit' },
    })
  })

  test.for([
    [['nobody=5'], 'unknown-principal'],
    [['tanaka=-5'], 'bad-amount'],
    [['tanaka='], 'bad-assignment'],
    [['tanaka=NaN'], 'bad-amount'],
    [['tanaka=99999999999999999999'], 'bad-amount'],
    [['tanaka=5', 'user/tanaka=6'], 'duplicate-limit'],
    [['tanaka=5', '--warn-at', '0'], 'bad-thresholds'],
  ] as const)('limits set %s is refused as %s', async ([args, code]) => {
    const ran = await guard('limits', 'set', ...args, '--json')
    expect(ran.code).toBe(2)
    expect(documentOf(ran)).toMatchObject({ error: { code } })
  })

  test('whoever a limit would stop is named first, and nobody is stopped without --yes', async () => {
    const asked = await guard('limits', 'set', 'tanaka=0')
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('Would be blocked at once: user/tanaka')
    const done = await guard('limits', 'set', 'tanaka=0', '--yes')
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toContain('Blocked: user/tanaka')
    expect((await guard('limits', 'set', 'tanaka=80')).stdout).toContain('Released: user/tanaka')
  })

  test('block and unblock by hand, with the reason kept', async () => {
    expect((await guard('block', 'tanaka')).code).toBe(2)
    expect((await guard('block', 'tanaka', '--until', '2020-01-01', '--yes')).code).toBe(2)
    const blocked = documentOf(await guard('block', 'tanaka', '--reason', 'key leaked', '--yes', '--json'))
    expect(blocked).toMatchObject({
      principal: 'user/tanaka',
      until: null,
      blocked: ['user/tanaka'],
      cannotBlock: null,
    })
    const freed = documentOf(await guard('unblock', 'tanaka', '--json'))
    expect(freed).toMatchObject({ endedManualBlock: true, stillBlockedBy: null, released: ['user/tanaka'] })
  })

  test('status is an interface: every key is there, money is text, unknown is null', async () => {
    const status = documentOf(await guard('status', '--json')) as Record<string, Record<string, unknown>>
    expect(Object.keys(status)).toEqual(['guard', 'mode', 'period', 'totalUsd', 'assumedUsd', 'principals', 'health'])
    expect(status['totalUsd']).toBe('0')
    expect(status['health']).toMatchObject({ lastRecordAt: null, lag: { logSeconds: null } })
    const month = await guard('status', '--month', '2026-13', '--json')
    expect([month.code, documentOf(month)]).toMatchObject([2, { error: { code: 'bad-month' } }])
  })

  test('prices are set and shown with their source', async () => {
    const set = documentOf(await guard('prices', 'set', 'newlab.wonder-9', '--input', '3', '--output', '15', '--json'))
    expect(set).toMatchObject({
      corrected: 0,
      prices: [{ model: 'newlab.wonder-9', inputUsd: '3' }, { scope: 'regional' }],
    })
    const { prices } = documentOf(await guard('prices', 'list', 'wonder', '--json')) as {
      prices: Record<string, unknown>[]
    }
    expect(prices.map(({ source }) => source)).toEqual(
      Array(2).fill('set by arn:aws:iam::123456789012:user/sandbox-admin'),
    )
  })

  test('report preview shows the mail and sends nothing', async () => {
    sandbox.clearMails()
    const ran = await guard('report', 'preview')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/^Subject: \[cost-guard\] /)
    expect(sandbox.mails()).toEqual([])
  })

  test('a month that has not begun, or was before the guard, is refused with what there is', async () => {
    for (const command of ['preview', 'send']) {
      for (const [month, why] of [
        ['2099-01', 'that month has not begun'],
        ['2001-01', 'its ledger holds nothing of that month'],
      ] as const) {
        const ran = await guard('report', command, '--month', month, '--json')
        expect([ran.code, documentOf(ran)]).toMatchObject([2, { error: { code: 'no-such-month' } }])
        expect(ran.stdout).toContain(why)
        expect(ran.stdout).toContain('; there is ')
      }
    }
    expect(sandbox.mails()).toEqual([])
  })

  test('the table for chargeback goes to stdout or into a file that Excel reads, by queries alone', async () => {
    sandbox.clearCalls()
    const plain = await guard('report', 'preview', '--csv')
    expect(plain.stdout).toMatch(/^month,principal,.*,usd,assumedUsd,person,teams\r\n$/)
    const file = join(mkdtempSync(join(tmpdir(), 'report-')), 'month.csv')
    const ran = await guard('report', 'preview', '--csv', '--output', file, '--json')
    expect(documentOf(ran)).toMatchObject({ totalUsd: '0', currency: null, file, rows: [] })
    expect(readFileSync(file, 'utf8')).toBe(`\ufeff${plain.stdout}`)
    expect((await guard('report', 'preview', '--csv', '--bom')).stdout).toBe(`\ufeff${plain.stdout}`)
    const nowhere = await guard('report', 'preview', '--csv', '--output', '/nowhere/at/all.csv', '--json')
    expect([nowhere.code, documentOf(nowhere)]).toMatchObject([2, { error: { code: 'cannot-write' } }])
    const operations = sandbox.calls().map(({ operation }) => operation)
    expect(operations).toContain('Query')
    expect(operations).not.toContain('Scan')
    expect(operations).not.toContain('Invoke')
  })

  test('nothing that goes into a pipe holds a colour', async () => {
    const all = await Promise.all([guard('status'), guard('limits', 'list'), guard('--help'), guard('frobnicate')])
    for (const { stdout, stderr } of all) expect(stdout + stderr).not.toContain('\u001b')
  })

  test('teardown asks for the name, takes everything away, and proves it by reading again', async () => {
    expect((await guard('teardown')).code).toBe(2)
    expect(documentOf(await guard('teardown', '--confirm', 'other', '--json'))).toMatchObject({
      error: { code: 'wrong-name' },
    })
    const gone = await guard('teardown', '--confirm', 'cost-guard', '--delete-data', '--json')
    expect(gone.code).toBe(0)
    expect(documentOf(gone)).toMatchObject({ failed: [], notAttempted: [], left: [] })
    const again = await guard('teardown', '--confirm', 'cost-guard')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to remove.')])
  })
})
