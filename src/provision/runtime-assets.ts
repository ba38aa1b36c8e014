/** The prebuilt runtime that all three functions run: read from the package, never built on the admin's machine. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

export interface RuntimeAssets {
  /** Base64, as Lambda's CodeSha256. */
  readonly codeSha256: string
  readonly version: string
  zip(): Promise<Uint8Array>
}

const FOLDER = join('assets', 'runtime')

interface Sheet {
  readonly sha256: string
  readonly version: string
}

/** From this file upwards: the bundled CLI lies in dist/, the source in src/provision/. */
export function findRuntimeAssets(start: string = dirname(fileURLToPath(import.meta.url))): RuntimeAssets {
  for (let folder = start; ; folder = dirname(folder)) {
    const sheet = readSheet(join(folder, FOLDER, 'runtime.json'))
    if (sheet !== undefined) {
      return {
        codeSha256: base64Of(sheet.sha256),
        version: sheet.version,
        zip: () => readFile(join(folder, FOLDER, 'runtime.zip')),
      }
    }
    if (folder === dirname(folder)) throw noAssets()
  }
}

function readSheet(path: string): Sheet | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Sheet
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
}

/** 64 hex digits or already base64. */
const base64Of = (sha256: string): string =>
  /^[0-9a-f]{64}$/i.test(sha256) ? Buffer.from(sha256, 'hex').toString('base64') : sha256

const noAssets = () =>
  new GuardError({
    code: 'no-runtime',
    fault: 'bug',
    message: `${FOLDER}/runtime.json is missing: this copy of cost-guard was not built completely`,
    suggestions: ['npm ci', 'npm run build:runtime'],
  })
