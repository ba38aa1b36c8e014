import { plain } from '../lines.ts'

/** Bytes of whole lines, to be read one by one or four at a time: comparing is most of the work. */
export interface Lines {
  /** No Buffer: `slice` copies. */
  readonly bytes: Uint8Array
  readonly view: DataView
}

export const linesIn = (bytes: Uint8Array): Lines => ({
  bytes: plain(bytes),
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
})

export const literal = (text: string): Lines => linesIn(new TextEncoder().encode(text))

/** Whether the two hold the same bytes, `length` of them. */
export function same(one: DataView, from: number, other: DataView, otherFrom: number, length: number): boolean {
  if (from + length > one.byteLength) return false
  let index = 0
  for (const end = length - 4; index <= end; index += 4) {
    if (one.getInt32(from + index, true) !== other.getInt32(otherFrom + index, true)) return false
  }
  for (; index < length; index++) if (one.getUint8(from + index) !== other.getUint8(otherFrom + index)) return false
  return true
}

/**
 * Zero when none of four bytes ends a JSON text or needs a closer look there: quotes, escapes, control characters, not ASCII.
 * Each byte is asked in its highest bit (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
 */
export function specialIn(word: number): number {
  const quote = word ^ 0x22222222
  const backslash = word ^ 0x5c5c5c5c
  const below = (quote - 0x01010101) & ~quote
  return (below | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word) | word) & 0x80808080
}

const ascii = new TextDecoder('latin1')
export const asText = (bytes: Uint8Array, from: number, to: number): string => ascii.decode(bytes.subarray(from, to))
