/**
 * Writes what is made from the table of settings: assets/cost-guard.schema.json and docs/settings.md. `--check` compares instead and
 * exits 1 when one of them is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { schemaText } from '../src/commands/_config/schema.ts'
import { type Raw, type Setting, settingsTable } from '../src/provision/settings-table.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const HEAD = `# Settings

Every setting of a guard, made from the table in \`src/provision/settings-table.ts\` (\`npx tsx scripts/settings.ts\`). Each can be given to
\`init\` as a flag, stand in \`cost-guard.yaml\` under its key, and be changed later alone: \`config set KEY=VALUE\`, or \`init\` with that one
flag. What is not given keeps its installed value; a list replaces the list; \`none\` takes a value away.

| Key in cost-guard.yaml | Flag of init | What it is | Default | Example |
| --- | --- | --- | --- | --- |
`

const TAIL = `
## cost-guard.yaml

\`\`\`yaml
# yaml-language-server: $schema=cost-guard.schema.json
guard: cost-guard          # optional, must agree with --guard
region: ap-northeast-1     # optional, must agree with --region
language: ja
emails: [boss@example.com]
timeZone: Asia/Tokyo
people:                    # several keys of one person; others stay
  tanaka: [user/tanaka, user/BedrockAPIKey-x1, session/AWSReservedSSO_*/tanaka@example.com]
teams:
  growth: [person/tanaka, user/sato, role/team-a]
limits:                    # dollars a month; others that are set stay
  everyone: 20
  team/growth: 500
  user/tanaka: {amount: 50, warnAt: [50, 80, 95]}
  account: {amount: 2000, action: notify}
exclude: [role/build]      # counted, never blocked
prices:                    # dollars per million tokens, as prices set takes them
  - {model: newlab.wonder-9, input: 3, output: 15}
discounts:                 # what the list price is multiplied by, as prices discount takes it
  - {of: anthropic, multiplier: 0.9}
\`\`\`

\`init --config cost-guard.yaml\` applies it, \`plan --config cost-guard.yaml\` shows what it would change, \`config export\` writes one from an
installed guard. Flags win over the file. Everything wrong with it is said at once, each with its line, before AWS is asked anything; a
key that is not known is refused. The schema is \`assets/cost-guard.schema.json\` of the package, or what \`config schema\` prints.
`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``
const flagOf = ({ flag, alias, kind, choices }: Setting): string =>
  kind === 'switch'
    ? `--[no-]${flag}`
    : `--${flag}${alias ? `, --${alias}` : ''}${choices ? ` ${choices.join('|')}` : kind === 'list' ? ' VALUE...' : ' VALUE'}`
const sampleOf = (sample: Raw, kind: Setting['kind']): string =>
  kind === 'numbers'
    ? `[${String(sample).split(',').join(', ')}]`
    : Array.isArray(sample)
      ? `[${sample.join(', ')}]`
      : String(sample)

const row = (setting: Setting): string => {
  const { key, summary, otherwise, sample, kind } = setting
  return `| ${code(key)} | ${code(flagOf(setting))} | ${cell(summary)} | ${cell(otherwise)} | ${code(sampleOf(sample, kind))} |`
}

/** File → what belongs into it. */
export const settingsFiles = (): Readonly<Record<string, string>> => ({
  'assets/cost-guard.schema.json': schemaText(),
  'docs/settings.md': `${HEAD}${settingsTable.map(row).join('\n')}\n${TAIL}`,
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(settingsFiles())) {
    const file = join(root, path)
    if (!process.argv.includes('--check')) writeFileSync(file, text)
    else if (readFileSync(file, 'utf8') !== text) {
      process.stderr.write(`${path} is out of date: run npx tsx scripts/settings.ts and commit it\n`)
      process.exitCode = 1
    }
  }
}
