/** status --watch: the same look again and again, until Ctrl-C. */
import { setTimeout } from 'node:timers/promises'
import { EXIT } from './_errors.ts'

/** Home, then clear to the end of the screen: nothing flickers and what was there before stays in the scroll. */
const TOP = '\u001b[H\u001b[J'

export async function watchStatus(
  show: () => Promise<{ view: object; text: string }>,
  how: { readonly seconds: number; readonly json: boolean; readonly stop: AbortSignal },
): Promise<undefined> {
  const onScreen = process.stdout.isTTY && !how.json
  while (!how.stop.aborted) {
    const { view, text } = await show()
    process.stdout.write(how.json ? `${JSON.stringify(view)}\n` : onScreen ? `${TOP}${text}\n` : `${text}\n\n`)
    await pause(how.seconds * 1000, how.stop)
  }
  process.exitCode = EXIT.interrupted
  // Nothing more to print: with --json oclif would print what a command answers.
  return undefined
}

/** Takes its listener off the signal again; told to stop already, it does not begin. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
