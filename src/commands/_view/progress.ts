/** What apply says while it works: one short live line on a terminal, else one line per event. Always stderr, lower-case, no promises. */
import type { Outcome, Progress } from '../../provision/engine/plan.ts'
import { screenOf } from './width.ts'

const DOING = {
  create: 'creating',
  adopt: 'adopting',
  update: 'changing',
  keep: 'keeping',
  remove: 'removing',
  retain: 'keeping',
  restore: 'putting back',
  'give-back': 'giving back',
  refuse: 'refusing',
} as const
const DID = {
  create: 'created',
  adopt: 'adopted',
  update: 'changed',
  keep: 'kept',
  remove: 'removed',
  retain: 'kept',
  restore: 'put back',
  'give-back': 'given back',
  refuse: 'refused',
} as const

/** Undefined: this event is not worth a line. */
export function progressLine(progress: Progress): string | undefined {
  const what = `${progress.kind} ${progress.name}`
  const text = progress.text === undefined ? '' : `: ${oneLine(progress.text)}`
  if (progress.state === 'started') return undefined
  // Every change is read back until AWS shows it, most at once: only what waits for something else is told.
  if (progress.state === 'waiting') return /show the change$/.test(text) ? undefined : `  ... ${what}${text}`
  if (progress.state === 'failed') return `  failed: ${what}${text}`
  if (progress.state === 'not-attempted') return `  not attempted: ${what}${text}`
  return `  ${DID[progress.do]} ${what}${text}`
}

export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** @param total how many steps will report. */
export function progressTo(stream: ProgressStream, total: number): { report(progress: Progress): void; end(): void } {
  let finished = 0
  let live = false
  const clear = () => {
    if (live) stream.write('\r\u001b[K')
    live = false
  }
  return {
    report(progress) {
      if (progress.state !== 'started' && progress.state !== 'waiting') finished += 1
      if (!stream.isTTY) {
        const line = progressLine(progress)
        if (line !== undefined) stream.write(`${line}\n`)
        return
      }
      clear()
      if (progress.state === 'failed') stream.write(`${progressLine(progress)}\n`)
      const doing =
        progress.state === 'waiting' ? (progress.text ?? '') : `${DOING[progress.do]} ${progress.kind} ${progress.name}`
      stream.write(`[${finished}/${total}] ${doing}`.slice(0, screenOf(stream) - 1))
      live = true
    },
    end: clear,
  }
}

/** How it went, for stdout: counts, and every failure with what was said about it. */
export function outcomeText(outcome: Outcome): string {
  const counts = new Map<string, number>()
  for (const { step } of outcome.done) counts.set(DID[step.do], (counts.get(DID[step.do]) ?? 0) + 1)
  const done = [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing changed'
  const said = outcome.done.flatMap(({ step, said }) => said.map((text) => `  ${step.name}: ${text}`))
  const failed = outcome.failed.map(({ step, error }) => `  failed: ${step.kind} ${step.name}: ${messageOf(error)}`)
  const waiting = outcome.notAttempted.length === 0 ? [] : [`  not attempted: ${outcome.notAttempted.length}`]
  return [`${done[0]?.toUpperCase()}${done.slice(1)}.`, ...said, ...failed, ...waiting].join('\n')
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')

export const messageOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error))
