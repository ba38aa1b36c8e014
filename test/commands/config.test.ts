/** The settings of a guard by file and by `config`, by the built CLI against the sandbox. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isReadOnly } from '../../src/provision/clients.ts'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const writes = () =>
  sandbox
    .calls()
    .map(({ operation }) => operation)
    .filter((operation) => !isReadOnly(operation) && operation !== 'Invoke')

const folder = mkdtempSync(join(tmpdir(), 'cost-guard-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const saved = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const WISHES = `guard: team-guard
emails: [boss@example.com]
timeZone: Asia/Tokyo
language: ja
currency: JPY
currencyRate: 160.5
warnAt: [50, 80]
logText: yes
costTag: "4711"
limits:
  everyone: 20
  tanaka: {amount: 50.5, action: notify, warnAt: [95]}
  account: 2000
exclude: [suzuki]
prices:
  - {model: newlab.wonder-9, input: 3, output: 15, from: 2026-11-01}
`

beforeAll(async () => {
  await sandbox.createUser('tanaka')
  await sandbox.createUser('suzuki')
})

describe('before AWS is asked', () => {
  test('a wrong file and wrong flags are said together, with lines, exit 2', async () => {
    sandbox.clearCalls()
    const path = saved('wrong.yaml', 'timezone: Asia/Tokyo\nretentionDays: 17\n')
    const ran = await guard('init', '--config', path, '--report-time', '25:00', '--yes', '--json')
    const { error, problems } = documentOf(ran) as { error: { message: string }; problems: object[] }
    expect(ran.code).toBe(2)
    expect(error.message).toContain('line 1: unknown key "timezone": did you mean timeZone?')
    expect(error.message).toContain('line 2: retentionDays: "17" is none of')
    expect(error.message).toContain('--report-time: "25:00"')
    expect(problems).toHaveLength(2)
    expect(sandbox.calls()).toEqual([])
  })

  test('a file for another guard or region than was typed is refused', async () => {
    const path = saved('other.yaml', 'guard: team-guard\nregion: eu-west-1\n')
    const typed = await guard('init', '--config', path, '--guard', 'other', '--yes', '--json')
    expect([typed.code, documentOf(typed)]).toMatchObject([2, { error: { code: 'config-disagrees' } }])
    const region = await guard('plan', '--config', path, '--region', 'us-east-1', '--json')
    expect([region.code, documentOf(region)]).toMatchObject([2, { error: { code: 'config-disagrees' } }])
  })

  test('config set of what is no setting names the one that was meant', async () => {
    sandbox.clearCalls()
    const ran = await guard('config', 'set', 'report-time=08:00', '--json')
    expect([ran.code, documentOf(ran)]).toMatchObject([
      2,
      { error: { suggestions: ['reportTime', expect.any(String)] } },
    ])
    expect((await guard('config', 'set', 'reportTime=8', '--json')).code).toBe(2)
    expect((await guard('config', 'set', 'reportTime', '--json')).code).toBe(2)
    expect(sandbox.calls()).toEqual([])
  })
})

describe('a guard from a file', () => {
  test('config get without a guard says so', async () => {
    const ran = await guard('config', 'get', '--json')
    expect([ran.code, documentOf(ran)]).toMatchObject([1, { error: { code: 'no-guard' } }])
    expect((await guard('config', 'set', 'reportTime=08:00', '--yes', '--json')).code).toBe(1)
  })

  test('plan shows what init then makes: settings, limits, exclusions and prices', async () => {
    const path = saved('cost-guard.yaml', WISHES)
    const plan = documentOf(await guard('plan', '--config', path, '--json')) as { summary: object }
    const init = await guard('init', '--config', path, '--dry-run', '--json')
    expect((documentOf(init) as { summary: object }).summary).toEqual(plan.summary)
    const done = await guard('init', '--config', path, '--yes')
    expect(done.stdout + done.stderr).toContain('* a month: none → 20.00')
    expect(done.stdout).toContain('Never blocked from now on: user/suzuki')
    expect(done.stdout).toContain('newlab.wonder-9 (both) from 2026-11-01: input 3, output 15')
    expect(done.code).toBe(0)
  })

  test('the same file again asks nothing and changes nothing', async () => {
    sandbox.clearCalls()
    const ran = await guard('init', '--config', join(folder, 'cost-guard.yaml'))
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('Nothing to change.')])
    expect(writes()).toEqual([])
    expect((await guard('plan', '--config', join(folder, 'cost-guard.yaml'), '--exit-code')).code).toBe(0)
  })

  test('flags win over the file', async () => {
    const ran = await guard(
      ...['init', '--config', join(folder, 'cost-guard.yaml'), '--dry-run'],
      ...['--default-limit', '30', '--report-time', '07:00'],
    )
    expect(ran.stdout).toContain('* a month: 20.00 → 30.00')
    expect(ran.stdout).toContain('cron(0 7 * * ? *)')
  })
})

describe('config', () => {
  const team = (...args: string[]) => guard(...args, '--guard', 'team-guard')

  test('get shows settings, one of them as its bare value', async () => {
    expect((await team('config', 'get', 'timeZone')).stdout).toBe('Asia/Tokyo\n')
    expect((await team('config', 'get', 'emails', 'logText')).stdout).toMatch(
      /emails +boss@example.com\nlogText +true\n/,
    )
    const { settings } = documentOf(await team('config', 'get', '--json')) as { settings: Record<string, unknown> }
    expect(settings).toMatchObject({ currencyRate: '160.5', warnAt: '50,80', permissionsBoundary: null })
  })

  test('set changes one setting, asks first, and again changes nothing', async () => {
    const asked = await team('config', 'set', 'reportTime=08:30')
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('config set reportTime=08:30 --yes --guard team-guard')
    const dry = documentOf(await team('config', 'set', 'reportTime=08:30', '--dry-run', '--json'))
    expect(dry).toMatchObject({ summary: { create: 0, remove: 0 } })
    expect((await team('config', 'set', 'reportTime=08:30', '--yes')).code).toBe(0)
    expect((await team('config', 'get', 'reportTime')).stdout).toBe('08:30\n')
    const again = await team('config', 'set', 'reportTime=08:30')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing to change.')])
  })

  test('export gives a file that changes nothing when it is applied, as YAML and as JSON', async () => {
    const yaml = await team('config', 'export')
    expect(yaml.stdout).toContain('region: us-east-1\n')
    expect(yaml.stdout).toContain('user/tanaka: {amount: 50.5, per: month, action: notify, warnAt: [95]}\n')
    const json = await team('config', 'export', '--json')
    for (const text of [yaml.stdout, json.stdout]) {
      sandbox.clearCalls()
      const path = saved('exported.yaml', text)
      const ran = await guard('init', '--config', path)
      expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('Nothing to change.')])
      expect(writes()).toEqual([])
    }
    expect(documentOf(json)).toMatchObject({
      guard: 'team-guard',
      limits: { everyone: { amount: '20', includeRoles: false }, account: { amount: '2000', action: 'notify' } },
      exclude: ['user/suzuki'],
      prices: [{ model: 'newlab.wonder-9', input: '3', from: '2026-11-01' }],
    })
  })

  test('outputs names what was made, each with its page in the console', async () => {
    const { outputs } = documentOf(await team('config', 'outputs', '--json')) as { outputs: Record<string, unknown>[] }
    expect(outputs.map(({ key }) => key)).toEqual(expect.arrayContaining(['table', 'topic', 'function.enforce']))
    for (const { name, url } of outputs) expect([name, String(url).startsWith('https://')]).toEqual([name, true])
    expect((await team('config', 'outputs')).stdout).toContain(
      'arn:aws:dynamodb:us-east-1:123456789012:table/team-guard-ledger',
    )
  })

  test('schema needs no account', async () => {
    const ran = await run(['config', 'schema'])
    expect([ran.code, JSON.parse(ran.stdout).title]).toEqual([0, 'cost-guard.yaml'])
  })
})
