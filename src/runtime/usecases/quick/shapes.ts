const KEYS = 5
const FIRST_SLOTS = 1 << 10

/** Finds what is kept under five numbers. Bounded by whoever adds. */
export class Shapes<Kept> {
  private slots = new Int32Array(FIRST_SLOTS)
  private keys = new Int32Array((FIRST_SLOTS / 2) * KEYS)
  private readonly kept: Kept[] = []

  get size(): number {
    return this.kept.length
  }

  find(a: number, b: number, c: number, d: number, e: number): Kept | undefined {
    const { slots, keys } = this
    const mask = slots.length - 1
    let slot = hashOf(a, b, c, d, e) & mask
    for (let number = slots[slot] as number; number > 0; number = slots[slot] as number) {
      const at = (number - 1) * KEYS
      // Callers differ most: their number is the last.
      if (keys[at + 4] === e && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d && keys[at] === a) {
        return this.kept[number - 1]
      }
      slot = (slot + 1) & mask
    }
    return undefined
  }

  add(numbers: readonly [number, number, number, number, number], kept: Kept): void {
    if (this.kept.length * 2 >= this.slots.length) this.grow()
    this.keys.set(numbers, this.kept.length * KEYS)
    this.kept.push(kept)
    this.place(this.kept.length)
  }

  private grow(): void {
    const before = this.keys
    this.slots = new Int32Array(this.slots.length * 4)
    this.keys = new Int32Array((this.slots.length / 2) * KEYS)
    this.keys.set(before)
    for (let number = 1; number <= this.kept.length; number++) this.place(number)
  }

  private place(number: number): void {
    const at = (number - 1) * KEYS
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = this.keys.subarray(at, at + KEYS)
    const mask = this.slots.length - 1
    let slot = hashOf(a, b, c, d, e) & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = number
  }
}

function hashOf(a: number, b: number, c: number, d: number, e: number): number {
  const few = Math.imul(((a * 31 + b) * 31 + c) * 31 + d, 0x85ebca6b)
  const all = Math.imul(few ^ e, 0x9e3779b1)
  return all ^ (all >>> 15)
}
