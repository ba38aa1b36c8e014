/** block and unblock: look up, ask, write the wish, let enforce act, say what holds now. */
import { type Instant, localText, monthOf, monthPeriod, toIso, type Zoning } from '../runtime/domain/base/calendar.ts'
import { potKey } from '../runtime/domain/judging/limit.ts'
import { groupsOfPrincipal, isGroup, membershipOf, type Subject } from '../runtime/domain/metering/belonging.ts'
import type { PrincipalKey } from '../runtime/domain/metering/principal.ts'
import { parseUsd, toCents, toDecimal } from '../runtime/domain/money/money.ts'
import { blockByHand, cannotBlockByHand } from '../runtime/usecases/block.ts'
import { unblock } from '../runtime/usecases/unblock.ts'
import { mustConfirm, stopped } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { wishRoom } from './_rooms.ts'
import { lookUpIn, targetFor, untilFor } from './_targets.ts'
import { effectText, whyText } from './_view/effect.ts'
import { limitName } from './_view/limit-name.ts'
import { someOf } from './_view/people.ts'

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
  if (!wish.yes) door.note(await planText(room, principal, end))
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

/** What would be done, before it is asked about. */
async function planText(room: Awaited<ReturnType<typeof wishRoom>>, principal: Subject, end: string): Promise<string> {
  const held = (await room.limits.wishes()).blocks.find((one) => one.principal === principal)
  const since =
    held === undefined ? '' : ` It is blocked by hand already, by ${held.by}: the end and the reason would be new.`
  if (!isGroup(principal)) return `${principal} would be blocked ${end}.${since}`
  const { people, teams } = await room.people.belongings()
  const members = [
    ...people.map((one) => [`person/${one.name}`, one.members] as const),
    ...teams.map((one) => [`team/${one.name}`, one.members] as const),
  ]
  const own = members.find(([name]) => name === principal)?.[1] ?? []
  return `${principal} would be blocked ${end}, and with it whoever is a member: ${someOf(own)}.${since}`
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

/** By what, and what would end that. A block by hand holds for whoever is a member, or a session of the role. */
async function stillText(
  door: Door,
  room: Awaited<ReturnType<typeof wishRoom>>,
  principal: Subject,
  by: string,
): Promise<string> {
  if (by !== 'manual') return `Still blocked by ${limitName(by, principal)}.`
  if (isGroup(principal)) return 'Still blocked by hand.'
  const [{ blocks }, belongings] = await Promise.all([room.limits.wishes(), room.people.belongings()])
  const role = /^session\/([^/]+)\//.exec(principal)?.[1]
  const wider = [
    ...groupsOfPrincipal(principal, membershipOf(belongings)),
    ...(role === undefined
      ? []
      : [`role/${role}`, ...groupsOfPrincipal(`role/${role}` as PrincipalKey, membershipOf(belongings))]),
  ]
  const held = [...new Set(blocks.map((one) => one.principal).filter((one) => wider.includes(one)))]
  return held.length === 0
    ? 'Still blocked by hand.'
    : lines(
        `Still blocked by hand, with everybody of ${held.join(', ')}.`,
        ...held.map((one) => `To release them all: ${door.command(`unblock ${one}`)}`),
      )
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
  const still = stillBlockedBy === undefined ? '' : await stillText(door, room, principal, stillBlockedBy)
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
