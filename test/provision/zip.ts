import { createHash } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import type { RuntimeAssets } from '../../src/provision/runtime-assets.ts'

/** A zip with three handlers that answer `text`; its bytes depend on nothing else. */
export function zipAnswering(text: string): RuntimeAssets {
  const handler = strToU8(`export const handler = async () => ${JSON.stringify(text)}`)
  const files = { 'ingest.mjs': handler, 'enforce.mjs': handler, 'report.mjs': handler }
  const bytes = zipSync(files, { mtime: new Date(1980, 0, 1) })
  return {
    codeSha256: createHash('sha256').update(bytes).digest('base64'),
    version: text,
    zip: async () => bytes,
  }
}
