/** What every test of the page in a real browser needs: one person's browser, its complaints, and what axe-core finds. */
import AxeSource from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface Person {
  readonly page: Page
  /** Errors of the script, and what the security policy or Trusted Types refused. */
  readonly complaints: readonly string[]
  /** What `alert` and its like showed: nothing, ever. */
  readonly dialogs: readonly string[]
}

/** A browser with nothing in it yet. Close it with `page.context().close()`. */
export async function personIn(browser: Browser, how: BrowserContextOptions = {}): Promise<Person> {
  const context = await browser.newContext({ locale: 'en-US', ...how })
  const page = await context.newPage()
  const complaints: string[] = []
  const dialogs: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (said) => {
    // An answer that is a refusal is an error on the console too, and none of the page.
    const isComplaint = said.type() === 'error' || /Content.Security.Policy|Trusted/i.test(said.text())
    if (isComplaint && !said.text().startsWith('Failed to load resource')) complaints.push(said.text())
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  return { page, complaints, dialogs }
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe-core finds against WCAG 2.2 A and AA and good practice, one line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  // Not as a script of the page, which its policy would refuse, but by the debugger; it stays until the page is left.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(AxeSource.source)
  return page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: typeof AxeSource }
    const { violations } = await axe.run({ runOnly })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))
  }, TAGS)
}

/** Id of the element that has the focus; empty for none of its own. */
export const focused = (page: Page): Promise<string> => page.evaluate("document.activeElement?.id ?? ''")
