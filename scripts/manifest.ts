/**
 * Writes oclif.manifest.json from the built commands, with @oclif/core's own Plugin class: the same file that the oclif package
 * makes, without its 221 packages. `--check` compares instead and exits 1 when it is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const manifestPath = join(root, 'oclif.manifest.json')

export async function freshManifest(): Promise<string> {
  const plugin = new Plugin({
    root,
    isRoot: true,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${JSON.stringify({ commands, version: plugin.manifest.version }, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fresh = await freshManifest()
  if (!process.argv.includes('--check')) {
    writeFileSync(manifestPath, fresh)
  } else if (readFileSync(manifestPath, 'utf8') !== fresh) {
    process.stderr.write('oclif.manifest.json is out of date: run npm run build and commit it\n')
    process.exitCode = 1
  }
}
