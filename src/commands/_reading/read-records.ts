/**
 * Every record of some inputs through an `Analysis`, in the order of the inputs, as fast as they can be unpacked: zlib
 * unpacks in a thread of its own while this one reads. Memory does not grow with the inputs.
 */
import type { Analysis, Listening } from '../../runtime/usecases/analyze.ts'
import type { Input } from '../_lines.ts'
import type { Progress } from './progress.ts'

export interface Reading extends Listening {
  /** `progressOn(process.stderr, inputs)` for people. */
  readonly progress?: Progress | undefined
  /** After each piece, about a megabyte: to write what has come together, no faster than it is taken. */
  readonly pause?: (() => Promise<void>) | undefined
}

export async function readRecords(inputs: readonly Input[], analysis: Analysis, how: Reading = {}): Promise<void> {
  let before = 0
  try {
    for (const input of inputs) {
      for await (const lines of input.pieces()) {
        analysis.addLines(lines, how)
        how.progress?.at(before + input.bytesRead(), analysis.records)
        await how.pause?.()
      }
      analysis.endFile()
      before += input.bytesRead()
    }
  } finally {
    how.progress?.end()
  }
}
