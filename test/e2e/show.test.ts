/** show: one principal by the built CLI, after real calls through the guard. */
import { beforeAll, describe, expect, test } from 'vitest'
import { PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
let admin: Admin

interface Shown {
  readonly usd: string
  readonly requests: number
  readonly failed: Record<string, number>
  readonly tokens: Record<string, number>
  readonly cacheHitPercent: number | null
  readonly state: string
  readonly decidedBy: string | null
  readonly blockedUntil: string | null
  readonly limits: readonly { id: string; decides: boolean }[]
  readonly waivers: readonly { grantUsd: string | null; by: string; reason: string | null }[]
  readonly days: readonly { day: string; usd: string; requests: number }[]
  readonly models: readonly { model: string; usd: string }[]
  readonly sources: readonly { source: string; usd: string }[]
  readonly members: readonly { principal: string; usd: string }[]
}
const show = async (...args: string[]) => (await admin.reads('show', ...args)) as unknown as Shown

beforeAll(async () => {
  sandbox.setTime('2026-11-10T02:00:00Z')
  admin = new Admin(sandbox)
  const tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await sandbox.createUser('sato')
  await sandbox.createRole('team-a')
  const night = new Worker(sandbox, await sandbox.assume('team-a', 'nightly-build'))
  const noon = new Worker(sandbox, await sandbox.assume('team-a', 'noon-build'))
  await admin.does(
    'init',
    '--yes',
    ...PLAIN,
    '--session-role',
    'team-a',
    '--limit',
    'tanaka=1',
    '--limit',
    'role/team-a=100',
  )
  await tanaka.asks({ tokens: '100000 in, 5000 out, 300000 cache read', source: 'claude-code' })
  sandbox.advance(24 * 3_600_000)
  await tanaka.asks({ tokens: '1000000 in, 0 out', model: 'us.anthropic.claude-sonnet-5-5' })
  await night.asks({ tokens: '10000 in, 0 out' })
  await noon.asks({ tokens: '20000 in, 0 out' })
  await sandbox.tick()
  await sandbox.idle()
})

describe('show', () => {
  test('splits the money of one principal by day, model and source without losing any of it', async () => {
    const shown = await show('tanaka')
    const status = await admin.status()
    expect(shown.usd).toBe(status.principals.find(({ principal }) => principal === 'user/tanaka')?.usd)
    for (const parts of [shown.days, shown.models, shown.sources]) {
      const pico = parts.map(({ usd }) => BigInt(Math.round(Number(usd) * 1e9)))
      expect(pico.reduce((total, one) => total + one, 0n)).toBe(BigInt(Math.round(Number(shown.usd) * 1e9)))
    }
    expect(shown.days.map(({ day, requests }) => [day, requests])).toEqual([
      ['2026-11-10', 1],
      ['2026-11-11', 1],
    ])
    expect(shown.sources.map(({ source }) => source).toSorted()).toEqual(['claude-code', 'none'])
    expect(shown.tokens).toEqual({
      input: 1_100_000,
      output: 5000,
      cacheRead: 300_000,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      cacheWriteUnknown: 0,
    })
    // 300,000 of 1,400,000 prompt tokens.
    expect(shown.cacheHitPercent).toBe(21)
  })

  test('says which limit blocks, until when, and how to release', async () => {
    expect(await show('user/tanaka')).toMatchObject({
      state: 'blocked',
      decidedBy: 'user/tanaka@month',
      blockedUntil: '2026-12-01T00:00:00Z',
      limits: [{ id: 'user/tanaka@month', decides: true }],
    })
    const text = await admin.does('show', 'tanaka')
    expect(text).toContain('Blocked by its own monthly limit until 2026-12-01 00:00 +00:00.')
    expect(text).toMatch(/To release: .*unblock user\/tanaka/)
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
  })

  test('shows a pardon with who gave it and why', async () => {
    await admin.does('unblock', 'tanaka', '--grant', '20', '--reason', 'release week')
    const shown = await show('tanaka')
    expect(shown.state).toBe('waived')
    expect(shown.waivers).toMatchObject([{ grantUsd: '20', reason: 'release week' }])
    expect(shown.waivers[0]?.by).toMatch(/:user\/sandbox-admin$/)
    expect(await admin.does('show', 'tanaka')).toContain('or 20.00 dollars more are spent (release week)')
  })

  test('adds the sessions of a role to the role, as its limit does, and names each', async () => {
    const shown = await show('role/team-a')
    expect(shown.requests).toBe(2)
    expect(shown.members.map(({ principal }) => principal)).toEqual([
      'session/team-a/noon-build',
      'session/team-a/nightly-build',
    ])
    expect((await show('session/team-a/noon-build')).requests).toBe(1)
  })

  test('somebody who exists and spent nothing is shown so; nobody is refused with who may be meant', async () => {
    const shown = await show('sato')
    expect([shown.usd, shown.requests, shown.days, shown.cacheHitPercent]).toEqual(['0', 0, [], null])
    const refused = await admin.isRefused('show', 'tanka')
    expect(refused.exit).toBe(2)
    expect(refused.suggestions.join()).toContain('user/tanaka')
  })
})

describe('status of some days', () => {
  test('adds up exactly what was spent in them, over the days alone, by any grouping', async () => {
    const first = await admin.reads('status', '--since', '2026-11-10', '--until', '2026-11-10')
    const both = await admin.reads('status', '--since', '2026-11-10')
    const month = await admin.status()
    expect(first).toMatchObject({ totalUsd: '0.56', period: { kind: 'range', key: '2026-11-10..2026-11-10' } })
    expect(both['totalUsd']).toBe(month.totalUsd)
    const models = await admin.reads('status', '--since', '2026-11-10', '--by', 'model')
    expect(models['totalUsd']).toBe(month.totalUsd)
    expect(await admin.does('status', '--since', '2026-11-10')).toContain('2026-11-10 to 2026-11-11 (UTC)')
  })

  test('as CSV it has a row for each principal, exact, with Windows line ends', async () => {
    const csv = await admin.does('status', '--csv')
    const [head = '', first = ''] = csv.split('\r\n')
    expect(head).toBe('principal,period,usd,assumedUsd,requests,limitUsd,usedPercent,forecastUsd,state,blockedUntil')
    expect(first).toMatch(/^user\/tanaka,2026-11,2\.76,0,2,1,276,[\d.]+,waived,$/)
  })

  test('days that are none, or in the wrong order, are refused', async () => {
    expect((await admin.isRefused('status', '--since', '2026-11-31')).exit).toBe(2)
    expect((await admin.isRefused('status', '--since', '2026-11-10', '--until', '2026-11-09')).exit).toBe(2)
    expect((await admin.isRefused('status', '--since', '2026-12-01')).exit).toBe(2)
  })

  test('--watch looks again until Ctrl-C, one JSON line each', async () => {
    let looks = 0
    const ran = await admin.run(['status', '--watch', '2', '--json'], {
      onStart(child) {
        child.stdout?.on('data', (text: Buffer) => {
          looks += text.toString('utf8').split('\n').length - 1
          if (looks >= 2) child.kill('SIGINT')
        })
      },
    })
    expect(ran.code).toBe(130)
    const lines = ran.stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('totalUsd')
  })
})
