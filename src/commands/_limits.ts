/** limits set and unset: look up, preview, ask, write, let enforce act. */
import type { Instant, PeriodKind, Zoning } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { limitId, parseAssignments, parseThresholds, refuseDuplicates } from '../runtime/domain/judging/limit.ts'
import type { PicoUsd } from '../runtime/domain/money/money.ts'
import { type LimitChange, planLimits, setLimits } from '../runtime/usecases/set-limits.ts'
import { mustConfirm } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import { wishRoom } from './_rooms.ts'
import { nearest } from './_suggest.ts'
import { eachFound, endedText, type LookUp, lookUpIn, potFor, stillToCome, untilFor } from './_targets.ts'
import { limitName } from './_view/limit-name.ts'
import { answerJson, answerText, changeText, planLimitsJson, previewText } from './_view/limits.ts'

/** A limit as typed; `target` may be a bare name. */
export interface WantedLimit {
  readonly target: string
  /** Undefined: take it away. */
  readonly amount: PicoUsd | undefined
  readonly action: 'block' | 'notify' | undefined
  readonly warnAt: readonly number[] | undefined
  /** Undefined: as the command says, else a month. */
  readonly per?: PeriodKind | undefined
  /** A day (its end) or a time with its zone, as typed: a limit for a time. */
  readonly until?: string | undefined
  /** Of `*` alone. */
  readonly includeRoles?: boolean | undefined
  /** It stands in a file: what was typed of the same principal, whatever it was called, wins. */
  readonly fromFile?: boolean
}

/** Everything that can be wrong with the words themselves, before anybody is asked. */
export function readAssignments(
  texts: readonly string[],
  flags: {
    readonly action?: string | undefined
    readonly 'warn-at'?: string | undefined
    readonly until?: string | undefined
  },
): readonly WantedLimit[] {
  const warnAt = flags['warn-at'] === undefined ? undefined : parseThresholds(flags['warn-at'])
  const action = flags.action === 'block' || flags.action === 'notify' ? flags.action : undefined
  return parseAssignments(texts).map((assignment) => ({ ...assignment, action, warnAt, until: flags.until }))
}

export function readTargets(texts: readonly string[]): readonly WantedLimit[] {
  refuseDuplicates(texts.map((typed) => ({ id: typed, typed })))
  return texts.map((target) => ({ target, amount: undefined, action: undefined, warnAt: undefined }))
}

interface How {
  readonly per: string
  /** Undefined: as it is. */
  readonly 'include-roles': boolean | undefined
  readonly force: boolean
  /** What has ended is left out and said, as in a file that is kept; else it is a mistake of who typed it. */
  readonly ended?: 'leave-out'
  /** Only look. */
  readonly 'dry-run'?: boolean
  readonly yes: boolean
  readonly json: boolean
  readonly note: (text: string) => void
  readonly during?: 'init'
}

export async function changeLimits(door: Door, wanted: readonly WantedLimit[], how: How) {
  const room = await wishRoom(door)
  const { current, ended } = how.ended
    ? stillToCome(wanted, { now: door.clock.now(), zoning: room.settings.zoning })
    : { current: wanted, ended: [] }
  const plan = await planLimits(room, await lookUp(door, room, current, how))
  const leftOut = { leftOut: ended.map(({ target, until = null }) => ({ target, until })) }
  const ofTarget = (id: string) => plan.limits.some((one) => one.id === `${id}~`)
  const absent = plan.limits.filter(
    ({ id, previous, next }) => previous === undefined && next === undefined && !ofTarget(id),
  )
  if (absent.length > 0) {
    const { limits } = await room.limits.wishes()
    throw noSuchLimit(
      door,
      absent.map(({ id }) => id),
      limits.map(({ id }) => id),
    )
  }
  if (how['dry-run'] === true) {
    const preview = previewText(plan, room.settings.mode === 'observe')
    const text = linesOf(
      ...plan.limits.map((one) => changeText(one, room.settings.zoning)),
      ...ended.map(endedText),
      preview,
    )
    return { text, json: { ...planLimitsJson(plan), ...leftOut }, failed: false }
  }
  const observes = room.settings.mode === 'observe'
  const preview = previewText(plan, observes)
  const asks = plan.blocks.length > 0 && !observes
  const planned = asks && !how.yes ? plan.limits.map((one) => changeText(one, room.settings.zoning)) : []
  if (preview !== '') how.note(linesOf(...planned, preview))
  if (asks) {
    await mustConfirm({
      message: `Set ${plan.limits.length === 1 ? 'this limit' : 'these limits'} and block ${plan.blocks.length === 1 ? 'this principal' : `these ${plan.blocks.length} principals`} now?`,
      yes: how.yes,
      json: how.json,
      answeredBy: 'add --yes to the command',
      document: { ...planLimitsJson(plan), ...leftOut },
    })
  }
  const answer = await setLimits(room, plan, door.caller)
  const same = plan.limits.filter((limit) => limit.same)
  const text = linesOf(
    answerText({ ...answer, done: [...answer.done, ...same] }, room.settings.zoning, how.during),
    ...ended.map(endedText),
  )
  return { text, json: { ...answerJson(plan, answer), ...leftOut }, failed: answer.failed.length > 0 }
}

