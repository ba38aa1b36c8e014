/** From enforce to observe and back: who is released or blocked by it is shown first, and told once it is done. */
import { type Plan, refusalsOf } from '../provision/engine/plan.ts'
import type { Settings } from '../provision/guard.ts'
import { blockedBy, decide } from '../runtime/domain/judging/enforcement.ts'
import { judge, protectedBy, readBooks } from '../runtime/usecases/books.ts'
import type { Door } from './_compose.ts'
import { statusRoom, wishRoom } from './_rooms.ts'
import { effectText } from './_view/effect.ts'
import type { WishSection } from './_view/first-screen.ts'

/** A guard of an older version had no mode: it enforced. */
const modeOf = (settings: Settings): Settings['mode'] => settings.mode ?? 'enforce'

const changes = (before: Settings | undefined, after: Settings): before is Settings =>
  before !== undefined && modeOf(before) !== modeOf(after)

/** What the plan says of it; no lines where nothing changes. Reads only. */
export async function modeSection(
  door: Door,
  plan: Plan,
  before: Settings | undefined,
  after: Settings,
): Promise<WishSection> {
  const title = 'Mode'
  if (before === undefined && modeOf(after) === 'observe')
    return { title, lines: ['observe: everything is counted, judged and told, nobody is blocked'] }
  if (!changes(before, after) || refusalsOf(plan).length > 0) return { title, lines: [] }
  const room = await statusRoom(door)
  const now = door.clock.now()
  const [books, records] = await Promise.all([readBooks(room, now), room.blocks.all()])
  const judgements = judge(books, room.config)
  const isProtected = protectedBy(after.protectedPrincipals, door.account)
  const observe = modeOf(after) === 'observe'
  const { block, release } = decide({ judgements, records, isProtected, now, observe })
  const over = blockedBy(judgements).map(({ principal }) => principal)
  const list = (what: string, whom: readonly string[]) => (whom.length === 0 ? [] : [`${what}: ${whom.join(', ')}`])
  const lines = observe
    ? [...list('released at once', release), ...list('would be blocked, were it not only observing', over)]
    : list(
        'blocked at once',
        block.map(({ principal }) => principal),
      )
  return {
    title,
    lines: [
      `${modeOf(before)} → ${modeOf(after)}`,
      ...(lines.length > 0 ? lines : ['nobody is blocked or released by it']),
    ],
  }
}

/** The functions know the new mode: the next check acts on it, and it is asked for at once. Empty: the mode is as it was. */
export async function actOnMode(door: Door, before: Settings | undefined, after: Settings): Promise<string> {
  if (!changes(before, after)) return ''
  return effectText(await (await wishRoom(door)).enforce.ask({ kind: 'check', from: 'command' }))
}
