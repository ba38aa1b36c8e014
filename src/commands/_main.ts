/** Starts oclif. What a command throws it has already told; here only what happens before a command is found. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Config, flush, Plugin, run } from '@oclif/core'
import { errorJson, errorText, tell } from './_errors.ts'
import { startedAs } from './_started.ts'

export async function main(argv: readonly string[]): Promise<void> {
  const source = import.meta.url.endsWith('.ts')
  const root = join(dirname(fileURLToPath(import.meta.url)), source ? '../..' : '..')
  ignoreClosedPipe(process.stderr)
  try {
    const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    // Shells complete what is installed, by its own name.
    if (!argv[0]?.startsWith('autocomplete')) pjson.oclif.bin = startedAs(process.argv, process.env)
    await run([...argv], source ? await fromSource(root, pjson) : { root, pjson })
    await flush()
  } catch (error) {
    const exit = exitOf(error)
    if (exit !== undefined) {
      process.exitCode = exit
      return
    }
    const told = tell(error, { command: undefined, flags: [], bin: startedAs(process.argv, process.env) })
    process.exitCode = told.exit
    const json = argv.includes('--json') || process.env.COST_GUARD_CONTENT_TYPE === 'json'
    if (json) process.stdout.write(`${JSON.stringify(errorJson(told), null, 2)}\n`)
    else process.stderr.write(errorText(told))
  }
}

/** oclif's own `exit(n)` is an error without a message: its code stands, nothing is printed. */
const exitOf = (error: unknown): number | undefined => {
  const { code, oclif } = error as { code?: string; oclif?: { exit?: number } }
  return code === 'EEXIT' ? (oclif?.exit ?? 0) : undefined
}

/** The commands as TypeScript files, without the manifest: what is on the screen is what is in the editor. */
async function fromSource(root: string, pjson: Plugin['pjson']) {
  const commands = pjson.oclif.commands
  if (typeof commands !== 'object') throw new Error('package.json: oclif.commands must be an object')
  pjson.oclif.commands = { ...commands, target: './src/commands', globPatterns: ['**/*.ts', '!**/_*', '!**/_*/**'] }
  pjson.oclif.hooks = { command_not_found: './src/commands/_hooks/command-not-found.ts' }
  const plugin = new Plugin({ root, isRoot: true, ignoreManifest: true, pjson, name: pjson.name, type: 'core' })
  await plugin.load()
  return Config.load({ root, plugins: new Map([[plugin.name, plugin]]) })
}

function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
