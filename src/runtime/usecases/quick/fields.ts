import { parseInstant } from '../../domain/base/calendar.ts'
import { asText, type Lines, specialIn } from './bytes.ts'
import { Names, TEXT } from './names.ts'

/** What differs from record to record of one layout. `NONE` is the end of the record, `PASS` a text that nobody reads. */
export const FIELD = {
  NONE: 0,
  PASS: 1,
  TIME: 2,
  ID: 3,
  OPERATION: 4,
  MODEL: 5,
  ARN: 6,
  SOURCE: 7,
  INPUT: 8,
  OUTPUT: 9,
  CACHE_READ: 10,
  CACHE_WRITE: 11,
} as const

const QUOTE = 34
const COLON = 58
const MINUS = 45
const T = 84
const Z = 90
/** Times outside are no times, as the parser has it. */
const FIRST_YEAR = 2023
const LAST_YEAR = 2099
/** What a request id may hold: `\w . : -`, as the parser has it. */
const ID = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 && /[\w.:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
const MAX_ID = 128
const MAX_ARNS = 1 << 17
const MAX_OTHER_NAMES = 1 << 12

/** The values of the record that was read last. */
export class Fields {
  /** Milliseconds since 1970. */
  at = 0
  idFrom = 0
  idTo = 0
  input = 0
  output = 0
  cacheRead = 0
  cacheWrite = 0
  /** Numbers of texts: equal numbers, equal texts. `source` is 0 where none was sent. */
  operation = 0
  model = 0
  arn = 0
  source = 0
  private readonly operations = new Names(MAX_OTHER_NAMES)
  private readonly models = new Names(MAX_OTHER_NAMES)
  private readonly arns = new Names(MAX_ARNS)
  private readonly sources = new Names(MAX_OTHER_NAMES)
  private date = 0
  private dateMs = 0

  begin(): void {
    this.cacheRead = 0
    this.cacheWrite = 0
    this.source = 0
  }

  /** Whether no more texts of some field can be told apart. */
  get full(): boolean {
    return this.arns.full || this.models.full || this.operations.full || this.sources.full
  }

  /** Where the field ends that begins here (a text: behind its quote, and ends before one); -1: it needs a closer look. */
  read(field: number, lines: Lines, from: number): number {
    switch (field) {
      case FIELD.TIME:
        return this.time(lines.bytes, from)
      case FIELD.ID:
        return this.id(lines.bytes, from)
      case FIELD.OPERATION:
        this.operation = this.operations.find(lines, from)
        return this.operation === 0 ? -1 : this.operations.end
      case FIELD.MODEL:
        this.model = this.models.find(lines, from)
        return this.model === 0 ? -1 : this.models.end
      case FIELD.ARN:
        this.arn = this.arns.find(lines, from)
        return this.arn === 0 ? -1 : this.arns.end
      case FIELD.SOURCE:
        this.source = this.sources.find(lines, from)
        return this.source === 0 ? -1 : this.sources.end
      case FIELD.PASS:
        return textEnd(lines, from)
      default:
        return this.count(lines.bytes, from, field)
    }
  }

  /** `2026-11-18T02:10:00Z`, in the years that the parser takes for times. */
  private time(line: Uint8Array, at: number): number {
    const year = pair(line, at) * 100 + pair(line, at + 2)
    const date = (year * 100 + pair(line, at + 5)) * 100 + pair(line, at + 8)
    const hour = pair(line, at + 11)
    const minute = pair(line, at + 14)
    const second = pair(line, at + 17)
    const whole = line[at + 4] === MINUS && line[at + 7] === MINUS && line[at + 10] === T && line[at + 13] === COLON
    if (!whole || line[at + 16] !== COLON || line[at + 19] !== Z || line[at + 20] !== QUOTE) return -1
    // Below zero where a digit is none: so is everything that was made of it.
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1
    if (date !== this.date) {
      if (year < FIRST_YEAR || year > LAST_YEAR) return -1
      const start = parseInstant(`${asText(line, at, at + 10)}T00:00:00Z`)
      if (start === undefined) return -1
      this.date = date
      this.dateMs = start
    }
    this.at = this.dateMs + ((hour * 60 + minute) * 60 + second) * 1000
    return at + 20
  }

  private id(line: Uint8Array, from: number): number {
    let at = from
    while (ID[line[at] as number] === 1) at += 1
    if (line[at] !== QUOTE || at === from || at - from > MAX_ID) return -1
    this.idFrom = from
    this.idTo = at
    return at
  }

  /** A count of at most nine digits. */
  private count(line: Uint8Array, from: number, field: number): number {
    let at = from
    let count = 0
    let digit = (line[at] as number) - 48
    while (digit >= 0 && digit <= 9) {
      count = count * 10 + digit
      at += 1
      if (at - from > 9) return -1
      digit = (line[at] as number) - 48
    }
    // `007` is no JSON.
    if (at === from || (line[from] === 48 && at - from > 1)) return -1
    if (field === FIELD.INPUT) this.input = count
    else if (field === FIELD.OUTPUT) this.output = count
    else if (field === FIELD.CACHE_READ) this.cacheRead = count
    else this.cacheWrite = count
    return at
  }
}

/** The quote that ends the text; -1: it needs a closer look. */
export function textEnd({ bytes, view }: Lines, from: number): number {
  let at = from
  for (const last = bytes.length - 4; at <= last && specialIn(view.getInt32(at, true)) === 0; ) at += 4
  while (TEXT[bytes[at] as number] === 0) at += 1
  return bytes[at] === QUOTE ? at : -1
}

/** Two digits as a number; far below zero where they are none. */
function pair(line: Uint8Array, at: number): number {
  const tens = (line[at] as number) - 48
  const ones = (line[at + 1] as number) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000
}
