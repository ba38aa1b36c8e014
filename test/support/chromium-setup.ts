/** Before a whole test run: a browser for the page's tests, installed where there is none, before any test's time runs. */
import { findChromium } from './chromium.ts'

export default async function setup(): Promise<void> {
  if (process.env['npm_lifecycle_event'] !== 'test') return
  process.env['COST_GUARD_CHROMIUM'] = await findChromium()
}
