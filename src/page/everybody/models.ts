/** What went to which model: read apart from the rest, because it is the larger half, and filled in when it has come. */
import { toDecimal } from '../../runtime/domain/money/money.ts'
import type { PageModels } from '../../runtime/page-protocol.ts'
import type { Answer } from '../answer.ts'
import { dayChart } from '../chart.ts'
import type { PageContext } from '../context.ts'
import { type Child, el, fill } from '../dom.ts'
import { linesTable, tokensPart } from '../parts/lines.ts'
import { dataTable } from '../parts/table.ts'
import { folded, part } from './cells.ts'
import { favourites, requestsByModel } from './matrices.ts'
import { matrixPart } from './matrix.ts'
import type { Line } from './people.ts'

const FIRST_ROWS = 25

export interface ModelParts {
  readonly chart: HTMLElement
  readonly tables: HTMLElement
  readonly byPerson: HTMLElement
}

/** Three places that stay empty but for a word until the models are there. */
export function modelParts(
  context: PageContext,
  lines: readonly Line[],
  total: string,
  models: Promise<Answer<PageModels>>,
): ModelParts {
  const words = context.words.everybody.models
  const waiting = (text: string): HTMLElement => el('p', { class: 'quiet' }, text)
  const chart = el('div', { class: 'filled' }, part(words.days, 'days', waiting(words.loading)))
  const tables = el('div', { class: 'filled' })
  const byPerson = el('div', { class: 'filled' })
  void models.then((answer) => {
    if (!answer.ok) return fill(chart, part(words.days, 'days', waiting(words.missing)))
    const { value } = answer
    fill(chart, part(words.days, 'days', dayChart(context, { title: words.days, days: value.days })))
    fill(tables, ...tablesOf(context, total, value))
    fill(byPerson, ...(value.principals.length === 0 ? [] : byPersonOf(context, lines, value)))
    return undefined
  })
  return { chart, tables, byPerson }
}

function tablesOf(context: PageContext, total: string, models: PageModels): readonly Child[] {
  const words = context.words.lines
  return [
    part(
      words.models,
      'models',
      models.unpricedModels.length > 0 &&
        el('p', { class: 'warning' }, context.words.everybody.models.unpriced(models.unpricedModels.join(', '))),
      linesTable(context, { lines: models.models, total, kind: 'model' }),
    ),
    part(words.sources, 'sources', linesTable(context, { lines: models.sources, total, kind: 'source' })),
    part(words.tokens.title, 'tokens', tokensPart(context, models.tokens)),
  ]
}

function byPersonOf(context: PageContext, lines: readonly Line[], models: PageModels): readonly Child[] {
  const words = context.words.everybody
  const matrix = requestsByModel(lines, models)
  return [
    matrixPart({
      context,
      name: 'requests',
      title: words.matrices.requests,
      note: words.matrices.requestsNote,
      matrix,
      column: (name) => ({ short: name, long: name }),
      write: context.format.number,
    }),
    favouritesPart(context, lines, models),
  ]
}

function favouritesPart(context: PageContext, lines: readonly Line[], models: PageModels): HTMLElement {
  const { format } = context
  const words = context.words.everybody.favourites
  const all = favourites(lines, models)
  return part(
    words.title,
    'favourites',
    folded({
      all: all.length,
      first: FIRST_ROWS,
      showAll: context.words.everybody.table.all(format.number(all.length)),
      build: (rows) =>
        dataTable({
          caption: words.title,
          cards: true,
          texts: new Set([1, 2]),
          head: [context.words.everybody.matrices.who, words.dearest, words.mostUsed],
          rows: all
            .slice(0, rows)
            .map(({ name, dearest, mostUsed }) => [
              name,
              [dearest.name, ' ', el('span', { class: 'quiet' }, format.usd(toDecimal(dearest.usd)))],
              [mostUsed.name, ' ', el('span', { class: 'quiet' }, words.requests(format.number(mostUsed.requests)))],
            ]),
        }),
    }),
  )
}
