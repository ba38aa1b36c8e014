/** The limits that init is given, by the built CLI against the sandbox: what cannot be meant stops it before anything is made. */
import { beforeAll, describe, expect, test } from 'vitest'
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
const errorOf = (ran: Ran) => (documentOf(ran) as { error: { code: string; message: string } }).error

beforeAll(async () => {
  await sandbox.createUser('tanaka')
  await sandbox.createUser('batch')
  await sandbox.createRole('batch')
})

describe('before the first install', () => {
  test('a name of a user and a role is refused, and nothing is made', async () => {
    sandbox.clearCalls()
    const ran = await guard('init', '--limit', 'batch=5', '--yes', '--json')
    expect(ran.code).toBe(2)
    expect(errorOf(ran)).toMatchObject({ code: 'ambiguous-principal', suggestions: ['user/batch', 'role/batch'] })
    expect(writes()).toEqual([])
  })

  test('one principal under two names is refused, and nothing is made', async () => {
    const ran = await guard('init', '--limit', 'tanaka=5', '--limit', 'user/tanaka=6', '--yes', '--json')
    expect([ran.code, errorOf(ran).message]).toEqual([
      2,
      '"tanaka" and "user/tanaka" set the same limit: nothing was changed',
    ])
    expect(writes()).toEqual([])
  })

  test('whom nobody knows yet is taken, and said before it is asked', async () => {
    const ran = await guard('init', '--limit', 'newcomer=5', '--limit', 'tanaka=50', '--dry-run')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('  user/newcomer a month: none → 5.00\n  user/tanaka a month: none → 50.00\n')
    expect(ran.stdout).toContain('  user/newcomer is known neither to IAM nor to the ledger yet\n')
  })
})

describe('of an installed guard', () => {
  beforeAll(async () => {
    expect((await guard('init', '--limit', 'tanaka=50', '--yes')).code).toBe(0)
  })

  test('limits are shown as a change before they are set', async () => {
    const ran = await guard('init', '--limit', 'tanaka=80', '--dry-run')
    expect(ran.stdout).toContain('Limits\n  user/tanaka a month: 50.00 → 80.00')
  })

  test('a new limit is shown with the thresholds that the same run sets', async () => {
    const ran = await guard('init', '--warn-at', '50,90', '--limit', 'account=100', '--dry-run')
    expect(ran.stdout).toContain('  account a month: none → 100.00, notifies, warns at 50, 90 %\n')
  })

  test('a limit that is so already asks nothing and changes nothing', async () => {
    sandbox.clearCalls()
    const ran = await guard('init', '--limit', 'tanaka=50')
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('user/tanaka a month: 50.00 as before')])
    expect(ran.stdout).toContain('Nothing to change.')
    expect(writes()).toEqual([])
  })

  test('exclusions are shown, asked about, set, and asked about no more', async () => {
    const exclude = ['--exclude', 'user/tanaka', '--exclude', 'newcomer']
    const asked = await guard('init', ...exclude)
    expect([asked.code, asked.stdout]).toEqual([
      2,
      expect.stringContaining('Never blocked\n  user/tanaka is counted and never blocked\n'),
    ])
    expect((await guard('init', ...exclude, '--yes')).stdout).toContain(
      'Never blocked from now on: user/tanaka, user/newcomer',
    )
    sandbox.clearCalls()
    const again = await guard('init', ...exclude)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('user/newcomer as before')])
    expect(writes()).toEqual([])
    expect((await guard('exclude', 'list')).stdout).toContain('user/newcomer')
  })

  test('next steps do not advise a first limit where there is one', async () => {
    const ran = await guard('init', '--report-time', '08:00', '--yes')
    expect(ran.stdout).toContain('What to do next')
    expect(ran.stdout).not.toContain('limits set everyone')
  })

  test('roles of applications stay under the limit for everyone until it is said otherwise', async () => {
    await guard('limits', 'set', 'everyone=20', '--include-roles')
    expect((await guard('limits', 'set', 'everyone=30')).stdout).toContain('* a month: 20.00 → 30.00\n')
    const { limits } = documentOf(await guard('limits', 'list', '--json')) as { limits: Record<string, unknown>[] }
    expect(limits[0]).toMatchObject({ of: '*', includeRoles: true })
    const without = await guard('limits', 'set', 'everyone=30', '--no-include-roles')
    expect(without.stdout).toContain('* a month: 30.00 → 30.00, without roles of applications\n')
  })

  test('an unknown name is told of --force', async () => {
    expect((await guard('limits', 'set', 'nobody=5')).stderr).toContain('--force')
  })

  test('commands that are advised name the region that was typed', async () => {
    const ran = await guard('plan', '--guard', 'second', '--region', 'eu-west-1')
    expect(ran.stdout).toContain('Try this: node bin/run.js init --guard second --region eu-west-1')
  })
})
