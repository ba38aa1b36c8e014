/** What else is known of one line, at a button's word. */
import type { PageModels } from '../../runtime/page-protocol.ts'
import type { Answer } from '../answer.ts'
import { dayChart } from '../chart.ts'
import type { PageContext } from '../context.ts'
import { type Child, el, fill, freshId } from '../dom.ts'
import { limitsTable } from '../parts/limits.ts'
import { reasonText } from './attention.ts'
import type { Line } from './people.ts'

const titled = (title: string, kind: 'detail' | 'detail wide', ...children: readonly Child[]): HTMLElement =>
  el('div', { class: kind }, el('h3', {}, title), ...children)

export function detailsRow(
  context: PageContext,
  line: Line,
  models: Promise<Answer<PageModels>>,
  columns: number,
): HTMLTableRowElement {
  const { row } = line
  const words = context.words.everybody.details
  const reason = reasonText(context, row.reason)
  const { format } = context
  return el(
    'tr',
    { class: 'details', id: freshId('details') },
    el(
      'td',
      { colspan: columns },
      el(
        'div',
        { class: 'details-in' },
        (reason !== null || row.blockedUntil !== null) &&
          titled(
            words.reason,
            'detail',
            el(
              'p',
              {},
              [
                reason,
                row.blockedUntil === null
                  ? null
                  : context.words.everybody.attention.until(format.time(row.blockedUntil)),
              ]
                .filter((text) => text !== null)
                .join(' · '),
            ),
          ),
        (row.members.length > 1 || row.members[0] !== row.key) &&
          titled(words.members, 'detail', el('p', {}, row.members.join(', '))),
        titled(
          context.words.limits.title,
          'detail wide',
          limitsTable(context, row.limits, `${context.words.limits.title}: ${row.key}`),
        ),
        titled(words.models, 'detail', modelsOf(context, row.key, models)),
        titled(
          words.sources,
          'detail',
          amounts(
            context,
            Object.entries(row.sources).map(([name, usd]) => ({ name: context.words.lines.source(name), usd })),
          ),
        ),
        titled(words.days, 'detail wide', days(context, line)),
      ),
    ),
  )
}

/** A day is one bar: what went to which model on it is not read for each of all. */
function days(context: PageContext, { row }: Line): HTMLElement {
  const { words, head } = context
  const spent = head.period.days.flatMap((day, index) => {
    const usd = row.days[index] ?? '0'
    return usd === '0' ? [] : [{ day, usd, models: { [words.chart.total]: usd } }]
  })
  return dayChart(context, { title: `${words.everybody.details.days}: ${row.key}`, days: spent, withoutLegend: true })
}

/** Read apart and later: the place is filled when they have come. */
function modelsOf(context: PageContext, key: string, models: Promise<Answer<PageModels>>): HTMLElement {
  const words = context.words.everybody.details
  const place = el('div', {}, el('p', { class: 'quiet' }, words.modelsLater))
  void models.then((answer) => {
    fill(
      place,
      answer.ok
        ? amounts(context, answer.value.principals.find((one) => one.key === key)?.models ?? [])
        : el('p', { class: 'quiet' }, words.modelsMissing),
    )
  })
  return place
}

function amounts(
  { words, format }: PageContext,
  lines: readonly { readonly name: string; readonly usd: string; readonly requests?: number }[],
): HTMLElement {
  if (lines.length === 0) return el('p', { class: 'quiet' }, words.lines.none)
  return el(
    'ul',
    { class: 'amounts' },
    ...lines.map(({ name, usd, requests }) =>
      el(
        'li',
        {},
        el('span', {}, name),
        el('span', { class: 'figure' }, format.usd(usd)),
        requests !== undefined &&
          el('span', { class: 'figure quiet' }, words.everybody.favourites.requests(format.number(requests))),
      ),
    ),
  )
}
