/** One JSON line to stdout: what CloudWatch Logs Insights and the alarms' metric filters read. */
export type Log = (
  line: { readonly level: 'info' | 'warn' | 'error'; readonly event: string } & Record<string, unknown>,
) => void

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

export const logLine: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line, plain)}\n`)
}
