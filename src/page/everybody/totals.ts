/** What all spent together, and how many stand where. */
import type { PageEverybody } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { figure } from '../parts/figure.ts'
import { NONE } from './cells.ts'

export function totalsPart(context: PageContext, { totals, counts, meanUsedPercent }: PageEverybody): HTMLElement {
  const { format } = context
  const words = context.words.everybody.totals
  const count = (label: string, value: number, tone?: string): HTMLElement =>
    figure(label, format.number(value), value > 0 && tone !== undefined ? { tone } : {})
  return el(
    'section',
    { class: 'card wide totals', 'aria-label': words.title },
    el(
      'dl',
      { class: 'figures' },
      figure(words.spend, format.usd(totals.usd), {
        second: format.second(totals.usd),
        note: totals.assumedUsd === '0' ? null : words.assumed(format.usd(totals.assumedUsd)),
      }),
      figure(words.forecast, totals.forecastUsd === null ? NONE : format.usd(totals.forecastUsd), {
        second: totals.forecastUsd === null ? null : format.second(totals.forecastUsd),
      }),
      ...totals.limits.map((limit) =>
        figure(words.accountLimit(context.words.limits.per[limit.per]), format.percent(limit.usedPercent), {
          note: words.ofLimit(limit.spentUsd === null ? NONE : format.usd(limit.spentUsd), format.usd(limit.limitUsd)),
          ...((limit.usedPercent ?? 0) >= 100 ? { tone: 'over' } : {}),
        }),
      ),
      figure(words.mean, format.percent(meanUsedPercent), { note: words.meanNote }),
    ),
    el(
      'dl',
      { class: 'figures counts' },
      count(words.blocked, counts.blocked, 'over'),
      count(words.atLimit, counts.atLimit, 'over'),
      count(words.warned, counts.warned, 'near'),
      count(words.excluded, counts.excluded),
      count(words.principals, counts.principals),
      count(words.requests, totals.requests),
    ),
  )
}
