/** Who is never blocked, as init was told: looked up before anything is changed, written once the table is there. */
import type { Subject } from '../runtime/domain/metering/belonging.ts'
import { changeExclusions } from '../runtime/usecases/exclude.ts'
import type { Door } from './_compose.ts'
import { keyOrPattern } from './_exclude.ts'
import { type Looking, lookingAt } from './_limits-at-init.ts'
import { wishRoom } from './_rooms.ts'
import { eachFound } from './_targets.ts'
import { effectText } from './_view/effect.ts'

export interface InitialExclusions {
  /** Only who is not excluded already. */
  readonly principals: readonly Subject[]
  /** `user/tanaka is counted and never blocked` */
  readonly lines: readonly string[]
}

/** @throws GuardError `ambiguous-principal`; unknown names are taken, people may come later. */
export async function lookUpExclusions(door: Door, typed: readonly string[], how: Looking): Promise<InitialExclusions> {
  if (typed.length === 0 || how.plan.steps.some((step) => step.do === 'refuse')) return { principals: [], lines: [] }
  const { looking, room } = await lookingAt(door, how)
  const keys = [...new Set(await eachFound(typed, (one) => keyOrPattern(one, looking)))]
  const already = new Set(room ? (await room.limits.wishes()).excluded : [])
  const lines = keys.map((key) => (already.has(key) ? `${key} as before` : `${key} is counted and never blocked`))
  return { principals: keys.filter((key) => !already.has(key)), lines }
}

/** Each with its history entry; whoever is blocked is released at once by the check that follows. */
export async function setExclusions(
  door: Door,
  principals: readonly Subject[],
): Promise<{ text: string; json: object }> {
  const room = await wishRoom(door)
  const how = { do: 'add', by: door.caller, reason: undefined } as const
  const check = await changeExclusions(room, { changes: principals }, how)
  const text = [`Never blocked from now on: ${principals.join(', ')}`, effectText(check, 'init')]
  return {
    text: text.filter((line) => line !== '').join('\n'),
    json: { excluded: principals, released: check?.released ?? [] },
  }
}
