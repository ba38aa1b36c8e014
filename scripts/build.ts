/**
 * Bundles the CLI into dist/: each command an entry, shared code in chunks, the SDK and the prompts in chunks of their own that are
 * loaded when a command needs them. oclif is bundled too, because resolving its files costs more than running them.
 * Only files whose bytes changed are written, so a build beside a running command does no harm.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { slimSdk } from './slim-sdk.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const commandsDirectory = join(root, 'src/commands')
const out = join(root, 'dist')

/** CommonJS inside the bundle (oclif, cli-table3) asks for these; an ES module has none of them. */
const banner = [
  "import{createRequire as __createRequire}from'node:module';",
  "import{fileURLToPath as __toPath}from'node:url';",
  "import{dirname as __toDirectory}from'node:path';",
  'const require=__createRequire(import.meta.url);',
  'const __filename=__toPath(import.meta.url),__dirname=__toDirectory(__filename);',
].join('')

const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Files and directories that begin with an underscore are the commands' own parts, not commands. */
const isCommand = (file: string): boolean =>
  file.endsWith('.ts') &&
  !relative(commandsDirectory, file)
    .split(/[\\/]/)
    .some((part) => part.startsWith('_'))

export interface Built {
  readonly bytes: number
  readonly files: number
  readonly written: number
  /** Output file below dist/ → what it imports the moment it is loaded, and from which sources it was made. */
  readonly outputs: ReadonlyMap<string, { readonly loads: readonly string[]; readonly sources: readonly string[] }>
}

export async function buildCli(): Promise<Built> {
  const commands = filesOf(commandsDirectory)
    .filter(isCommand)
    .map((file) => ({ in: file, out: `commands/${relative(commandsDirectory, file).replace(/\.ts$/, '')}` }))
  const result = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(commandsDirectory, '_main.ts'), out: 'main' },
      { in: join(commandsDirectory, '_hooks/command-not-found.ts'), out: 'hooks/command-not-found' },
      ...commands,
    ],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    // Beside main.js and never deeper: oclif looks for a package.json one directory above its own code.
    chunkNames: 'chunk-[hash]',
    banner: { js: banner },
    // Optional peers that oclif looks for and does not need, and what the sandbox signs people in with in development alone.
    external: ['ts-node', 'tsx', 'typescript', 'esbuild', 'oidc-provider'],
    outdir: out,
    write: false,
    metafile: true,
    plugins: [slimSdk],
    logLevel: 'warning',
  })
  const wanted = new Set(result.outputFiles.map((file) => file.path))
  let written = 0
  for (const file of result.outputFiles) {
    if (same(file.path, file.contents)) continue
    mkdirSync(dirname(file.path), { recursive: true })
    writeFileSync(file.path, file.contents)
    written += 1
  }
  for (const old of existing(out)) if (!wanted.has(old)) rmSync(old, { force: true })
  return {
    bytes: result.outputFiles.reduce((total, file) => total + file.contents.length, 0),
    files: result.outputFiles.length,
    written,
    outputs: outputsOf(result.metafile.outputs),
  }
}

function outputsOf(outputs: Metafile['outputs']): Built['outputs'] {
  const name = (path: string): string => relative('dist', path)
  return new Map(
    Object.entries(outputs).map(([path, output]) => {
      const loads = output.imports.filter((one) => one.kind === 'import-statement' && !one.external)
      return [name(path), { loads: loads.map((one) => name(one.path)), sources: Object.keys(output.inputs) }]
    }),
  )
}

function existing(directory: string): string[] {
  mkdirSync(directory, { recursive: true })
  return filesOf(directory)
}

function same(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bytes, files, written } = await buildCli()
  process.stderr.write(`dist: ${files} files, ${Math.round(bytes / 1024)} KB, ${written} written\n`)
}
