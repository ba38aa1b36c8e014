/** Wall time of processes, each compared with a bare `node -e 0` of the same moments. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Unzipped, unzipSync } from 'fflate'
import type { Figure } from './analyze.ts'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const RUNS = 15

export interface Program {
  /** Of node. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export const bare: Program = { args: ['-e', '0'] }
interface Handler extends Program {
  readonly zip: string
  readonly folder: string
}
/** Loading a handler as Lambda does before its first event; its zip is unpacked once. */
const handlerOf = (zip: string, entry: string): Handler => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-zip-'))
  return {
    zip,
    folder,
    args: ['-e', `import(${JSON.stringify(join(folder, entry))})`],
    env: { AWS_REGION: 'us-east-1' },
  }
}
/** The largest of the three. */
export const importRuntime = handlerOf('assets/runtime/runtime.zip', 'enforce.mjs')
/** For this one somebody waits before a screen. */
export const importDashboard = handlerOf('assets/dashboard/dashboard.zip', 'dashboard.mjs')

async function unpack({ zip, folder }: Handler): Promise<void> {
  const files: Unzipped = unzipSync(readFileSync(join(root, zip)))
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
}

/** The machine's own environment, as the bare `node -e 0` meets it too, without what would point a command at somebody's AWS. */
const surroundings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:AWS_|npm_|NODE_OPTIONS$|COST_GUARD_)/.test(name)),
  )

function timed(program: Program): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, program.args, {
    stdio: 'ignore',
    env: { ...surroundings(), ...program.env },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - started)
      else reject(new Error(`node ${program.args.join(' ')} ended with ${code}`))
    })
  })
}

/** Median milliseconds of each program, run in turns, so that a disturbance meets them all. The first turn only warms the disk. */
export async function interleaved<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
): Promise<Record<Name, number>> {
  for (const handler of [importRuntime, importDashboard])
    if (Object.values<Program>(programs).includes(handler)) await unpack(handler)
  const names = Object.keys(programs) as Name[]
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let turn = 0; turn <= RUNS; turn += 1) {
    for (const name of names) {
      const time = await timed(programs[name])
      if (turn > 0) times.get(name)?.push(time)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export function ratioFigure(name: string, time: number, bareTime: number, atMost: number): Figure {
  const value = Math.round((time / bareTime) * 100) / 100
  return { name, value, unit: 'x node -e 0', goal: `<= ${atMost}`, ok: value <= atMost }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
