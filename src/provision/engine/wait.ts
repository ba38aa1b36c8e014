import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Sleeper } from '../../runtime/ports.ts'

export type Look<T> =
  | { readonly done: true; readonly value: T }
  /** `acted`: something was changed just now, which often shows at once: looked at again without a pause or a word. */
  | { readonly done: false; readonly for: string; readonly acted?: true }

export interface Waiting {
  readonly sleeper: Sleeper
  readonly deadlineMs: number
  /** Called when something is waited for longer than people notice, and when that changes; not at every look. */
  readonly say: (what: string) => void
  /** Ends the waiting after one more look. */
  readonly stop?: AbortSignal | undefined
}

export const STOPPED = 'stopped-on-request'

const FIRST_PAUSE_MS = 400
const LONGEST_PAUSE_MS = 5_000
/** Nearly every change shows within this; a line for each would bury the one that does not. */
const NOT_WORTH_A_WORD_MS = 2_000

/**
 * Looks until done, at once after a change and else pausing 0.4 s and then half as long again each time, at most 5 s. The deadline counts the pauses, not
 * the looks: a sleeper that does not sleep makes the same number of looks.
 */
export async function waitUntil<T>(look: () => Promise<Look<T>>, how: Waiting): Promise<T> {
  let pauseMs = FIRST_PAUSE_MS
  let said: string | undefined
  for (let waitedMs = 0; ; waitedMs += pauseMs, pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    // A stop during a look allows one more: what was just changed is often there at once.
    const stopping = how.stop?.aborted === true
    let seen = await look()
    if (seen.done) return seen.value
    if (stopping) throw stopped(seen.for)
    if (seen.acted) {
      seen = await look()
      if (seen.done) return seen.value
    }
    if (waitedMs >= how.deadlineMs) throw tooLate(seen.for, how.deadlineMs)
    if (seen.for !== said && waitedMs >= NOT_WORTH_A_WORD_MS) {
      how.say(`waiting for ${seen.for}`)
      said = seen.for
    }
    await how.sleeper.sleep(pauseMs)
  }
}

function tooLate(what: string, deadlineMs: number): GuardError {
  return new GuardError({
    code: 'waited-too-long',
    fault: 'aws',
    retry: 'soon',
    message: `gave up waiting for ${what} after ${Math.round(deadlineMs / 1000)} s`,
    suggestions: ['run the same command again: it goes on where it stopped'],
  })
}

const stopped = (what: string): GuardError =>
  new GuardError({
    code: STOPPED,
    fault: 'user',
    retry: 'soon',
    message: `stopped on request while waiting for ${what}`,
    suggestions: ['run the same command again: it goes on where it stopped'],
  })
