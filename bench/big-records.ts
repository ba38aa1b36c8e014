/** Many records as a company's month has them: made once, the same every time, kept in the folder for temporary files. */
import { createWriteStream, existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** Increase it when the records change: files of before are left alone. */
const VERSION = 1
const PEOPLE = 5000
const SECONDS = 30 * 86_400

/** Of a person mostly the first that fits; a small one beside it, as Claude Code does. */
export const MAIN_MODELS = [
  'global.anthropic.claude-opus-4-7',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6',
] as const
export const SMALL_MODEL = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

/** @returns the path of `count` records as gzip; one in a thousand of them occurs twice */
export async function bigFile(count: number): Promise<string> {
  const path = join(tmpdir(), `cost-guard-bench-${count}-v${VERSION}.jsonl.gz`)
  if (existsSync(path)) return path
  const making = `${path}.${process.pid}`
  await pipeline(Readable.from(pieces(count)), createGzip({ level: 6 }), createWriteStream(making))
  await rename(making, path)
  return path
}

function* pieces(count: number): Generator<string> {
  const random = randoms()
  let piece = ''
  for (let index = 0; index < count; index++) {
    const line = `${JSON.stringify(recordAt(Math.floor((index * SECONDS) / count), random))}\n`
    piece += index % 1000 === 999 ? line + line : line
    if (piece.length < 1 << 20) continue
    yield piece
    piece = ''
  }
  yield piece
}

/** In an hour a few hundred of the people are at work, some of them much more than others. */
function recordAt(second: number, random: () => number): object {
  const person = (Math.floor(random() * random() * 400) * 12 + Math.floor(second / 3600) * 7) % PEOPLE
  return {
    timestamp: `${new Date(Date.UTC(2026, 10, 1) + second * 1000).toISOString().slice(0, 19)}Z`,
    accountId: '123456789012',
    identity: { arn: `arn:aws:${arnOf(person)}` },
    region: 'us-east-1',
    requestId: [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-'),
    operation: person % 2 === 0 ? 'ConverseStream' : 'InvokeModelWithResponseStream',
    modelId: random() < 0.85 ? MAIN_MODELS[person % MAIN_MODELS.length] : SMALL_MODEL,
    input: {
      inputContentType: 'application/json',
      inputTokenCount: Math.floor(random() * 4000),
      cacheReadInputTokenCount: Math.floor(random() * 150_000),
      cacheWriteInputTokenCount: Math.floor(random() * 9000),
    },
    output: { outputContentType: 'application/json', outputTokenCount: Math.floor(random() * 2200) },
    inferenceRegion: 'us-east-1',
    ...(random() < 0.6 ? { requestMetadata: { source: 'claude-code' } } : {}),
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
  }
}

function arnOf(person: number): string {
  if (person % 3 === 0) return `iam::123456789012:user/person-${person}`
  if (person % 3 === 1) return `sts::123456789012:assumed-role/app-${person}-role/i-${person}`
  return `sts::123456789012:assumed-role/team-${person % 100}-developers/person-${person}@example.com`
}

/** xorshift (https://www.jstatsoft.org/article/view/v008i14): the same numbers every time. */
function randoms(): () => number {
  let state = 12_345
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const hex = (random: () => number, length: number): string =>
  Math.floor(random() * 16 ** Math.min(length, 8))
    .toString(16)
    .padStart(Math.min(length, 8), '0') + (length > 8 ? hex(random, length - 8) : '')
