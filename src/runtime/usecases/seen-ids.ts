import { hash128, hash128OfAscii } from '../domain/base/hash.ts'

/** 104 bits of each id are kept: 96 in the slot, 8 by which shard it lies in. */
const WORDS = 3
const SHARDS = 256
/** Slots side by side, 60 bytes: memory comes to the processor in lines of 64, and waiting for it is most of the work. */
const BUCKET = 5 * WORDS
const FIRST_BUCKETS = 2
/** Load between 0.77 and 0.95: 12 bytes a slot are then at most 16 bytes an id, right after growing too. */
const FULL = 0.95
const GROWTH = 1.23

interface Shard {
  slots: Uint32Array
  used: number
}

/**
 * Remembers request ids in at most 16 bytes each (plus 30 KB): open addressing over hashes in typed arrays, in 256 shards
 * that grow one at a time, so growing never needs the whole twice. Two different ids among 10^8 are taken for one with
 * a chance of about 10^-16.
 */
export class SeenIds {
  private readonly shards: Shard[]

  constructor() {
    this.shards = Array.from({ length: SHARDS }, () => ({ slots: new Uint32Array(FIRST_BUCKETS * BUCKET), used: 0 }))
  }

  /** Remembers the id; false when it was there already. */
  add(id: string): boolean {
    return this.addHash(hash128(id))
  }

  /** The same of an id that lies as ASCII in some bytes. */
  addAscii(bytes: Uint8Array, from: number, to: number): boolean {
    return this.addHash(hash128OfAscii(bytes, from, to))
  }

  private addHash([a, b, c, d]: ReturnType<typeof hash128>): boolean {
    const shard = this.shards[d & (SHARDS - 1)]
    if (shard === undefined) return true
    // A slot of zeros is free.
    const first = (a | b | c) === 0 ? 1 : a
    if (!insert(shard.slots, first, b, c)) return false
    shard.used += 1
    if (shard.used >= (shard.slots.length / WORDS) * FULL - 1) grow(shard)
    return true
  }

  get size(): number {
    return this.shards.reduce((total, shard) => total + shard.used, 0)
  }

  /** Bytes that the slots take. */
  get bytes(): number {
    return this.shards.reduce((total, shard) => total + shard.slots.byteLength, 0)
  }
}

/** From the id's own bucket on, one after the other: mostly the first has the id or room for it. */
function insert(slots: Uint32Array, a: number, b: number, c: number): boolean {
  // The upper bits of the product: as even as a remainder, without a division.
  let at = Math.floor((b * (slots.length / BUCKET)) / 2 ** 32) * BUCKET
  for (;;) {
    const x = slots[at]
    const y = slots[at + 1]
    const z = slots[at + 2]
    if (x === 0 && y === 0 && z === 0) break
    if (x === a && y === b && z === c) return false
    at += WORDS
    if (at === slots.length) at = 0
  }
  slots[at] = a
  slots[at + 1] = b
  slots[at + 2] = c
  return true
}

function grow(shard: Shard): void {
  const before = shard.slots
  const buckets = before.length / BUCKET
  shard.slots = new Uint32Array(Math.max(buckets + 1, Math.floor(buckets * GROWTH)) * BUCKET)
  for (let at = 0; at < before.length; at += WORDS) {
    const a = before[at] ?? 0
    const b = before[at + 1] ?? 0
    const c = before[at + 2] ?? 0
    if ((a | b | c) !== 0) insert(shard.slots, a, b, c)
  }
}
