/** Teams and people, each with what it spent together. */
import type { PageEverybody, PageGroup } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { stateBadge } from '../parts/state.ts'
import { dataTable } from '../parts/table.ts'
import { folded, NONE, part, shareOf } from './cells.ts'
import { shownLimit } from './people.ts'

const FIRST_ROWS = 20

export function groupParts(context: PageContext, { teams, people }: PageEverybody): readonly (HTMLElement | false)[] {
  const words = context.words.everybody.groups
  return [
    teams.length > 0 && groupPart(context, words.teams, 'teams', teams, words.teamsNote),
    people.length > 0 && groupPart(context, words.people, 'people', people, null),
  ]
}

function groupPart(
  context: PageContext,
  title: string,
  name: string,
  groups: readonly PageGroup[],
  note: string | null,
): HTMLElement {
  const { format } = context
  const { columns } = context.words.everybody.groups
  const table = (rows: number): HTMLElement =>
    dataTable({
      caption: title,
      cards: true,
      head: [columns.name, columns.members, columns.usd, columns.used, columns.limit, columns.state, columns.requests],
      texts: new Set([5]),
      rows: groups.slice(0, rows).map((group) => {
        const limit = shownLimit(group.limits)
        return [
          group.name,
          format.number(group.members),
          format.usd(group.usd),
          shareOf(context, limit?.usedPercent ?? null),
          limit === null ? NONE : `${format.usd(limit.limitUsd)} ${context.words.limits.per[limit.per]}`,
          stateBadge(context, group.state),
          format.number(group.requests),
        ]
      }),
    })
  return part(
    title,
    name,
    note !== null && el('p', { class: 'quiet' }, note),
    folded({
      all: groups.length,
      first: FIRST_ROWS,
      build: table,
      showAll: context.words.everybody.table.all(format.number(groups.length)),
    }),
  )
}
