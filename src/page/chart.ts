/** Stacked bars, one a day, drawn by hand as SVG: the bundle stays small and nothing sets an inline style. */
import type { PageDay } from '../runtime/page-protocol.ts'
import { bySize, OTHERS, SERIES_AT_MOST, type Stacked, stack, totalOf } from './chart-layout.ts'
import type { PageContext } from './context.ts'
import { el, fill, freshId, svg } from './dom.ts'
import { dataTable } from './parts/table.ts'

export interface DayChart {
  /** What the chart is called: its heading says the same. */
  readonly title: string
  readonly days: readonly PageDay[]
  /** How a series is called; the name itself where this is left out. */
  readonly nameOf?: (series: string) => string
  /** Where there is nothing to tell apart. */
  readonly withoutLegend?: boolean
  /** What stands behind the last colour, where there are more series than colours. */
  readonly others?: (count: number) => string
}

const HEIGHT = 200
const WIDEST = 720
const NARROWEST = 120
const LEFT = 52
const TOP = 12
const BOTTOM = 24

/** The chart with its legend, a line that reads the day pointed at, and the same figures as a table. */
export function dayChart(context: PageContext, chart: DayChart): HTMLElement {
  const { words, head } = context
  if (chart.days.length === 0) return el('p', { class: 'quiet' }, words.chart.empty)
  const lay = (width: number): Stacked => stack(head.period.days, chart.days, { width, height: HEIGHT })
  const laid = lay(WIDEST)
  const name = (series: string): string =>
    series === OTHERS ? (chart.others ?? words.chart.others)(laid.others) : (chart.nameOf?.(series) ?? series)
  const reading = el('p', { class: 'chart-reading', 'aria-live': 'polite' }, words.chart.hint)
  return el(
    'div',
    { class: 'chart' },
    chart.withoutLegend !== true && legend(laid, name),
    drawnToFit((width) => drawing(context, chart, { laid: lay(width), width, name, reading })),
    reading,
    asTable(context, chart, name),
  )
}

/** Draws anew when the room's width changes, so that letters stay as large as they are; the style sheet keeps the height. */
function drawnToFit(draw: (width: number) => SVGSVGElement): HTMLElement {
  const room = el('div', { class: 'chart-room' })
  let drawn = 0
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0)
    if (width === drawn || width < NARROWEST) return
    drawn = width
    const hadFocus = room.contains(document.activeElement)
    fill(room, draw(width - LEFT))
    if (hadFocus) room.querySelector('svg')?.focus()
  }).observe(room)
  return room
}

