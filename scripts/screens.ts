/**
 * Plays a month of a small team in the sandbox with the built CLI and writes what the commands print into docs/screens.md.
 * Takes about a minute and needs the emulator, so no check compares it: `npx tsx scripts/screens.ts` after a change of words.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Sandbox, startSandbox } from '../src/sandbox/index.ts'
import { Worker } from '../test/e2e/team.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const DAY = 24 * 3_600_000
const page: string[] = [
  `# Screens

What the commands print, as text: 80 columns, no colours needed. Played with the built CLI in the sandbox (\`npx tsx scripts/screens.ts\`), so that amounts and
times are those of an invented team. The mails are in [mails.md](mails.md), the CloudWatch dashboard in [cloudwatch.md](cloudwatch.md), pictures of the page in [page.md](page.md).
`,
]

async function cli(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...sandbox.env, COST_GUARD_STARTED_AS: 'cost-guard', COLUMNS: '80' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.resume()
  await new Promise((done) => child.once('close', done))
  await sandbox.idle()
  return out
}

const quoted = (arg: string): string => (/^[\w./=,@:-]+$/.test(arg) ? arg : `'${arg}'`)

async function screen(title: string, ...args: string[]): Promise<void> {
  const text = await cli(...args)
  const fenced = `\`\`\`\n$ cost-guard ${args.map(quoted).join(' ')}\n${text.replaceAll('\r', '').trimEnd()}\n\`\`\``
  page.push(`## ${title}\n\n${fenced}\n`)
}

async function play(on: Sandbox): Promise<void> {
  on.setTime('2026-11-16T01:00:00Z')
  await on.tick()
  const tanaka = new Worker(on, await on.createUser('tanaka'))
  const sato = new Worker(on, await on.createUser('sato'))
  await on.createUser('break-glass')
  await on.createRole('builders')
  const build = new Worker(on, await on.assume('builders', 'nightly'))
  await on.createRole('AWSReservedSSO_Developer_0123456789abcdef', { path: '/aws-reserved/sso.amazonaws.com/' })
  const suzuki = new Worker(on, await on.assume('AWSReservedSSO_Developer_0123456789abcdef', 'suzuki@example.com'))

  const wish = ['init', '--email', 'boss@example.com', '--time-zone', 'Asia/Tokyo', '--default-limit', '20']
  const yen = ['--currency', 'JPY', '--currency-rate', '155.5']
  await screen('Before anything is done', ...wish, ...yen, '--dry-run')
  await screen('Installing', ...wish, ...yen, '--limit', 'tanaka=30', '--yes')
  await screen('Status before the first call', 'status')
  on.confirmMail('boss@example.com')
  await tanaka.asks({ tokens: '1200000 in, 150000 out, 4000000 cache read', source: 'claude-code' })
  await sato.asks({ tokens: '900000 in, 60000 out, 2000000 cache read', source: 'claude-desktop' })
  await build.asks({ tokens: '20000 in, 1000 out', way: 'invoke', model: 'us.anthropic.claude-haiku-5-5' })
  await suzuki.asks({ tokens: '300000 in, 20000 out', source: 'claude-code' })
  on.advance(DAY)
  await on.tick()
  await tanaka.asks({ tokens: '5000000 in, 200000 out', source: 'claude-code' })
  await sato.asks({ tokens: '2500000 in, 60000 out', source: 'claude-code', model: 'us.anthropic.claude-sonnet-5-5' })
  on.advance(60_000)
  await on.tick()
  await screen('Status', 'status')
  await screen('Status by model', 'status', '--by', 'model')
  await screen('One principal', 'show', 'tanaka')
  await screen('Limits', 'limits', 'list')
  await screen('A raise frees at once', 'limits', 'set', 'tanaka=60')
  await screen('Excluded, and why', 'exclude', 'add', 'break-glass', '--reason', 'emergency access')
  await screen('Who changed what', 'history')
  await screen('Is everything well?', 'doctor')
  await screen('Settings for a client', 'onboard', 'sato', '--client', 'claude-code')
  await screen('Who is written to', 'mail', 'list')
  await screen('The mail on the terminal', 'report', 'preview')
  await screen('Chargeback', 'report', 'preview', '--csv')
  await screen('The guard as a file', 'config', 'export')
  await screen('A page for everybody: what it would make, and make public', 'init', '--dashboard', '--dry-run')
  await cli('init', '--dashboard', '--yes')
  await screen('Letting somebody in', 'dashboard', 'users', 'add', 'tanaka', '--email', 'tanaka@example.com')
  await cli('dashboard', 'users', 'add', 'boss', '--email', 'boss@example.com', '--admin', '--principals', 'none')
  await screen('Who may open it', 'dashboard', 'users', 'list')
  await screen('What removing it would do', 'teardown', '--dry-run')
}

const sandbox = await startSandbox({})
try {
  await play(sandbox)
  writeFileSync(join(root, 'docs/screens.md'), page.join('\n'))
} finally {
  await sandbox.stop()
}
