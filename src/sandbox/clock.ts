/** The sandbox's own time: the machine's plus an offset that children and the emulator read from a file. */
import { renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SandboxClock {
  /** Milliseconds since 1970, as everything inside the sandbox sees it. */
  now(): number
  set(ms: number): void
  advance(ms: number): void
  reset(): void
  /** `--import` this into a child and its Date follows the sandbox. */
  readonly shiftModule: string
  /**
   * The same for a person's shell (NODE_OPTIONS): a module in a URL, which does nothing once the sandbox is gone. A
   * missing file there would break every node command of that shell.
   */
  readonly nodeOptions: string
  readonly file: string
}

/**
 * Replaces Date in a child. The offset is read again at most every 50 ms, and at once when the sandbox asks
 * (Symbol.for('sandbox.clock')), so that processes that are kept warm follow a jump.
 */
const shiftSource = (file: string) => `import { readFileSync } from 'node:fs'
const Real = Date
const realNow = Real.now
let offset = 0
let readAt = -Infinity
const refresh = () => { offset = Number(readFileSync(${JSON.stringify(file)}, 'utf8')); readAt = performance.now() }
const now = () => { if (performance.now() - readAt > 50) refresh(); return realNow() + offset }
globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [now()], newTarget === globalThis.Date ? target : newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, key) => key === 'now' ? now : Reflect.get(target, key),
})
globalThis[Symbol.for('sandbox.clock')] = refresh
`

const loaderSource = (module: string) =>
  `import{existsSync as e}from'node:fs';if(e('${module}'))await import('file://${module}')`

export function createClock(folder: string): SandboxClock {
  const file = join(folder, 'clock')
  const shiftModule = join(folder, 'shifted-date.mjs')
  let offset = 0
  let changes = 0
  const keep = (ms: number) => {
    offset = Math.round(ms)
    // Written aside and renamed: a child never reads half a number. Its time counts the changes: the emulator reads it again by that.
    writeFileSync(`${file}.new`, String(offset))
    utimesSync(`${file}.new`, ++changes, changes)
    renameSync(`${file}.new`, file)
  }
  keep(0)
  writeFileSync(shiftModule, shiftSource(file))
  return {
    now: () => Date.now() + offset,
    set: (ms) => keep(ms - Date.now()),
    advance: (ms) => keep(offset + ms),
    reset: () => keep(0),
    shiftModule,
    nodeOptions: `--import data:text/javascript,${encodeURIComponent(loaderSource(shiftModule)).replaceAll("'", '%27')}`,
    file,
  }
}
