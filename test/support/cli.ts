/** The built CLI as a real process, in an environment that holds nothing of the developer's own AWS. */
import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Built, buildCli } from '../../scripts/build.ts'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const bin = join(root, 'bin/run.js')

let building: Promise<Built> | undefined
/** Once per test file; files whose bytes are the same are left alone, so test files may build beside each other. */
export function built(): Promise<Built> {
  building ??= buildCli()
  return building
}

/** A guard without its alarms and dashboard: ten parts that come and go alike and cost every test that installs one its seconds. */
export const PLAIN: readonly string[] = ['--no-alarms', '--no-cloudwatch-dashboard']

export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  /** Hears each piece of stderr while it runs, with the process: to interrupt it. */
  readonly onStderr?: (text: string, child: ChildProcess) => void
  /** Hears of the process as soon as there is one: to kill it. */
  readonly onStart?: (child: ChildProcess) => void
}

/** @param env is all it gets besides PATH. Never a terminal: stdin is a pipe that ends. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  await built()
  // A command lives for a second: what V8 optimises in it costs more than it saves, a fifth of the processor's time.
  const child = spawn(process.execPath, ['--no-opt', bin, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: join(tmpdir(), 'cost-guard-nobody'), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  options.onStart?.(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    options.onStderr?.(stderr, child)
  })
  // A command that does not read its input may end before it is written.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** The one JSON document that a command printed; fails when there is none or more than one. */
export const documentOf = (ran: Ran): Record<string, unknown> => JSON.parse(ran.stdout) as Record<string, unknown>
