import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { section } from '../parts/section.ts'

/** Until when calls are counted, and what the amounts are. */
export function freshness({ words, format, head }: PageContext): HTMLElement {
  const { lastRecordAt, lagSeconds, problems } = head.health
  return section(
    words.health.title,
    { kind: 'wide fine-print' },
    el(
      'ul',
      {},
      el('li', {}, lastRecordAt === null ? words.health.noRecord : words.health.lastRecord(format.time(lastRecordAt))),
      head.period.isCurrent &&
        el('li', {}, lagSeconds === null ? words.health.lagUnknown : words.health.lag(Math.ceil(lagSeconds / 60))),
      el('li', {}, words.estimate),
      head.currency !== null && el('li', {}, words.rate(head.currency.code, head.currency.rate)),
      el('li', {}, words.zone(head.period.timezone)),
    ),
    problems.length > 0 && el('h3', {}, words.health.problems),
    problems.length > 0 && el('ul', { class: 'problems' }, ...problems.map((problem) => el('li', {}, problem))),
  )
}
