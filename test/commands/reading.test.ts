import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inputsOf } from '../../src/commands/_lines.ts'
import { progressOn, readingWords } from '../../src/commands/_reading/progress.ts'
import { readRecords } from '../../src/commands/_reading/read-records.ts'
import { released } from '../../src/commands/_reading/released.ts'
import { columns } from '../../src/commands/_view/columns.ts'
import { Analysis } from '../../src/runtime/usecases/analyze.ts'
import { charging } from '../domain/metering.ts'
import { built, root } from '../support/cli.ts'

test('the progress of a long reading says how far it is, how fast, and how long it takes, on a terminal only', () => {
  let now = 0
  const written: string[] = []
  const screen = { isTTY: true, columns: 80, write: (text: string) => written.push(text) }
  const progress = progressOn(screen, [{ size: 100_000_000 }, { size: 55_000_000 }], () => now)
  progress?.at(1_000_000, 20_000)
  expect(written, 'what takes a moment shows nothing').toEqual([])
  for (now = 600; now <= 2000; now += 10) progress?.at(15_500_000, 310_000)
  expect(written.length, 'a few times a second').toBe(6)
  expect(written[0]).toBe('\r\u001b[K10% of 155 MB, 310,000 records, 516,667 a second, about 6 s left')
  progress?.end()
  expect(written.at(-1), 'the line is free again').toBe('\r\u001b[K')
  expect(progressOn({ ...screen, isTTY: false }, [])).toBeUndefined()
})

test('the progress of standard input has no end that is known', () => {
  expect(readingWords({ bytes: 5_500_000, records: 9000, total: undefined, elapsedMs: 1500 })).toBe(
    '5.5 MB, 9,000 records, 6,000 a second',
  )
  expect(readingWords({ bytes: 120, records: 0, total: 100, elapsedMs: 1 }), 'a file that grew').toBe(
    '100% of 0 MB, 0 records, 0 a second',
  )
})

test('Ctrl-C ends a reading at once, and exits 130', async () => {
  await built()
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), 'analyze', '-', '--json'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  // Taken in: it reads. More never comes.
  await new Promise((taken) => child.stdin.write('{"no":"record"}\n'.repeat(100_000), taken))
  const asked = performance.now()
  child.kill('SIGINT')
  expect(await new Promise((ended) => child.once('close', ended))).toBe(130)
  expect(said).toContain('Cancelled')
  expect(performance.now() - asked).toBeLessThan(3000)
})

test('a table of thousands of rows looks like one of a few', () => {
  const heads = [{ head: 'PRINCIPAL' }, { head: 'USD', align: 'right' as const }, { head: 'NOTE' }]
  const long = `role/${'x'.repeat(90)}`
  const few = [
    ['user/tanaka', '1,234.50', '日本語'],
    [long, '0.01', ''],
    ['user/sato', '12.00', 'a b'],
  ]
  const many = Array.from({ length: 300 }, () => few).flat()
  const shown = columns(heads, few).split('\n')
  expect(columns(heads, many).split('\n')).toEqual([
    shown[0],
    ...Array.from({ length: 300 }, () => shown.slice(1)).flat(),
  ])
})

const record = (index: number): string =>
  JSON.stringify({
    timestamp: `2026-11-18T02:${String(index % 60).padStart(2, '0')}:00Z`,
    accountId: '123456789012',
    identity: { arn: `arn:aws:iam::123456789012:user/person-${index % 700}` },
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(index % 20_000).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: 'global.anthropic.claude-opus-4-7',
    ...(index % 11 === 0 ? { errorCode: 'ThrottlingException' } : {}),
    input: { inputTokenCount: index },
    output: { outputTokenCount: index % 7 },
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
  })

test('a packed file of many megabytes is read as its lines are, though memory is used again while it is read', async () => {
  const lines = Array.from({ length: 22_000 }, (_, index) => (index % 97 === 0 ? '{"broken' : record(index)))
  const folder = await mkdtemp(join(tmpdir(), 'cost-guard-reading-'))
  try {
    const path = join(folder, 'records.jsonl.gz')
    await writeFile(path, gzipSync(lines.join('\n')))
    const problems: string[] = []
    const inputs = await inputsOf([path], Readable.from([]), (text) => problems.push(text))
    const analysis = new Analysis({ ...charging(), account: undefined })
    await readRecords(inputs, analysis)
    const one = new Analysis({ ...charging(), account: undefined })
    for (const line of lines) one.add(line)
    one.endFile()
    expect(analysis.result()).toEqual(one.result())
    expect(analysis.result().duplicates).toBeGreaterThan(1500)
    expect(analysis.readQuickly).toBeGreaterThan(15_000)
    expect(problems).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('the memory of a chunk is given back when the next is asked for, unless more may come into it', async () => {
  const whole = new Uint8Array(100)
  const half = new Uint8Array(100)
  const chunks = released(Readable.from([whole, half.subarray(0, 50), half.subarray(50)]))
  const left: number[][] = []
  for await (const chunk of chunks) left.push([whole.buffer.byteLength, half.buffer.byteLength, chunk.length])
  expect(left).toEqual([
    [100, 100, 100],
    [0, 100, 50],
    [0, 100, 50],
  ])
  expect(half.buffer.byteLength).toBe(0)
})
