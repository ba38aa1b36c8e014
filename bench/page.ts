/** What the page does in the browser until five hundred principals are on the screen: script, style and layout, without the network. */
import { openBrowser } from '../test/support/chromium.ts'
import { openEverybody } from '../test/support/everybody-page.ts'
import { manyPrincipals, pageAdmin, tellPage } from '../test/support/page-data.ts'
import type { Figure } from './analyze.ts'

const PRINCIPALS = 500
const RUNS = 7
const AT_MOST_MS = 300

export async function pageFigures(): Promise<readonly Figure[]> {
  const { everybody, models } = await tellPage(await manyPrincipals(PRINCIPALS), pageAdmin)
  const browser = await openBrowser()
  try {
    const times: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const { page } = await openEverybody(browser, { everybody, models })
      times.push(await page.evaluate<number>("performance.getEntriesByName('first view')[0].duration"))
      await page.context().close()
    }
    const median = Math.round(times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN)
    return [
      { name: 'page.everybody500', value: median, unit: 'ms', goal: `<= ${AT_MOST_MS}`, ok: median <= AT_MOST_MS },
    ]
  } finally {
    await browser.close()
  }
}
