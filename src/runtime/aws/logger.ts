import type { Log } from '../ports.ts'

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

/** One JSON line to stdout, which Lambda takes to the function's log group. */
export const logLine: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line, plain)}\n`)
}
