/**
 * Log records from wherever an admin has them: files, folders (Bedrock's own S3 layout too), gzip, stdin. Hands over arrays of lines, so that a
 * reader pays one `await` per chunk and not per record. Nothing is kept but the unfinished last line.
 */
import { createReadStream, type Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { GuardError } from '../runtime/domain/guard-error.ts'
import { messagesOf } from './_documents.ts'

export interface Input {
  /** For people: the path, or `stdin`. */
  readonly name: string
  /** Ends early, and says why through `problem`, where the file does. */
  lines(): AsyncGenerator<readonly string[]>
}

const CHUNK_BYTES = 1 << 20
/** Far above any record of Bedrock's (bodies stop at 100 KB); what is longer is no log file. */
const LONGEST_LINE = 64 << 20
const LOG_FILE = /\.(?:json|jsonl|ndjson|log|txt|gz)$/i

/** @param problem hears of files that end early; what came before the end counts. */
export async function inputsOf(
  paths: readonly string[],
  stdin: NodeJS.ReadStream,
  problem: (text: string) => void,
): Promise<readonly Input[]> {
  const inputs: Input[] = []
  for (const path of paths) {
    if (path === '-') inputs.push(inputFrom('stdin', () => stdin, problem))
    else
      for (const file of await filesUnder(path))
        inputs.push(inputFrom(file, () => createReadStream(file, { highWaterMark: CHUNK_BYTES }), problem))
  }
  return inputs
}

async function filesUnder(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new GuardError({
      code: 'no-such-path',
      fault: 'user',
      message: `cannot read ${path}: ${cause.code === 'ENOENT' ? 'there is no such file or folder' : cause.message}`,
      suggestions: ['give a file, a folder, or - for standard input'],
      cause,
    })
  })
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter(isLogFile).map((entry) => join(entry.parentPath, entry.name))
  if (files.length === 0) {
    throw new GuardError({
      code: 'no-log-files',
      fault: 'user',
      message: `there is nothing to read in ${path}: no file ends in .json, .jsonl, .log, .txt or .gz`,
      suggestions: ['name the files themselves'],
    })
  }
  return files.sort()
}

/** Bedrock keeps long bodies in a folder `data` beside the records: they are no records. */
const isLogFile = (entry: Dirent): boolean =>
  entry.isFile() && LOG_FILE.test(entry.name) && !/BedrockModelInvocationLogs[\\/].*[\\/]data$/.test(entry.parentPath)

function inputFrom(name: string, start: () => Readable, problem: (text: string) => void): Input {
  return {
    name,
    async *lines() {
      const raw = start()
      try {
        yield* split(await unzipped(raw))
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? ''
        if (!code.startsWith('Z_') && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
        problem(
          `${name}: the compressed data is broken or ends early (${(error as Error).message}); what came before is counted`,
        )
      } finally {
        raw.destroy()
      }
    },
  }
}

/** Gzip is known by its first two bytes, whatever the file is called; several members one after the other are one text. */
async function unzipped(raw: Readable): Promise<AsyncIterable<Buffer>> {
  const chunks: AsyncIterator<Buffer> = raw[Symbol.asyncIterator]()
  const first = await chunks.next()
  const whole = (async function* () {
    if (!first.done) yield first.value
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  })()
  if (first.done || first.value[0] !== 0x1f || first.value[1] !== 0x8b) return whole
  const { Readable: Reader } = await import('node:stream')
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  const source = Reader.from(whole)
  source.on('error', (error) => gunzip.destroy(error))
  return source.pipe(gunzip)
}

async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let document: string[] | undefined
  let first = true
  for await (const chunk of chunks) {
    const text = rest + decoder.write(chunk)
    const lines = text.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw tooLong()
    if (first && lines.length > 0) {
      first = false
      // A record begins with `{"`; a brace or bracket alone begins a document that is spread over many lines.
      if (/^\s*[[{]\s*$/.test(lines[0] ?? '')) document = []
    }
    if (document) document.push(...lines)
    else yield lines
  }
  rest += decoder.end()
  if (document) yield messagesOf([...document, rest].join('\n'))
  else if (rest !== '') yield /^\s*(?:\[|\{\s*"(?:events|logEvents|Records)")/.test(rest) ? messagesOf(rest) : [rest]
}

const tooLong = () =>
  new GuardError({
    code: 'not-a-log',
    fault: 'user',
    message: 'this is no log of records: a line is longer than 64 MB',
    suggestions: ['give files with one record per line'],
  })

/** True when something is waiting on standard input: a pipe or a file, not a terminal. */
export async function isPiped(stdin: NodeJS.ReadStream): Promise<boolean> {
  if (stdin.isTTY) return false
  const handle = await open('/dev/stdin', 'r').catch(() => undefined)
  if (!handle) return true
  const found = await handle.stat()
  await handle.close()
  return found.isFIFO() || found.isFile() || found.isSocket()
}
