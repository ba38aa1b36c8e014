/**
 * What the response body tells about tokens. The record's own counts are the truth; bodies are read only for what those
 * do not say: for how long a cache was written, and counts that are missing at the top.
 * Shapes: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html, read 2026-10-30.
 */
import { asCount, isObject, type JsonObject } from '../base/json.ts'

export interface BodyCounts {
  input: number | undefined
  output: number | undefined
  cacheRead: number | undefined
  cacheWrite: number | undefined
  /** Writes by time to live; undefined where no part of the body tells. */
  split: { fiveMinutes: number; oneHour: number } | undefined
}

const METRICS = 'amazon-bedrock-invocationMetrics'

/** Reads `outputBodyJson`: one answer (Converse, InvokeModel) or an array of stream events. */
export function readBody(body: unknown): BodyCounts {
  const counts: BodyCounts = {
    input: undefined,
    output: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
    split: undefined,
  }
  // Later events of a stream know more than earlier ones; an array may also hold texts such as "[DONE]".
  for (const event of Array.isArray(body) ? body : [body]) {
    if (!isObject(event)) continue
    for (const holder of [event, event['message'], event['metadata'], event['response']]) {
      if (!isObject(holder)) continue
      if (isObject(holder['usage'])) readUsage(holder['usage'], counts)
      if (isObject(holder[METRICS])) readMetrics(holder[METRICS], counts)
    }
  }
  return counts
}

function readUsage(usage: JsonObject, into: BodyCounts): void {
  into.input = asCount(usage['inputTokens']) ?? asCount(usage['input_tokens']) ?? into.input
  into.output = asCount(usage['outputTokens']) ?? asCount(usage['output_tokens']) ?? into.output
  into.cacheRead = asCount(usage['cacheReadInputTokens']) ?? asCount(usage['cache_read_input_tokens']) ?? into.cacheRead
  into.cacheWrite =
    asCount(usage['cacheWriteInputTokens']) ?? asCount(usage['cache_creation_input_tokens']) ?? into.cacheWrite
  const split = readDetails(usage['cacheDetails']) ?? readCreation(usage['cache_creation'])
  // The closing event of a stream may repeat the object with zeros.
  if (split !== undefined && (into.split === undefined || split.fiveMinutes + split.oneHour > 0)) into.split = split
}

function readMetrics(metrics: JsonObject, into: BodyCounts): void {
  into.input = asCount(metrics['inputTokenCount']) ?? into.input
  into.output = asCount(metrics['outputTokenCount']) ?? into.output
  into.cacheRead = asCount(metrics['cacheReadInputTokenCount']) ?? into.cacheRead
  into.cacheWrite = asCount(metrics['cacheWriteInputTokenCount']) ?? into.cacheWrite
}

/** Converse: `[{ttl: '1h', inputTokens}, {ttl: '5m', inputTokens}, …]`; a time to live may occur several times. */
function readDetails(details: unknown): BodyCounts['split'] {
  if (!Array.isArray(details)) return undefined
  const split = { fiveMinutes: 0, oneHour: 0 }
  for (const detail of details) {
    if (!isObject(detail)) return undefined
    const tokens = asCount(detail['inputTokens'])
    if (tokens === undefined) return undefined
    if (detail['ttl'] === '5m') split.fiveMinutes += tokens
    else if (detail['ttl'] === '1h') split.oneHour += tokens
  }
  return split
}

/** Claude's InvokeModel: `{ephemeral_5m_input_tokens, ephemeral_1h_input_tokens}`. */
function readCreation(creation: unknown): BodyCounts['split'] {
  if (!isObject(creation)) return undefined
  const fiveMinutes = asCount(creation['ephemeral_5m_input_tokens'])
  const oneHour = asCount(creation['ephemeral_1h_input_tokens'])
  if (fiveMinutes === undefined && oneHour === undefined) return undefined
  return { fiveMinutes: fiveMinutes ?? 0, oneHour: oneHour ?? 0 }
}

/**
 * Shares the written tokens out. Where the body disagrees, the total is the truth: what the body does not explain is of
 * unknown time, and what it claims beyond the total is not counted (the dearer hour first).
 */
export function shareWrites(total: number, split: BodyCounts['split']) {
  const cacheWrite1h = Math.min(split?.oneHour ?? 0, total)
  const cacheWrite5m = Math.min(split?.fiveMinutes ?? 0, total - cacheWrite1h)
  return { cacheWrite5m, cacheWrite1h, cacheWriteUnknown: total - cacheWrite1h - cacheWrite5m }
}
