/**
 * Bundles the handlers and packs them into assets/runtime/runtime.zip, byte for byte the same wherever it is built.
 *   tsx scripts/build-runtime.ts            writes
 *   tsx scripts/build-runtime.ts --check    compares with what is there, exit 1 when it differs
 *   tsx scripts/build-runtime.ts --out DIR  writes elsewhere
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildResult, build } from 'esbuild'
import { zipSync } from 'fflate'
import { slimSdk } from './slim-sdk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const BYTES_AT_MOST = 200 * 1024
const functions = ['ingest', 'enforce', 'report']
/** fflate reads the local parts of a date, so this one is the same in every zone; 1980 is where zip begins. */
const MTIME = new Date(1980, 0, 1)

export interface RuntimeBundle {
  readonly zip: Uint8Array
  /** Base64, as Lambda's CodeSha256. */
  readonly sha256: string
  readonly files: Readonly<Record<string, number>>
}

export async function bundleRuntime(): Promise<RuntimeBundle> {
  const result: BuildResult<{ write: false }> = await build({
    absWorkingDir: root,
    entryPoints: functions
      .map((name) => `src/runtime/handlers/${name}.ts`)
      .filter((path) => existsSync(join(root, path))),
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
  const names = result.outputFiles.map(
    ({ path, contents }) => [path.slice(path.lastIndexOf('/') + 1), contents] as const,
  )
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1))
  const entries = Object.fromEntries(
    sorted.map(([name, contents]) => [name, [contents, { mtime: MTIME, level: 9 }]] as const),
  )
  const zip = zipSync(entries as Parameters<typeof zipSync>[0])
  return {
    zip,
    sha256: createHash('sha256').update(zip).digest('base64'),
    files: Object.fromEntries(sorted.map(([name, contents]) => [name, contents.length])),
  }
}

const describe = (bundle: RuntimeBundle): string => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return `${JSON.stringify({ sha256: bundle.sha256, bytes: bundle.zip.length, version }, null, 2)}\n`
}

async function main(options: readonly string[]): Promise<number> {
  const out = options.includes('--out') ? (options[options.indexOf('--out') + 1] ?? '') : join(root, 'assets/runtime')
  const bundle = await bundleRuntime()
  if (bundle.zip.length > BYTES_AT_MOST) {
    process.stderr.write(`runtime.zip has ${bundle.zip.length} bytes: more than ${BYTES_AT_MOST}\n`)
    return 1
  }
  const [zipPath, jsonPath] = [join(out, 'runtime.zip'), join(out, 'runtime.json')]
  if (options.includes('--check')) {
    const same =
      existsSync(zipPath) &&
      Buffer.compare(readFileSync(zipPath), bundle.zip) === 0 &&
      existsSync(jsonPath) &&
      readFileSync(jsonPath, 'utf8') === describe(bundle)
    if (!same) process.stderr.write('assets/runtime is not what the sources give: run npm run build:runtime\n')
    return same ? 0 : 1
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(zipPath, bundle.zip)
  writeFileSync(jsonPath, describe(bundle))
  process.stderr.write(`runtime.zip ${bundle.zip.length} bytes ${bundle.sha256}\n`)
  if (options.includes('--verbose')) process.stderr.write(`${JSON.stringify(bundle.files, null, 2)}\n`)
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
