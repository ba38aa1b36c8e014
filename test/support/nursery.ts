/**
 * Before a whole test run: one process that has the emulator loaded, of which every test file's emulator is a fork. A run of
 * some files starts each emulator by itself: there is less to save, and nothing to wait for.
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findEmulator } from '../../src/sandbox/emulator/find.ts'

const here = join(dirname(fileURLToPath(import.meta.url)), 'nursery')

export default async function nursery(): Promise<(() => void) | undefined> {
  if (process.env['npm_lifecycle_event'] !== 'test' || process.env['MOTO_SERVER']) return undefined
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  const program = await findEmulator({ environment: process.env, log })
  const python = pythonOf(program)
  // Somebody's own wrapper: it is started as it is.
  if (python === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'cost-guard-nursery-'))
  const socket = join(folder, 'socket')
  const client = join(folder, 'moto_server')
  writeFileSync(client, `#!/bin/sh\nexec ${python} -SE ${join(here, 'client.py')} ${socket} "$@"\n`)
  chmodSync(client, 0o755)
  const process_ = spawn(python, [join(here, 'nursery.py'), socket], { stdio: ['pipe', 'pipe', 'inherit'] })
  const isReady = await new Promise<boolean>((resolve) => {
    process_.stdout.once('data', () => resolve(true))
    process_.once('exit', () => resolve(false))
    process_.once('error', () => resolve(false))
  })
  if (!isReady) {
    log('the emulator could not be loaded in advance: every test file starts its own')
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  process.env['MOTO_SERVER'] = client
  return () => {
    process_.stdin.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The interpreter that a moto_server program names in its first line; a shim of pyenv stands beside its python. */
function pythonOf(program: string): string | undefined {
  const text = readFileSync(program, 'latin1')
  const named = /^#!(\S*python[\d.]*)\s/.exec(text)?.[1]
  if (named !== undefined) return named
  return text.includes('pyenv') ? join(program, '..', 'python') : undefined
}
