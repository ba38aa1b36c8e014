/** A person at a terminal: a pseudo-terminal (Python's, which the emulator needs anyway), what is seen on it, what is typed into it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { built, root } from '../support/cli.ts'

/** `\r` is the return key, `\u0003` Ctrl-C, `\u0015` clears the line. */
export interface Turn {
  /** Waited for, in what came since the last turn. */
  readonly sees: string
  readonly types: string
}

const PTY = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])) & 255)'
const DEADLINE_MS = 60_000

/** Answers the exit code and all that was on the screen, without colours. @throws when something is waited for in vain. */
export async function atTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  turns: readonly Turn[],
): Promise<{ code: number | null; screen: string }> {
  await built()
  const child = spawn('python3', ['-c', PTY, process.execPath, join(root, 'bin/run.js'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', COLUMNS: '200', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let screen = ''
  let seen = 0
  const left = [...turns]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen = stripVTControlCharacters(screen + text)
    const [next] = left
    const at = next === undefined ? -1 : screen.indexOf(next.sees, seen)
    if (next === undefined || at < 0) return
    seen = screen.length
    left.shift()
    child.stdin.write(next.types)
  })
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(deadline)
  if (left.length > 0) throw new Error(`"${left[0]?.sees}" was never seen:\n${screen}`)
  return { code, screen }
}
