/** The table of everybody: sorted and searched over all lines, drawn fifty at a time. */
import type { PageModels } from '../../runtime/page-protocol.ts'
import type { Answer } from '../answer.ts'
import type { PageContext } from '../context.ts'
import { el, fill } from '../dom.ts'
import { part, scrolling } from './cells.ts'
import { type Controls, controls } from './controls.ts'
import { detailsRow } from './details.ts'
import { found, searchTexts, type Wanted } from './finding.ts'
import { keepOpen, keepOrder, keepWanted, keptOpen, keptOrder, keptWanted } from './kept.ts'
import type { Line } from './people.ts'
import { lineRow } from './row.ts'
import { type Column, columns, nextOrder, type Order, sorted } from './sorting.ts'

const AT_ONCE = 50
const figures: ReadonlySet<Column> = new Set(['usd', 'used', 'limit', 'rest', 'forecast', 'requests'])

export function everybodyTable(
  context: PageContext,
  lines: readonly Line[],
  models: Promise<Answer<PageModels>>,
): HTMLElement {
  const words = context.words.everybody.table
  const table = new LinesTable(context, lines, models)
  return part(
    words.title,
    'everybody-list',
    table.controls.element,
    scrolling(words.title, 'lines', table.element),
    table.below,
    lines.some(({ shared }) => shared) && el('p', { class: 'quiet' }, words.sharedNote),
    lines.some(({ row }) => row.assumedUsd !== '0') && el('p', { class: 'quiet' }, words.assumedNote),
  )
}

/** What is shown of the lines at the moment, and in which order. Head and controls stay, so that the focus does; the body is drawn anew. */
class LinesTable {
  readonly element: HTMLTableElement
  readonly below = el('div', { class: 'below' })
  readonly controls: Controls
  readonly #context: PageContext
  readonly #models: Promise<Answer<PageModels>>
  /** Without persons and teams where nobody has any: the table is wide enough. */
  readonly #columns: ReadonlySet<Column>
  readonly #texts: ReadonlyMap<Line, string>
  readonly #body = el('tbody')
  readonly #heads: ReadonlyMap<Column, HTMLTableCellElement>
  /** Principals whose details are open. */
  readonly #open: Set<string>
  #order: Order
  #wanted: Wanted
  /** All lines, as last sorted: what is equal keeps the order of the sort before. */
  #lines: readonly Line[]
  #atMost = AT_ONCE

  constructor(context: PageContext, lines: readonly Line[], models: Promise<Answer<PageModels>>) {
    this.#context = context
    this.#models = models
    this.#columns = columnsFor(lines)
    this.#texts = searchTexts(lines, context.words.states)
    this.#open = keptOpen(context.kept)
    this.#order = keptOrder(context.kept)
    this.#wanted = keptWanted(context.kept, lines)
    this.#lines = sorted(lines, this.#order, context.language)
    this.controls = controls(context, {
      lines,
      wanted: this.#wanted,
      onWanted: (wanted) => this.#find(wanted),
      shown: () => this.#found(),
    })
    this.#heads = new Map([...this.#columns].map((column) => [column, this.#head(column)]))
    this.element = this.#table()
    this.#markHeads()
    this.#draw()
  }

