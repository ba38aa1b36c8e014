/**
 * `analyze` of a large gzip file against unpacking alone (`zcat`) and against DuckDB, each a process of its own, run in
 * turns on the same file: ratios of the medians. 300,000 records; `BENCH_BIG=1` takes three million.
 * DuckDB is fetched from npm into the folder for temporary files the first time; without it that ratio is left out.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instant } from '../src/runtime/domain/base/calendar.ts'
import { parseModelId } from '../src/runtime/domain/metering/model-id.ts'
import { parseUsd } from '../src/runtime/domain/money/money.ts'
import { makeBook, noKeptPrices } from '../src/runtime/domain/money/price-book.ts'
import { plainRate } from '../src/runtime/domain/money/pricing.ts'
import type { Figure } from './analyze.ts'
import { bigFile, MAIN_MODELS, SMALL_MODEL } from './big-records.ts'
import { root } from './timing.ts'

const DUCKDB = '1.5.6-r.1'
const big = process.env['BENCH_BIG'] === '1'
const RECORDS = big ? 3_000_000 : 300_000
const TURNS = big ? 3 : 5
const folder = join(tmpdir(), 'cost-guard-bench-duckdb')

interface Ran {
  readonly seconds: number
  readonly peakMb: number
  readonly output: string
}

export async function bigFigures(): Promise<readonly Figure[]> {
  const path = await bigFile(RECORDS)
  const duck = await duckScript(path)
  const programs = [
    ['zcat', ['zcat', path]],
    ['analyze', [process.execPath, ...tellsPeak, join(root, 'bin/run.js'), 'analyze', path, '--json']],
    ...(duck === undefined ? [] : [['duckdb', [process.execPath, ...tellsPeak, duck]] as const]),
  ] as const
  const ran = new Map<string, Ran[]>(programs.map(([name]) => [name, []]))
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, command] of programs) ran.get(name)?.push(await run(command, name !== 'zcat'))
  }
  agree(ran)
  const time = (name: string): number => median((ran.get(name) ?? []).map((one) => one.seconds))
  const ratio = (name: string, value: number, unit: string, atMost: number): Figure => ({
    name,
    value: Math.round(value * 100) / 100,
    unit,
    goal: `<= ${atMost}`,
    ok: value <= atMost,
  })
  const perSecond = Math.round(RECORDS / time('analyze'))
  const peak = Math.max(...(ran.get('analyze') ?? []).map((one) => one.peakMb))
  return [
    { name: 'big.recordsPerSecond', value: perSecond, unit: 'records/s', goal: 'as the ratios', ok: true },
    ratio('big.analyzePerZcat', time('analyze') / time('zcat'), 'x zcat', big ? 1.25 : 2),
    ...(duck === undefined ? [] : [ratio('big.analyzePerDuckdb', time('analyze') / time('duckdb'), 'x DuckDB', 1)]),
    ratio('big.peakMb', peak, 'MB', 400),
  ]
}

/** The same money and the same requests, or the comparison is worth nothing. */
function agree(ran: ReadonlyMap<string, readonly Ran[]>): void {
  const analyzed = JSON.parse(ran.get('analyze')?.[0]?.output ?? '{}') as { totalUsd: string; requests: number }
  if (analyzed.requests !== RECORDS) throw new Error(`analyze counted ${analyzed.requests} of ${RECORDS} records`)
  const queried = ran.get('duckdb')?.[0]?.output
  if (queried === undefined) return
  const { requests, pico } = JSON.parse(queried) as { requests: string; pico: string }
  if (Number(requests) !== RECORDS || BigInt(pico) !== parseUsd(analyzed.totalUsd)) {
    throw new Error(`DuckDB says ${requests} requests and ${pico} pico-dollars, analyze ${analyzed.totalUsd} dollars`)
  }
}

const tellsPeak = [
  '--import',
  'data:text/javascript,process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS))',
]

function run([program = '', ...args]: readonly string[], keep: boolean): Promise<Ran> {
  const started = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'] })
  let output = ''
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const seconds = (performance.now() - started) / 1000
      if (code !== 0) reject(new Error(`${program} ended with ${code}: ${said}`))
      else resolve({ seconds, peakMb: Number(/peak (\d+)/.exec(said)?.[1] ?? 0) / 1024, output })
    })
  })
}

/** What the models cost in November 2026, as a table for the join. */
function priceRows(): string {
  const book = makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' })
  const tokens = { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }
  return [...MAIN_MODELS, SMALL_MODEL]
    .map((id) => {
      const at = instant(Date.UTC(2026, 10, 15))
      const rate = plainRate(book, { model: parseModelId(id), at, region: 'us-east-1', tokens })
      if (rate === undefined) throw new Error(`no price of ${id}`)
      const { input, output, cacheRead, cacheWriteUnknown } = rate.prices
      return `('${id}', ${input}, ${output}, ${cacheRead}, ${cacheWriteUnknown})`
    })
    .join(', ')
}

/** The sums of `analyze`: by principal and source, by model, by day; a request that occurs twice counts once. */
const query = (path: string): string => `
with records as (
  select distinct on (requestId) requestId, identity.arn as arn, modelId, timestamp[1:10] as day, requestMetadata.source as source,
    input.inputTokenCount as fresh, output.outputTokenCount as answer,
    coalesce(input.cacheReadInputTokenCount, 0) as reads, coalesce(input.cacheWriteInputTokenCount, 0) as writes
  from read_json('${path}', format = 'newline_delimited', compression = 'gzip', columns = {
    timestamp: 'VARCHAR', requestId: 'VARCHAR', modelId: 'VARCHAR', identity: 'STRUCT(arn VARCHAR)',
    requestMetadata: 'STRUCT(source VARCHAR)', output: 'STRUCT(outputTokenCount BIGINT)',
    input: 'STRUCT(inputTokenCount BIGINT, cacheReadInputTokenCount BIGINT, cacheWriteInputTokenCount BIGINT)'})),
prices(modelId, p_in, p_out, p_read, p_write) as (values ${priceRows()})
select grouping(arn, modelId, day) as level, arn, source, modelId, day, count(*) as requests,
  sum(fresh) as fresh, sum(answer) as answer, sum(reads) as reads, sum(writes) as writes,
  sum(fresh * p_in + answer * p_out + reads * p_read + writes * p_write) as pico
from records join prices using (modelId)
group by grouping sets ((arn, source), (modelId), (day))`

/** The path of a program that asks DuckDB and prints the totals; undefined where DuckDB cannot be had. */
async function duckScript(path: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true })
  if (!existsSync(join(folder, 'node_modules/@duckdb/node-api'))) {
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
    const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, `@duckdb/node-api@${DUCKDB}`]
    const failed = await run(install, true).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (failed !== undefined) {
      process.stderr.write(`big: without DuckDB, because ${failed}\n`)
      return undefined
    }
  }
  const script = join(folder, `ask-${RECORDS}.mjs`)
  const source = `import { DuckDBInstance } from '@duckdb/node-api'
const connection = await (await DuckDBInstance.create(':memory:')).connect()
const rows = (await connection.runAndReadAll(${JSON.stringify(query(path))})).getRowObjectsJson()
const days = rows.filter((row) => row.day !== null)
const total = (name) => String(days.reduce((sum, row) => sum + BigInt(row[name]), 0n))
console.log(JSON.stringify({ requests: total('requests'), pico: total('pico'), rows: rows.length }))
`
  await writeFile(script, source)
  return script
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
