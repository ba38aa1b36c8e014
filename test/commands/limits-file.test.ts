/** Limits for a time, and limits by file, by the built CLI against the sandbox. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentOf, type Ran, run } from '../support/cli.ts'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const guard = (...args: string[]): Promise<Ran> => run(args, { env: sandbox.env })
const folder = mkdtempSync(join(tmpdir(), 'cost-guard-limits-'))
afterAll(() => rmSync(folder, { recursive: true }))
const saved = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const listed = async () => {
  const { limits } = documentOf(await guard('limits', 'list', '--json')) as { limits: Record<string, unknown>[] }
  return limits.map(({ of, per, limitUsd, until }) => [of, per, limitUsd, until])
}

beforeAll(async () => {
  await sandbox.createUser('tanaka')
  await sandbox.createUser('suzuki')
  expect((await guard('init', '--limit', 'tanaka=50', '--yes')).code).toBe(0)
})

test('a limit for a time stands beside the lasting one, which comes back when it ends', async () => {
  expect((await guard('limits', 'set', 'tanaka=100', '--until', '2099-12-24')).stdout).toContain(
    'user/tanaka a month, until 2099-12-25 00:00 +00:00: none → 100.00',
  )
  expect(await listed()).toEqual([
    ['user/tanaka', 'month', '50', null],
    ['user/tanaka', 'month', '100', '2099-12-25T00:00:00Z'],
  ])
  expect((await guard('limits', 'set', 'tanaka=9', '--until', '2020-01-01', '--json')).code).toBe(2)
})

test('what was exported changes nothing when it is imported, as CSV and as JSON', async () => {
  await guard('limits', 'set', 'everyone=20', 'suzuki=3', '--per', 'day', '--warn-at', '50,95')
  const before = await listed()
  for (const format of ['csv', 'json']) {
    const { stdout } = await guard('limits', 'export', '--format', format)
    const dry = documentOf(await guard('limits', 'import', saved(`limits.${format}`, stdout), '--dry-run', '--json'))
    const { limits } = dry as { limits: { changed: boolean }[] }
    expect([format, limits.length, limits.filter(({ changed }) => changed)]).toEqual([format, 4, []])
  }
  expect((await guard('limits', 'export')).stdout).toContain('user/suzuki,3,day,block,50 95,,\n')
  expect(await listed()).toEqual(before)
})

test('a spreadsheet of targets and amounts is enough; --dry-run sets nothing', async () => {
  const path = saved('few.csv', 'target,amount\r\ntanaka,60\r\n"suzuki",7.5\r\n')
  expect((await guard('limits', 'import', path, '--dry-run')).stdout).toContain('user/tanaka a month: 50.00 → 60.00')
  expect((await listed()).flat()).not.toContain('60')
  expect((await guard('limits', 'import', path, '--yes')).code).toBe(0)
  expect(await listed()).toContainEqual(['user/suzuki', 'month', '7.5', null])
})

test('every mistake of a file is said with its line, and nothing is set', async () => {
  const path = saved('wrong.csv', 'target,amount,per\ntanaka,-5,month\nsuzuki,5,year\n')
  const ran = await guard('limits', 'import', path, '--yes', '--json')
  const { problems } = documentOf(ran) as { problems: { line: number }[] }
  expect([ran.code, problems.map(({ line }) => line)]).toEqual([2, [2, 3]])
})

test('taking a limit away takes the one for a time with it', async () => {
  expect((await guard('limits', 'unset', 'tanaka')).code).toBe(0)
  expect((await listed()).map(([of]) => of)).not.toContain('user/tanaka')
})

test('a file that is not there or is a directory is said as init --config says it, exit 2', async () => {
  const [none, directory] = await Promise.all([
    guard('limits', 'import', join(folder, 'none.csv'), '--json'),
    guard('limits', 'import', folder),
  ])
  expect([none.code, documentOf(none)]).toMatchObject([2, { error: { code: 'no-file' } }])
  expect([directory.code, directory.stderr]).toEqual([
    2,
    `Error: ${folder} cannot be read: it is a directory\nTry this: cost-guard limits export > limits.csv writes one from an installed guard\n`,
  ])
})

test('what has ended is left out of an import and said, and the rest is set', async () => {
  const path = saved('kept.csv', 'target,amount,until\ntanaka,900,2020-01-01\nsuzuki,8,\n')
  const dry = await guard('limits', 'import', path, '--dry-run')
  expect([dry.code, dry.stdout]).toEqual([0, 'user/suzuki a month: 7.50 → 8.00\ntanaka: ended 2020-01-01, left out\n'])
  const ran = await guard('limits', 'import', path, '--yes', '--json')
  expect(documentOf(ran)).toMatchObject({ leftOut: [{ target: 'tanaka', until: '2020-01-01' }] })
  expect(await listed()).toContainEqual(['user/suzuki', 'month', '8', null])
})

test('what is typed wins over the file, whatever the file calls the principal', async () => {
  const path = saved('named.yaml', 'limits:\n  user/tanaka: 33\n  suzuki: 9\n')
  const ran = await guard('init', '--config', path, '--limit', 'tanaka=44', '--dry-run')
  expect([ran.code, ran.stderr.includes('Error')]).toEqual([0, false])
  expect(ran.stdout).toContain('user/tanaka a month: none → 44.00')
  expect(ran.stdout).toContain('user/suzuki a month: 8.00 → 9.00')
  expect(ran.stdout).not.toContain('33.00')
})
