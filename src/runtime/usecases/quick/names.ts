import { type Lines, linesIn, same, specialIn } from './bytes.ts'

const QUOTE = 34
const FIRST_BYTES = 1 << 14
const FIRST_SLOTS = 1 << 8

/**
 * 0: stands for itself in a JSON text; 1: ends it; 2: needs a closer look (escapes, control characters, not ASCII).
 * A newline is of the last kind, so whoever walks over whole lines by this table never leaves his line.
 */
export const TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE ? 1 : byte < 32 || byte === 92 || byte > 127 ? 2 : 0,
)

/**
 * The distinct texts of one field, numbered from 1 as they come: a text that was seen before is found by its bytes,
 * without making a string of it. Bounded: says when it is full.
 */
export class Names {
  /** Where the last text that was found ends: its closing quote. */
  end = 0
  private readonly most: number
  private count = 0
  private kept = linesIn(new Uint8Array(FIRST_BYTES))
  /** Text n lies from starts[n] to starts[n + 1]. */
  private readonly starts: number[] = [0, 0]
  private readonly hashes: number[] = [0]
  private slots = new Int32Array(FIRST_SLOTS)
  private last = 0

  /** @param most texts that are kept */
  constructor(most: number) {
    this.most = most
  }

  get full(): boolean {
    return this.count >= this.most
  }

  /** The number of the text that begins here; 0 when it needs a closer look or there is no room for it. */
  find(lines: Lines, from: number): number {
    // Fields repeat themselves from record to record.
    const known = this.last
    if (known > 0) {
      const end = this.endOf(known, from)
      if (lines.bytes[end] === QUOTE && this.isAt(known, lines, from)) {
        this.end = end
        return known
      }
    }
    const { bytes: line, view } = lines
    let hash = 0
    let at = from
    for (const last = line.length - 4; at <= last; at += 4) {
      const word = view.getInt32(at, true)
      if (specialIn(word) !== 0) break
      hash = mixed(hash, word)
    }
    let byte = line[at] as number
    while (TEXT[byte] === 0) {
      hash = mixed(hash, byte)
      at += 1
      byte = line[at] as number
    }
    if (byte !== QUOTE) return 0
    this.end = at
    return this.lookUp(lines, from, at, hash ^ (hash >>> 15))
  }

  private lookUp(lines: Lines, from: number, end: number, hash: number): number {
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (let number = this.slots[slot] as number; number > 0; number = this.slots[slot] as number) {
      if (this.hashes[number] === hash && this.endOf(number, from) === end && this.isAt(number, lines, from)) {
        this.last = number
        return number
      }
      slot = (slot + 1) & mask
    }
    return this.count >= this.most ? 0 : this.keep(lines.bytes, from, end, hash)
  }

  private endOf(number: number, from: number): number {
    return from + (this.starts[number + 1] as number) - (this.starts[number] as number)
  }

  private isAt(number: number, lines: Lines, from: number): boolean {
    const start = this.starts[number] as number
    return same(lines.view, from, this.kept.view, start, (this.starts[number + 1] as number) - start)
  }

  private keep(line: Uint8Array, from: number, end: number, hash: number): number {
    const begin = this.starts[this.count + 1] as number
    const needed = begin + end - from
    if (needed > this.kept.bytes.length) this.kept = linesIn(larger(this.kept.bytes, needed))
    this.kept.bytes.set(line.subarray(from, end), begin)
    this.count += 1
    this.starts.push(needed)
    this.hashes.push(hash)
    if (this.count * 2 > this.slots.length) this.spread()
    else this.place(this.count, hash)
    this.last = this.count
    return this.count
  }

  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 4)
    for (let number = 1; number <= this.count; number++) this.place(number, this.hashes[number] as number)
  }

  private place(number: number, hash: number): void {
    const mask = this.slots.length - 1
    let slot = hash & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = number
  }
}

function larger(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.max(needed, bytes.length * 2))
  grown.set(bytes)
  return grown
}

const mixed = (hash: number, word: number): number => {
  const next = Math.imul(hash ^ word, 0x9e3779b1)
  return next ^ (next >>> 15)
}
