/**
 * How fast `analyze` reads, measured in this process: records from a gzip file on disk to the finished sums, and how much
 * memory it takes to remember the request ids.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { makeBook, noKeptPrices } from '../src/runtime/domain/money/price-book.ts'
import { Analysis } from '../src/runtime/usecases/analyze.ts'
import { wholeLines } from '../src/runtime/usecases/lines.ts'

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly goal: string
  readonly ok: boolean
}

const RECORDS = 300_000
const MODELS = [
  'global.anthropic.claude-opus-5-5',
  'jp.anthropic.claude-sonnet-5-5',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
]

/** Records as Claude Code brings them about: no bodies, cache reads and writes, twenty people, a month. */
function* records(count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const second = Math.floor((index * 30 * 86_400) / count)
    const record = {
      timestamp: `${new Date(Date.UTC(2026, 10, 1) + second * 1000).toISOString().slice(0, 19)}Z`,
      accountId: '123456789012',
      region: 'us-east-1',
      requestId: randomUUID(),
      operation: 'InvokeModelWithResponseStream',
      modelId: MODELS[index % MODELS.length],
      input: {
        inputContentType: 'application/json',
        inputTokenCount: 3 + (index % 4000),
        cacheReadInputTokenCount: (index * 37) % 150_000,
        cacheWriteInputTokenCount: (index * 11) % 9000,
      },
      output: { outputContentType: 'application/json', outputTokenCount: 1 + (index % 2200) },
      inferenceRegion: 'us-east-1',
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      identity: { arn: `arn:aws:iam::123456789012:user/person-${index % 20}` },
      ...(index % 3 === 0 ? {} : { requestMetadata: { source: 'claude-code' } }),
    }
    yield `${JSON.stringify(record)}\n`
  }
}

function newAnalysis(): Analysis {
  return new Analysis({
    book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
    zoning: [{ from: '0000-00', zone: 'Asia/Tokyo' }],
    sessionRoles: ['AWSReservedSSO_*'],
    labels: ['claude-code', 'claude-desktop'],
    account: undefined,
  })
}

async function readFile(path: string): Promise<{ analysis: Analysis; seconds: number }> {
  const analysis = newAnalysis()
  const begin = process.hrtime.bigint()
  const bytes = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createGunzip({ chunkSize: 1 << 20 }))
  for await (const lines of wholeLines(bytes)) analysis.addLines(lines)
  analysis.endFile()
  return { analysis, seconds: Number(process.hrtime.bigint() - begin) / 1e9 }
}

/** The median of `runs` runs. */
export async function benchAnalyze(runs = 5): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cost-guard-bench-'))
  try {
    const path = join(folder, 'records.jsonl.gz')
    await pipeline(Readable.from(records(RECORDS)), createGzip({ level: 6 }), createWriteStream(path))
    const rates: number[] = []
    let bytesPerId = 0
    for (let run = 0; run < runs; run++) {
      const { analysis, seconds } = await readFile(path)
      if (analysis.result().requests !== RECORDS) throw new Error('the benchmark lost records')
      rates.push(RECORDS / seconds)
      bytesPerId = analysis.remembered.bytes / analysis.remembered.ids
    }
    const median = Math.round(rates.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0)
    return [
      {
        name: 'analyze.recordsPerSecond',
        value: median,
        unit: 'records/s',
        goal: 'at least 150000',
        ok: median >= 150_000,
      },
      {
        name: 'analyze.bytesPerRequestId',
        value: Math.round(bytesPerId * 100) / 100,
        unit: 'bytes',
        goal: 'at most 16',
        ok: bytesPerId <= 16,
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
