/** How far a replay is, on stderr: one live line on a terminal, else a line every half minute. */
import type { Instant } from '../../runtime/domain/base/calendar.ts'
import type { Clock } from '../../runtime/ports.ts'
import type { ProgressStream } from '../_view/progress.ts'
import { screenOf } from '../_view/width.ts'

export interface Reached {
  /** 0 to 1. */
  readonly done: number
  readonly records: number
  readonly reached: Instant | undefined
}

const LIVE_MS = 200
const PLAIN_MS = 30_000

export class ReplayProgress {
  readonly #stream: ProgressStream
  readonly #clock: Clock
  readonly #local: (at: Instant) => string
  readonly #start: Instant
  #last = 0
  #live = false

  /** @param local a time as people of the guard's zone read it. */
  constructor(stream: ProgressStream, clock: Clock, local: (at: Instant) => string) {
    this.#stream = stream
    this.#clock = clock
    this.#local = local
    this.#start = clock.now()
  }

  at(reached: Reached): void {
    const now = this.#clock.now()
    if (now - this.#last < (this.#stream.isTTY ? LIVE_MS : PLAIN_MS)) return
    this.#last = now
    const line = progressWords(reached, now - this.#start, this.#local)
    if (!this.#stream.isTTY) this.#stream.write(`  ${line}\n`)
    else this.#stream.write(`\r\u001b[K${line.slice(0, screenOf(this.#stream) - 1)}`)
    this.#live = this.#stream.isTTY === true
  }

  /** The line is free for others. */
  end(): void {
    if (this.#live) this.#stream.write('\r\u001b[K')
    this.#live = false
  }
}

export function progressWords(
  { done, records, reached }: Reached,
  elapsedMs: number,
  local: (at: Instant) => string,
): string {
  const left = done >= 0.01 && done < 1 ? `, about ${durationWords((elapsedMs * (1 - done)) / done)} left` : ''
  const where = reached === undefined ? '' : `, reached ${local(reached)}`
  return `${Math.floor(done * 100)}%, ${records.toLocaleString('en-US')} records${where}${left}`
}

export function durationWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
