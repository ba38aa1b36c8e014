import { createHash } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import type { PackedCode, RuntimeAssets } from '../../src/provision/runtime-assets.ts'

/** A zip with a handler for each function that answer `text`; its bytes depend on nothing else. */
export function zipAnswering(text: string): RuntimeAssets {
  const handler = strToU8(`export const handler = async () => ${JSON.stringify(text)}`)
  const pack = (files: readonly string[]): PackedCode => {
    const entries = Object.fromEntries(files.map((name) => [`${name}.mjs`, handler]))
    const bytes = zipSync(entries, { mtime: new Date(1980, 0, 1) })
    return {
      codeSha256: createHash('sha256').update(bytes).digest('base64'),
      version: text,
      zip: async () => bytes,
    }
  }
  return { ...pack(['ingest', 'enforce', 'report']), page: () => pack(['dashboard']) }
}
