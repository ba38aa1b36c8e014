/** The only door to src/sandbox: the story, or a small AWS that stays. */
import { spawn } from 'node:child_process'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { runDemo } from '../sandbox/demo.ts'
import { type Sandbox, startSandbox } from '../sandbox/index.ts'
import { startedAs } from './_started.ts'

interface Ways {
  readonly region: string
  readonly port?: number | undefined
  readonly verbose: boolean
  readonly say: (line: string) => void
  readonly note: (line: string) => void
  /** Prints the one document of --json, where a command does not end by itself. */
  readonly show: (document: object) => void
}

const PEOPLE = ['tanaka', 'sato', 'suzuki']
const BOSS = 'boss@example.com'
/** Who may open the page where the sandbox stays, all with the same password. */
const PAGE_USERS = [
  { name: 'boss', email: BOSS, more: ['--admin', '--principals', 'none'] },
  { name: 'tanaka', email: 'tanaka@example.com', more: [] },
]
const PASSWORD = 'Sandbox-for-everybody-1'

/** This very program, as a child: node with the script it was started by. */
const program = (): readonly string[] => [process.execPath, process.argv[1] ?? '']

const start = (ways: Ways, live: boolean): Promise<Sandbox> =>
  startSandbox({ region: ways.region, log: ways.note, live, ...(ways.port === undefined ? {} : { port: ways.port }) })

export async function playDemo(ways: Ways): Promise<object> {
  const began = performance.now()
  const sandbox = await start(ways, false)
  const stopped = stopOnce(sandbox)
  process.prependOnceListener('SIGINT', () => void stopped())
  try {
    await runDemo({ sandbox, say: ways.say, program: program(), path: process.env.PATH ?? '', verbose: ways.verbose })
  } finally {
    await stopped()
  }
  return { ok: true, seconds: Math.round((performance.now() - began) / 1000) }
}

export async function keepSandbox(ways: Ways): Promise<undefined> {
  const sandbox = await start(ways, true)
  const stopped = stopOnce(sandbox)
  const left = new Promise<void>((resolve) => {
    // Instead of the usual end: the emulator must go too.
    process.removeAllListeners('SIGINT')
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  try {
    const people: Record<string, Readonly<Record<string, string>>> = {}
    for (const name of PEOPLE) people[name] = sandbox.envOf(await sandbox.createUser(name))
    const page = await install(sandbox, ways)
    ways.show({
      endpoint: sandbox.endpoint,
      account: sandbox.account,
      region: sandbox.region,
      env: sandbox.env,
      people,
      page: page === undefined ? null : { url: page, password: PASSWORD, users: PAGE_USERS.map(({ email }) => email) },
    })
    for (const line of [...exportLines(sandbox, people), ...pageLines(page), END]) ways.say(line)
    await left
    ways.note('stopping the small AWS')
  } finally {
    await stopped()
  }
  return undefined
}

function stopOnce(sandbox: Sandbox): () => Promise<void> {
  let stopping: Promise<void> | undefined
  return () => {
    stopping ??= sandbox.stop()
    return stopping
  }
}

/** Answers where the page is; undefined where nobody could sign in to it. */
async function install(sandbox: Sandbox, ways: Ways): Promise<string | undefined> {
  const hasPage = await sandbox.canSignIn()
  const page = hasPage ? ['--dashboard'] : []
  await command(sandbox, ways, ['init', '--email', BOSS, '--default-limit', '20', ...page, '--yes'])
  if (!hasPage) return undefined
  for (const { name, email, more } of PAGE_USERS) {
    await command(sandbox, ways, ['dashboard', 'users', 'add', name, '--email', email, ...more])
    await sandbox.setPassword(email, PASSWORD)
  }
  return sandbox.pageUrl()
}

async function command(sandbox: Sandbox, ways: Ways, args: readonly string[]): Promise<void> {
  const [node = '', script = ''] = program()
  const child = spawn(node, [script, ...args], {
    env: { ...sandbox.env, PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', ways.verbose ? 'inherit' : 'ignore'],
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  throw new GuardError({
    code: 'sandbox-init',
    fault: 'bug',
    message: `the guard could not be installed in the sandbox: ${args.slice(0, 3).join(' ')} ended with ${code}`,
    suggestions: ['run it again with --verbose'],
  })
}

const END = '# Ctrl-C here ends it and leaves nothing.'

const pageLines = (url: string | undefined): readonly string[] =>
  url === undefined
    ? []
    : [
        '# the page where people see their own spend, in a browser:',
        url,
        ...PAGE_USERS.map(({ email, more }) => `  ${email}  ${PASSWORD}${more.length > 0 ? '  (sees everybody)' : ''}`),
        '',
      ]

function exportLines(
  sandbox: Sandbox,
  people: Readonly<Record<string, Readonly<Record<string, string>>>>,
): readonly string[] {
  const exports = (env: Readonly<Record<string, string>>) =>
    Object.entries(env).map(([name, value]) => `export ${name}='${value}'`)
  const keysOf = (name: string) => people[name] ?? {}
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => `${name}=${keysOf('tanaka')[name] ?? ''}`)
  const bin = startedAs(process.argv, process.env)
  return [
    '# SANDBOX: nothing here touches your own AWS. In another terminal:',
    ...exports(sandbox.env),
    '',
    '# then, as the admin:',
    `${bin} status`,
    `${bin} limits set tanaka=1`,
    '',
    '# and as tanaka, who calls Claude (run it until it is refused):',
    `${keys.join(' ')} aws bedrock-runtime converse --model-id global.anthropic.claude-opus-5-5 \\`,
    `  --messages '[{"role":"user","content":[{"text":"tokens: 20_000 in, 9_000 out"}]}]'`,
    '',
    '# time and mail:',
    `curl -s ${sandbox.endpoint}/_sandbox/mails`,
    `curl -s -X POST ${sandbox.endpoint}/_sandbox/time -d '{"advanceSeconds":86400}'`,
    '',
  ]
}
