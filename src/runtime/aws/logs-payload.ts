import { gunzipSync } from 'node:zlib'
import { hash64 } from '../domain/base/hash.ts'

/** The one stream Bedrock writes its invocation log to. */
export const INVOCATION_STREAM = 'aws/bedrock/modelinvocations'
/** Beats of `doctor` come by a stream of their own, `<prefix><guard>`, through the very same filter. */
export const HEARTBEAT_STREAM = 'cost-guard/heartbeat/'
/** A subscription record is at most 1 MB compressed; text of this kind shrinks tenfold. More is a bomb. */
const UNPACKED_BYTES_AT_MOST = 128 * 1024 * 1024

export interface Line {
  readonly id: string
  /** When the event was logged, as the log says; undefined where it does not. */
  readonly at: number | undefined
  readonly message: string
}

export type Payload =
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  | { readonly kind: 'ignored'; readonly why: 'control-message' | 'other-stream'; readonly count: number }
  /** `id`: what the newest beat carries; `guard`: whom it is for. */
  | { readonly kind: 'heartbeat'; readonly guard: string; readonly id: string; readonly count: number }
  /** Nobody can read it; catch-up finds its records in the log group again. */
  | { readonly kind: 'broken'; readonly why: string; readonly id: string; readonly excerpt: string }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Opens what a CloudWatch Logs subscription sends: base64 of gzip of JSON. Never throws for its content. */
export function openPayload(data: unknown): Payload {
  const text = typeof data === 'string' ? data : ''
  const broken = (why: string): Payload => ({
    kind: 'broken',
    why,
    id: `payload-${hash64(text)}`,
    excerpt: `${text.length} characters of base64: ${text.slice(0, 64)}`,
  })
  if (text === '') return broken('no payload')
  let json: string
  try {
    json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: UNPACKED_BYTES_AT_MOST }).toString('utf8')
  } catch (error) {
    return broken(`not gzip: ${error instanceof Error ? error.message : String(error)}`)
  }
  let envelope: unknown
  try {
    envelope = JSON.parse(json)
  } catch (error) {
    return broken(`not JSON: ${error instanceof Error ? error.message.slice(0, 100) : String(error)}`)
  }
  if (!isObject(envelope)) return broken('no envelope')
  const events = Array.isArray(envelope['logEvents']) ? envelope['logEvents'] : []
  if (envelope['messageType'] === 'CONTROL_MESSAGE')
    return { kind: 'ignored', why: 'control-message', count: events.length }
  if (envelope['messageType'] !== 'DATA_MESSAGE' || !Array.isArray(envelope['logEvents']))
    return broken('no log events')
  const stream = envelope['logStream']
  if (typeof stream === 'string' && stream.startsWith(HEARTBEAT_STREAM)) {
    const id = lineOf(events.at(-1)).message
    return { kind: 'heartbeat', guard: stream.slice(HEARTBEAT_STREAM.length), id, count: events.length }
  }
  if (stream !== INVOCATION_STREAM) return { kind: 'ignored', why: 'other-stream', count: events.length }
  return { kind: 'lines', lines: events.map(lineOf) }
}

/** An event that is no object is kept as a line that no parser takes for a record. */
function lineOf(event: unknown): Line {
  const { id, timestamp, message } = isObject(event) ? event : {}
  const text = typeof message === 'string' ? message : JSON.stringify(event)
  return {
    id: typeof id === 'string' && id !== '' ? id : `event-${hash64(text)}`,
    at: typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : undefined,
    message: text,
  }
}
