/** Log lines → charges, failed calls and poison. Pure; no line can spoil its neighbours. */
import type { Instant } from '../domain/base/calendar.ts'
import {
  type Charge,
  type Charging,
  chargeFor,
  type FailedCall,
  failedCallFor,
  uncountedCall,
} from '../domain/metering/charge.ts'
import { parseRecord, stripBodies } from '../domain/metering/usage.ts'
import type { BadRecord } from '../ports.ts'

/** One event of the log group. */
export interface LogLine {
  readonly id: string
  /** The event's own time in the log; undefined where nobody says. */
  readonly at: Instant | undefined
  /** When the log group had it; the subscription does not tell. */
  readonly ingestedAt?: Instant
  readonly message: string
}

export interface ReadCharge {
  readonly line: LogLine
  readonly charge: Charge
}

export interface Sorted {
  readonly charges: readonly ReadCharge[]
  readonly failed: readonly FailedCall[]
  readonly bad: readonly BadRecord[]
  readonly ignored: number
  /** Calls without a configured label, where only those count: by whom, never of which label. */
  readonly uncounted: readonly FailedCall[]
}

export interface Sorting extends Charging {
  readonly account: string
  readonly now: Instant
  /** Only calls with one of `labels` are charged. */
  readonly onlySources?: boolean
}

export function sortLines(lines: readonly LogLine[], how: Sorting): Sorted {
  const charges: ReadCharge[] = []
  const failed: FailedCall[] = []
  const bad: BadRecord[] = []
  const uncounted: FailedCall[] = []
  let ignored = 0
  for (const line of lines) {
    try {
      const parsed = parseRecord(line.message, { account: how.account })
      if (parsed.kind === 'usage' && how.onlySources && !how.labels.includes(parsed.usage.source ?? ''))
        uncounted.push(uncountedCall(parsed.usage, how))
      else if (parsed.kind === 'usage') charges.push({ line, charge: chargeFor(parsed.usage, how) })
      else if (parsed.kind === 'failed') failed.push(failedCallFor(parsed, how))
      else if (parsed.kind === 'malformed') bad.push(poison(line, parsed.why, parsed.requestId, how.now))
      else ignored += 1
    } catch (error) {
      // A bug of ours in one record: the others still count, and this one is kept and alarmed.
      const why = `could not be read: ${error instanceof Error ? error.message : String(error)}`
      bad.push(poison(line, why, undefined, how.now))
    }
  }
  return { charges, failed, bad, uncounted, ignored: ignored + uncounted.length }
}

/** Filed under the time of the log, which no caller chooses. */
export const poison = (line: LogLine, why: string, requestId: string | undefined, now: Instant): BadRecord => ({
  id: line.id,
  why,
  requestId,
  excerpt: excerptOf(line.message),
  at: line.at ?? now,
})

function excerptOf(message: string): string {
  try {
    return stripBodies(message)
  } catch {
    // What even stripping cannot read is not copied: it may hold bodies.
    return `${message.length} characters`
  }
}
