import { logLine } from '../aws/logger.ts'
import { metricsIn } from '../domain/metering/metrics.ts'
import type { EnforceAnswer, EnforceEvent } from '../protocol.ts'
import { enforceLimits } from '../usecases/enforce-limits.ts'
import { checkMetrics } from '../usecases/own-metrics.ts'
import type { LambdaContext } from './_compose.ts'
import { composeEnforce } from './_compose-enforce.ts'

/** The log is written every minute: of whom cannot be blocked a few and their number are enough; `status` names all. */
const NAMED_AT_MOST = 20
const shortened = (answer: EnforceAnswer) => ({
  ...answer,
  cannotBlock: answer.cannotBlock.slice(0, NAMED_AT_MOST),
  ...(answer.cannotBlock.length > NAMED_AT_MOST ? { cannotBlockInAll: answer.cannotBlock.length } : {}),
})

let composed: ReturnType<typeof composeEnforce> | undefined

/** The minute's schedule, ingest's poke, the commands and the teardown call this. */
export async function handler(event: EnforceEvent, context?: LambdaContext): Promise<EnforceAnswer> {
  composed ??= composeEnforce(process.env)
  composed.deadline.startOf(context)
  const answer = await enforceLimits(composed.room, event)
  const metrics = checkMetrics(event, answer)
  const { config, clock } = composed.room
  logLine({
    level: answer.problems.length > 0 ? 'warn' : 'info',
    event: 'enforced',
    kind: event.kind,
    ...shortened(answer),
    ...(metrics && metricsIn(config.guard, clock.now(), metrics)),
  })
  return answer
}
