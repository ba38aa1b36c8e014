/** What a function's answer says about the guard's own health. */
import type { MetricValues } from '../domain/metering/metrics.ts'
import type { EnforceAnswer, EnforceEvent, IngestAnswer, IngestEvent } from '../protocol.ts'

/** Undefined where nothing was checked: a preview, a check left to another, a ledger that could not be read. */
export function checkMetrics(event: EnforceEvent, answer: EnforceAnswer): MetricValues | undefined {
  if (event.kind !== 'check' || answer.ran !== 'now' || answer.unread) return undefined
  const failures = answer.cannotBlock.length + (answer.unblocked ?? 0)
  return { ChecksFinished: 1, ...(failures > 0 ? { BlockFailures: failures } : {}) }
}

/**
 * What reads the log again counts only what is new to the ledger: the same old records every 15 minutes would hide that nothing
 * comes any more. Zero is written too, so that there is always something to compare. What is not counted on purpose has come all the same.
 */
export function recordMetrics(event: IngestEvent, answer: IngestAnswer, onlySources = false): MetricValues {
  const { recorded, duplicates, failed, ignored } = answer
  const besides = 'awslogs' in event ? duplicates + failed + (onlySources ? ignored : 0) : 0
  return { RecordsCounted: recorded + besides }
}
