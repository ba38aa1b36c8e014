/** Search and filters over all lines. Pure. */
import type { PrincipalState } from '../../runtime/domain/telling/status-view.ts'
import type { Line } from './people.ts'
import { needsAttention } from './sorting.ts'

/**
 * Half or full width, large or small letters, hiragana or katakana: the same. NFKC: https://unicode.org/reports/tr15/; the two
 * kana stand in the same order, U+3041 and U+30A1 on: https://www.unicode.org/charts/PDF/U30A0.pdf
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))

export type StateFilter = 'all' | 'attention' | PrincipalState
/** `null`: whoever is in no team. */
export type TeamFilter = { readonly team: string | null } | 'all'

export interface Wanted {
  readonly text: string
  readonly state: StateFilter
  readonly team: TeamFilter
}

/** Made once for each language: what a line is found by. */
export function searchTexts(
  lines: readonly Line[],
  stateWords: Readonly<Record<PrincipalState, string>>,
): ReadonlyMap<Line, string> {
  return new Map(
    lines.map((line) => {
      const { key, members, person, teams, state } = line.row
      return [line, fold([key, ...members, person ?? '', ...teams, state, stateWords[state]].join('\n'))]
    }),
  )
}

export const ofState = (line: Line, state: StateFilter): boolean => {
  if (state === 'all') return true
  if (state === 'attention') return needsAttention(line)
  return line.row.state === state || (state === 'excluded' && line.row.excluded)
}

const ofTeam = ({ row }: Line, team: TeamFilter): boolean =>
  team === 'all' || (team.team === null ? row.teams.length === 0 : row.teams.includes(team.team))

/** Every word of the search must be in the line, in any order. */
export function found(
  lines: readonly Line[],
  { text, state, team }: Wanted,
  texts: ReadonlyMap<Line, string>,
): readonly Line[] {
  const words = fold(text).split(/\s+/).filter(Boolean)
  return lines.filter(
    (line) =>
      ofState(line, state) && ofTeam(line, team) && words.every((word) => (texts.get(line) ?? '').includes(word)),
  )
}

/** What there is to filter by, with how many each would show. */
export function choices(
  lines: readonly Line[],
  language: string,
): {
  readonly states: readonly { readonly state: StateFilter; readonly count: number }[]
  readonly teams: readonly { readonly team: string | null; readonly count: number }[]
} {
  const all: readonly StateFilter[] = [
    ...(['attention', 'blocked', 'warned', 'over', 'observed', 'cannot-block'] as const),
    ...(['paused', 'waived', 'excluded', 'unlimited', 'ok'] as const),
  ]
  const states = all
    .map((state) => ({ state, count: lines.filter((line) => ofState(line, state)).length }))
    .filter(({ count }) => count > 0)
  const names = [...new Set(lines.flatMap(({ row }) => row.teams))].toSorted(
    new Intl.Collator(language, { numeric: true }).compare,
  )
  const teams = [...names, null]
    .map((team) => ({ team, count: lines.filter((line) => ofTeam(line, { team })).length }))
    .filter(({ count }) => count > 0)
  return { states, teams: names.length === 0 ? [] : teams }
}
