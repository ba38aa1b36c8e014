import { isMonth, type Month } from '../runtime/domain/calendar.ts'
import { GuardError } from '../runtime/domain/guard-error.ts'
import type { StatusBy, StatusView } from '../runtime/domain/status-view.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { statusRoom } from './_rooms.ts'
import { statusText } from './_view/status.ts'

/** @throws GuardError `bad-month`. */
export function readMonth(typed: string | undefined): Month | undefined {
  if (typed === undefined || isMonth(typed)) return typed
  throw new GuardError({
    code: 'bad-month',
    fault: 'user',
    message: `"${typed}" is not a month: YYYY-MM is expected`,
    suggestions: ['--month 2026-10'],
  })
}

export async function showStatus(
  door: Door,
  how: { readonly by: string; readonly month: Month | undefined; readonly screen: number },
): Promise<{ view: StatusView; text: string }> {
  const room = await statusRoom(door)
  const view = await readStatus(room, {
    by: how.by as StatusBy,
    ...(how.month === undefined ? {} : { month: how.month }),
  })
  const { currency, emails } = room.settings
  return {
    view,
    text: statusText(view, { currency, emails, screen: how.screen, now: door.clock.now(), bin: door.bin }),
  }
}
