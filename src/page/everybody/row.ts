/** One line of the table. */
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { stateBadge } from '../parts/state.ts'
import { figure, moneyText, NONE, shareOf } from './cells.ts'
import type { Line } from './people.ts'
import type { Column } from './sorting.ts'

/** `toggled` is told which button asked to open or close the details. */
export function lineRow(
  context: PageContext,
  line: Line,
  shown: ReadonlySet<Column>,
  opened: HTMLElement | null,
  toggled: (button: HTMLButtonElement) => void,
): HTMLTableRowElement {
  const { format } = context
  const words = context.words.everybody.table
  const { row } = line
  const button = el(
    'button',
    {
      type: 'button',
      class: 'toggle',
      'aria-expanded': opened === null ? 'false' : 'true',
      'aria-controls': opened?.id,
      'aria-label': words.detailsOf(row.key),
      on: { click: () => toggled(button) },
    },
    el('span', { 'aria-hidden': 'true' }),
  )
  return el(
    'tr',
    { class: `line line-${row.state}` },
    el('th', { scope: 'row', class: 'text' }, el('span', { class: 'who' }, button, el('span', {}, row.key))),
    figure(format.usd(row.usd), row.assumedUsd === '0' ? null : words.assumedMark),
    figure(...shareOf(context, row.usedPercent)),
    figure(moneyText(context, line.limitUsd), line.shared && words.sharedMark),
    figure(moneyText(context, line.rest)),
    figure(moneyText(context, line.forecast)),
    stateCell(context, line),
    shown.has('person') && el('td', { class: 'text' }, row.person),
    shown.has('teams') && el('td', { class: 'text' }, row.teams.join(', ')),
    figure(format.number(row.requests)),
    el('td', { class: 'last' }, row.lastAt === null ? NONE : format.shortTime(row.lastAt)),
  )
}

function stateCell(context: PageContext, { row }: Line): HTMLElement {
  const { excludedMark } = context.words.everybody.table
  return el(
    'td',
    { class: 'text' },
    stateBadge(context, row.state),
    row.excluded && row.state !== 'excluded' && el('span', { class: 'tag' }, excludedMark),
  )
}
