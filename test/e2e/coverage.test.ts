/** A day of calls, some of which AWS counts and nobody logs: what coverage, doctor, the daily mail and a notice say of it. */
import { beforeAll, expect, test } from 'vitest'
import { documentOf, PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
let admin: Admin
let tanaka: Worker

interface Covered {
  readonly from: string
  readonly to: string
  readonly coveredPercent: number | null
  readonly missingTokens: number
  readonly missingUsd: string
  readonly ledgerUsd: string
  readonly models: readonly { model: string; endpoint: string; missingTokens: number; missingUsd: string }[]
  readonly hours: readonly { at: string; missingTokens: number }[]
  readonly causes: readonly { cause: string; tokens: number; usd: string; fix: string }[]
}
async function coverage(...args: string[]): Promise<Covered & { code: number | null }> {
  const ran = await admin.run(['coverage', '--json', '--exit-code', ...args])
  return { code: ran.code, ...(documentOf(ran) as unknown as Covered) }
}
const HAIKU = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

beforeAll(async () => {
  sandbox.setTime('2026-11-17T22:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  await admin.does('init', '--yes', ...PLAIN, '--time-zone', 'UTC', '--email', 'boss@example.com')
  sandbox.confirmMail('boss@example.com')
})

test('calls that are logged are covered whole, as soon as their hour has settled', async () => {
  sandbox.setTime('2026-11-18T08:10:00Z')
  await tanaka.asks({ tokens: '1_000_000 in, 10_000 out, 200_000 cache read, 3_000 cache write' })
  await tanaka.asks({ tokens: '1_000 in, 100 out', model: HAIKU, way: 'invoke' })
  sandbox.setTime('2026-11-18T09:19:00Z')
  expect(await coverage()).toMatchObject({ to: '2026-11-18T08:00:00Z', coveredPercent: null, models: [], code: 0 })
  sandbox.setTime('2026-11-18T09:21:00Z')
  expect(await coverage()).toMatchObject({
    ...{ from: '2026-11-17T23:00:00Z', to: '2026-11-18T09:00:00Z', code: 0 },
    ...{ coveredPercent: 100, missingTokens: 0, missingUsd: '0', causes: [] },
    models: [{ model: 'anthropic.claude-opus-5-5' }, { model: 'anthropic.claude-haiku-4-5' }],
  })
})

test('calls on bedrock-mantle and batch jobs are missed, with what they cost and where they hide', async () => {
  sandbox.setTime('2026-11-18T10:05:00Z')
  await tanaka.asks({ tokens: '1_000 in, 100 out' })
  await tanaka.asks({ tokens: '500_000 in, 10_000 out; unlogged: mantle' })
  await tanaka.asks({ tokens: '100_000 in, 2_000 out; unlogged: batch', model: HAIKU })
  sandbox.setTime('2026-11-18T12:30:00Z')
  const all = await coverage()
  expect(all).toMatchObject({
    code: 3,
    missingTokens: 612_000,
    // Opus 5.5: 500,000 x 4 + 10,000 x 20 dollars a million; regional Haiku 4.5: 100,000 x 1.10 + 2,000 x 5.50.
    missingUsd: '2.321',
    causes: [
      { cause: 'mantle', tokens: 510_000, usd: '2.2' },
      { cause: 'unlogged', tokens: 102_000, usd: '0.121' },
    ],
    hours: [
      { at: '2026-11-18T08:00:00Z', missingTokens: 0 },
      { at: '2026-11-18T10:00:00Z', missingTokens: 612_000 },
    ],
  })
  expect((await coverage('--threshold', '60')).code).toBe(0)
  const text = await admin.does('coverage', '--by', 'hour')
  expect(text.split('\n').every((line) => line.length <= 80)).toBe(true)
  expect(text).toMatch(/2026-11-18 10:00 +613,100 +1,100 +99\.9 % +2\.32/)
  expect(text).toContain('Deny bedrock-mantle:CreateInference')
})

test('the daily mail says so the next morning, and a notice once', async () => {
  sandbox.setTime('2026-11-19T09:00:00Z')
  sandbox.clearMails()
  await sandbox.fire('cost-guard-report')
  await sandbox.fire('cost-guard-report')
  const mails = sandbox.mails().map(({ subject, text }) => ({ subject, text: text.replace(/\s+/g, ' ') }))
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringContaining('Bedrock spending to 2026-11-19'),
    expect.stringMatching(/^\[cost-guard\] \d+ % of the use of 2026-11-18 was not in the log: about USD 2\.32$/),
  ])
  expect(mails[0]?.text).toContain(
    '2026-11-18: 66.5 % of the tokens that CloudWatch counted; 33.5 % (about USD 2.32) were not in the log. Likely: calls on bedrock-mantle, batch jobs',
  )
  // The clock has jumped over its checks, so it finds more than this.
  const { checks } = documentOf(await admin.run(['doctor', '--no-heartbeat', '--json'])) as unknown as {
    checks: readonly { check: string; state: string; fix: string | null }[]
  }
  expect(checks.filter(({ check }) => check === 'coverage')).toMatchObject([
    { state: 'warn', fix: expect.stringContaining('coverage --since 2026-11-18 --by hour') },
  ])
})
