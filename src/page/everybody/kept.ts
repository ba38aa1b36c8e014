/** What the table remembers from one refresh to the next; never longer than the page is open. */
import { ofState, type StateFilter, type TeamFilter, type Wanted } from './finding.ts'
import type { Line } from './people.ts'
import { type Column, columns, type Order } from './sorting.ts'

type Kept = Map<string, string>
const key = (name: string): string => `everybody.${name}`

export function keptOrder(kept: Kept): Order {
  const [column = '', direction] = (kept.get(key('order')) ?? '').split(' ')
  return columns.includes(column as Column)
    ? { column: column as Column, direction: direction === 'ascending' ? 'ascending' : 'descending' }
    : { column: 'usd', direction: 'descending' }
}

export const keepOrder = (kept: Kept, { column, direction }: Order): void =>
  void kept.set(key('order'), `${column} ${direction}`)

/** Principals whose details are open. */
export const keptOpen = (kept: Kept): Set<string> => new Set(JSON.parse(kept.get(key('open')) ?? '[]') as string[])

export const keepOpen = (kept: Kept, open: ReadonlySet<string>): void =>
  void kept.set(key('open'), JSON.stringify([...open]))

/** A state or team that nobody has any more is not looked for any longer. */
export function keptWanted(kept: Kept, lines: readonly Line[]): Wanted {
  const state = (kept.get(key('state')) ?? 'all') as StateFilter
  const named = kept.get(key('team'))
  const team: TeamFilter = named === undefined ? 'all' : { team: named === '' ? null : named }
  const isState = state === 'all' || lines.some((line) => ofState(line, state))
  const isTeam = team === 'all' || team.team === null || lines.some(({ row }) => row.teams.includes(team.team ?? ''))
  return { text: kept.get(key('text')) ?? '', state: isState ? state : 'all', team: isTeam ? team : 'all' }
}

export function keepWanted(kept: Kept, { text, state, team }: Wanted): void {
  kept.set(key('text'), text)
  kept.set(key('state'), state)
  if (team === 'all') kept.delete(key('team'))
  else kept.set(key('team'), team.team ?? '')
}
