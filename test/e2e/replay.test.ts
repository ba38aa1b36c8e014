/**
 * What a guard missed, lost or priced wrong comes right again: backfill, rebuild and reprice, by the built CLI and the built
 * functions. The tests of this file are chapters: each goes on where the one before ended.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteItemCommand,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { beforeAll, expect, test } from 'vitest'
import { DynamoRates } from '../../src/runtime/aws/dynamo-rates.ts'
import { documentOf, PLAIN } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'
import { ADMIN_ARN, Admin } from './guarded.ts'
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

/** Ctrl-C while a call of this operation is on its way: the code and what was said. */
async function interrupted(operation: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  let child: ChildProcess | undefined
  const fault = sandbox.inject({
    operation,
    delayMs: 500,
    matches: ({ caller }) => caller?.arn === ADMIN_ARN && child?.kill('SIGINT') === true,
  })
  const ran = await admin.run(args, {
    onStart: (started) => {
      child = started
    },
  })
  expect(fault.left()).toBe(0)
  return { code: ran.code, said: ran.stdout + ran.stderr }
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
  expect(counted.stdout).toContain('Counted 2 requests; 1 was counted before.')
  await sandbox.idle()
  expect(await admin.row('user/tanaka')).toMatchObject({ usd: '2.4', state: 'blocked' })
  expect(await admin.reads(...back, '--yes')).toMatchObject({
    counted: { recorded: 0, duplicates: 3 },
    stoppedAt: null,
    goOnWith: null,
  })
  expect((await admin.status()).totalUsd).toBe('2.8')
  expect(await admin.does('history')).toContain('the past counted from the logs')
  const file = join(await mkdtemp(join(tmpdir(), 'replay-')), 'records of today.jsonl')
  await writeFile(file, '')
  for (const from of [
    ['--from', file],
    ['--bucket', String(looked['source'])],
  ]) {
    const again = await admin.reads(...back, ...from, '--yes')
    expect(again).toMatchObject({ counted: { recorded: 0, duplicates: from[0] === '--from' ? 0 : 3 } })
  }
  expect(await admin.isRefused(...back, '--bucket', 's3://nobodys-bucket', '--yes')).toMatchObject({
    code: 'no-copy',
    message: expect.stringContaining('there is no bucket nobodys-bucket'),
  })
  expect(await interrupted('FilterLogEvents', [...back, '--yes'])).toMatchObject({
    code: 130,
    said: expect.stringContaining('stopped while looking: nothing was counted'),
  })
  expect(await admin.reads('backfill', '--since', '2026-11-17', '--before-start', '--yes')).toMatchObject({
    counted: { recorded: 0, duplicates: 3 },
  })
  expect(await admin.isRefused('backfill', '--since', '2026-11-17', '--yes')).toMatchObject({
    code: 'before-start',
    suggestions: [expect.stringMatching(/--since 2026-11-18T0/), expect.stringContaining('--before-start')],
  })
})

test('backfill asks nothing where nothing is missing', async () => {
  expect(await admin.does('backfill', '--since', '2026-11-18T02:10:00Z')).toContain('Nothing is missing')
})

const table = 'cost-guard-ledger'
const dynamo = () =>
  new DynamoDBClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials: sandbox.admin })

