/** Who is warned or blocked, before everything else, with the reason in a sentence. */
import type { PageReason } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { meter } from '../parts/meter.ts'
import { stateBadge } from '../parts/state.ts'
import { part } from './cells.ts'
import type { Line } from './people.ts'
import { urgent } from './sorting.ts'

const AT_MOST = 12

/** Why the state is what it is; null where nothing more is to be said. */
export function reasonText({ words, format }: PageContext, reason: PageReason | null): string | null {
  const sentences = words.everybody.attention
  switch (reason?.kind) {
    case undefined:
      return null
    case 'limit':
      return sentences.limit({
        of: words.limits.of(reason.of),
        per: words.limits.per[reason.per],
        amount: format.usd(reason.limitUsd),
      })
    case 'manual':
      return sentences.manual(reason.note)
    case 'waiver':
      return sentences.waiver(
        reason.until === null ? null : format.time(reason.until),
        reason.grantUsd === null ? null : format.usd(reason.grantUsd),
      )
  }
}

export function attentionPart(context: PageContext, lines: readonly Line[]): HTMLElement {
  const words = context.words.everybody.attention
  const all = urgent(lines)
  const rest = all.length - AT_MOST
  return part(
    words.title,
    'attention',
    all.length === 0
      ? el('p', { class: 'quiet' }, words.none)
      : el('ul', { class: 'attention-cards' }, ...all.slice(0, AT_MOST).map((line) => card(context, line))),
    rest > 0 && el('p', { class: 'quiet' }, words.more(context.format.number(rest))),
  )
}

function card(context: PageContext, { row, limit }: Line): HTMLElement {
  const { format } = context
  const words = context.words.everybody.attention
  const reason = reasonText(context, row.reason)
  return el(
    'li',
    { class: `attention-card attention-${row.state}` },
    el(
      'p',
      { class: 'who' },
      el('strong', {}, row.key),
      row.person !== null && row.key !== `person/${row.person}` && el('span', { class: 'quiet' }, row.person),
      stateBadge(context, row.state),
    ),
    limit !== null &&
      row.usedPercent !== null &&
      el('p', { class: 'used' }, meter(row.usedPercent), format.percent(row.usedPercent)),
    limit !== null &&
      el(
        'p',
        {},
        words.ofLimit(
          format.usd(limit.spentUsd ?? row.usd),
          format.usd(limit.limitUsd),
          context.words.limits.per[limit.per],
        ),
      ),
    reason !== null && row.reason?.kind !== 'limit' && el('p', { class: 'quiet' }, reason),
    row.blockedUntil !== null && el('p', { class: 'quiet' }, words.until(format.time(row.blockedUntil))),
  )
}
