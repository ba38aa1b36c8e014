/** The people and teams of a configuration file: looked up before anything is changed, written once the table is there. */
import { noBelongings } from '../runtime/domain/metering/belonging.ts'
import { claimedTwice, type PotChange, withPots } from '../runtime/domain/metering/belonging-rules.ts'
import { changeBelongings, planBelongings } from '../runtime/usecases/belongings.ts'
import { stopped } from './_ask/ask.ts'
import type { Door } from './_compose.ts'
import type { FilePot } from './_config/people.ts'
import { type Looking, lookingAt } from './_limits-at-init.ts'
import { membersFor, spelled } from './_people/members.ts'
import { wishRoom } from './_rooms.ts'
import { effectText } from './_view/effect.ts'
import { changesText, previewOf } from './_view/people.ts'

export interface InitialPots {
  /** Only what is not so already. */
  readonly pots: readonly PotChange[]
  readonly lines: readonly string[]
}

/** Unknown names are taken: people may come later. @throws GuardError `ambiguous-principal`, `belongs-to-another`. */
export async function lookUpPots(door: Door, typed: readonly FilePot[], how: Looking): Promise<InitialPots> {
  if (typed.length === 0 || how.plan.steps.some((step) => step.do === 'refuse')) return { pots: [], lines: [] }
  const { looking, room } = await lookingAt(door, how)
  const current = room ? await room.people.belongings() : noBelongings
  const changes: PotChange[] = []
  for (const { kind, from, ...pot } of typed) {
    const reading = { ...looking, kind, current, sessionRoles: how.settings.sessionRoles }
    const name = spelled(pot.name, kind, current)
    const before = (kind === 'person' ? current.people : current.teams).find((one) => one.name === name)?.members
    changes.push({ kind, name, before, after: await membersFor(pot, reading), from })
  }
  const plan = room && (await planBelongings(room, changes, []))
  const [claim] = plan?.claims ?? claimedTwice(withPots(current, changes).people, [])
  if (claim !== undefined)
    throw stopped(
      'belongs-to-another',
      `one principal cannot be two people, nothing was changed: ${claim.principal} (${claim.people.join(' and ')})`,
      ['name it once under people:', ...(room ? [door.command('people list')] : [])],
    )
  if (plan === undefined) return { pots: changes, lines: changesText({ changes, same: [] }) }
  return { pots: plan.changes, lines: [...changesText(plan), ...previewOf(plan, how.settings.mode === 'observe')] }
}

/** Each with its history entry, before the limits that count them. */
export async function setPotsAtInit(
  door: Door,
  changes: readonly PotChange[],
): Promise<{ text: string; json: object }> {
  const check = await changeBelongings(await wishRoom(door), { changes }, door.caller)
  const text = [...changesText({ changes, same: [] }), effectText(check, 'init')].filter((line) => line !== '')
  return {
    text: text.join('\n'),
    json: changes.map(({ kind, name, after }) => ({ of: `${kind}/${name}`, members: after })),
  }
}
