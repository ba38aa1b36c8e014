/** `cost-guard.yaml` → what init takes. Everything that is wrong with it is said at once, each with its line; AWS is not asked. */
import { checkGuardNameText } from '../../provision/settings.ts'
import { type GivenSettings, type Raw, type Setting, settingsTable } from '../../provision/settings-table.ts'
import type { TypedPrice } from '../../runtime/domain/money/price-override.ts'
import type { WantedLimit } from '../_limits.ts'
import { nearest } from '../_suggest.ts'
import { isRegion } from '../_where.ts'
import { type FileDiscount, readDiscountList } from './discounts.ts'
import { readLimits } from './limits.ts'
import { type FilePot, readFilePots } from './people.ts'
import { readPrices } from './prices.ts'
import { badConfig, readTextFile } from './text-file.ts'
import { type Entry, type Problem, parseTree, type Tree } from './tree.ts'

export interface ConfigFile {
  readonly guard: string | undefined
  readonly region: string | undefined
  readonly settings: GivenSettings
  readonly pots: readonly FilePot[]
  readonly limits: readonly WantedLimit[]
  /** As typed: `user/tanaka`, or a bare name. */
  readonly exclude: readonly string[]
  readonly prices: readonly FilePrice[]
  readonly discounts: readonly FileDiscount[]
}

export type FilePrice = Omit<TypedPrice, 'setAt' | 'setBy' | 'validFrom'> & { readonly validFrom: string | undefined }

/** What stands beside the settings. `$schema` is for editors. */
export const OTHER_KEYS = [
  '$schema',
  'guard',
  'region',
  'people',
  'teams',
  'limits',
  'exclude',
  'prices',
  'discounts',
] as const

/** @throws GuardError `no-file`, `bad-config` with every problem and its line. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const text = await readTextFile(path, 'cost-guard config export > cost-guard.yaml writes one from an installed guard')
  const { tree, problems } = await parseTree(text)
  const found = [...problems]
  const file = tree === undefined ? undefined : configFrom(tree, found)
  if (found.length > 0) throw badConfig(path, found)
  if (file === undefined) throw badConfig(path, [{ line: 1, message: 'there is nothing in it' }])
  return file
}

function configFrom(tree: Tree, problems: Problem[]): ConfigFile | undefined {
  if (tree.is !== 'map') {
    problems.push({ line: tree.line, message: 'keys and values are expected, such as language: en' })
    return undefined
  }
  const settings: Record<string, Raw> = {}
  const rows = new Map(settingsTable.map((row) => [row.key as string, row]))
  for (const entry of tree.entries) {
    const row = rows.get(entry.key)
    if (row !== undefined) settings[entry.key] = settingFrom(row, entry, problems)
    else if (!(OTHER_KEYS as readonly string[]).includes(entry.key))
      problems.push(unknownKey(entry, [...rows.values()]))
  }
  const entryOf = (key: (typeof OTHER_KEYS)[number]) => tree.entries.find((entry) => entry.key === key)
  return {
    guard: nameFrom(entryOf('guard'), problems, checkGuardNameText),
    region: nameFrom(entryOf('region'), problems, (text) => (isRegion(text) ? undefined : 'is not an AWS region')),
    settings,
    pots: [
      ...readFilePots('person', entryOf('people')?.value, problems),
      ...readFilePots('team', entryOf('teams')?.value, problems),
    ],
    limits: readLimits(entryOf('limits')?.value, problems),
    exclude: textsOf(entryOf('exclude'), problems),
    prices: readPrices(entryOf('prices')?.value, problems),
    discounts: readDiscountList(entryOf('discounts')?.value, problems),
  }
}

const plain = (word: string): string => word.replaceAll(/[-_]/g, '').toLowerCase()

/** `time-zone` and `email` are the flags of the keys `timeZone` and `emails`: whoever knows the flags means those. */
function unknownKey({ key, line }: Entry, rows: readonly Setting[]): Problem {
  const exact = rows.filter((row) =>
    [row.key, row.flag, row.alias ?? row.key].some((name) => plain(name) === plain(key)),
  )
  const meant =
    exact.length > 0 ? exact.map((row) => row.key) : nearest(key, [...rows.map((row) => row.key), ...OTHER_KEYS])
  const advice = meant.length === 0 ? '' : `: did you mean ${meant.join(' or ')}?`
  return { line, message: `unknown key "${key}"${advice}` }
}

const SHAPE: Readonly<Record<Exclude<Tree['is'], 'text'>, string>> = {
  nothing: 'it has no value: write none, or take the line away',
  list: 'one value is expected, not a list',
  map: 'one value is expected, not keys and values',
}

function settingFrom(row: Setting, { key, value }: Entry, problems: Problem[]): Raw {
  const many = row.kind === 'list' || row.kind === 'numbers'
  const items = many && value.is === 'list' ? value.items : [value]
  const texts: string[] = []
  for (const item of items) {
    const why =
      item.is !== 'text'
        ? SHAPE[item.is]
        : many && item.text.includes(',') && row.kind === 'list'
          ? 'write several as a list'
          : badAlone(row, item.text, items.length)
    if (why !== undefined) problems.push({ line: item.line, message: `${key}: ${why}` })
    else if (item.is === 'text') texts.push(item.text)
  }
  if (texts.length < items.length) return undefined
  const raw: Raw = row.kind === 'list' ? texts : row.kind === 'numbers' && items.length === 0 ? 'none' : texts.join(',')
  const whole = row.check(raw)
  if ('bad' in whole) problems.push({ line: value.line, message: `${key}: ${whole.bad}` })
  return raw
}

/** One of several is told with its own line; a value that stands alone is checked as a whole. */
function badAlone(row: Setting, text: string, of: number): string | undefined {
  if (of < 2) return undefined
  const checked = row.check(text)
  return 'bad' in checked ? checked.bad : undefined
}

function nameFrom(
  entry: Entry | undefined,
  problems: Problem[],
  check: (text: string) => string | undefined,
): string | undefined {
  if (entry === undefined) return undefined
  const { key, value } = entry
  const why = value.is === 'text' ? check(value.text) : SHAPE[value.is]
  if (why === undefined && value.is === 'text') return value.text
  problems.push({
    line: value.line,
    message: value.is === 'text' ? `${key}: "${value.text}" ${why}` : `${key}: ${why}`,
  })
  return undefined
}

function textsOf(entry: Entry | undefined, problems: Problem[]): readonly string[] {
  if (entry === undefined || (entry.value.is === 'text' && entry.value.text === 'none')) return []
  const items = entry.value.is === 'list' ? entry.value.items : [entry.value]
  return items.flatMap((item) => {
    if (item.is === 'text' && item.text.trim() !== '') return [item.text.trim()]
    problems.push({
      line: item.line,
      message: `${entry.key}: the name of a principal is expected, such as user/tanaka`,
    })
    return []
  })
}
