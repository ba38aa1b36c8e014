/**
 * Bundles the handlers and packs them, byte for byte the same wherever it is built:
 *   assets/runtime/runtime.zip       ingest, enforce and report
 *   assets/dashboard/dashboard.zip   the page's function, and the page in a folder beside it
 *
 *   tsx scripts/build-runtime.ts            writes
 *   tsx scripts/build-runtime.ts --check    compares with what is there, exit 1 when it differs
 *   tsx scripts/build-runtime.ts --out DIR  writes all of it into DIR
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildResult, build } from 'esbuild'
import { gzipSync, zipSync } from 'fflate'
import { bundlePage } from './build-page.ts'
import { slimSdk } from './slim-sdk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const BYTES_AT_MOST = 200 * 1024
/** What a phone has to load before it shows anything: everything of the page, compressed. */
const PAGE_BYTES_AT_MOST = 60 * 1024
/** fflate reads the local parts of a date, so this one is the same in every zone; 1980 is where zip begins. */
const MTIME = new Date(1980, 0, 1)

interface Part {
  readonly name: string
  readonly contents: Uint8Array
}
interface Package {
  readonly name: 'runtime' | 'dashboard'
  readonly zip: Uint8Array
  /** Base64, as Lambda's CodeSha256. */
  readonly sha256: string
  readonly files: Readonly<Record<string, number>>
  /** Why it must not be shipped. */
  readonly complaints: readonly string[]
}

async function bundled(functions: readonly string[]): Promise<readonly Part[]> {
  const result: BuildResult<{ write: false }> = await build({
    absWorkingDir: root,
    entryPoints: functions.map((name) => `src/runtime/handlers/${name}.ts`),
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared-[hash]',
    bundle: true,
    write: false,
    format: 'esm',
    splitting: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
    alias: {
      '@aws-sdk/credential-provider-node': './src/runtime/aws/lambda-credentials.ts',
      // Loaded only for browsers and for SSO logins: neither happens in Lambda.
      bowser: './src/runtime/aws/not-in-lambda.ts',
      '@aws-sdk/nested-clients/sso-oidc': './src/runtime/aws/not-in-lambda.ts',
    },
    plugins: [slimSdk],
    logLevel: 'warning',
  })
  return result.outputFiles.map(({ path, contents }) => ({ name: path.slice(path.lastIndexOf('/') + 1), contents }))
}

function packed(name: Package['name'], parts: readonly Part[], complaints: readonly string[] = []): Package {
  const sorted = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1))
  const entries = Object.fromEntries(
    sorted.map((part) => [part.name, [part.contents, { mtime: MTIME, level: 9 }]] as const),
  )
  const zip = zipSync(entries as Parameters<typeof zipSync>[0])
  const tooLarge = `${name}.zip has ${zip.length} bytes: more than ${BYTES_AT_MOST}`
  return {
    name,
    zip,
    sha256: createHash('sha256').update(zip).digest('base64'),
    files: Object.fromEntries(sorted.map((part) => [part.name, part.contents.length])),
    complaints: zip.length > BYTES_AT_MOST ? [...complaints, tooLarge] : complaints,
  }
}

const packRuntime = async (): Promise<Package> => packed('runtime', await bundled(['ingest', 'enforce', 'report']))

async function packDashboard(): Promise<Package> {
  const page = await bundlePage()
  const compressed = page.reduce((sum, { contents }) => sum + gzipSync(contents, { mtime: MTIME }).length, 0)
  process.stderr.write(`the page has ${compressed} bytes compressed\n`)
  const complaint = `the page has ${compressed} bytes compressed: more than ${PAGE_BYTES_AT_MOST}`
  return packed(
    'dashboard',
    [...(await bundled(['dashboard'])), ...page.map(({ name, contents }) => ({ name: `page/${name}`, contents }))],
    compressed > PAGE_BYTES_AT_MOST ? [complaint] : [],
  )
}

const describe = ({ zip, sha256 }: Package): string => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return `${JSON.stringify({ sha256, bytes: zip.length, version }, null, 2)}\n`
}

const isSame = (zipPath: string, jsonPath: string, made: Package): boolean =>
  existsSync(zipPath) &&
  Buffer.compare(readFileSync(zipPath), made.zip) === 0 &&
  existsSync(jsonPath) &&
  readFileSync(jsonPath, 'utf8') === describe(made)

/** False: it is too large, or `--check` found another one. */
function settle(made: Package, options: readonly string[]): boolean {
  const { name, zip, sha256, files, complaints } = made
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  if (complaints.length > 0) return false
  const out = options.includes('--out') ? (options[options.indexOf('--out') + 1] ?? '') : join(root, 'assets', name)
  const [zipPath, jsonPath] = [join(out, `${name}.zip`), join(out, `${name}.json`)]
  if (options.includes('--check')) {
    const same = isSame(zipPath, jsonPath, made)
    if (!same) process.stderr.write(`assets/${name} is not what the sources give: run npm run build:runtime\n`)
    return same
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(zipPath, zip)
  writeFileSync(jsonPath, describe(made))
  process.stderr.write(`${name}.zip ${zip.length} bytes ${sha256}\n`)
  if (options.includes('--verbose')) process.stderr.write(`${JSON.stringify(files, null, 2)}\n`)
  return true
}

async function main(options: readonly string[]): Promise<number> {
  const made = [await packRuntime(), await packDashboard()]
  return made.map((each) => settle(each, options)).every((good) => good) ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