test('reprice shows what the prices in force make of what was counted, corrects it once, and finds nothing the second time', async () => {
  // As if the price had been known only now.
  await new DynamoRates({ client: dynamo(), table }).putOverride({
    stem: 'anthropic.claude-opus-5-5',
    scope: 'both',
    perMillion: { input: '8', output: '40', cacheRead: '0.4', cacheWrite5m: '10', cacheWrite1h: '16' },
    validFrom: '2026-11-01',
    setAt: '2026-11-18T02:30:00Z',
    setBy: 'a colleague',
  })
  const days = ['reprice', '--from', '2026-11-18']
  const anyForm = ['--model', 'eu.anthropic.claude-opus-5-5-v1:0']
  expect(await admin.does(...days, ...anyForm, '--dry-run')).toContain(
    '3 entries would be corrected for 2026-11-18 to 2026-11-18',
  )
  expect((await admin.status()).totalUsd).toBe('2.8')
  const changes = [
    { principal: 'user/sato', requests: 1, beforeUsd: '0.4', afterUsd: '0.8' },
    { principal: 'user/tanaka', requests: 2, beforeUsd: '2.4', afterUsd: '4.8' },
  ]
  expect(await admin.reads(...days, '--dry-run')).toMatchObject({ differing: 3, corrected: 0, changes })
  expect((await admin.run([...days, '--dry-run', '--exit-code'])).code).toBe(3)
  // Both at once, each one's entries one by one: the calls in flight are finished, tanaka's second is not begun. Whether sato's
  // one was in flight is a matter of microseconds.
  const stopped = await interrupted('TransactWriteItems', [...days, '--yes'])
  expect(stopped).toMatchObject({ code: 130, said: expect.stringContaining('Stopped before the end; go on with:') })
  const rest = (await admin.reads(...days, '--yes')) as { corrected: number; changes: { principal: string }[] }
  expect(['1 user/tanaka', '2 user/sato user/tanaka']).toContain(
    [rest.corrected, ...rest.changes.map(({ principal }) => principal)].join(' '),
  )
  expect((await admin.status()).totalUsd).toBe('5.6')
  expect(await admin.does(...days, '--yes')).toContain('Nothing differs from the prices in force')
  expect((await admin.status()).totalUsd).toBe('5.6')
})

test('what is older than the journal remembers is refused by all three', async () => {
  const refused = await Promise.all([
    admin.isRefused('backfill', '--since', '2024-01-01', '--yes'),
    admin.isRefused('reprice', '--from', '2024-01-01', '--yes'),
    admin.isRefused('rebuild', '--month', '2024-01', '--yes'),
  ])
  expect(refused.map(({ code }) => code)).toEqual(['backfill-too-old', 'reprice-too-old', 'rebuild-too-old'])
})

test('rebuild finds what was lost and miscounted, sets it right, and then nothing differs', async () => {
  const { Items = [] }: ScanCommandOutput = await dynamo().send(new ScanCommand({ TableName: table }))
  const of = (begin: string) => Items.filter(({ pk }) => pk?.S?.startsWith(begin) === true)
  for (const { pk, sk } of of('J#user/sato')) {
    await dynamo().send(new DeleteItemCommand({ TableName: table, Key: { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } } }))
  }
  const [balance] = Items.filter(({ sk }) => sk?.S === 'B#user/tanaka')
  const Key = { pk: balance?.['pk'] ?? { S: '' }, sk: balance?.['sk'] ?? { S: '' } }
  const more = { ':more': { N: '1000000000000' } }
  await dynamo().send(
    new UpdateItemCommand({ TableName: table, Key, UpdateExpression: 'ADD p :more', ExpressionAttributeValues: more }),
  )
  expect((await admin.status()).totalUsd).toBe('6.6')
  const looked = await admin.run(['rebuild', '--month', '2026-11', '--dry-run', '--exit-code', '--json'])
  expect([looked.code, documentOf(looked)]).toMatchObject([
    3,
    { records: 3, differing: 3, kinds: { missing: 1, drifted: 2, priced: 0, unlogged: 0, conflict: 0 } },
  ])
  expect(await interrupted('FilterLogEvents', ['rebuild', '--month', '2026-11', '--yes'])).toMatchObject({
    code: 130,
    said: expect.stringContaining('stopped while reading: nothing was changed'),
  })
  const done = await admin.does('rebuild', '--month', '2026-11', '--from', 's3', '--yes')
  expect(done.replaceAll('\n  ', ' ')).toContain('1 request recorded, counters of 2 principals mended')
  expect((await admin.status()).totalUsd).toBe('5.6')
  expect(await admin.row('user/sato')).toMatchObject({ usd: '0.8', requests: 1 })
  for (const again of [['--dry-run'], ['--from', 's3', '--yes']]) {
    expect((await admin.does('rebuild', '--month', '2026-11', ...again)).replace(/\s+/g, ' ')).toBe(
      'Nothing differs in 2026-11 (UTC): the books say what the logs say (3 records read). ',
    )
  }
  expect(await admin.does('history')).toContain('a month rebuilt from the logs')
  expect(sandbox.problems()).toEqual([])
})
