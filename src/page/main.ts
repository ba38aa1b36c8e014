/** The self-service page. */
import type { PageStart } from '../runtime/page-protocol.ts'
import type { Failure } from './answer.ts'
import { App } from './app.ts'
import { fill } from './dom.ts'
import { redeem, takeAnswer } from './sign-in.ts'
import { failureScreen } from './states.ts'
import { wordsOf } from './words/all.ts'

async function begin(): Promise<void> {
  const answer = takeAnswer()
  const response = await fetch('/config.json', { cache: 'no-store', credentials: 'omit' })
  if (!response.ok) return unreachable(response.status === 403 ? 'address-not-allowed' : 'not-readable')
  const start = (await response.json()) as PageStart
  const app = new App(start)
  if (answer !== null) app.wait()
  app.open(await redeem(start, answer))
}

/** Before the settings are known the browser's language is the best guess. */
function unreachable(failure: Failure): void {
  const language = navigator.language.startsWith('ja') ? 'ja' : 'en'
  document.documentElement.lang = language
  fill(
    document.body,
    failureScreen(wordsOf[language], failure, () => location.reload()),
  )
}

begin().catch((error: unknown) => {
  // fetch says a network that is not there as a TypeError, and so does a mistake of ours: it is thrown on, for the console.
  unreachable(error instanceof TypeError ? 'offline' : 'unexpected')
  throw error
})
