/** How far the reading of files is: one line on stderr, on a terminal only, for whoever waits longer than a blink. */
import { durationWords } from '../_replay/progress.ts'
import type { ProgressStream } from '../_view/progress.ts'
import { screenOf } from '../_view/width.ts'

/** Hears how far the reading is. */
export interface Progress {
  /** Bytes of the inputs as they lie on the disk (packed), and records counted so far. */
  at(bytes: number, records: number): void
  /** The line is free for others. */
  end(): void
}

/** The first words come after so long: small inputs show nothing. */
const FIRST_MS = 600
const AGAIN_MS = 250
const CLEAR = '\r\u001b[K'

/**
 * Undefined where nobody would see it.
 * @param inputs of unknown size (standard input) leave the total and the time left unsaid
 */
export function progressOn(
  stream: ProgressStream,
  inputs: readonly { readonly size: number | undefined }[],
  now: () => number = () => performance.now(),
): Progress | undefined {
  if (stream.isTTY !== true) return undefined
  const sizes = inputs.map((input) => input.size)
  const total = sizes.some((size) => size === undefined)
    ? undefined
    : sizes.reduce((all: number, size) => all + (size ?? 0), 0)
  const begin = now()
  let next = begin + FIRST_MS
  let live = false
  return {
    at(bytes, records) {
      const time = now()
      if (time < next) return
      next = time + AGAIN_MS
      live = true
      const line = readingWords({ bytes, records, total, elapsedMs: time - begin })
      stream.write(`${CLEAR}${line.slice(0, screenOf(stream) - 1)}`)
    },
    end() {
      if (live) stream.write(CLEAR)
      live = false
    },
  }
}

/** `42% of 155 MB, 1,300,000 records, 310,000 a second, about 6 s left` */
export function readingWords(reached: {
  readonly bytes: number
  readonly records: number
  readonly total: number | undefined
  readonly elapsedMs: number
}): string {
  const { bytes, records, total, elapsedMs } = reached
  const perSecond = `${Math.round((records * 1000) / Math.max(elapsedMs, 1)).toLocaleString('en-US')} a second`
  const counted = `${records.toLocaleString('en-US')} records, ${perSecond}`
  if (total === undefined || total === 0) return `${megabytes(bytes)}, ${counted}`
  // A file may grow while it is read.
  const done = Math.min(bytes / total, 1)
  const left = done >= 0.01 && done < 1 ? `, about ${durationWords((elapsedMs * (1 - done)) / done)} left` : ''
  return `${Math.floor(done * 100)}% of ${megabytes(total)}, ${counted}${left}`
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`
