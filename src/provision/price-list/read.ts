/** Price files from AWS's public address or from the disk. Whatever comes is bounded in size and time, and parsed as untrusted. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { addressOf, type OfferFile, readOfferFile, SERVICE_CODES } from './offer-file.ts'

/** Ten times the largest file of a region today. */
const MOST_BYTES = 128 * 1024 * 1024
const DEADLINE_MS = 60_000
const ATTEMPTS = 3

export interface Web {
  readonly fetch: (address: string, how: { readonly signal: AbortSignal }) => Promise<Response>
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Progress, for stderr. */
  readonly note: (text: string) => void
}

/**
 * The three offers of each region. One that AWS has no file of is left out: not every region sells everything.
 * @throws GuardError `price-list-unreachable`, or `no-price-list` where AWS has none at all for these regions.
 */
export async function download(regions: readonly string[], web: Web): Promise<readonly OfferFile[]> {
  const files: OfferFile[] = []
  for (const region of regions) {
    web.note(`reading AWS's price list for ${region}`)
    const texts = await Promise.all(SERVICE_CODES.map((code) => fetchText(addressOf(code, region), web)))
    for (const [index, text] of texts.entries()) {
      if (text !== undefined) files.push(readOfferFile(text, addressOf(SERVICE_CODES[index] ?? '', region)))
    }
  }
  if (files.length > 0) return files
  throw new GuardError({
    code: 'no-price-list',
    fault: 'user',
    message: `AWS publishes no price list of Bedrock for ${regions.join(', ')}`,
    suggestions: ['check the region', '--from FILE, with a file that you have'],
  })
}

async function fetchText(address: string, web: Web): Promise<string | undefined> {
  let cause: unknown
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const answer = await web.fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) })
      if (answer.ok) return await bounded(answer, address)
      await answer.body?.cancel()
      // S3, where the files lie, answers 403 for what is not there.
      if (answer.status === 404 || answer.status === 403) return undefined
      cause = new Error(`HTTP ${answer.status}`)
      if (answer.status < 500 && answer.status !== 429) break
    } catch (error) {
      if (error instanceof GuardError) throw error
      cause = error
    }
    if (attempt < ATTEMPTS) {
      web.note(`${new URL(address).host} did not answer (${whyOf(cause)}), trying again`)
      await web.sleep(1000 * 2 ** (attempt - 1))
    }
  }
  throw unreachable(address, cause)
}

async function bounded(answer: Response, address: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength
    if (bytes > MOST_BYTES) throw tooLarge(address)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function unreachable(address: string, cause: unknown): GuardError {
  const proxy = process.env.HTTPS_PROXY ?? process.env.https_proxy
  return new GuardError({
    code: 'price-list-unreachable',
    fault: 'aws',
    message: `${address} cannot be read: ${whyOf(cause)}`,
    suggestions: [
      ...(proxy !== undefined && process.env.NODE_USE_ENV_PROXY === undefined
        ? ['NODE_USE_ENV_PROXY=1, so that Node.js (22.21, 24 and later) uses the proxy in HTTPS_PROXY']
        : []),
      `curl -o prices.json ${address}`,
      '--from prices.json, with the file that you fetched',
    ],
    cause,
  })
}

/** Node says `fetch failed`, and why in the cause. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

/** Files, gzipped or not; of a folder every `.json` and `.json.gz` in it. @throws GuardError `no-file`, `bad-price-file`. */
export async function filesFrom(paths: readonly string[]): Promise<readonly OfferFile[]> {
  const all = (await Promise.all(paths.map(pathsIn))).flat()
  return Promise.all(all.map(async (path) => readOfferFile(await textOf(path), path)))
}

async function pathsIn(path: string): Promise<readonly string[]> {
  const found = await orNoFile(path, stat(path))
  if (!found.isDirectory()) return [path]
  const inside = (await readdir(path)).filter((name) => /\.json(\.gz)?$/.test(name)).sort()
  if (inside.length > 0) return inside.map((name) => join(path, name))
  throw noFile(path, 'there is no .json or .json.gz file in it')
}

async function textOf(path: string): Promise<string> {
  const bytes = await orNoFile(path, readFile(path))
  if (bytes.length > MOST_BYTES) throw tooLarge(path)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8')
  return (await orNoFile(path, promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES }))).toString('utf8')
}

const orNoFile = <T>(path: string, work: Promise<T>): Promise<T> =>
  work.catch((cause: Error) => Promise.reject(noFile(path, cause.message, cause)))

const noFile = (path: string, why: string, cause?: unknown): GuardError =>
  new GuardError({
    code: 'no-file',
    fault: 'user',
    message: `${path} cannot be read: ${why}`,
    suggestions: ['--from FILE or FOLDER, with price files as AWS publishes them'],
    ...(cause === undefined ? {} : { cause }),
  })

const tooLarge = (source: string): GuardError =>
  new GuardError({
    code: 'bad-price-file',
    fault: 'user',
    message: `${source} is larger than ${MOST_BYTES / 1024 / 1024} MB: no price file of one region is`,
    suggestions: ['name the file of one region, not of all'],
  })