/** `series-3`: fill and pattern are in the style sheet and in `patterns`. */
const legend = (laid: Stacked, name: (series: string) => string): HTMLElement =>
  el(
    'ul',
    { class: 'legend' },
    ...laid.series.map((series, index) => {
      const stem = freshId('swatch')
      return el(
        'li',
        {},
        svg(
          'svg',
          { class: 'swatch', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
          patterns(stem, [index]),
          svg('rect', { width: 16, height: 16, rx: 2, fill: `url(#${stem}-${index})` }),
        ),
        el('span', {}, name(series)),
      )
    }),
  )

/** Strokes that tell the series apart without colour: none, diagonals, dots, lines and their like. */
const STROKES: readonly string[] = [
  '',
  'M0 8 8 0M-2 2 2 -2M6 10 10 6',
  'M0 4H8',
  'M2 2h2v2h-2zM6 6h2v2h-2z',
  'M0 0 8 8M-2 6 2 10M6 -2 10 2',
  'M4 0V8',
  'M0 4H8M4 0V8',
  'M0 0 8 8M8 0 0 8',
]

const patterns = (stem: string, which: readonly number[]): SVGDefsElement =>
  svg(
    'defs',
    {},
    ...which.map((index) =>
      svg(
        'pattern',
        { id: `${stem}-${index}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
        svg('rect', { class: `series-${index}`, width: 8, height: 8 }),
        svg('path', { class: 'series-stroke', d: STROKES[index % SERIES_AT_MOST] ?? '' }),
      ),
    ),
  )

interface Drawing {
  readonly laid: Stacked
  readonly width: number
  readonly name: (series: string) => string
  readonly reading: HTMLElement
}

function drawing(context: PageContext, chart: DayChart, { laid, width, name, reading }: Drawing): SVGSVGElement {
  const { format, words, head } = context
  const [title, desc, stem] = [freshId('chart'), freshId('chart'), freshId('pattern')]
  const days = head.period.days
  const [first = '', last = ''] = [days[0], days.at(-1)]
  const total = laid.dearest === null ? '0' : totalOf(chart.days)
  const read = (index: number): string => readingOf(context, laid, index, name)
  const groups = laid.bars.map((bar, index) =>
    svg(
      'g',
      { class: 'bar', 'data-day': bar.day },
      svg('title', {}, read(index)),
      svg('rect', {
        class: 'bar-room',
        x: index * (width / days.length),
        y: 0,
        width: width / days.length,
        height: HEIGHT,
      }),
      ...bar.segments.map((segment) =>
        svg('rect', {
          x: rounded(bar.x),
          y: rounded(segment.y),
          width: rounded(bar.width),
          height: rounded(Math.max(segment.height, 0.5)),
          fill: `url(#${stem}-${segment.series})`,
        }),
      ),
    ),
  )
  let at = -1
  const point = (index: number): void => {
    if (index === at || index < 0 || index >= groups.length) return
    groups[at]?.classList.remove('pointed')
    at = index
    groups[at]?.classList.add('pointed')
    fill(reading, read(at))
  }
  for (const [index, group] of groups.entries()) group.addEventListener('pointerenter', () => point(index))
  const drawn = svg(
    'svg',
    {
      class: 'bars',
      viewBox: `0 0 ${LEFT + width} ${TOP + HEIGHT + BOTTOM}`,
      role: 'img',
      tabindex: 0,
      'aria-labelledby': title,
      'aria-describedby': desc,
    },
    svg('title', { id: title }, chart.title),
    svg(
      'desc',
      { id: desc },
      words.chart.desc(
        format.day(first),
        format.day(last),
        format.usd(total),
        laid.dearest === null ? '–' : `${format.day(laid.dearest.day)} (${format.usd(laid.dearest.usd)})`,
      ),
    ),
    patterns(
      stem,
      laid.series.map((_, index) => index),
    ),
    svg('g', { transform: `translate(${LEFT} ${TOP})` }, ...axis(context, laid, width), ...groups),
  )
  drawn.addEventListener('keydown', (event) => {
    const to = { ArrowLeft: at < 0 ? groups.length - 1 : at - 1, ArrowRight: at + 1, Home: 0, End: groups.length - 1 }[
      event.key
    ]
    if (to === undefined) return
    event.preventDefault()
    point(to)
  })
  return drawn
}

const rounded = (pixels: number): number => Math.round(pixels * 100) / 100

function axis({ format }: PageContext, laid: Stacked, width: number): SVGElement[] {
  const lines = laid.ticks.flatMap(({ usd, y }) => [
    svg('line', { class: 'grid', x1: 0, x2: width, y1: rounded(y), y2: rounded(y) }),
    svg('text', { class: 'tick', x: -8, y: rounded(y) + 4, 'text-anchor': 'end' }, `$${format.number(Number(usd))}`),
  ])
  const named = laid.bars.filter((_, index) => index === 0 || (index + 1) % 5 === 0)
  const names = named.map((bar) =>
    svg(
      'text',
      { class: 'tick', x: rounded(bar.x + bar.width / 2), y: HEIGHT + 18, 'text-anchor': 'middle' },
      format.dayOfMonth(bar.day),
    ),
  )
  return [...lines, ...names]
}

/** `Fri, Nov 20: $3.20. sonnet $2.10, haiku $1.10` */
function readingOf(context: PageContext, laid: Stacked, index: number, name: (series: string) => string): string {
  const { format } = context
  const bar = laid.bars[index]
  if (bar === undefined) return ''
  const parts = bar.segments.map((segment) => `${name(laid.series[segment.series] ?? '')} ${format.usd(segment.usd)}`)
  return `${format.day(bar.day)}: ${format.usd(bar.usd)}${parts.length === 0 ? '' : ` — ${parts.join(', ')}`}`
}

function asTable(context: PageContext, chart: DayChart, name: (series: string) => string): HTMLElement {
  const { format, words } = context
  const series = bySize(chart.days)
  return el(
    'details',
    { class: 'as-table' },
    el('summary', {}, words.chart.asTable),
    dataTable({
      caption: chart.title,
      head: [words.chart.day, words.chart.total, ...series.map(name)],
      rows: chart.days.map((day) => [
        format.day(day.day),
        format.usd(day.usd),
        ...series.map((one) => (Object.hasOwn(day.models, one) ? format.usd(day.models[one] ?? '0') : '–')),
      ]),
    }),
  )
}
