/**
 * The prebuilt code that the functions run, read from the package, never built on the admin's machine: one zip for the three
 * that guard, one for the function of the self-service page.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

/** One zip. */
export interface PackedCode {
  /** Base64, as Lambda's CodeSha256. */
  readonly codeSha256: string
  readonly version: string
  zip(): Promise<Uint8Array>
}

export interface RuntimeAssets extends PackedCode {
  /** Of the page's function. Throws where this copy of cost-guard has none: asked only where a page is wanted. */
  page(): PackedCode
}

interface Sheet {
  readonly sha256: string
  readonly version: string
}

/** From this file upwards: the bundled CLI lies in dist/, the source in src/provision/. */
export function findRuntimeAssets(start: string = dirname(fileURLToPath(import.meta.url))): RuntimeAssets {
  return { ...packed(start, 'runtime'), page: () => packed(start, 'dashboard') }
}

/** `assets/NAME/NAME.json` tells what `NAME.zip` beside it is. */
function packed(start: string, name: 'runtime' | 'dashboard'): PackedCode {
  const inside = join('assets', name)
  for (let folder = start; ; folder = dirname(folder)) {
    const sheet = readSheet(join(folder, inside, `${name}.json`))
    if (sheet !== undefined) {
      return {
        codeSha256: base64Of(sheet.sha256),
        version: sheet.version,
        zip: () => readFile(join(folder, inside, `${name}.zip`)),
      }
    }
    if (folder === dirname(folder)) throw noAssets(join(inside, `${name}.json`))
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

const noAssets = (path: string) =>
  new GuardError({
    code: 'no-runtime',
    fault: 'bug',
    message: `${path} is missing: this copy of cost-guard was not built completely`,
    suggestions: ['npm ci', 'npm run prepare'],
  })
