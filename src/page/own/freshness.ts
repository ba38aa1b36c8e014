import type { PageContext } from '../context.ts'
import { el } from '../dom.ts'
import { section } from '../parts/section.ts'

/** What is wrong with the guard itself: first on the page, because nothing below is sure then. Told to admins only. */
export function problemsPart({ words, head }: PageContext): HTMLElement | null {
  const { problems } = head.health
  if (problems.length === 0) return null
  return section(
    words.health.problems,
    { kind: 'wide problems' },
    el('ul', {}, ...problems.map((problem) => el('li', {}, problem))),
    el('p', { class: 'quiet' }, words.health.whatToDo),
  )
}

/** Until when calls are counted, and what the amounts are. */
export function freshness({ words, format, head }: PageContext): HTMLElement {
  const { lastRecordAt, lagSeconds } = head.health
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
  )
}
