import type { Instant } from '../domain/base/calendar.ts'
import { type DayCoverage, isAlarming, missingPermille } from '../domain/telling/coverage.ts'
import type { NoticeItem } from '../domain/telling/notice.ts'
import type { NoticeLog, Notifier } from '../ports.ts'

export interface TellRoom {
  readonly notices: NoticeLog
  readonly notifier: Notifier
  renderUncovered(item: NoticeItem, at: Instant): { readonly subject: string; readonly text: string }
}

/** A mail of its own, once for each day of which so much was not in the log that nobody may overlook it in a report. */
export async function tellUncovered(
  room: TellRoom,
  of: DayCoverage | undefined,
  how: { readonly now: Instant; readonly leaseMs: number },
): Promise<void> {
  if (of?.kind !== 'known' || !isAlarming(of.coverage)) return
  const { day, coverage } = of
  const item: NoticeItem = {
    key: `uncovered#${day}`,
    day,
    amount: coverage.total.missingUsd,
    percent: Math.round(missingPermille(coverage) / 10),
    causes: coverage.causes.filter(({ code }) => code !== 'surplus').map(({ code }) => code),
  }
  const claim = await room.notices.claim(item.key, (how.now + how.leaseMs) as Instant)
  if (claim !== 'claimed') return
  await room.notifier.send({ kind: 'uncovered', at: how.now, items: [item], ...room.renderUncovered(item, how.now) })
  await room.notices.settle(item.key)
}
