import { type Instant, instant, parseInstant } from '../base/calendar.ts'
import { asCount, isObject, type JsonObject, parseJson } from '../base/json.ts'
import type { Tier } from '../money/rate.ts'
import { factsIn } from './body-facts.ts'
import { readBody, shareWrites } from './cache-split.ts'
import { type ModelRef, parseModelId } from './model-id.ts'
import { type Caller, callerOf } from './principal.ts'

export { stripBodies } from './strip-bodies.ts'

/** Whole, non-negative counts. `input` is without cached tokens; the prompt is input + cacheRead + all cache writes. */
export interface TokenCounts {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  /** Written for an unknown time: the record carries no body with the split. Priced by the configured assumption. */
  readonly cacheWriteUnknown: number
}

/** What is not billed by tokens, where the body tells how many; whole seconds, rounded up. */
export interface Units {
  readonly images?: number
  readonly seconds?: number
  readonly searches?: number
}

/** Tokens of one request. */
export interface Usage {
  readonly requestId: string
  /** When the invocation was made (event time), never when it arrived. */
  readonly at: Instant
  readonly account: string
  readonly region: string
  readonly operation: string
  readonly model: ModelRef
  readonly caller: Caller
  /** `requestMetadata.source` as sent, cut; a label, never an identity. Undefined: none was sent. */
  readonly source: string | undefined
  readonly tokens: TokenCounts
  /** As the body tells it; undefined: it does not. */
  readonly tier?: Tier
  readonly units?: Units
}

export type IgnoredWhy =
  | 'not-an-invocation'
  | 'control-message'
  | 'bedrock-permission-check'
  | 'heartbeat'
  | 'other-stream'

/** Dropping is a decision with a name; from here on nothing is ever "maybe". */
export type ParsedUsage =
  | { readonly kind: 'usage'; readonly usage: Usage }
  | {
      readonly kind: 'failed'
      readonly requestId: string
      readonly at: Instant
      readonly caller: Caller
      readonly code: string
    }
  | { readonly kind: 'ignored'; readonly why: IgnoredWhy }
  | {
      readonly kind: 'malformed'
      readonly why: string
      readonly requestId: string | undefined
      readonly at: Instant | undefined
    }

/** Why a text that is no JSON at all is malformed. */
export const NOT_JSON = 'not JSON'

type Malformed = Extract<ParsedUsage, { kind: 'malformed' }>

/** Bedrock's invocation log exists since 2023; later times than 2100 are no times. The parser has no clock. */
const EARLIEST = instant(Date.UTC(2023, 0, 1))
const LATEST = instant(Date.UTC(2100, 0, 1))
const MAX_SOURCE_CHARACTERS = 256
const REQUEST_ID = /^[\w.:-]{1,128}$/

/** Error classes kept apart, of https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html and the runtime's operations. */
const ERROR_CODES: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ConflictException',
  'ExpiredTokenException',
  'InternalServerException',
  'ModelErrorException',
  'ModelNotReadyException',
  'ModelStreamErrorException',
  'ModelTimeoutException',
  'ResourceNotFoundException',
  'ServiceQuotaExceededException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationException',
])

/**
 * Reads one message of the log group. Never throws, whatever the message holds.
 * @param expect the guard's account; undefined takes the record's own (`analyze`).
 */
export function parseRecord(message: string, expect: { readonly account: string | undefined }): ParsedUsage {
  const parsed = parseJson(message)
  if (parsed === undefined) return readText(message)
  const record = parsed.value
  if (!isObject(record)) return { kind: 'ignored', why: 'not-an-invocation' }
  const schema = record['schemaType']
  if (schema === 'CostGuardHeartbeat') return { kind: 'ignored', why: 'heartbeat' }
  // Without a schema it still counts when it looks like an invocation: rather a label too few than a call too few.
  const looksLikeOne = schema === undefined && 'modelId' in record && 'requestId' in record
  if (schema !== 'ModelInvocationLog' && !looksLikeOne) return { kind: 'ignored', why: 'not-an-invocation' }
  return readInvocation(record, expect.account)
}

function readText(message: string): ParsedUsage {
  if (message.startsWith('Permissions are correctly set for Amazon Bedrock logs')) {
    return { kind: 'ignored', why: 'bedrock-permission-check' }
  }
  if (message.startsWith('CWL CONTROL MESSAGE')) return { kind: 'ignored', why: 'control-message' }
  return { kind: 'malformed', why: NOT_JSON, requestId: undefined, at: undefined }
}

