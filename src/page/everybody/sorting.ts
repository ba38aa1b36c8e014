/** Sorting by any column: amounts exactly, names as the language sorts them, what is unknown always last. Pure. */
import type { PrincipalState } from '../../runtime/domain/telling/status-view.ts'
import type { Line } from './people.ts'

/** In the order of the table: what a phone shows without scrolling comes first. */
export const columns = [
  ...(['name', 'usd', 'used', 'limit', 'rest', 'forecast', 'state'] as const),
  ...(['person', 'teams', 'requests', 'last'] as const),
] as const
export type Column = (typeof columns)[number]
export type Direction = 'ascending' | 'descending'
export interface Order {
  readonly column: Column
  readonly direction: Direction
}

/** What an admin has to look at comes first. */
const states: readonly PrincipalState[] = [
  ...(['blocked', 'cannot-block', 'over', 'observed', 'warned'] as const),
  ...(['paused', 'waived', 'excluded', 'ok', 'unlimited'] as const),
]
const attention = new Set<PrincipalState>(['blocked', 'cannot-block', 'over', 'observed', 'warned', 'paused'])

export const needsAttention = ({ row }: Line): boolean => attention.has(row.state)
const urgency = ({ row }: Line): number => states.indexOf(row.state)

type Value = bigint | number | string | null
const values: Readonly<Record<Column, (line: Line) => Value>> = {
  name: ({ row }) => row.key,
  person: ({ row }) => row.person,
  teams: ({ row }) => row.teams.join(', ') || null,
  usd: ({ usd }) => usd,
  used: ({ row }) => row.usedPercent,
  limit: ({ limitUsd }) => limitUsd,
  rest: ({ rest }) => rest,
  forecast: ({ forecast }) => forecast,
  state: urgency,
  requests: ({ row }) => row.requests,
  last: ({ row }) => row.lastAt,
}

/** Texts start at their beginning, figures with the largest; the state with the most urgent. */
export const firstDirection = (column: Column): Direction =>
  ['name', 'person', 'teams', 'state'].includes(column) ? 'ascending' : 'descending'

/** A second click on the same head turns it round. */
export const nextOrder = (order: Order, column: Column): Order => ({
  column,
  direction:
    order.column !== column ? firstDirection(column) : order.direction === 'ascending' ? 'descending' : 'ascending',
})

/** Lines that are equal stay in the order they are given in, whichever the direction. */
export function sorted(lines: readonly Line[], { column, direction }: Order, language: string): readonly Line[] {
  const collator = new Intl.Collator(language, { numeric: true })
  const sign = direction === 'ascending' ? 1 : -1
  const value = values[column]
  return lines
    .map((line) => ({ line, value: value(line) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      if (typeof a.value === 'string' && typeof b.value === 'string') return sign * collator.compare(a.value, b.value)
      return a.value < b.value ? -sign : a.value > b.value ? sign : 0
    })
    .map(({ line }) => line)
}

/** Those an admin should look at: the most urgent first, then the dearest. */
export const urgent = (lines: readonly Line[]): readonly Line[] =>
  lines
    .filter(needsAttention)
    .toSorted((a, b) => urgency(a) - urgency(b) || (a.usd > b.usd ? -1 : a.usd < b.usd ? 1 : 0))