const linesOf = (...lines: readonly string[]): string => lines.filter((line) => line !== '').join('\n')

async function lookUp(
  door: Door,
  room: Awaited<ReturnType<typeof wishRoom>>,
  wanted: readonly WantedLimit[],
  how: How,
): Promise<readonly LimitChange[]> {
  const looking = lookUpIn(room, door, how.force === true)
  return lookUpAll(wanted, looking, { ...how, now: door.clock.now(), zoning: room.settings.zoning })
}

/** Every name looked up, and everything that is wrong with them said at once. */
export async function lookUpAll(
  wanted: readonly WantedLimit[],
  looking: LookUp,
  how: Pick<How, 'per' | 'include-roles'> & { readonly now: Instant; readonly zoning: Zoning },
): Promise<readonly LimitChange[]> {
  const pots = await eachFound(wanted, (one) =>
    potFor(one.target, looking, { includeRoles: how['include-roles'] === true }),
  )
  const found = wanted.flatMap((one, index) => {
    const of = pots[index]
    if (of === undefined) return []
    const until = one.until === undefined ? undefined : untilFor(one.until, how)
    const per = one.per ?? (how.per as PeriodKind)
    return [{ ...one, of, per, until, id: limitId(of, per, until === undefined ? 'lasting' : 'for-a-time') }]
  })
  const typed = new Set(found.filter(({ fromFile }) => fromFile !== true).map(({ id }) => id))
  const meant = found.filter(({ fromFile, id }) => fromFile !== true || !typed.has(id))
  refuseDuplicates(meant.map(({ id, target }) => ({ id, typed: target })))
  return meant.map(({ of, per, amount, action, warnAt, until, includeRoles = how['include-roles'] }) => ({
    ...{ of, per, includeRoles, amount, action, warnAt, until },
  }))
}

const noSuchLimit = (door: Door, ids: readonly string[], known: readonly string[]): GuardError =>
  new GuardError({
    code: 'no-such-limit',
    fault: 'user',
    message: `there is no ${ids.map((id) => limitName(id).replace(/^the /, '')).join(' and no ')}: nothing was changed`,
    suggestions: [
      ...new Set(ids.flatMap((id) => nearest(id, known)).map((id) => `${subjectOf(id)} is under ${limitName(id)}`)),
      door.command('limits list'),
    ],
  })

const subjectOf = (id: string): string => id.slice(0, id.lastIndexOf('@'))

/** The limits that init was given: known or not (people may come later), shown, and in force once the guard enforces. */
export async function setInitialLimits(
  door: Door,
  wanted: readonly WantedLimit[],
  how: { readonly hold: boolean; readonly yes: boolean; readonly json: boolean; readonly note: (text: string) => void },
) {
  // While the guard is on hold nobody is blocked by a limit: whom it would block is asked about after counting.
  return changeLimits(door, wanted, {
    ...how,
    yes: how.yes || how.hold,
    per: 'month',
    'include-roles': undefined,
    force: true,
    during: 'init',
  })
}
