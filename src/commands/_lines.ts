/** Log records from wherever an admin has them: files, folders (Bedrock's own S3 layout too), gzip, standard input. */
import { createReadStream, type Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { wholeLines } from '../runtime/usecases/lines.ts'
import { released } from './_reading/released.ts'

export interface Input {
  /** For people: the path, or `standard input`. */
  readonly name: string
  /** Bytes on the disk; undefined for what has no end that is known. */
  readonly size: number | undefined
  /** Whole lines, about a megabyte at a time, each piece good until the next is asked for. Ends early, and says why through `problem`, where the file does. */
  pieces(): AsyncGenerator<Uint8Array>
  /** Bytes taken from the disk so far. */
  bytesRead(): number
}

const CHUNK_BYTES = 1 << 20
const LOG_FILE = /\.(?:json|jsonl|ndjson|log|txt|gz)$/i

/** @param problem hears of files that end early; what came before the end counts. */
export async function inputsOf(
  paths: readonly string[],
  stdin: Readable,
  problem: (text: string) => void,
): Promise<readonly Input[]> {
  const inputs: Input[] = []
  for (const path of paths) {
    if (path === '-') {
      inputs.push(inputFrom({ name: 'standard input', size: undefined, start: () => stdin, problem }))
      continue
    }
    for (const { file, size } of await filesUnder(path)) {
      const start = () => createReadStream(file, { highWaterMark: CHUNK_BYTES })
      inputs.push(inputFrom({ name: file, size, start, problem }))
    }
  }
  return inputs
}

async function filesUnder(path: string): Promise<readonly { file: string; size: number | undefined }[]> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new GuardError({
      code: 'no-such-path',
      fault: 'user',
      message: `cannot read ${path}: ${cause.code === 'ENOENT' ? 'there is no such file or folder' : cause.message}`,
      suggestions: ['give a file, a folder, or - for standard input'],
      cause,
    })
  })
  if (!found.isDirectory()) return [{ file: path, size: found.isFile() ? found.size : undefined }]
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
  return Promise.all(files.sort().map(async (file) => ({ file, size: (await stat(file)).size })))
}

/** Bedrock keeps long bodies in a folder `data` beside the records: they are no records. */
const isLogFile = (entry: Dirent): boolean =>
  entry.isFile() && LOG_FILE.test(entry.name) && !/BedrockModelInvocationLogs[\\/].*[\\/]data$/.test(entry.parentPath)

interface Source {
  readonly name: string
  readonly size: number | undefined
  readonly start: () => Readable
  readonly problem: (text: string) => void
}

function inputFrom({ name, size, start, problem }: Source): Input {
  let read = 0
  return {
    name,
    size,
    bytesRead: () => read,
    async *pieces() {
      const raw = start()
      const counted = (bytes: number): void => {
        read += bytes
      }
      try {
        yield* wholeLines(await unzipped(raw, counted))
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException
        if (!code.startsWith('Z_') && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
        problem(`${name}: the compressed data is broken or ends early (${message}); what came before is counted`)
      } finally {
        raw.destroy()
      }
    },
  }
}

/** Gzip is known by its first two bytes, whatever the file is called; several members one after the other are one text. */
async function unzipped(raw: Readable, counted: (bytes: number) => void): Promise<AsyncIterable<Uint8Array>> {
  const chunks: AsyncIterator<Buffer> = raw[Symbol.asyncIterator]()
  const first = await chunks.next()
  const whole = (async function* () {
    for (let next = first; !next.done; next = await chunks.next()) {
      counted(next.value.length)
      yield next.value
    }
  })()
  if (first.done || first.value[0] !== 0x1f || first.value[1] !== 0x8b) return whole
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  const source = Readable.from(whole, { objectMode: false, highWaterMark: CHUNK_BYTES })
  source.on('error', (error) => gunzip.destroy(error))
  return released(source.pipe(gunzip))
}
