import { logLine } from '../aws/logger.ts'
import { openPayload } from '../aws/logs-payload.ts'
import { metricsIn } from '../domain/metering/metrics.ts'
import type { IngestAnswer, IngestEvent } from '../protocol.ts'
import { recordMetrics } from '../usecases/own-metrics.ts'
import { receive } from '../usecases/receive.ts'
import type { LambdaContext } from './_compose.ts'
import { composeIngest } from './_compose-ingest.ts'

let composed: ReturnType<typeof composeIngest> | undefined

/** CloudWatch Logs' subscription, the catch-up schedule and `init`'s backfill call this. */
export async function handler(event: IngestEvent, context?: LambdaContext): Promise<IngestAnswer> {
  composed ??= composeIngest(process.env)
  composed.deadline.startOf(context)
  const answer = await receive(composed.room, event, openPayload)
  const { config, clock } = composed.room
  const metrics = metricsIn(config.guard, clock.now(), recordMetrics(event, answer, config.onlySources))
  logLine({ level: 'info', event: 'ingested', ...answer, ...metrics })
  return answer
}
