/** limits export and import: CSV for spreadsheets, JSON (or YAML) as in cost-guard.yaml. */
import { toIso } from '../runtime/domain/base/calendar.ts'
import { csvText } from '../runtime/domain/base/csv-text.ts'
import { type Limit, potKey } from '../runtime/domain/judging/limit.ts'
import { toDecimal } from '../runtime/domain/money/money.ts'
import type { Door } from './_compose.ts'
import { limitsFor } from './_config/export.ts'
import { LIMIT_KEYS, readLimits } from './_config/limits.ts'
import { badConfig, readTextFile } from './_config/text-file.ts'
import { type Problem, parseTree, type Tree } from './_config/tree.ts'
import type { WantedLimit } from './_limits.ts'
import { statusRoom } from './_rooms.ts'

const COLUMNS = ['target', ...LIMIT_KEYS] as const

export async function exportLimits(door: Door, format: string): Promise<{ text: string; json: object }> {
  const { limits } = await (await statusRoom(door)).limits.wishes()
  const now = door.clock.now()
  const current = limits
    .filter(({ until }) => until === undefined || now < until)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const json = { guard: door.guard, limits: limitsFor(current, 'json') }
  const csv = [COLUMNS.join(','), ...current.map(csvLine)].join('\n')
  return { text: format === 'csv' ? csv : JSON.stringify(json, null, 2), json }
}

const csvLine = ({ of, amount, per, action, warnAt, until }: Limit): string =>
  [
    of.kind === 'everyone' ? 'everyone' : potKey(of),
    toDecimal(amount),
    per,
    action,
    warnAt.join(' ') || 'none',
    until === undefined ? '' : toIso(until),
    of.kind === 'everyone' ? String(of.includeRoles) : '',
  ]
    .map(csvText)
    .join(',')

/** @throws GuardError `no-file`, or `bad-config` with every mistake and its line. */
export async function readLimitsFile(path: string): Promise<readonly WantedLimit[]> {
  const text = await readTextFile(path, 'cost-guard limits export > limits.csv writes one from an installed guard')
  const problems: Problem[] = []
  const tree = /^\s*"?target"?\s*,/.test(text) ? csvTree(text, problems) : await structured(text, problems)
  const limits = readLimits(tree, problems)
  if (tree === undefined && problems.length === 0) problems.push({ line: 1, message: 'there is no limit in it' })
  if (problems.length > 0) throw badConfig(path, problems)
  return limits
}

/** The limits alone, or a whole cost-guard.yaml of which only its limits are taken. */
async function structured(text: string, problems: Problem[]): Promise<Tree | undefined> {
  const read = await parseTree(text)
  problems.push(...read.problems)
  if (read.tree?.is !== 'map') return read.tree
  return read.tree.entries.find(({ key }) => key === 'limits')?.value ?? read.tree
}

function csvTree(text: string, problems: Problem[]): Tree {
  const [head = [], ...rows] = text.split(/\r?\n/).map(cellsOf)
  const unknown = head.filter((name) => !(COLUMNS as readonly string[]).includes(name))
  if (unknown.length > 0)
    problems.push({ line: 1, message: `unknown column ${unknown.join(', ')}: ${COLUMNS.join(', ')} are known` })
  const items = rows.flatMap((cells, index): readonly Tree[] => {
    const line = index + 2
    const [target = ''] = cells
    if (cells.every((cell) => cell === '')) return []
    const entries = head.flatMap((key, column) => {
      const value = cells[column] ?? ''
      const words = key === 'warnAt' ? value.split(/[ ;]+/).join(',') : value
      return key === 'target' || value === '' ? [] : [{ key, line, value: { is: 'text', line, text: words } as const }]
    })
    return [{ is: 'map', line, entries: [{ key: target, line, value: { is: 'map', line, entries } }] }]
  })
  return { is: 'list', line: 1, items }
}

/** RFC 4180, but for line breaks in cells: no name holds one. */
const cellsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  )
