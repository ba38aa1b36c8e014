/** A matrix that scrolls in itself: who down the side, days or models along the top, heat behind every figure. */
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { folded, part, scrolling } from './cells.ts'
import { heat, type Matrix } from './matrices.ts'

const FIRST_ROWS = 25

interface MatrixParts<Cell extends bigint | number> {
  readonly context: PageContext
  readonly name: string
  readonly title: string
  readonly note: string
  readonly matrix: Matrix<Cell>
  /** What stands at the head of a column; `long` where the head is too short to say all. */
  readonly column: (name: string) => { readonly short: string; readonly long: string }
  readonly write: (cell: Cell) => string
}

export function matrixPart<Cell extends bigint | number>(of: MatrixParts<Cell>): HTMLElement {
  const { context, matrix, title } = of
  return part(
    title,
    of.name,
    el('p', { class: 'quiet' }, of.note),
    folded({
      all: matrix.rows.length,
      first: FIRST_ROWS,
      build: (rows) => scrolling(title, 'matrix', matrixTable(of, rows)),
      showAll: context.words.everybody.table.all(context.format.number(matrix.rows.length)),
    }),
  )
}

function matrixTable<Cell extends bigint | number>(of: MatrixParts<Cell>, rows: number): HTMLTableElement {
  const { matrix, write } = of
  const words = of.context.words.everybody.matrices
  const heads = matrix.columns.map((name) => {
    const { short, long } = of.column(name)
    return el(
      'th',
      { scope: 'col', class: 'figure', title: long !== short && long, abbr: long !== short && long },
      short,
    )
  })
  const lines = matrix.rows
    .slice(0, rows)
    .map(({ name, cells, total }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row', class: 'text' }, name),
        el('td', { class: 'figure total' }, write(total)),
        ...cells.map((cell) =>
          el('td', { class: `figure heat-${heat(cell, matrix.largest)}` }, cell > 0 ? write(cell) : '·'),
        ),
      ),
    )
  return el(
    'table',
    {},
    el('caption', { class: 'unseen' }, of.title),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('th', { scope: 'col', class: 'text' }, words.who),
        el('th', { scope: 'col', class: 'figure total' }, words.total),
        ...heads,
      ),
    ),
    el('tbody', {}, ...lines),
  )
}
