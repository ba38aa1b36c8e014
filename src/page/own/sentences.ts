/** What is said of a pot. Pure: the document plays no part. */
import type { PageLimit, PagePot, PageReason } from '../../runtime/page-protocol.ts'
import type { PageContext } from '../context.ts'

/** The limit that the state follows from, else the one that most is used of. */
export function shownLimit(limits: readonly PageLimit[]): PageLimit | undefined {
  const decides = limits.find((limit) => limit.decides)
  if (decides !== undefined) return decides
  return limits.toSorted((a, b) => (b.usedPercent ?? -1) - (a.usedPercent ?? -1))[0]
}

/** What the state means for the viewer, why, and until when. */
export function sentences(context: PageContext, pot: PagePot): readonly string[] {
  const { words, format, head } = context
  const said = words.own.state
  const blocked = pot.state === 'blocked'
  return [
    said.means[pot.state],
    ...(pot.reason === null ? [] : [reasonOf(context, pot.reason)]),
    ...(blocked ? [pot.blockedUntil === null ? said.freeNever : said.freeAt(format.time(pot.blockedUntil))] : []),
    ...(blocked ? [pot.reason?.kind === 'manual' ? said.blockedByHandHow : said.blockedHow] : []),
    ...(head.period.isCurrent && !blocked ? [said.resetsAt(format.time(head.period.resetsAt))] : []),
  ]
}

function reasonOf({ words, format }: PageContext, reason: PageReason): string {
  const said = words.own.state
  switch (reason.kind) {
    case 'limit':
      return said.limit({
        of: words.limits.of(reason.of),
        per: words.limits.per[reason.per],
        amount: format.both(reason.limitUsd),
      })
    case 'manual':
      return said.manual(reason.note)
    case 'waiver':
      return said.waiver(
        reason.until === null ? null : format.time(reason.until),
        reason.grantUsd === null ? null : format.both(reason.grantUsd),
      )
  }
}
