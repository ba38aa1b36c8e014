/** exclude add, remove and list: look up, preview, ask, write, let enforce act. */
import { localText, monthOf, monthPeriod, toIso, type Zoning } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import type { Exclusion } from '../runtime/domain/judging/limit.ts'
import { isGroup, type Subject } from '../runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../runtime/domain/metering/principal.ts'
import { toCents, toDecimal } from '../runtime/domain/money/money.ts'
import { changeExclusions, type ExclusionsPlan, planExclusions } from '../runtime/usecases/exclude.ts'
import { mustConfirm } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { statusRoom, wishRoom } from './_rooms.ts'
import { eachFound, type LookUp, lookUpIn, targetFor } from './_targets.ts'
import { columns } from './_view/columns.ts'
import { effectText } from './_view/effect.ts'

interface How {
  readonly reason?: string | undefined
  readonly force?: boolean
  readonly yes?: boolean
  readonly json: boolean
}

export async function addExclusions(door: Door, typed: readonly string[], how: How) {
  const room = await wishRoom(door)
  const looking = lookUpIn(room, door, how.force === true)
  const principals = await eachFound([...new Set(typed)], (one) => keyOrPattern(one, looking))
  const plan = await planExclusions(room, { do: 'add', principals: [...new Set(principals)] })
  const check = await changeExclusions(room, plan, { do: 'add', by: door.caller, reason: how.reason })
  const text = [
    ...plan.changes.map((one) => `${one} is excluded: metered, warned, never blocked${coverText(one, plan)}.`),
    ...plan.same.map((one) => `${one} is excluded as before.`),
    effectText(check),
  ]
  return {
    text: lines(text),
    json: { excluded: plan.changes, already: plan.same, covers: plan.covers, ...effectJson(check) },
  }
}

export async function removeExclusions(door: Door, typed: readonly string[], how: How) {
  const room = await wishRoom(door)
  const { excluded } = await room.limits.wishes()
  // Whoever has left IAM is excluded all the same until it is ended: the list itself is the directory.
  const looking = lookUpIn(room, door, true)
  const principals = await eachFound(
    [...new Set(typed)],
    async (one) => excluded.find((key) => key === one) ?? keyOrPattern(one, looking),
  )
  const plan = await planExclusions(room, { do: 'remove', principals: [...new Set(principals)] })
  if (plan.blocks.length > 0 && room.settings.mode !== 'observe') {
    door.note(lines(plan.blocks.map(blockText)))
    await mustConfirm({
      message: `End ${plan.changes.length === 1 ? 'this exclusion' : 'these exclusions'} and block ${plan.blocks.length === 1 ? 'this principal' : `these ${plan.blocks.length} principals`} now?`,
      yes: how.yes === true,
      json: how.json,
      answeredBy: 'add --yes to the command',
      document: { removed: [], wouldBlock: plan.blocks.map(blockJson) },
    })
  }
  const check = await changeExclusions(room, plan, { do: 'remove', by: door.caller, reason: how.reason })
  return {
    text: lines([...plan.changes.map((one) => `${one} is excluded no more.`), effectText(check)]),
    json: { removed: plan.changes, wouldBlock: plan.blocks.map(blockJson), ...effectJson(check) },
  }
}

export async function listExclusions(door: Door, screen: number) {
  const room = await statusRoom(door)
  const all = (await room.limits.exclusions()).toSorted((a, b) => a.principal.localeCompare(b.principal, 'en'))
  const { zoning } = room.settings
  return {
    text:
      all.length === 0
        ? `Nobody is excluded.\nTry this: ${door.command('exclude add NAME --reason WHY')}`
        : columns(
            [{ head: 'EXCLUDED' }, { head: 'SINCE' }, { head: 'BY' }, { head: 'REASON' }],
            all.map((one) => [one.principal, since(one, zoning), one.by, one.reason ?? '']),
            screen,
          ),
    json: {
      guard: door.guard,
      exclusions: all.map(({ principal, by, at, reason }) => ({
        principal,
        since: toIso(at),
        by,
        reason: reason ?? null,
      })),
    },
  }
}

/** `role/team-*` speaks of whoever is called so, today or later: it needs no look-up, but it says of which kind. */
export async function keyOrPattern(typed: string, looking: LookUp): Promise<Subject> {
  if (!typed.includes('*')) return targetFor(typed, looking)
  if (/^(?:user|role)\/[\w+=,.@*-]*[\w+=,.@-][\w+=,.@*-]*$/.test(typed)) return typed as PrincipalKey
  if (/^session\/[\w+=,.@*-]*[\w+=,.@-][\w+=,.@*-]*\/[\w+=,.@*()~-]+$/.test(typed)) return typed as PrincipalKey
  throw new GuardError({
    code: 'bad-pattern',
    fault: 'user',
    message: `"${typed}" is not a pattern: it would exclude everybody, or it does not say whom`,
    suggestions: ['role/team-*', 'user/ci-*', 'session/AWSReservedSSO_Admins_*/*'],
  })
}

const since = ({ at }: Exclusion, zoning: Zoning): string =>
  localText(at, monthPeriod(monthOf(at, zoning), zoning).zone)
const lines = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n')

function coverText(key: string, plan: ExclusionsPlan): string {
  if (!key.includes('*') && !isGroup(key)) return ''
  return plan.covers.length === 0 ? ' (nobody known is called so yet)' : ` (now: ${plan.covers.join(', ')})`
}

const blockText = ({ principal, spent, amount }: ExclusionsPlan['blocks'][number]): string =>
  `Would be blocked at once: ${principal} (${toCents(spent)} spent of ${toCents(amount)})`

const blockJson = ({ principal, limit, spent, amount }: ExclusionsPlan['blocks'][number]) => ({
  principal,
  limit,
  spentUsd: toDecimal(spent),
  limitUsd: toDecimal(amount),
})

const effectJson = (check: Awaited<ReturnType<typeof changeExclusions>>) => ({
  blocked: check?.blocked ?? [],
  released: check?.released ?? [],
  problems: check?.problems ?? [],
})
