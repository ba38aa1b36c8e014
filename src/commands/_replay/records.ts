/** Records among the texts of a source: those that charge something, and happened in the range. */
import { NOT_JSON, type ParsedUsage, parseRecord, type Usage } from '../../runtime/domain/metering/usage.ts'
import { unwrap } from '../../runtime/usecases/log-documents.ts'
import type { Range } from './range.ts'

export interface ReadRecord {
  /** As the log has it, bodies included. */
  readonly text: string
  readonly usage: Usage
}

export interface Read {
  records: number
  malformed: number
  /** Of another time than the one asked for. */
  outside: number
}

/** Envelopes, exports and answers of the AWS CLI are opened; calls that AWS refused charge nothing. */
export class RecordReader {
  readonly #account: string
  readonly #range: Range
  readonly read: Read = { records: 0, malformed: 0, outside: 0 }

  constructor(account: string, range: Range) {
    this.#account = account
    this.#range = range
  }

  take(texts: readonly string[]): readonly ReadRecord[] {
    const found: ReadRecord[] = []
    for (const text of texts) this.#one(text, found, 0)
    return found
  }

  #one(text: string, found: ReadRecord[], depth: number): void {
    const parsed = parseRecord(text, { account: this.#account })
    if (parsed.kind === 'usage') this.#keep({ text, usage: parsed.usage }, found)
    else if (parsed.kind !== 'failed') this.#other(parsed, text, found, depth)
  }

  #keep(record: ReadRecord, found: ReadRecord[]): void {
    const { at } = record.usage
    if (at < this.#range.from || at >= this.#range.to) this.read.outside += 1
    else {
      this.read.records += 1
      found.push(record)
    }
  }

  #other(
    parsed: Extract<ParsedUsage, { kind: 'ignored' | 'malformed' }>,
    text: string,
    found: ReadRecord[],
    depth: number,
  ): void {
    const mayHold = depth < 2 && (parsed.kind === 'ignored' || parsed.why === NOT_JSON)
    const inside = mayHold ? unwrap(text) : undefined
    if (inside !== undefined) for (const one of inside.messages) this.#one(one, found, depth + 1)
    else if (parsed.kind === 'malformed') this.read.malformed += 1
  }
}
