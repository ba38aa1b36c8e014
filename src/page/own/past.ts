import type { PageSpend } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { readUsd } from '../format.ts'
import { meter } from '../parts/meter.ts'
import { section } from '../parts/section.ts'
import { dataTable } from '../parts/table.ts'

/** Months before, each with a bar as long as it cost. */
export function pastMonths(context: PageContext, data: PageSpend): HTMLElement {
  const { words, format } = context
  const said = words.own.past
  const most = data.past.reduce((highest, { usd }) => (readUsd(usd) > highest ? readUsd(usd) : highest), readUsd('0'))
  return section(
    said.title,
    { kind: 'past' },
    dataTable({
      caption: said.title,
      head: [said.month, said.spent, said.requests],
      cards: true,
      rows: data.past.map(({ month, usd, requests }) => [
        format.month(month),
        [format.both(usd), meter(most === 0n ? 0 : Number((readUsd(usd) * 100n) / most), 'plain')],
        format.number(requests),
      ]),
    }),
  )
}
