/** config set: init with these settings alone, for a guard that is there. */
import { checkGiven } from '../../provision/settings.ts'
import type { Door } from '../_compose.ts'
import { install } from '../_init.ts'
import type { InitFlags, Ways } from '../_install/ways.ts'
import { readSettings } from './settings.ts'

export async function setSettings(
  texts: readonly string[],
  flags: InitFlags & { readonly guard: string },
  ways: Ways & { readonly open: () => Promise<Door> },
) {
  const settings = readSettings(texts)
  checkGiven(settings, flags.guard)
  const door = await ways.open()
  // There must be a guard: config set never installs one.
  await door.settings()
  const again = `config set ${texts.map((text) => (/[\s*'"&|;<>()]/.test(text) ? `'${text}'` : text)).join(' ')}`
  return install(
    door,
    { settings, pots: [], limits: [], exclude: [], prices: [], discounts: [] },
    { ...flags, again },
    ways,
  )
}
