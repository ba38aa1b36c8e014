/**
 * What a guard missed, lost or priced wrong comes right again: backfill, rebuild and reprice, by the built CLI and the built
 * functions. The tests of this file are chapters: each goes on where the one before ended.
 */
import { beforeAll, expect, test } from 'vitest'
import { documentOf, PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { Admin } from './guarded.ts'
import { Worker } from './team.ts'

const sandbox = sandboxForTests()
const hour = 3_600_000
let admin: Admin
let tanaka: Worker
let sato: Worker

beforeAll(async () => {
  sandbox.setTime('2026-11-18T02:00:00Z')
  admin = new Admin(sandbox)
  tanaka = new Worker(sandbox, await sandbox.createUser('tanaka'))
  sato = new Worker(sandbox, await sandbox.createUser('sato'))
  await admin.does('init', '--yes', ...PLAIN, '--s3-logs', '--limit', 'tanaka=2')
  sandbox.advance(hour / 4)
})

/** While nothing reaches ingest: the log group and the copy have it, the guard does not. */
async function unheard(work: () => Promise<void>): Promise<void> {
  const fault = sandbox.inject({
    service: 'dynamodb',
    matches: ({ caller }) => caller?.arn.includes('/cost-guard-ingest/') === true,
    error: { code: 'AccessDeniedException', message: 'injected', status: 400 },
    times: Number.POSITIVE_INFINITY,
  })
  await work()
  fault.remove()
}

test('backfill says before whom it would block, counts what is missing from the log group or the copy, and nothing twice', async () => {
  await tanaka.asks({ tokens: '100000 in, 0 out' })
  await unheard(async () => {
    await tanaka.asks({ tokens: '500000 in, 0 out' })
    await sato.asks({ tokens: '100000 in, 0 out' })
  })
  expect((await admin.status()).totalUsd).toBe('0.4')
  sandbox.advance(hour / 2)
  const back = ['backfill', '--since', '2026-11-18T02:10:00Z']
  const looked = await admin.reads(...back, '--from', 's3', '--dry-run')
  expect(looked).toMatchObject({
    survey: { missing: 2, known: 1, missingUsd: '2.4', wouldBlock: ['user/tanaka'] },
    counted: null,
  })
  const unasked = await admin.run([...back, '--json'])
  expect([unasked.code, documentOf(unasked)]).toMatchObject([
    2,
    { error: { code: 'needs-yes' }, survey: { missing: 2 } },
  ])
  expect((await admin.status()).totalUsd).toBe('0.4')

  const counted = await admin.run([...back, '--from', 's3', '--yes'])
  expect(counted).toMatchObject({ code: 0 })
  expect(counted.stderr).toContain('Would be blocked: user/tanaka')
  expect(counted.stdout).toContain('Counted 2 requests; 1 were counted before.')
  await sandbox.idle()
  expect(await admin.row('user/tanaka')).toMatchObject({ usd: '2.4', state: 'blocked' })
  expect(await admin.reads(...back, '--yes')).toMatchObject({
    counted: { recorded: 0, duplicates: 3 },
    stoppedAt: null,
    goOnWith: null,
  })
  expect((await admin.status()).totalUsd).toBe('2.8')
  expect(await admin.does('history')).toContain('the past counted from the logs')
  expect(await admin.isRefused('backfill', '--since', '2026-11-17', '--yes')).toMatchObject({
    code: 'before-start',
    suggestions: [expect.stringMatching(/--since 2026-11-18T0/), expect.stringContaining('--before-start')],
  })
})
