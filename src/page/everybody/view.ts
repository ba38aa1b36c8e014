import { toDecimal } from '../../runtime/domain/money/money.ts'
import type { PageEverybody, PageModels } from '../../runtime/page-protocol.ts'
import type { Answer } from '../answer.ts'
import type { PageContext } from '../context.ts'
import { el, fill } from '../dom.ts'
import { freshness, problemsPart } from '../own/freshness.ts'
import { attentionPart } from './attention.ts'
import { part } from './cells.ts'
import { groupParts } from './groups.ts'
import { daysByPerson } from './matrices.ts'
import { matrixPart } from './matrix.ts'
import { modelParts } from './models.ts'
import { type Line, linesOf } from './people.ts'
import { everybodyTable } from './table.ts'
import { totalsPart } from './totals.ts'

/** Everybody whom the viewer may see. What went to which model is read apart and comes later. */
export function everybodyView(
  context: PageContext,
  data: PageEverybody,
  models: Promise<Answer<PageModels>>,
): HTMLElement {
  const words = context.words.everybody
  const { everybody, teams } = context.words.tabs
  const title = el('h1', {}, data.head.sees === 'team' ? teams : everybody)
  const lines = linesOf(data.rows)
  if (lines.length === 0)
    return el(
      'div',
      { class: 'view view-everybody' },
      title,
      problemsPart(context),
      totalsPart(context, data),
      part(
        words.nobody.title,
        'nobody',
        el('p', {}, data.head.period.isCurrent ? words.nobody.text : words.nobody.past),
      ),
      freshness(context),
    )
  const byModel = modelParts(context, lines, data.totals.usd, models)
  const later = el('div', { class: 'later' })
  // What is below the first screen is built after the first frame: five hundred people with all their days are many cells.
  setTimeout(() => {
    fill(later, ...groupParts(context, data), byModel.tables, daysPart(context, lines), byModel.byPerson)
  })
  return el(
    'div',
    { class: 'view view-everybody' },
    title,
    problemsPart(context),
    // In a month that is over nobody can be helped any more.
    data.head.period.isCurrent && attentionPart(context, lines),
    totalsPart(context, data),
    everybodyTable(context, lines, models),
    byModel.chart,
    later,
    freshness(context),
  )
}

function daysPart(context: PageContext, lines: readonly Line[]): HTMLElement {
  const { format } = context
  const words = context.words.everybody.matrices
  return matrixPart({
    context,
    name: 'days-by-person',
    title: words.days,
    note: words.daysNote,
    matrix: daysByPerson(lines, context.head.period.days),
    column: (day) => ({ short: format.dayOfMonth(day), long: format.day(day) }),
    // The note above says that they are dollars: thirty signs a line would take the room of three days.
    write: (cell) => format.usd(toDecimal(cell)).replace('$', ''),
  })
}
