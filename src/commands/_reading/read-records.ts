/**
 * Every record of some inputs through an `Analysis`, in the order of the inputs, as fast as they can be unpacked: zlib
 * unpacks in a thread of its own while this one reads. Memory does not grow with the inputs.
 */
import type { Analysis, Listening } from '../../runtime/usecases/analyze.ts'
import type { Input } from '../_lines.ts'

/** Hears how far the reading is; times are its own business. */
export interface Progress {
  /** Bytes of the inputs as they lie on the disk (packed), and records counted so far. */
  at(bytes: number, records: number): void
}

export interface Reading extends Listening {
  readonly progress?: Progress | undefined
  /** After each piece, about a megabyte: to write what has come together, no faster than it is taken. */
  readonly pause?: (() => Promise<void>) | undefined
}

export async function readRecords(inputs: readonly Input[], analysis: Analysis, how: Reading = {}): Promise<void> {
  let before = 0
  for (const input of inputs) {
    for await (const lines of input.pieces()) {
      analysis.addLines(lines, how)
      how.progress?.at(before + input.bytesRead(), analysis.records)
      await how.pause?.()
    }
    analysis.endFile()
    before += input.bytesRead()
  }
}
