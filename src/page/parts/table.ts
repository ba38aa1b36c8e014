import { type Child, el } from '../dom.ts'

export type Cell = Child | readonly Child[]

export interface TableParts {
  /** What the table holds, for who cannot see the heading above it. */
  readonly caption: string
  readonly head: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Cell[])[]
  /** Columns that hold words; all others but the first are figures, set to the right. */
  readonly texts?: ReadonlySet<number>
  /** In a narrow place every row becomes a card with the head's words above its cells; `wide`: already in a less narrow one. */
  readonly cards?: boolean | 'wide'
}

const childrenOf = (cell: Cell): readonly Child[] => (Array.isArray(cell) ? cell : [cell as Child])

/** A table that scrolls inside itself where it is wider than the screen; the keyboard reaches it too. */
export function dataTable({ caption, head, rows, texts = new Set(), cards = false }: TableParts): HTMLElement {
  // A row that is laid out as a grid is no row to some screen readers any more, unless it says so.
  const role = (name: string): string | null => (cards === false ? null : name)
  const kind = (index: number): string => (index === 0 || texts.has(index) ? 'text' : 'figure')
  return el(
    'div',
    {
      class: cards === false ? 'table-room' : `table-room cards${cards === 'wide' ? ' cards-wide' : ''}`,
      tabindex: 0,
      role: 'group',
      'aria-label': caption,
    },
    el(
      'table',
      { role: role('table') },
      el('caption', { class: 'unseen' }, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          { role: role('row') },
          ...head.map((name, index) =>
            el('th', { scope: 'col', role: role('columnheader'), class: kind(index) }, name),
          ),
        ),
      ),
      el(
        'tbody',
        { role: role('rowgroup') },
        ...rows.map((row) =>
          el(
            'tr',
            { role: role('row') },
            ...row.map((cell, index) =>
              el(
                index === 0 ? 'th' : 'td',
                {
                  class: kind(index),
                  scope: index === 0 ? 'row' : null,
                  role: role(index === 0 ? 'rowheader' : 'cell'),
                  'data-head': head[index] ?? '',
                },
                ...childrenOf(cell),
              ),
            ),
          ),
        ),
      ),
    ),
  )
}
