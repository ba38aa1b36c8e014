/**
 * Writes the list of commands into README.md between its two markers, from the manifest. `--check` compares instead and exits 1
 * when it is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshManifest } from './manifest.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const readme = join(root, 'README.md')
const BEGIN = '<!-- commands -->'
const END = '<!-- /commands -->'

interface Listed {
  readonly summary?: string
  readonly args: Readonly<Record<string, { readonly required?: boolean; readonly multiple?: boolean }>>
  readonly hidden?: boolean
  readonly usage?: string
}

/** One row per command: how it is called, and its summary. */
export function commandTable(manifest: { readonly commands: Readonly<Record<string, Listed>> }): string {
  const rows = Object.entries(manifest.commands)
    .filter(([, command]) => !command.hidden)
    .map(([id, command]) => {
      const args = Object.entries(command.args).map(([name, arg]) => (arg.required ? name : `[${name}]`))
      const call = command.usage ?? [id.replaceAll(':', ' '), ...args.map((arg) => arg.toUpperCase())].join(' ')
      return `| \`${call.replaceAll('|', '\\|')}\` | ${(command.summary ?? '').replaceAll('|', '\\|')} |`
    })
  return ['| Command | What it does |', '| --- | --- |', ...rows].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const before = readFileSync(readme, 'utf8')
  const from = before.indexOf(BEGIN)
  const to = before.indexOf(END)
  if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`)
  const table = commandTable(JSON.parse(await freshManifest()))
  const after = `${before.slice(0, from + BEGIN.length)}\n${table}\n${before.slice(to)}`
  if (!process.argv.includes('--check')) {
    writeFileSync(readme, after)
  } else if (after !== before) {
    process.stderr.write('the list of commands in README.md is out of date: run npx tsx scripts/readme.ts\n')
    process.exitCode = 1
  }
}
