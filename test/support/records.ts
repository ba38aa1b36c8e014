/** Log records as Bedrock writes them, and the envelope CloudWatch Logs puts around them. */
import { gzipSync } from 'node:zlib'
import { type Instant, instant, toIso } from '../../src/runtime/domain/base/calendar.ts'
import type { LogEvent } from '../../src/runtime/ports.ts'
import type { SubscriptionEvent } from '../../src/runtime/protocol.ts'
import { ACCOUNT, freshId, OPUS, userArn } from './charges.ts'

export interface RecordWanted {
  readonly id?: string
  readonly at?: Instant
  readonly arn?: string
  readonly model?: string
  readonly source?: string
  readonly input?: number
  readonly errorCode?: string
  /** `outputBodyJson`. */
  readonly body?: unknown
}

export function record(wanted: RecordWanted = {}): Record<string, unknown> {
  const { id = freshId(), at = instant(Date.UTC(2026, 10, 18, 2, 10)), arn = userArn('tanaka'), model = OPUS } = wanted
  const common = {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: toIso(at),
    accountId: ACCOUNT,
    region: 'us-east-1',
    requestId: id,
    operation: 'Converse',
    modelId: model,
    identity: { arn },
    ...(wanted.source === undefined ? {} : { requestMetadata: { source: wanted.source } }),
  }
  if (wanted.errorCode !== undefined) return { ...common, errorCode: wanted.errorCode }
  return {
    ...common,
    input: { inputContentType: 'application/json', inputTokenCount: wanted.input ?? 1000 },
    output: {
      outputContentType: 'application/json',
      outputTokenCount: 100,
      ...(wanted.body === undefined ? {} : { outputBodyJson: wanted.body }),
    },
    inferenceRegion: 'us-east-1',
  }
}

let events = 0
/** An event of the log group; logged eight seconds after the call unless told. */
export function logged(message: string | Record<string, unknown>, at?: Instant, lagMs = 8000): LogEvent {
  events += 1
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  const time = at ?? instant(Date.UTC(2026, 10, 18, 2, 10))
  return { id: `event-${String(events).padStart(9, '0')}`, at: time, ingestedAt: instant(time + lagMs), message: text }
}

export function delivery(lines: readonly LogEvent[], more: Readonly<Record<string, unknown>> = {}): SubscriptionEvent {
  const envelope = {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: '/aws/bedrock/cost-guard',
    logStream: 'aws/bedrock/modelinvocations',
    subscriptionFilters: ['cost-guard-ingest'],
    logEvents: lines.map(({ id, at, message }) => ({ id, timestamp: at, message })),
    ...more,
  }
  return { awslogs: { data: gzipSync(JSON.stringify(envelope)).toString('base64') } }
}
