/**
 * `npm run bench`: speed and size as figures with goals, most of them ratios within one run, so that a slow machine changes little.
 * `-- --json` prints one object `{figures: [{name, value, unit, goal, ok}]}`. Wall time, median of 15 interleaved runs.
 * `BENCH_BIG=1 npm run bench -- big` reads three million records instead of 300,000.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buildCli } from '../scripts/build.ts'
import { benchAnalyze, type Figure } from './analyze.ts'
import { bigFigures } from './big.ts'
import { guardFigures } from './guard.ts'
import { ingestFigures } from './ingest.ts'
import { pageFigures } from './page.ts'
import { pageDataFigures } from './page-data.ts'
import { bare, importDashboard, importRuntime, interleaved, ratioFigure, root, seconds } from './timing.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const json = process.argv.includes('--json')
const only = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const tell = (text: string): void => void process.stderr.write(`${text}\n`)

async function processes(): Promise<readonly Figure[]> {
  const times = await interleaved({
    bare,
    runtime: importRuntime,
    dashboard: importDashboard,
    help: { args: [join(root, 'bin/run.js'), '--help'] },
  })
  const zipFigure = (name: string): Figure => {
    const zipKb = statSync(join(root, `assets/${name}/${name}.zip`)).size / 1024
    return { name: `${name}.zipKb`, value: round(zipKb), unit: 'KB', goal: '<= 200', ok: zipKb <= 200 }
  }
  return [
    zipFigure('runtime'),
    zipFigure('dashboard'),
    ratioFigure('runtime.importRatio', times.runtime, times.bare, 3),
    ratioFigure('dashboard.importRatio', times.dashboard, times.bare, 3),
    ratioFigure('cli.helpRatio', times.help, times.bare, 2.5),
  ]
}

const round = (value: number): number => Math.round(value * 100) / 100

const groups: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ['processes', processes],
  ['guard', guardFigures],
  ['ingest', ingestFigures],
  ['analyze', benchAnalyze],
  ['page', pageFigures],
  ['page-data', pageDataFigures],
  ['big', bigFigures],
]

await buildCli()
const figures: Figure[] = []
for (const [name, measure] of groups) {
  if (only.length > 0 && !only.includes(name)) continue
  const started = performance.now()
  figures.push(...(await measure()))
  tell(`${name}: measured in ${seconds(performance.now() - started)}`)
}
if (json) {
  process.stdout.write(`${JSON.stringify({ figures }, null, 2)}\n`)
} else {
  const { columns } = await import('../src/commands/_view/columns.ts')
  const rows = figures.map(({ name, value, unit, goal, ok }) => [
    name,
    value.toLocaleString('en-US'),
    unit,
    goal,
    ok ? 'ok' : 'MISSED',
  ])
  const heads = [
    { head: 'FIGURE' },
    { head: 'VALUE', align: 'right' as const },
    { head: 'UNIT' },
    { head: 'GOAL' },
    { head: '' },
  ]
  process.stdout.write(`${columns(heads, rows)}\n`)
}
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
