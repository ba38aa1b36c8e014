/** status --watch: the same look again and again, until Ctrl-C. */
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

const pause = (milliseconds: number, stop: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, milliseconds)
    stop.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })
