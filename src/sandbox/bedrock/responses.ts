/** The answers of the four model operations, in the shapes of the service. */
import { randomUUID } from 'node:crypto'
import type { Answer } from '../door/answer.ts'
import type { Canned, TokenCounts } from './canned.ts'
import { frame } from './event-stream.ts'

const LATENCY_MS = 42

export const converseUsage = (tokens: TokenCounts) => {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = tokens
  const details = [
    { ttl: '1h', inputTokens: cacheWrite1h },
    { ttl: '5m', inputTokens: cacheWrite5m },
  ].filter((one) => one.inputTokens > 0)
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite5m + cacheWrite1h,
    ...(details.length > 0 ? { cacheDetails: details } : {}),
  }
}
export const claudeUsage = (tokens: TokenCounts) => ({
  input_tokens: tokens.input,
  cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
  cache_read_input_tokens: tokens.cacheRead,
  cache_creation: {
    ephemeral_5m_input_tokens: tokens.cacheWrite5m,
    ephemeral_1h_input_tokens: tokens.cacheWrite1h,
  },
  output_tokens: tokens.output,
})

export const converseBody = ({ text, tokens }: Canned) => ({
  output: { message: { role: 'assistant', content: [{ text }] } },
  stopReason: 'end_turn',
  usage: converseUsage(tokens),
  metrics: { latencyMs: LATENCY_MS },
})

const claudeMessage = (base: string, { tokens }: Canned, content: object[]) => ({
  id: `msg_bdrk_${randomUUID().replaceAll('-', '').slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
  model: base.replace(/^anthropic\./, ''),
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: claudeUsage(tokens),
})

/** InvokeModel answers in the model family's own shape; families we do not imitate get Nova's. */
export const invokeBody = (base: string, answer: Canned): object =>
  base.startsWith('anthropic.')
    ? claudeMessage(base, answer, [{ type: 'text', text: answer.text }])
    : {
        output: { message: { role: 'assistant', content: [{ text: answer.text }] } },
        stopReason: 'end_turn',
        usage: converseUsage(answer.tokens),
      }

/** The events of InvokeModelWithResponseStream; also what the log keeps as `outputBodyJson`. */
export function invokeEvents(base: string, answer: Canned): readonly object[] {
  const { text, tokens } = answer
  const metrics = {
    inputTokenCount: tokens.input,
    outputTokenCount: tokens.output,
    invocationLatency: LATENCY_MS,
    firstByteLatency: LATENCY_MS / 2,
    cacheReadInputTokenCount: tokens.cacheRead,
    cacheWriteInputTokenCount: tokens.cacheWrite5m + tokens.cacheWrite1h,
  }
  if (!base.startsWith('anthropic.')) {
    return [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { delta: { text }, contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: converseUsage(tokens) }, 'amazon-bedrock-invocationMetrics': metrics },
    ]
  }
  const opening = claudeMessage(base, answer, [])
  const usage = { output_tokens: tokens.output }
  return [
    {
      type: 'message_start',
      message: { ...opening, stop_reason: null, usage: { ...claudeUsage(tokens), output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics },
  ]
}

const streamed = (requestId: string, frames: readonly Buffer[], headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': requestId, ...headers },
  body: Buffer.concat(frames),
})

export function modelAnswer(operation: string, base: string, requestId: string, answer: Canned): Answer {
  const { tokens } = answer
  const counted = {
    'x-amzn-bedrock-input-token-count': String(tokens.input),
    'x-amzn-bedrock-output-token-count': String(tokens.output),
    'x-amzn-bedrock-cache-read-input-token-count': String(tokens.cacheRead),
    'x-amzn-bedrock-cache-write-input-token-count': String(tokens.cacheWrite5m + tokens.cacheWrite1h),
    'x-amzn-bedrock-invocation-latency': String(LATENCY_MS),
  }
  const plain = (body: object, more: Record<string, string> = {}): Answer => ({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...more },
    body: Buffer.from(JSON.stringify(body)),
  })
  switch (operation) {
    case 'Converse':
      return plain(converseBody(answer))
    case 'ConverseStream':
      return streamed(requestId, [
        frame('messageStart', { role: 'assistant' }),
        frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: answer.text } }),
        frame('contentBlockStop', { contentBlockIndex: 0 }),
        frame('messageStop', { stopReason: 'end_turn' }),
        frame('metadata', { usage: converseUsage(tokens), metrics: { latencyMs: LATENCY_MS } }),
      ])
    case 'InvokeModelWithResponseStream': {
      const chunks = invokeEvents(base, answer).map((event) =>
        frame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }),
      )
      return streamed(requestId, chunks, { 'x-amzn-bedrock-content-type': 'application/json' })
    }
    default:
      return plain(invokeBody(base, answer), counted)
  }
}
