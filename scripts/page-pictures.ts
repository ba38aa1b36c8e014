/**
 * Pictures of the page for docs/page.md, of an invented team: docs/pictures/*.png. Needs Chromium and, for the Japanese ones, a
 * Japanese font, so no check compares them: `npx tsx scripts/page-pictures.ts` after a change of looks or words.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser } from '../test/support/chromium.ts'
import { bundlePage } from './build-page.ts'
import { servePage } from './serve-page.ts'

const out = fileURLToPath(new URL('../docs/pictures', import.meta.url))
/** Wide enough for the table of everybody. */
const DESK = { width: 1280, height: 1250 }
const PHONE = { width: 390, height: 844 }

interface Picture {
  readonly name: string
  /** What scripts/serve-page.ts is asked for. */
  readonly wish: string
  readonly view: '#mine' | '#everybody' | 'door'
  readonly size: { readonly width: number; readonly height: number }
  readonly theme: 'light' | 'dark'
}

const pictures: readonly Picture[] = [
  { name: 'sign-in', wish: 'language=en', view: 'door', size: { width: 1280, height: 420 }, theme: 'light' },
  { name: 'own', wish: 'state=warned&language=en&sees=own', view: '#mine', size: DESK, theme: 'light' },
  { name: 'own-japanese', wish: 'state=warned&language=ja&sees=own', view: '#mine', size: DESK, theme: 'dark' },
  { name: 'own-blocked-phone', wish: 'state=blocked&language=en&sees=own', view: '#mine', size: PHONE, theme: 'light' },
  {
    name: 'everybody',
    wish: 'language=en&sees=all&people=40&troubled=no',
    view: '#everybody',
    size: DESK,
    theme: 'light',
  },
  {
    name: 'everybody-500',
    wish: 'language=en&sees=all&people=500&troubled=no',
    view: '#everybody',
    size: DESK,
    theme: 'dark',
  },
  {
    name: 'everybody-phone',
    wish: 'language=ja&sees=all&people=40&troubled=no',
    view: '#everybody',
    size: PHONE,
    theme: 'dark',
  },
]

mkdirSync(out, { recursive: true })
const files = await bundlePage()
const { origin, close } = await servePage(files)
const browser = await openBrowser()
for (const { name, wish, view, size, theme } of pictures) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, timezoneId: 'Asia/Tokyo' })
  const page = await context.newPage()
  await page.goto(`${origin}/?${wish}`)
  const signIn = page.locator('#sign-in')
  await signIn.waitFor()
  if (view !== 'door') {
    await signIn.click()
    await page.locator('#log-out').waitFor()
    await page.evaluate((hash) => {
      ;(globalThis as unknown as { location: { hash: string } }).location.hash = hash
    }, view)
    await page.locator('#refresh').waitFor()
    await page.waitForLoadState('networkidle')
  }
  await page.screenshot({ path: join(out, `${name}.png`), animations: 'disabled' })
  process.stderr.write(`${name}.png\n`)
  await context.close()
}
await browser.close()
await close()
