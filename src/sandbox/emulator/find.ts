/** Where the emulator's program is: named, on PATH in the right version, or in a private virtual environment. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { MOTO_VERSION, requirements } from './requirements.ts'

const run = promisify(execFile)
const INSTALL_MS_MAX = 5 * 60_000
const INSTALLED_MB = 115
/** In the installed folder: the list it was made from. */
const STAMP = 'cost-guard.txt'

export interface FindOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  log(line: string): void
}

const onPath = (name: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))

/** The moto version that a moto_server program would run; undefined when it cannot say. */
async function versionOf(program: string, environment: FindOptions['environment']): Promise<string | undefined> {
  const text = await readFile(program, 'latin1')
  const shebang = /^#!(\S*python[\d.]*)/.exec(text)?.[1]
  const ask = ['-c', 'import importlib.metadata as m; print(m.version("moto"))']
  // A pyenv shim is a shell script that picks the python of the day: its neighbour picks the same one.
  const python = shebang ?? join(program, '..', 'python')
  const answered = await run(python, ask, { timeout: 20_000, env: { ...environment } }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
  return answered
}

export const cacheFolder = (environment: FindOptions['environment']): string =>
  join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'), 'cost-guard')

export const installLine = (folder: string): string =>
  `python3 -m venv ${folder} && ${folder}/bin/pip install --no-deps ${requirements.join(' ')} && MOTO_SERVER=${folder}/bin/moto_server`

const isUsable = async (folder: string): Promise<boolean> => {
  const stamp = join(folder, STAMP)
  return existsSync(stamp) && (await readFile(stamp, 'utf8')) === requirements.join('\n')
}

/** One process installs, the others (test workers) wait for it; a lock left by a killed one is broken. */
async function locked(folder: string, work: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`
  await mkdir(join(folder, '..'), { recursive: true })
  const deadline = Date.now() + INSTALL_MS_MAX
  while (!(await mkdir(lock).then(() => true, isTaken))) {
    const age = await stat(lock).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    )
    if (age > INSTALL_MS_MAX || Date.now() > deadline) await rm(lock, { recursive: true, force: true })
    await sleep(250)
  }
  try {
    await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}
const isTaken = (error: unknown): boolean => {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
  throw error
}

async function install(folder: string, { environment, log }: FindOptions): Promise<string> {
  const program = join(folder, 'bin', 'moto_server')
  if (await isUsable(folder)) return program
  const how = { env: { ...environment }, timeout: INSTALL_MS_MAX }
  try {
    await locked(folder, async () => {
      if (await isUsable(folder)) return
      log(`installing the AWS emulator once: moto ${MOTO_VERSION}, about ${INSTALLED_MB} MB, into ${folder}`)
      await rm(folder, { recursive: true, force: true })
      await run('python3', ['-m', 'venv', folder], how)
      log(`the Python environment is made; fetching ${requirements.length} packages`)
      const pip = [
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '--no-input',
        '--no-deps',
        '--no-compile',
        '-q',
      ]
      await run(join(folder, 'bin', 'python'), [...pip, ...requirements], how)
      // Only a finished installation carries the stamp; a cut one is made again.
      await writeFile(join(folder, STAMP), requirements.join('\n'))
      log('the emulator is installed')
    })
    return program
  } catch (cause) {
    throw new GuardError({
      code: 'no-emulator',
      fault: 'user',
      message: `the AWS emulator could not be installed into ${folder}: ${reasonOf(cause)}`,
      suggestions: [
        `install it by hand: ${installLine(folder)}`,
        `or install it anywhere (pip install 'moto[server]==${MOTO_VERSION}') and set MOTO_SERVER to its moto_server`,
      ],
      cause,
    })
  }
}

/** pip and venv say why in their last line. */
const reasonOf = (cause: unknown): string => {
  const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message?: string }
  const said = [stderr, stdout, message].find((one) => one !== undefined && one.trim() !== '')
  return said?.trim().split('\n').pop() ?? String(cause)
}

/** The program to start. Installs only when nothing fitting is there. */
export async function findEmulator(options: FindOptions): Promise<string> {
  const { environment } = options
  const named = environment['MOTO_SERVER']
  if (named) return named
  const found = onPath('moto_server', environment['PATH'] ?? '')
  if (found && (await versionOf(found, environment)) === MOTO_VERSION) return found
  return install(join(cacheFolder(environment), `moto-${MOTO_VERSION}`), options)
}
