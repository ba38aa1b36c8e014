/** What is lost, or stops being counted, by a change of settings: worth a word in the plan before anybody says yes. Pure. */

import type { Instant } from '../runtime/domain/base/calendar.ts'
import { toIso } from '../runtime/domain/base/calendar.ts'
import type { Settings } from './guard.ts'

const DAY = 86_400_000

export function cautions(before: Settings | undefined, after: Settings, now: Instant): readonly string[] {
  if (before === undefined) return []
  return [
    ...shortened('the log group', before.retentionDays, after.retentionDays, now),
    ...shortened('the S3 copy', before.s3?.expireDays ?? 0, after.s3?.expireDays ?? 0, now),
    ...(after.onlySources && !before.onlySources
      ? [
          `from now on only calls that carry ${after.labels.join(' or ')} are counted: all others are free and unlimited`,
        ]
      : []),
    ...(before.onlySources && (!after.onlySources || after.labels.some((label) => !before.labels.includes(label)))
      ? [
          'calls of the last two hours that were left out until now are counted within 15 minutes: the log is read again so far ' +
            'back, and the mail about records that nobody had delivered may speak of them',
        ]
      : []),
    ...(after.mode === 'observe' && (before.mode ?? 'enforce') === 'enforce'
      ? ['whoever is blocked by a limit is released, and nobody is blocked until mode is enforce again']
      : []),
  ]
}

/** @param before days kept; 0: for ever (or, of the S3 copy, no copy) */
function shortened(what: string, before: number, after: number, now: Instant): readonly string[] {
  const longer = before === 0 ? Number.POSITIVE_INFINITY : before
  if (after === 0 || after >= longer || (before === 0 && what !== 'the log group')) return []
  const day = toIso((now - after * DAY) as Instant).slice(0, 10)
  return [
    `${what} keeps ${after} days instead of ${before === 0 ? 'all' : before}: AWS deletes what is older than ${day} for good. The sums in the ledger stay, ` +
      'but nobody can count or look at those calls again',
  ]
}
