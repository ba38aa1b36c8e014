/**
 * The rows of the original's table: `totalUsd` as binary floats, keys that say whose and when. Which key attributes there
 * are it does not matter: a row is known by its prefix (`user:`, `role:`, `ud:` user and day, `um:` user and model,
 * `daily:`, `model:`) and by the month or day in it. What fits none of that is counted and said. Pure.
 */
import { PICO_PER_USD, type PicoUsd, pico } from '../../runtime/domain/money/money.ts'

/** A row as far as it matters: its key attributes in their order, its total and the kind of principal where it names one. */
export interface OriginalRow {
  readonly keys: readonly string[]
  readonly totalUsd: string
  readonly kind: string | undefined
}

export interface MonthTotal {
  readonly name: string
  /** Undefined: the row does not say, IAM must. */
  readonly kind: 'user' | 'role' | undefined
  readonly usd: PicoUsd
}

export interface MonthRead {
  readonly totals: readonly MonthTotal[]
  /** The first day of the month with money in it: `2026-11-09`; undefined: its rows name no days. */
  readonly firstDay: string | undefined
  /** Model words of its per-model rows: `sonnet`, or whole ids. */
  readonly models: readonly string[]
  readonly unreadable: readonly string[]
}

const DATE = /(?<![\d-])(\d{4}-\d{2})(-\d{2})?(?![\d-])/
const SEAM = /[:#|/]/
/** By day, and by model. */
const PARTS: readonly string[] = ['ud', 'um']

interface Placed {
  readonly prefix: string
  /** Without prefix and date. */
  readonly words: readonly string[]
  readonly month: string
  readonly day: string | undefined
  readonly usd: PicoUsd
  readonly kind: string | undefined
}

/** @param month `2026-11`, in the zone of the original (Asia/Tokyo). */
export function readMonth(rows: readonly OriginalRow[], month: string): MonthRead {
  const unreadable: string[] = []
  const placed = rows.flatMap((row) => placedOf(row, unreadable)).filter((row) => row.month === month)
  const named = new Map<string, MonthTotal>()
  const monthly = placed.filter(
    (row) =>
      kindOf(row) !== undefined && row.day === undefined && row.words.length === 1 && !PARTS.includes(row.prefix),
  )
  // The same money may stand in rows of several kinds: each name is taken from the first kind that has it.
  for (const prefix of new Set(monthly.map((row) => row.prefix))) {
    addNew(
      named,
      monthly.filter((row) => row.prefix === prefix),
      (one) => `${one.kind}/${one.name}`,
    )
  }
  // Without a row of the whole month its days, or its models, add up to it.
  for (const prefix of PARTS)
    addNew(
      named,
      placed.filter((row) => row.prefix === prefix),
      (one) => one.name,
    )
  for (const row of placed) {
    if (['user', 'role', 'ud', 'um', 'daily', 'model'].includes(row.prefix) || kindOf(row) !== undefined) continue
    unreadable.push(`${[row.prefix, ...row.words].join(':')}: ${usdText(row.usd)} this month of nobody it could block`)
  }
  const days = placed.flatMap(({ day, usd }) => (day !== undefined && usd > 0n ? [day] : []))
  const models = placed.flatMap(({ prefix, words }) =>
    prefix === 'model' ? words.slice(0, 1) : prefix === 'um' ? words.slice(1, 2) : [],
  )
  return {
    totals: [...named.values()].filter(({ usd }) => usd > 0n),
    firstDay: days.toSorted()[0],
    models: [...new Set(models)].toSorted(),
    unreadable,
  }
}

function addNew(named: Map<string, MonthTotal>, rows: readonly Placed[], by: (one: MonthTotal) => string): void {
  const known = new Set([...named.values()].map(by))
  for (const row of rows) {
    const one: MonthTotal = { name: row.words[0] ?? '', kind: kindOf(row), usd: row.usd }
    if (one.name === '' || known.has(by(one))) continue
    const key = `${one.kind ?? ''}/${one.name}`
    named.set(key, { ...one, usd: pico((named.get(key)?.usd ?? 0n) + one.usd) })
  }
}

const kindOf = ({ prefix, kind }: Placed): 'user' | 'role' | undefined => {
  for (const word of [prefix, kind?.toLowerCase()]) if (word === 'user' || word === 'role') return word
  return kind === undefined ? undefined : /assumed|session/i.test(kind) ? 'role' : undefined
}

function placedOf(row: OriginalRow, unreadable: string[]): readonly Placed[] {
  const text = row.keys.join('|')
  const date = DATE.exec(text)
  const month = date?.[1]
  const usd = exactly(row.totalUsd)
  if (date === null || month === undefined || usd === undefined) {
    unreadable.push(`the row ${text}: ${usd === undefined ? `"${row.totalUsd}" is no amount` : 'no month in its key'}`)
    return []
  }
  const rest = `${text.slice(0, date.index)}|${text.slice(date.index + date[0].length)}`
  const [prefix = '', ...words] = rest.split(SEAM).filter((word) => word !== '')
  // Inferred: the kind may stand in an attribute, and the key then begins with the name.
  const bare = words.length === 0
  return [
    {
      ...{ prefix: bare ? '' : prefix, words: bare ? [prefix] : words },
      ...{ month, usd, kind: row.kind, day: date[2] === undefined ? undefined : date[0] },
    },
  ]
}

/** A DynamoDB number as dollars, rounded up to the pico-dollar; undefined for what is below zero or no number. */
export function exactly(text: string): PicoUsd | undefined {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim())
  if (match === null || `${match[1]}${match[2] ?? ''}` === '') return undefined
  const digits = BigInt(`${match[1]}${match[2] ?? ''}`)
  const shift = 12 + Number(match[3] ?? '0') - (match[2] ?? '').length
  if (shift >= 0) return shift > 60 ? undefined : pico(digits * 10n ** BigInt(shift))
  const divisor = 10n ** BigInt(-shift)
  return pico((digits + divisor - 1n) / divisor)
}

const usdText = (usd: PicoUsd): string =>
  `${usd / PICO_PER_USD}.${String((usd % PICO_PER_USD) / 10n ** 10n).padStart(2, '0')} dollars`
