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
  /** On a phone every row becomes a card with the head's words before its cells. */
  readonly cards?: boolean
}

const childrenOf = (cell: Cell): readonly Child[] => (Array.isArray(cell) ? cell : [cell as Child])

/** A table that scrolls inside itself where it is wider than the screen; the keyboard reaches it too. */
export function dataTable({ caption, head, rows, texts = new Set(), cards = false }: TableParts): HTMLElement {
  const kind = (index: number): string => (index === 0 || texts.has(index) ? 'text' : 'figure')
  return el(
    'div',
    { class: cards ? 'table-room cards' : 'table-room', tabindex: 0, role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', { class: 'unseen' }, caption),
      el('thead', {}, el('tr', {}, ...head.map((name, index) => el('th', { scope: 'col', class: kind(index) }, name)))),
      el(
        'tbody',
        {},
        ...rows.map((row) =>
          el(
            'tr',
            {},
            ...row.map((cell, index) =>
              el(
                index === 0 ? 'th' : 'td',
                { class: kind(index), scope: index === 0 ? 'row' : null, 'data-head': head[index] ?? '' },
                ...childrenOf(cell),
              ),
            ),
          ),
        ),
      ),
    ),
  )
}
