/**
 * A real browser for the page's tests: the machine's Chromium or Chrome; where there is none it is installed, once, and said.
 *   COST_GUARD_CHROMIUM=/path/to/chrome   takes that one
 */
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
/** Of two test files that both find no browser, one installs it. */
const LOCK = join(tmpdir(), 'cost-guard-chromium.lock')
const INSTALL_MS = 300_000
const LOOK_AGAIN_MS = 500

type Log = (line: string) => void
const onStderr: Log = (line) => void process.stderr.write(`${line}\n`)

/** Path of the program. @throws Error that says how to install one. */
export async function findChromium(log: Log = onStderr): Promise<string> {
  const given = process.env['COST_GUARD_CHROMIUM']
  if (given !== undefined && given !== '') {
    if (isProgram(given)) return given
    throw new Error(`COST_GUARD_CHROMIUM names ${given}, which is no program`)
  }
  return installed() ?? (await alone(() => install(log)))
}

/** Without its own sandbox only for root (containers), where Chromium refuses to start with it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium()
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}

function installed(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...APPLICATIONS]
  return [...candidates, chromium.executablePath()].find(isProgram)
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false
    throw error
  }
}

async function install(log: Log): Promise<string> {
  const there = installed()
  if (there !== undefined) return there
  const tried: string[] = []
  for (const [words, program, ...args] of ways()) {
    log(`no Chromium for the tests of the page: ${words}`)
    const failure = await run(program, args)
    const found = installed()
    if (found !== undefined) return found
    tried.push(`${words}: ${failure ?? 'it ended well, and still there is none'}`)
  }
  throw new Error(
    `the tests of the page need Chromium or Chrome, and it could not be installed. Install it (Debian: apt-get install chromium) or ` +
      `name it with COST_GUARD_CHROMIUM. Tried:\n${tried.join('\n')}`,
  )
}

type Way = readonly [words: string, program: string, ...args: string[]]
function ways(): readonly Way[] {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js')
  const byApt: readonly Way[] =
    process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
      ? [
          ['asking apt what there is', 'apt-get', 'update', '-q'],
          [
            'installing it with apt-get install chromium (about 100 MB)',
            ...(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'] as const),
          ],
        ]
      : []
  return [
    ...byApt,
    [
      'downloading one with playwright-core install chromium (about 110 MB)',
      process.execPath,
      cli,
      'install',
      'chromium',
    ],
  ]
}

/** What went wrong in words; undefined: nothing. */
function run(program: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(program, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: INSTALL_MS,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-600)
    })
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => resolve(code === 0 ? undefined : `${program} ended with ${code}: ${said.trim()}`))
  })
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + INSTALL_MS
  for (;;) {
    try {
      mkdirSync(LOCK)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const isOld = existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > INSTALL_MS
      if (isOld || Date.now() > until) rmSync(LOCK, { recursive: true, force: true })
      else await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MS))
    }
  }
  try {
    return await work()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}