  #table(): HTMLTableElement {
    const words = this.#context.words.everybody.table
    return el(
      'table',
      {},
      el('caption', { class: 'unseen' }, words.caption),
      el('thead', {}, el('tr', {}, ...this.#heads.values())),
      this.#body,
    )
  }

  #head(column: Column): HTMLTableCellElement {
    const word = this.#context.words.everybody.table.columns[column]
    const arrow = el('span', { class: 'arrow', 'aria-hidden': 'true' })
    const button = el(
      'button',
      { type: 'button', class: 'sort', on: { click: () => this.#sortBy(column) } },
      word,
      arrow,
    )
    return el('th', { scope: 'col', class: figures.has(column) ? 'figure' : 'text' }, button)
  }

  /** Only the column that is sorted by says so (https://www.w3.org/WAI/ARIA/apg/patterns/table/examples/sortable-table/). */
  #markHeads(): void {
    for (const [column, cell] of this.#heads) {
      if (column === this.#order.column) cell.setAttribute('aria-sort', this.#order.direction)
      else cell.removeAttribute('aria-sort')
    }
  }

  #sortBy(column: Column): void {
    const words = this.#context.words.everybody.table
    this.#order = nextOrder(this.#order, column)
    this.#lines = sorted(this.#lines, this.#order, this.#context.language)
    keepOrder(this.#context.kept, this.#order)
    this.#markHeads()
    this.#draw()
    this.#context.announce(words.sorted(words.columns[column], this.#order.direction === 'ascending'))
  }

  #find(wanted: Wanted): void {
    this.#wanted = wanted
    this.#atMost = AT_ONCE
    keepWanted(this.#context.kept, wanted)
    this.#draw()
  }

  #found = (): readonly Line[] => found(this.#lines, this.#wanted, this.#texts)

  #draw(): void {
    const { format, words } = this.#context
    const list = this.#found()
    const fragment = document.createDocumentFragment()
    fragment.append(...list.slice(0, this.#atMost).flatMap((line) => this.#rows(line)))
    this.#body.replaceChildren(fragment)
    const all = this.#lines.length
    this.controls.count.textContent = words.everybody.table.shown(format.number(list.length), format.number(all))
    this.#drawBelow(list)
  }

  #drawBelow(list: readonly Line[]): void {
    const { format, words } = this.#context
    const { none, reset, more, all } = words.everybody.table
    const button = (label: string, click: () => void): HTMLElement =>
      el('button', { type: 'button', class: 'quiet-button', on: { click } }, label)
    const rest = list.length - this.#atMost
    fill(
      this.below,
      list.length === 0 && el('p', { class: 'quiet' }, none),
      list.length === 0 && button(reset, () => this.controls.reset()),
      rest > AT_ONCE && button(more(format.number(AT_ONCE)), () => this.#append(list, this.#atMost + AT_ONCE)),
      rest > 0 && button(all(format.number(list.length)), () => this.#append(list, list.length)),
    )
  }

  #append(list: readonly Line[], upTo: number): void {
    const before = this.#body.lastElementChild
    this.#body.append(...list.slice(this.#atMost, upTo).flatMap((line) => this.#rows(line)))
    this.#atMost = upTo
    this.#drawBelow(list)
    // The button that had the focus is gone: it goes to the first of the new rows.
    before?.nextElementSibling?.querySelector('button')?.focus()
  }

  #rows(line: Line): readonly HTMLTableRowElement[] {
    const opened = this.#open.has(line.row.key) ? this.#details(line) : null
    const row = lineRow(this.#context, line, this.#columns, opened, (button) => this.#toggle(line, row, button))
    return opened ? [row, opened] : [row]
  }

  #details = (line: Line): HTMLTableRowElement => detailsRow(this.#context, line, this.#models, this.#columns.size)

  #toggle(line: Line, row: HTMLTableRowElement, button: HTMLButtonElement): void {
    const isOpen = this.#open.delete(line.row.key)
    if (isOpen) row.nextElementSibling?.remove()
    else {
      this.#open.add(line.row.key)
      const details = this.#details(line)
      row.after(details)
      button.setAttribute('aria-controls', details.id)
    }
    keepOpen(this.#context.kept, this.#open)
    button.setAttribute('aria-expanded', String(!isOpen))
    if (isOpen) button.removeAttribute('aria-controls')
  }
}

const columnsFor = (lines: readonly Line[]): ReadonlySet<Column> =>
  new Set(
    columns.filter((column) =>
      column === 'person'
        ? lines.some(({ row }) => row.person !== null)
        : column === 'teams'
          ? lines.some(({ row }) => row.teams.length > 0)
          : true,
    ),
  )
