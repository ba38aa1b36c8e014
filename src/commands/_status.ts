import type { Settings } from '../provision/guard.ts'
import { isMonth, type Month, parseInstant } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { StatusBy, StatusView } from '../runtime/domain/telling/status-view.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { statusRoom } from './_rooms.ts'
import { type Range, rangeView } from './_status-range.ts'
import { type StatusWords, statusText } from './_view/status.ts'
import { statusCsv } from './_view/status-csv.ts'

export { readRange } from './_status-range.ts'
export { watchStatus } from './_watch.ts'

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
  how: StatusHow,
): Promise<{ view: StatusView; text: string; csv: () => string }> {
  const room = await statusRoom(door)
  const manifest = await door.installed()
  const installedAt = manifest?.installedAt ?? ''
  const since = parseInstant(installedAt)
  // Beside the reading of the ledger, so that it costs no time.
  const asking = unreachedMails(door, room.settings)
  const by = how.by as StatusBy
  const ofMonth = await readStatus(room, {
    by: how.range === undefined ? by : 'principal',
    ...(how.month === undefined ? {} : { month: how.month }),
    ...(since === undefined ? {} : { installedAt: since }),
  })
  const view = how.range === undefined ? ofMonth : await rangeView(room, ofMonth, { ...how.range, by })
  const empty = view.totalUsd === '0'
  const hasLimits = empty && (await room.limits.wishes()).limits.length > 0
  const stuck = view.principals.some(({ state }) => state === 'cannot-block')
  const records = stuck ? await room.blocks.all() : []
  const words = {
    cannotBlock: new Map(
      records.flatMap(({ principal, why }) => (why === undefined ? [] : [[principal, why] as const])),
    ),
    currency: room.settings.currency,
    installedAt,
    unreached: await asking,
    hasLimits,
    screen: how.screen,
    now: door.clock.now(),
    command: door.command,
  }
  return { view, text: statusText(view, words), csv: () => statusCsv(view) }
}

export interface StatusHow {
  readonly by: string
  readonly month: Month | undefined
  readonly range: Range | undefined
  readonly screen: number
}

/** Whom no mail reaches; none where nobody may know. A courtesy: a status without it is still one. */
async function unreachedMails(door: Door, settings: Settings): Promise<StatusWords['unreached']> {
  if (settings.emails.length === 0) return []
  const { listedMails, mailState } = await import('../provision/mails.ts')
  const { clients, region } = door
  try {
    const listed = await listedMails({ clients, region, topicArn: door.names(settings).arn.topic })
    if (listed === undefined) return []
    return settings.emails.flatMap((address) => {
      const state = mailState(address, listed)
      return state === 'confirmed' ? [] : [{ address, state }]
    })
  } catch (error) {
    door.note(`the mail addresses were not looked at: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}
