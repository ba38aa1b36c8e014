const utf8 = new TextEncoder()

/** FNV-1a of the UTF-8 bytes, unsigned 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). Spreads, does not protect. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of utf8.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** 64 bits of the UTF-8 bytes as 16 hex digits: names that were cut, content of a charge. Spreads, does not protect. */
export function hash64(text: string): string {
  const [a, b] = hash128(text)
  return hex(a) + hex(b)
}

const hex = (word: number): string => word.toString(16).padStart(8, '0')

/**
 * Four well mixed 32-bit words of a text: MurmurHash3 x86 128 (Austin Appleby, public domain) over its UTF-16 units.
 * Two of 10^9 different texts share all 128 bits with a chance of about 10^-21.
 */
export function hash128(text: string): readonly [number, number, number, number] {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const unit = (at: number): number => (at < text.length ? text.charCodeAt(at) : 0)
  for (let at = 0; at < text.length; at += 8) {
    a ^= scramble(unit(at) | (unit(at + 1) << 16), 0x239b961b, 15, 0xab0e9789)
    a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0
    b ^= scramble(unit(at + 2) | (unit(at + 3) << 16), 0xab0e9789, 16, 0x38b34ae5)
    b = (Math.imul(rotate(b, 17) + c, 5) + 0x0bcaa747) | 0
    c ^= scramble(unit(at + 4) | (unit(at + 5) << 16), 0x38b34ae5, 17, 0xa1e38b93)
    c = (Math.imul(rotate(c, 15) + d, 5) + 0x96cd1c35) | 0
    d ^= scramble(unit(at + 6) | (unit(at + 7) << 16), 0xa1e38b93, 18, 0x239b961b)
    d = (Math.imul(rotate(d, 13) + a, 5) + 0x32ac3b17) | 0
  }
  return finish(a ^ text.length, b ^ text.length, c ^ text.length, d ^ text.length)
}

/** The same of a text that lies as ASCII in some bytes; a loop of its own, because a shared one would be slow for both. */
export function hash128OfAscii(bytes: Uint8Array, from: number, to: number): ReturnType<typeof hash128> {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const unit = (at: number): number => (at < to ? (bytes[at] as number) : 0)
  for (let at = from; at < to; at += 8) {
    a ^= scramble(unit(at) | (unit(at + 1) << 16), 0x239b961b, 15, 0xab0e9789)
    a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0
    b ^= scramble(unit(at + 2) | (unit(at + 3) << 16), 0xab0e9789, 16, 0x38b34ae5)
    b = (Math.imul(rotate(b, 17) + c, 5) + 0x0bcaa747) | 0
    c ^= scramble(unit(at + 4) | (unit(at + 5) << 16), 0x38b34ae5, 17, 0xa1e38b93)
    c = (Math.imul(rotate(c, 15) + d, 5) + 0x96cd1c35) | 0
    d ^= scramble(unit(at + 6) | (unit(at + 7) << 16), 0xa1e38b93, 18, 0x239b961b)
    d = (Math.imul(rotate(d, 13) + a, 5) + 0x32ac3b17) | 0
  }
  const length = to - from
  return finish(a ^ length, b ^ length, c ^ length, d ^ length)
}

function finish(a: number, b: number, c: number, d: number): readonly [number, number, number, number] {
  const first = avalanche(a + b + c + d)
  const second = avalanche(b + a)
  const third = avalanche(c + a)
  const fourth = avalanche(d + a)
  const total = (first + second + third + fourth) | 0
  return [total >>> 0, (second + total) >>> 0, (third + total) >>> 0, (fourth + total) >>> 0]
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))
const scramble = (word: number, before: number, by: number, after: number): number =>
  Math.imul(rotate(Math.imul(word, before), by), after)

function avalanche(word: number): number {
  let mixed = word
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
