/**
 * Writes src/runtime/domain/money/price-snapshot.ts, the built-in price book, from @pydantic/genai-prices and the rows of
 * scripts/prices/hand.ts, and the list of differences in docs/pricing.md. `--check` compares instead and exits 1 when one is
 * out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hand, regional, rules, tierRules } from './prices/hand.ts'
import type { Line, Source } from './prices/line.ts'
import { dearer, merged } from './prices/merge.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const SNAPSHOT = 'src/runtime/domain/money/price-snapshot.ts'
const DOCS = 'docs/pricing.md'
const [BEGIN, END] = ['<!-- differences: made by npm run prices:snapshot -->', '<!-- end of differences -->']

/** Global and regional on one line where one follows from the other. */
function paired(lines: readonly Line[]): readonly (readonly [scope: string, line: Line])[] {
  const done = new Set<Line>()
  return lines.flatMap((line): (readonly [string, Line])[] => {
    if (done.has(line)) return []
    const other = lines.find(
      (each) =>
        each.scope === 'regional' &&
        line.scope === 'global' &&
        placeInTime(each) === placeInTime(line) &&
        !done.has(each),
    )
    const same = other !== undefined && String(other.prices) === String(line.prices)
    const tenth = other !== undefined && String(other.prices) === String(line.prices.map(dearer))
    if (other === undefined || (!same && !tenth)) return [[line.scope === 'global' ? 'G' : 'R', line]]
    done.add(other)
    return [[same ? 'G=R' : 'G+10%', line]]
  })
}

const placeInTime = ({ stem, from, until, over, regions, units, source }: Line): string =>
  JSON.stringify([stem, from, until, over, regions, units, source])

export function snapshotText(lines: readonly Line[]): string {
  const sources: Source[] = []
  const numberOf = (source: Source): number => {
    const known = sources.findIndex((each) => each.source === source.source && each.checked === source.checked)
    return known >= 0 ? known : sources.push(source) - 1
  }
  const rows = paired(lines).map(([scope, line]) => {
    const { stem, from, until, over, regions, units, prices, source } = line
    const tiers = tierRules
      .filter(({ stems }) => stems.includes(stem))
      .flatMap((rule) => Object.entries(rule.tiers).map(([tier, times]) => `${tier}=${times}@${numberOf(rule.source)}`))
    const more = [
      from && `from=${from}`,
      until && `until=${until}`,
      over && `over=${over}`,
      regions && `regions=${regions.join('+')}`,
      units && `units=${units}`,
      ...tiers,
    ].filter((word) => word !== undefined)
    return [stem, scope, numberOf(source), ...prices, ...more].join(' ')
  })
  return `/**
 * The built-in price book. Made by scripts/prices.ts (npm run prices:snapshot), never by hand: hand rows are in
 * scripts/prices/hand.ts. A row: model, scope, number of its source, dollars per million tokens (input, output, 5-minute
 * write, 1-hour write, cache read; - where none is listed), and what else it says. docs/pricing.md explains it.
 */

/** The day it was read, and where. */
export const snapshotSources = \`
${sources.map(({ source, checked }) => `${checked} ${source}`).join('\n')}
\`

export const snapshotRows = \`
${rows.join('\n')}
\`
`
}

export function differencesText(disagreements: readonly string[]): string {
  const reasons = [...hand, ...regional].map(
    ({ why, source, rows }) =>
      `- ${[...new Set(rows.map(({ stem }) => `\`${stem}\``))].join(', ')}: ${why}. Read ${source.checked}: <${source.source}>`,
  )
  return [
    BEGIN,
    '',
    'Kept by hand:',
    '',
    ...reasons,
    '',
    'Rules for rows of the source:',
    '',
    ...rules.map(({ why }) => `- ${why}.`),
    '',
    'Every place where the source says otherwise:',
    '',
    ...disagreements.map((difference) => `- ${difference}`),
    '',
    END,
  ].join('\n')
}

function docsWith(differences: string): string {
  const docs = readFileSync(join(root, DOCS), 'utf8')
  const [begin, end] = [docs.indexOf(BEGIN), docs.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${DOCS} has no place for the differences`)
  return `${docs.slice(0, begin)}${differences}${docs.slice(end + END.length)}`
}

/** File → what belongs into it. */
export const priceFiles = (): Readonly<Record<string, string>> => {
  const { lines, disagreements } = merged()
  return { [SNAPSHOT]: snapshotText(lines), [DOCS]: docsWith(differencesText(disagreements)) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  if (!check) for (const difference of merged().disagreements) process.stdout.write(`differs: ${difference}\n`)
  for (const [path, text] of Object.entries(priceFiles())) {
    const file = join(root, path)
    if (!check) writeFileSync(file, text)
    else if (readFileSync(file, 'utf8') !== text) {
      process.stderr.write(`${path} is out of date: run npm run prices:snapshot and commit it\n`)
      process.exitCode = 1
    }
  }
}
