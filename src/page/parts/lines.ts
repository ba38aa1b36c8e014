import type { PageLine, PageTokens } from '../../runtime/page-protocol.ts'
import { shareOf } from '../chart-layout.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { dataTable } from './table.ts'

const classes = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'cacheWriteUnknown', 'output'] as const

export const tokenSum = (tokens: PageTokens): number => classes.reduce((total, one) => total + tokens[one], 0)

/** Models or sources, as they came: dearest first. */
export function linesTable(
  context: PageContext,
  {
    lines,
    total,
    kind,
  }: { readonly lines: readonly PageLine[]; readonly total: string; readonly kind: 'model' | 'source' },
): HTMLElement {
  const { words, format } = context
  const { columns } = words.lines
  if (lines.length === 0) return el('p', { class: 'quiet' }, words.lines.none)
  return dataTable({
    caption: kind === 'model' ? words.lines.models : words.lines.sources,
    head: [
      columns[kind],
      columns.usd,
      columns.share,
      columns.requests,
      columns.tokens,
      ...(kind === 'model' ? [columns.cacheHit] : []),
    ],
    cards: true,
    rows: lines.map((line) => [
      [
        kind === 'model' ? line.name : words.lines.source(line.name),
        line.assumedUsd !== '0' && el('span', { class: 'tag' }, words.lines.assumed),
      ],
      format.both(line.usd),
      format.percent(shareOf(line.usd, total)),
      format.number(line.requests),
      format.compact(tokenSum(line.tokens)),
      ...(kind === 'model' ? [format.percent(line.tokens.cacheHitPercent)] : []),
    ]),
  })
}

/** Tokens by what they are billed as, and how many prompt tokens the cache saved. */
export function tokensPart(context: PageContext, tokens: PageTokens): HTMLElement {
  const { format } = context
  const words = context.words.lines.tokens
  const all = tokenSum(tokens)
  if (all === 0) return el('p', { class: 'quiet' }, context.words.lines.none)
  const hit = tokens.cacheHitPercent
  return el(
    'div',
    {},
    el(
      'p',
      { class: 'cache' },
      el('span', { class: 'cache-name' }, words.cacheHit),
      ' ',
      el('strong', {}, hit === null ? '–' : format.percent(hit)),
      ' ',
      el('span', { class: 'quiet' }, hit === null ? words.noPrompt : words.cacheHitNote),
    ),
    dataTable({
      caption: words.title,
      head: [words.class, words.count, words.share],
      rows: classes
        .filter((one) => tokens[one] > 0)
        .map((one) => {
          const share = Math.floor((tokens[one] / all) * 100)
          return [words[one], format.number(tokens[one]), format.percent(share)]
        }),
    }),
  )
}
