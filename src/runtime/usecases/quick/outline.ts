/**
 * Recognises the layout of a record that Bedrock writes, in whatever order of its keys: which of its bytes differ from
 * record to record, and that the others are JSON. On any doubt (a key it does not know, a key twice, a body, an error,
 * an escape, a space, a number that is no plain count) it says no, and the parser alone reads the record.
 */
import { type Lines, literal, same } from './bytes.ts'
import { FIELD, type Fields, textEnd } from './fields.ts'

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN = 123
const CLOSE = 125
const NEWLINE = 10

interface Mark {
  readonly field: number
  readonly from: number
  readonly end: number
}
export interface Outline {
  readonly marks: readonly Mark[]
  /** Where the next line begins. */
  readonly end: number
}

/** An object with these keys, a field, or a text that stands for itself. */
type Keys = { readonly [key: string]: Value }
type Value = Keys | number | 'same'

const { PASS } = FIELD
const RECORD: Keys = {
  timestamp: FIELD.TIME,
  accountId: 'same',
  identity: { arn: FIELD.ARN },
  region: 'same',
  requestId: FIELD.ID,
  operation: FIELD.OPERATION,
  modelId: FIELD.MODEL,
  input: {
    inputContentType: 'same',
    inputBodyS3Path: PASS,
    inputTokenCount: FIELD.INPUT,
    cacheReadInputTokenCount: FIELD.CACHE_READ,
    cacheWriteInputTokenCount: FIELD.CACHE_WRITE,
  },
  output: { outputContentType: 'same', outputBodyS3Path: PASS, outputTokenCount: FIELD.OUTPUT },
  inferenceRegion: 'same',
  // Callers may send any keys; only `source` is read of them.
  requestMetadata: { source: FIELD.SOURCE, '*': PASS },
  schemaType: 'same',
  schemaVersion: 'same',
}
/** Without one of these the record is for the parser. */
const NEEDED = [FIELD.TIME, FIELD.ID, FIELD.OPERATION, FIELD.MODEL, FIELD.ARN, FIELD.INPUT, FIELD.OUTPUT]
const SCHEMA = literal('"schemaType":"ModelInvocationLog"')
const FIRST_COUNT = FIELD.INPUT

/** @param fields take the values on the way */
export function outlineOf(lines: Lines, from: number, fields: Fields): Outline | undefined {
  fields.begin()
  const marks: Mark[] = []
  const end = new Reader(lines, fields, marks).object(from, RECORD)
  if (end < 0 || lines.bytes[end] !== NEWLINE) return undefined
  const found = new Set(marks.map((mark) => mark.field))
  return NEEDED.every((field) => found.has(field)) ? { marks, end: end + 1 } : undefined
}

class Reader {
  private readonly lines: Lines
  private readonly fields: Fields
  private readonly marks: Mark[]

  constructor(lines: Lines, fields: Fields, marks: Mark[]) {
    this.lines = lines
    this.fields = fields
    this.marks = marks
  }

  /** Behind the closing brace; -1: a closer look is needed. */
  object(from: number, keys: Keys): number {
    const { bytes } = this.lines
    if (bytes[from] !== OPEN) return -1
    const seen = new Set<string>()
    let at = from + 1
    for (;;) {
      const keyEnd = bytes[at] === QUOTE ? textEnd(this.lines, at + 1) : -1
      if (keyEnd < 0 || bytes[keyEnd + 1] !== COLON) return -1
      const key = String.fromCharCode(...bytes.subarray(at + 1, keyEnd))
      const value = Object.hasOwn(keys, key) ? keys[key] : keys['*']
      if (value === undefined || seen.has(key)) return -1
      seen.add(key)
      if (key === 'schemaType' && !same(this.lines.view, at, SCHEMA.view, 0, SCHEMA.bytes.length)) return -1
      at = this.value(keyEnd + 2, value)
      if (at < 0) return -1
      const byte = bytes[at++]
      if (byte === CLOSE) return at
      if (byte !== COMMA) return -1
    }
  }

  private value(at: number, value: Value): number {
    const { bytes } = this.lines
    if (typeof value === 'object') return this.object(at, value)
    const isText = value === 'same' || value < FIRST_COUNT
    if (isText && bytes[at] !== QUOTE) return -1
    const from = isText ? at + 1 : at
    const end = value === 'same' ? textEnd(this.lines, from) : this.fields.read(value, this.lines, from)
    if (end < 0 || (isText && bytes[end] !== QUOTE)) return -1
    if (value !== 'same') this.marks.push({ field: value, from, end })
    return isText ? end + 1 : end
  }
}