function readInvocation(record: JsonObject, expectedAccount: string | undefined): ParsedUsage {
  const id = record['requestId']
  const requestId = typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
  const at = readTime(record['timestamp'])
  const malformed = (why: string): Malformed => ({ kind: 'malformed', why, requestId, at })

  if (requestId === undefined) return malformed('no usable request id')
  if (at === undefined) return malformed('no usable timestamp')
  const account = record['accountId']
  if (typeof account !== 'string' || !/^\d{12}$/.test(account)) return malformed('no usable account id')
  if (expectedAccount !== undefined && account !== expectedAccount) return malformed('record of another account')
  const caller = readCaller(record['identity'], account)
  if (caller === undefined) return malformed('identity is no object with an ARN')

  const tokens = readTokens(record['input'], record['output'])
  const error = record['errorCode']
  if (error !== undefined && error !== null && error !== '') {
    // A stream that broke off is billed for what it brought: it carries an error and its output.
    const answered = typeof tokens === 'object' && tokens.output > 0
    if (!answered) return { kind: 'failed', requestId, at, caller, code: errorClass(error) }
  }
  if (typeof tokens === 'string') return malformed(tokens)
  const model = record['modelId']
  if (typeof model !== 'string' || model === '') return malformed('no model id')
  const usage = {
    requestId,
    at,
    account,
    region: shortWord(record['region']),
    operation: shortWord(record['operation']),
    model: parseModelId(model),
    caller,
    source: readSource(record['requestMetadata']),
    tokens,
  }
  return { kind: 'usage', usage: { ...usage, ...factsIn(record, usage.model, tokens) } }
}

function readTime(value: unknown): Instant | undefined {
  const at = typeof value === 'string' ? parseInstant(value) : undefined
  return at === undefined || at < EARLIEST || at >= LATEST ? undefined : at
}

/** A missing identity is unattributed; one of another shape is no record of Bedrock's. */
function readCaller(identity: unknown, account: string): Caller | undefined {
  if (identity === undefined || identity === null) return callerOf(undefined, account)
  if (!isObject(identity)) return undefined
  const arn = identity['arn']
  if (arn === undefined || arn === null) return callerOf(undefined, account)
  return typeof arn === 'string' ? callerOf(arn, account) : undefined
}

/** The counts, or what is wrong with them. Image, video and search models log none: zero tokens. */
function readTokens(input: unknown, output: unknown): TokenCounts | string {
  const inputs = input ?? {}
  const outputs = output ?? {}
  if (!isObject(inputs) || !isObject(outputs)) return 'input or output is no object'
  if (input == null && output == null) return 'neither input nor output'
  const fresh = countAt(inputs, 'inputTokenCount')
  const answer = countAt(outputs, 'outputTokenCount')
  const cacheRead = countAt(inputs, 'cacheReadInputTokenCount')
  const cacheWrite = countAt(inputs, 'cacheWriteInputTokenCount')
  if (fresh === 'bad') return badCount('inputTokenCount')
  if (answer === 'bad') return badCount('outputTokenCount')
  if (cacheRead === 'bad') return badCount('cacheReadInputTokenCount')
  if (cacheWrite === 'bad') return badCount('cacheWriteInputTokenCount')
  const complete = fresh !== undefined && answer !== undefined
  const body = outputs['outputBodyJson']
  // Bodies may be long: they are looked into only for what the counts do not say.
  const told = body != null && (!complete || (cacheWrite ?? 0) > 0) ? readBody(body) : undefined
  return {
    input: fresh ?? told?.input ?? 0,
    output: answer ?? told?.output ?? 0,
    cacheRead: cacheRead ?? (complete ? 0 : (told?.cacheRead ?? 0)),
    ...shareWrites(cacheWrite ?? (complete ? 0 : (told?.cacheWrite ?? 0)), told?.split),
  }
}

const badCount = (field: string): string => `${field} is no count of tokens`

const countAt = (holder: JsonObject, name: string): number | undefined | 'bad' => {
  const value = holder[name]
  return value === undefined || value === null ? undefined : (asCount(value) ?? 'bad')
}

const errorClass = (error: unknown): string => (typeof error === 'string' && ERROR_CODES.has(error) ? error : 'Other')

/** Region and operation as AWS writes them; anything else is no key of ours. */
const shortWord = (value: unknown): string =>
  typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : 'unknown'

function readSource(metadata: unknown): string | undefined {
  const source = isObject(metadata) ? metadata['source'] : undefined
  return typeof source === 'string' && source !== '' ? source.slice(0, MAX_SOURCE_CHARACTERS) : undefined
}
