import { logLine } from '../aws/logger.ts'
import type { ReportAnswer, ReportEvent } from '../protocol.ts'
import { dailyReport } from '../usecases/daily-report.ts'
import type { LambdaContext } from './_compose.ts'
import { composeReport } from './_compose-report.ts'

let composed: ReturnType<typeof composeReport> | undefined

/** The daily schedule calls this, and the admin who wants today's mail now. */
export async function handler(event: ReportEvent, context?: LambdaContext): Promise<ReportAnswer> {
  composed ??= composeReport(process.env)
  composed.deadline.startOf(context)
  const answer = await dailyReport(composed.room, event)
  logLine({ level: 'info', event: 'reported', kind: event.kind, sent: answer.sent, subject: answer.subject })
  return answer
}
