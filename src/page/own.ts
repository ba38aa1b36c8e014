/** The viewer's own view: what is spent, what is left, what it went to. */
import type { PageSpend } from '../runtime/page-protocol.ts'
import { dayChart } from './chart.ts'
import type { PageContext } from './context.ts'
import { el } from './dom.ts'
import { freshness, problemsPart } from './own/freshness.ts'
import { pastMonths } from './own/past.ts'
import { figures, mostUsed, potCard } from './own/pots.ts'
import { limitsTable } from './parts/limits.ts'
import { linesTable, tokensPart } from './parts/lines.ts'
import { section } from './parts/section.ts'

export function ownView(context: PageContext, data: PageSpend): HTMLElement {
  const { words } = context
  return el(
    'div',
    { class: 'view view-own' },
    el('h1', {}, words.own.title),
    problemsPart(context),
    ...(data.pots.length === 0 ? [nobody(context)] : spending(context, data)),
    freshness(context),
  )
}

const nobody = ({ words, head }: PageContext): HTMLElement =>
  section(
    words.own.nobody.title,
    { kind: 'wide' },
    el('p', {}, head.viewer.admin ? words.own.nobody.admin : words.own.nobody.text),
    !head.viewer.admin && el('p', {}, el('code', {}, words.own.nobody.ask(head.viewer.name))),
  )

function spending(context: PageContext, data: PageSpend): readonly HTMLElement[] {
  const { words, head } = context
  const [only] = data.pots
  const single = data.pots.length === 1 ? only : undefined
  const top = el(
    'section',
    { class: 'card wide', 'aria-label': words.own.figures.label },
    figures(context, data),
    single !== undefined && mostUsed(context, single),
  )
  const pots =
    single === undefined
      ? section(
          words.own.pots.title,
          { kind: 'wide' },
          el('p', { class: 'quiet' }, words.own.pots.note),
          el('div', { class: 'pots' }, ...data.pots.map((pot) => potCard(context, pot, { level: 3, alone: false }))),
        )
      : potCard(context, single, { level: 2, alone: true })
  // Who is blocked has come to read why.
  const first = single?.state === 'blocked' ? [pots, top] : [top, pots]
  const past = data.past.length === 0 ? null : pastMonths(context, data)
  if (data.totals.requests === 0) {
    return [
      ...first,
      section(
        words.own.empty.title,
        { kind: 'wide' },
        el('p', {}, head.period.isCurrent ? words.own.empty.text : words.own.empty.past),
      ),
      ...limits(context, data),
      ...(past === null ? [] : [past]),
    ]
  }
  return [
    ...first,
    section(words.chart.days, { kind: 'wide' }, dayChart(context, { title: words.chart.days, days: data.days })),
    section(
      words.lines.models,
      { kind: 'wide' },
      linesTable(context, { lines: data.models, total: data.totals.usd, kind: 'model' }),
    ),
    ...limits(context, data),
    section(words.lines.tokens.title, {}, tokensPart(context, data.tokens)),
    section(
      words.lines.sources,
      {},
      linesTable(context, { lines: data.sources, total: data.totals.usd, kind: 'source' }),
    ),
    ...(past === null ? [] : [past]),
  ]
}

/** With several pots each card has its own table. */
const limits = (context: PageContext, data: PageSpend): readonly HTMLElement[] =>
  data.pots.length !== 1
    ? []
    : [
        section(
          context.words.limits.title,
          { kind: 'wide' },
          limitsTable(context, data.pots[0]?.limits ?? [], context.words.limits.title),
        ),
      ]
