/** The rows of `/api/everybody` made ready to be sorted, searched and filtered. Pure. */
import { type PicoUsd, sum, zero } from '../../runtime/domain/money/money.ts'
import type { PageLimit, PageRow } from '../../runtime/page-protocol.ts'
import { readUsd } from '../format.ts'

const orNull = (text: string | null | undefined): PicoUsd | null => (text == null ? null : readUsd(text))

/** One line of the table, its amounts read once. */
export interface Line {
  readonly row: PageRow
  readonly usd: PicoUsd
  /** Which limit the line tells of: `shownLimit`. */
  readonly limit: PageLimit | null
  readonly limitUsd: PicoUsd | null
  readonly rest: PicoUsd | null
  readonly forecast: PicoUsd | null
  /** The limit is a person's or a team's: others spend from it too. */
  readonly shared: boolean
  /** Aligned with the days of the month. */
  readonly days: readonly PicoUsd[]
}

/** The limit that decides, else the one that is nearest to being reached, the account's aside; as `status` shows it. */
export function shownLimit(limits: readonly PageLimit[]): PageLimit | null {
  const used = (limit: PageLimit): number => limit.usedPercent ?? Number.POSITIVE_INFINITY
  const own = limits.filter((limit) => limit.of !== 'account').toSorted((a, b) => used(b) - used(a))
  return limits.find((limit) => limit.decides) ?? own[0] ?? null
}

export function linesOf(rows: readonly PageRow[]): readonly Line[] {
  return rows.map((row) => {
    const limit = shownLimit(row.limits)
    return {
      row,
      usd: readUsd(row.usd),
      limit,
      limitUsd: orNull(limit?.limitUsd),
      rest: orNull(limit?.restUsd),
      forecast: orNull(row.forecastUsd),
      shared: limit !== null && /^(?:person|team)\//.test(limit.of) && limit.of !== row.key,
      days: row.days.map(readUsd),
    }
  })
}

/** Whose a line is: the person with all theirs, or the principal alone. */
export interface Somebody {
  readonly name: string
  readonly lines: readonly Line[]
}

/** In the order of their first lines. */
export function somebodies(lines: readonly Line[]): readonly Somebody[] {
  const by = new Map<string, { name: string; lines: Line[] }>()
  for (const line of lines) {
    const { person, key } = line.row
    const id = person === null ? key : `person/${person}`
    const known = by.get(id)
    if (known) known.lines.push(line)
    else by.set(id, { name: person ?? key, lines: [line] })
  }
  return [...by.values()]
}

export const total = (lines: readonly Line[]): PicoUsd => sum(lines.map(({ usd }) => usd))

/** A share for bars and heat: 0 to 1. Never for a figure that is read. */
export function ratio(part: bigint, whole: bigint): number {
  if (whole <= zero || part <= zero) return 0
  return part >= whole ? 1 : Number((part * 10_000n) / whole) / 10_000
}
