/**
 * The words with which this program was started, so that every command we advise can be pasted as it is:
 * `npx cost-guard`, `node bin/run.js`, `./bin/run.js` or `cost-guard`. COST_GUARD_STARTED_AS overrides (the sandbox sets it).
 */
export function startedAs(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.COST_GUARD_STARTED_AS) return environment.COST_GUARD_STARTED_AS
  if (environment.npm_command === 'exec') return 'npx cost-guard'
  const script = argv[1] ?? ''
  const local = /(?:^|[\\/])bin[\\/](run|dev)\.js$/.exec(script)
  // The shell's own words are lost; `_` keeps the program it started: node itself, or our file by its `#!` line.
  if (local) return environment._?.endsWith(`bin/${local[1]}.js`) ? `./bin/${local[1]}.js` : `node bin/${local[1]}.js`
  return 'cost-guard'
}
