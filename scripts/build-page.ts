/**
 * Bundles the self-service page: script and style under names that say their contents, so that browsers may keep them for ever,
 * and the document that names them. Gives bytes, writes nothing: scripts/build-runtime.ts packs them beside the function.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface PageFile {
  /** `index.html`, or `files/` and a name with the hash of the contents. */
  readonly name: string
  readonly contents: Uint8Array
}

const hashed = (stem: string, ending: string, contents: Uint8Array): PageFile => ({
  name: `files/${stem}-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}.${ending}`,
  contents,
})

async function bundled(entry: string): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new Error(`esbuild gave nothing for ${entry}`)
  return output.contents
}

/** Every file of the page, in a fixed order. */
export async function bundlePage(): Promise<readonly PageFile[]> {
  const [script, style, icon] = [
    hashed('app', 'js', await bundled('src/page/main.ts')),
    hashed('style', 'css', await bundled('src/page/style.css')),
    hashed('icon', 'svg', readFileSync(join(root, 'src/page/icon.svg'))),
  ]
  const index = readFileSync(join(root, 'src/page/index.html'), 'utf8')
    .replace('%script%', `/${script.name}`)
    .replace('%style%', `/${style.name}`)
    .replace('%icon%', `/${icon.name}`)
  return [{ name: 'index.html', contents: new TextEncoder().encode(index) }, script, style, icon]
}
