/**
 * Space-aligned columns through cli-table3: no boxes, no colours of its own, so that `grep` and CJK terminals are content.
 * A first cell too long for the screen gets a line of its own, with its figures below; nothing is cut.
 */
import Table from 'cli-table3'
import { displayWidth, printable } from '../../runtime/domain/telling/layout.ts'

export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
)
const GAP = '  '

/** @param rows the cells of each row, as many as there are columns. @param screen columns of the screen. */
export function columns(heads: readonly Column[], rows: readonly (readonly string[])[], screen = 80): string {
  const cells = rows.map((row) => row.map(printable))
  const fits = roomForFirst(heads, cells, screen)
  const lay = cells.length > MANY ? layOut : layOutTable
  const shown = cells.map(([first = '', ...rest]) => [displayWidth(first) <= fits ? first : '', ...rest])
  const [header = '', ...lines] = lay(heads, shown)
  const whole = lines.flatMap((line, index) => {
    const first = cells[index]?.[0] ?? ''
    return displayWidth(first) <= fits ? [line] : [first, line]
  })
  return [header, ...whole].map((line) => line.trimEnd()).join('\n')
}

/** The library takes a second for five thousand rows. */
const MANY = 500

function layOutTable(heads: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const table = new Table({
    chars: { ...NO_BORDERS, middle: GAP },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colAligns: heads.map((head) => head.align ?? 'left'),
  })
  table.push(heads.map((head) => head.head))
  for (const row of rows) table.push([...row])
  return table.toString().split('\n')
}

/** The same lines as the library's: every column as wide as its widest cell. */
function layOut(heads: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [heads.map((head) => head.head), ...rows]
  const widths = heads.map((_, index) => all.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), 0))
  return all.map((row) =>
    heads
      .map(({ align }, index) => {
        const cell = row[index] ?? ''
        const space = ' '.repeat((widths[index] ?? 0) - displayWidth(cell))
        return align === 'right' ? space + cell : cell + space
      })
      .join(GAP),
  )
}

/** Columns left for the first cell when all others have what they need; at least 12, at most the longest that fits. */
function roomForFirst(heads: readonly Column[], rows: readonly (readonly string[])[], screen: number): number {
  const others = heads
    .slice(1)
    .map((head, index) => Math.max(displayWidth(head.head), ...rows.map((row) => displayWidth(row[index + 1] ?? ''))))
  const taken = others.reduce((total, width) => total + width + GAP.length, 0)
  return Math.max(12, screen - taken)
}
