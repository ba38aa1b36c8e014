import { isMonth, type Month, parseInstant } from '../runtime/domain/calendar.ts'
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
  const manifest = await door.installed()
  const installedAt = manifest?.installedAt ?? ''
  const since = parseInstant(installedAt)
  const view = await readStatus(room, {
    by: how.by as StatusBy,
    ...(how.month === undefined ? {} : { month: how.month }),
    ...(since === undefined ? {} : { installedAt: since }),
  })
  // Asked only where it explains silence: one more AWS service would slow every other look.
  const empty = view.totalUsd === '0'
  const unconfirmed = empty ? await unconfirmedMails(door) : []
  const hasLimits = empty && (await room.limits.wishes()).limits.length > 0
  const stuck = view.principals.some(({ state }) => state === 'cannot-block')
  const records = stuck ? await room.blocks.all() : []
  const words = {
    cannotBlock: new Map(
      records.flatMap(({ principal, why }) => (why === undefined ? [] : [[principal, why] as const])),
    ),
    currency: room.settings.currency,
    installedAt,
    unconfirmed,
    hasLimits,
    screen: how.screen,
    now: door.clock.now(),
    command: door.command,
  }
  return { view, text: statusText(view, words) }
}

async function unconfirmedMails(door: Door): Promise<readonly string[]> {
  const [{ paginateListSubscriptionsByTopic }, { isAbsent, isAccessDenied }, client] = await Promise.all([
    import('../provision/sdk/sns.ts'),
    import('../runtime/aws/aws-errors.ts'),
    door.clients.sns(),
  ])
  const pending: string[] = []
  try {
    for await (const page of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn: door.names(await door.settings()).arn.topic },
    )) {
      for (const one of page.Subscriptions ?? []) {
        if (one.SubscriptionArn === 'PendingConfirmation' && one.Endpoint) pending.push(one.Endpoint)
      }
    }
  } catch (error) {
    // A courtesy: an operator without this right still gets the status.
    if (!isAccessDenied(error) && !isAbsent(error)) throw error
  }
  return pending
}
