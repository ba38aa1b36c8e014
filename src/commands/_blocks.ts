/** block and unblock: look up, ask, write the wish, let enforce act, say what holds now. */
import { type Instant, localText, monthOf, monthPeriod, toIso, type Zoning } from '../runtime/domain/base/calendar.ts'
import { potKey } from '../runtime/domain/judging/limit.ts'
import { isGroup, type Subject } from '../runtime/domain/metering/belonging.ts'
import { parseUsd, toCents, toDecimal } from '../runtime/domain/money/money.ts'
import { blockByHand, cannotBlockByHand } from '../runtime/usecases/block.ts'
import { unblock } from '../runtime/usecases/unblock.ts'
import { mustConfirm, stopped } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { wishRoom } from './_rooms.ts'
import { lookUpIn, targetFor, untilFor } from './_targets.ts'
import { effectText, whyText } from './_view/effect.ts'
import { limitName } from './_view/limit-name.ts'

interface Wish {
  readonly principal: string
  readonly until?: string | undefined
  readonly reason?: string | undefined
}

const lines = (...texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n')

/** As status and the mails write it: in the guard's zone of this month. */
const localEnd = (until: Instant, now: Instant, zoning: Zoning): string =>
  localText(until, monthPeriod(monthOf(now, zoning), zoning).zone)

export async function blockNow(door: Door, wish: Wish & { readonly yes: boolean; readonly json: boolean }) {
  const room = await wishRoom(door)
  const principal = await targetFor(wish.principal, lookUpIn(room, door, undefined))
  const never = await cannotBlockByHand(room, principal)
  if (never !== undefined) throw cannotBe(door, principal, never)
  const until =
    wish.until === undefined ? 'no-end' : untilFor(wish.until, { now: door.clock.now(), zoning: room.settings.zoning })
  const end =
    until === 'no-end' ? 'until somebody unblocks' : `until ${localEnd(until, door.clock.now(), room.settings.zoning)}`
  await mustConfirm({
    message: `Block ${principal}${isGroup(principal) ? ', everybody who is a member,' : ''} ${end}?`,
    yes: wish.yes,
    json: wish.json,
    answeredBy: door.command(`block ${principal} --yes`),
  })
  const done = await blockByHand(room, { principal, until, reason: wish.reason, by: door.caller })
  const why = done.check.cannotBlock.find((one) => one.principal === principal)?.why
  const observes = room.settings.mode === 'observe'
  const text = observes
    ? lines(
        `${principal} is to be blocked ${end}, but this guard only observes: nobody is blocked.`,
        `To let it block: ${door.command('init --mode enforce')}`,
      )
    : why === undefined
      ? lines(
          `${principal} is blocked ${end}.`,
          effectText(done.check),
          `To release: ${door.command(`unblock ${principal}`)}`,
        )
      : lines(`${principal} is to be blocked, but cannot be: ${whyText(why)}.`)
  return {
    text,
    blocked: why === undefined && !observes,
    json: {
      principal,
      until: until === 'no-end' ? null : toIso(until),
      reason: wish.reason ?? null,
      cannotBlock: why ?? null,
      blocked: done.check.blocked,
      problems: done.check.problems,
    },
  }
}

/** Refused before anything is written: a wish that nobody can carry out would only look like a block. */
function cannotBe(door: Door, principal: string, why: string) {
  return why === 'excluded'
    ? stopped('cannot-block', `${principal} is excluded from blocking: nothing was changed`, [
        door.command(`exclude remove ${principal}`),
        door.command('exclude list'),
      ])
    : stopped('cannot-block', `${principal} cannot be blocked: ${whyText(why)}; nothing was changed`, [
        door.command('status'),
      ])
}

/** Whoever is gone from IAM may still be blocked by hand or under a limit: such a key is taken as it stands. */
async function whoIsToBeFree(door: Door, room: Awaited<ReturnType<typeof wishRoom>>, typed: string): Promise<Subject> {
  const { blocks, limits } = await room.limits.wishes()
  const named = [...blocks.map(({ principal }) => principal), ...limits.map(({ of }) => potKey(of))]
  const key = named.find((one) => one === typed || one === `user/${typed}`)
  if (key !== undefined) return targetFor(typed, lookUpIn(room, door, true))
  return targetFor(typed, lookUpIn(room, door, undefined))
}

export async function unblockNow(
  door: Door,
  wish: Wish & { readonly grant?: string | undefined; readonly limit?: string | undefined },
) {
  const grant = wish.grant === undefined ? undefined : parseUsd(wish.grant)
  const room = await wishRoom(door)
  const principal = await whoIsToBeFree(door, room, wish.principal)
  const until =
    wish.until === undefined ? undefined : untilFor(wish.until, { now: door.clock.now(), zoning: room.settings.zoning })
  const done = await unblock(room, { principal, until, grant, limit: wish.limit, reason: wish.reason, by: door.caller })
  const { waiver, endedBlock, stillBlockedBy, wasBlocked, check } = done
  const pardon =
    waiver === undefined
      ? ''
      : `Pardoned from ${waiver.limit === undefined ? 'every limit' : limitName(waiver.limit, principal)} until ${localEnd(waiver.until, door.clock.now(), room.settings.zoning)}${waiver.grant === undefined ? '' : `, for ${toCents(waiver.grant)} dollars more`}.`
  const was =
    endedBlock === undefined && waiver === undefined
      ? `${principal} was not blocked; nothing was changed.`
      : wasBlocked
        ? `${principal} is released.`
        : `${principal} was not blocked.`
  const by = stillBlockedBy === 'manual' ? 'by hand' : `by ${limitName(stillBlockedBy ?? '', principal)}`
  const still = stillBlockedBy === undefined ? '' : `Still blocked ${by}.`
  return {
    text: lines(stillBlockedBy === undefined ? was : '', pardon, still, effectText(check)),
    free: stillBlockedBy === undefined,
    json: {
      principal,
      waiver:
        waiver === undefined
          ? null
          : {
              id: waiver.id,
              limit: waiver.limit ?? null,
              until: toIso(waiver.until),
              grantUsd: waiver.grant === undefined ? null : toDecimal(waiver.grant),
              reason: waiver.reason ?? null,
            },
      endedManualBlock: endedBlock !== undefined,
      stillBlockedBy: stillBlockedBy ?? null,
      released: check.released,
      problems: check.problems,
    },
  }
}
