import type { PageLimit } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { meter } from './meter.ts'
import { dataTable } from './table.ts'

/** Limits as they stand. A pot that others share shows no spending: that is theirs. */
export function limitsTable(context: PageContext, limits: readonly PageLimit[], caption: string): HTMLElement {
  const { words, format } = context
  const { columns } = words.limits
  if (limits.length === 0) return el('p', { class: 'quiet' }, words.limits.none)
  const money = (usd: string | null): string => (usd === null ? '–' : format.usd(usd))
  return dataTable({
    caption,
    head: [
      columns.limit,
      columns.amount,
      columns.spent,
      columns.rest,
      columns.used,
      columns.forecast,
      columns.resets,
      columns.action,
    ],
    texts: new Set([6, 7]),
    cards: 'wide',
    rows: limits.map((limit) => [
      [
        words.limits.named(words.limits.of(limit.of), words.limits.per[limit.per]),
        limit.decides && el('span', { class: 'tag' }, words.limits.decides),
      ],
      format.both(limit.limitUsd),
      limit.spentUsd === null ? el('span', { class: 'quiet' }, words.limits.shared) : format.usd(limit.spentUsd),
      money(limit.restUsd),
      limit.usedPercent === null ? '–' : [format.percent(limit.usedPercent), meter(limit.usedPercent)],
      money(limit.forecastUsd),
      format.time(limit.resetsAt),
      words.limits.action[limit.action],
    ]),
  })
}
