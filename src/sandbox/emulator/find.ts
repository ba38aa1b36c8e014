/** Where the emulator's program is: named, on PATH in the right version, or in a private virtual environment. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { GuardError } from '../../runtime/domain/guard-error.ts'
import { MOTO_VERSION, requirements } from './requirements.ts'

const run = promisify(execFile)
const INSTALL_MS_MAX = 5 * 60_000

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
async function versionOf(program: string): Promise<string | undefined> {
  const text = await readFile(program, 'latin1')
  const shebang = /^#!(\S*python[\d.]*)/.exec(text)?.[1]
  const ask = ['-c', 'import importlib.metadata as m; print(m.version("moto"))']
  // A pyenv shim is a shell script that picks the python of the day: its neighbour picks the same one.
  const python = shebang ?? join(program, '..', 'python')
  const answered = await run(python, ask, { timeout: 20_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
  return answered
}

export const cacheFolder = (environment: FindOptions['environment']): string =>
  join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'), 'cost-guard')

export const installLine = (folder: string): string =>
  `python3 -m venv ${folder} && ${folder}/bin/pip install --no-deps ${requirements.join(' ')}`

async function install(folder: string, log: FindOptions['log']): Promise<string> {
  const program = join(folder, 'bin', 'moto_server')
  const stamp = join(folder, 'cost-guard.txt')
  const wanted = requirements.join('\n')
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return program
  log(`installing the AWS emulator once: moto ${MOTO_VERSION}, about 110 MB, into ${folder}`)
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(join(folder, '..'), { recursive: true })
    await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_MS_MAX })
    log('the Python environment is made; fetching 27 packages')
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps', '--no-compile', '-q']
    await run(join(folder, 'bin', 'python'), [...pip, ...requirements], { timeout: INSTALL_MS_MAX })
    // Only a finished installation carries the stamp; a cut one is made again.
    await writeFile(`${stamp}.new`, wanted)
    await rename(`${stamp}.new`, stamp)
    log('the emulator is installed')
    return program
  } catch (cause) {
    throw new GuardError({
      code: 'no-emulator',
      fault: 'user',
      message: `the AWS emulator could not be installed into ${folder}: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      suggestions: [
        `install it by hand: ${installLine(folder)}`,
        `or install it anywhere (pip install 'moto[server]==${MOTO_VERSION}') and set MOTO_SERVER to its moto_server`,
      ],
      cause,
    })
  }
}

/** The program to start. Installs only when nothing fitting is there. */
export async function findEmulator(options: FindOptions): Promise<string> {
  const { environment, log } = options
  const named = environment['MOTO_SERVER']
  if (named) return named
  const found = onPath('moto_server', environment['PATH'] ?? '')
  if (found && (await versionOf(found)) === MOTO_VERSION) return found
  return install(join(cacheFolder(environment), `moto-${MOTO_VERSION}`), log)
}
