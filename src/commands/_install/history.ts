/** What an init that changed something leaves in the history. */
import type { Settings } from '../../provision/guard.ts'
import { type Raw, rawSettings } from '../../provision/settings.ts'
import type { Door } from '../_compose.ts'
import { historyBook } from '../_rooms.ts'

/** @param before settings of the guard that was there; undefined: a first install. */
export async function recordInstall(
  door: Door,
  { before, after }: { readonly before: Settings | undefined; readonly after: Settings },
): Promise<void> {
  const book = await historyBook(door)
  const at = door.clock.now()
  const changed = before === undefined ? {} : changedSettings(before, after)
  const what = before === undefined ? 'installed' : 'settings-changed'
  // Run again only to mend what somebody changed in AWS: the wish is the same.
  const details = before === undefined ? { version: door.version } : { version: door.version, ...changed }
  await book.append({ at, by: door.caller, what, details })
}

const words = (value: Raw): string => (Array.isArray(value) ? value.join(' ') : String(value ?? '')) || 'none'

/** `reportTime` → `09:00 → 08:30`, for each setting that differs. */
export function changedSettings(before: Settings, after: Settings): Readonly<Record<string, string>> {
  const [was, is] = [rawSettings(before), rawSettings(after)]
  const keys = Object.keys(is) as (keyof typeof is)[]
  return Object.fromEntries(
    keys
      .filter((key) => words(was[key]) !== words(is[key]))
      .map((key) => [key, `${words(was[key])} → ${words(is[key])}`]),
  )
}
