/**
 * Layouts of records that were recognised once: what stands between the fields, byte for byte. A record of a known
 * layout is compared rather than parsed, and only its fields are read. Layouts share their beginnings, as a tree.
 */
import { type Lines, linesIn, same } from './bytes.ts'
import { FIELD, Fields } from './fields.ts'
import { type Outline, outlineOf } from './outline.ts'

/** A stretch of bytes that never differ, and the field behind it. */
interface Stretch {
  readonly text: DataView
  readonly field: number
  /** Of a whole record: the number of its layout. */
  readonly layout: number
  readonly next: Stretch[]
  /** Which of `next` came last: mostly it comes again. */
  likely: number
}

/** A log that has more is none of Bedrock's: its records are for the parser. */
const MAX_STRETCHES = 4096
const MAX_FAILURES = 8
const EMPTY = new DataView(new ArrayBuffer(0))

export class Layouts {
  readonly fields = new Fields()
  /** Of the record that was read last: records of one layout agree in every byte but those of their fields. */
  layout = 0
  private readonly root: Stretch = { text: EMPTY, field: FIELD.NONE, layout: 0, next: [], likely: 0 }
  private stretches = 0
  private layouts = 0
  private failures = 0
  /** So many records of unknown layouts go to the parser unseen. */
  private resting = 0

  /** Where the line ends that begins here, its newline included; -1: it is for the parser. */
  read(lines: Lines, from: number): number {
    const end = this.follow(lines, from)
    if (end >= 0) return end
    if (this.stretches >= MAX_STRETCHES || this.resting > 0) {
      this.resting = Math.max(this.resting - 1, 0)
      return -1
    }
    const outline = outlineOf(lines, from, this.fields)
    if (outline === undefined) {
      // Where nothing is of the usual layout, looking for it costs more than it brings.
      this.failures = Math.min(this.failures + 1, MAX_FAILURES)
      this.resting = 1 << this.failures
      return -1
    }
    this.failures = 0
    this.learn(lines, from, outline)
    return outline.end
  }

  private follow(lines: Lines, from: number): number {
    const { fields } = this
    fields.begin()
    let stretch = this.root
    let at = from
    for (;;) {
      const next = nextOf(stretch, lines, at)
      if (next === undefined) return -1
      stretch = next
      at += stretch.text.byteLength
      if (stretch.field === FIELD.NONE) {
        this.layout = stretch.layout
        return at
      }
      at = fields.read(stretch.field, lines, at)
      if (at < 0) return -1
    }
  }

  private learn(lines: Lines, from: number, outline: Outline): void {
    let stretch = this.root
    let at = from
    for (const { field, from: begin, end } of outline.marks) {
      stretch = this.child(stretch, lines.bytes.slice(at, begin), field)
      at = end
    }
    this.layout = this.child(stretch, lines.bytes.slice(at, outline.end), FIELD.NONE).layout
  }

  private child(of: Stretch, bytes: Uint8Array, field: number): Stretch {
    const text = linesIn(bytes).view
    const known = of.next.find(
      (one) => one.text.byteLength === text.byteLength && same(one.text, 0, text, 0, text.byteLength),
    )
    if (known !== undefined) return known
    this.stretches += 1
    if (field === FIELD.NONE) this.layouts += 1
    const made: Stretch = { text, field, layout: this.layouts, next: [], likely: 0 }
    of.next.push(made)
    return made
  }
}

function nextOf(stretch: Stretch, lines: Lines, at: number): Stretch | undefined {
  const { next } = stretch
  const likely = next[stretch.likely]
  if (likely === undefined) return undefined
  if (same(lines.view, at, likely.text, 0, likely.text.byteLength)) return likely
  for (let index = 0; index < next.length; index++) {
    const one = next[index] as Stretch
    if (same(lines.view, at, one.text, 0, one.text.byteLength)) {
      stretch.likely = index
      return one
    }
  }
  return undefined
}
