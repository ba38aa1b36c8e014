/** The guard enforces: now the original's checks rest, its denies are exchanged, its filter goes. */
import { readOriginal } from '../../provision/original/find.ts'
import type { Original } from '../../provision/original/original.ts'
import { disableSchedule, removeFilter } from '../../provision/original/stop.ts'
import type { Door } from '../_compose.ts'
import { wishRoom } from '../_rooms.ts'
import { exchangedText, heldLines, restText } from '../_view/original.ts'
import { exchange, type Held, heldBy, stayedOff } from './denies.ts'

interface How {
  readonly keepFilter: boolean
  readonly say: (text: string) => void
  /** Asked once those whom nobody would hold any more are shown. */
  readonly release: (count: number) => Promise<boolean>
}

export async function takeOff(door: Door, before: Original, how: How) {
  // The check that follows puts the guard's own denies on, before anything of the original is touched.
  await (await wishRoom(door)).enforce.ask({ kind: 'check', from: 'command' })
  const resting = before.schedules.filter(({ enabled }) => enabled)
  for (const schedule of resting) {
    await disableSchedule(door.clients, schedule)
    door.note(`  disabled its schedule ${schedule.name}`)
  }
  // As it is now that its checks rest: it may have blocked somebody since it was shown.
  const original = await readOriginal(door.clients, before.functionName)
  const held = await heldBy(door, original.deny)
  const free = held.filter(({ now }) => now === 'free')
  if (free.length > 0)
    how.say(heldLines('The guard would not block these; without the original’s deny they are free', free))
  const release = free.length > 0 && (await how.release(free.length))
  const wanted = [...held.filter(({ now }) => now === 'ours'), ...(release ? free : [])]
  const { off, kept } =
    original.deny === undefined ? { off: [], kept: [] } : await exchange(door, original.deny, wanted)
  const back = await stayedOff(door, original, off)
  const filter = how.keepFilter ? undefined : original.filter
  if (filter !== undefined) {
    await removeFilter(door.clients, filter)
    door.note(`  removed its filter ${filter.name}`)
  }
  const left = [
    ...kept,
    ...back.map((one) => ({ ...one, why: 'it comes back: something still attaches it' })),
    ...notTaken(held, release),
  ]
  const done = off.filter((one) => !back.includes(one))
  const json = {
    disabledSchedules: resting.map(({ name }) => name),
    removedFilter: filter?.name ?? null,
    exchanged: done.filter(({ now }) => now === 'ours').map(({ principal }) => principal),
    released: done.filter(({ now }) => now === 'free').map(({ principal }) => principal),
    left: left.map(({ principal, why }) => ({ principal, why })),
  }
  const changed = resting.length + off.length + (filter === undefined ? 0 : 1) > 0
  how.say(changed || left.length > 0 ? exchangedText(json) : 'Nothing is left to take over.')
  how.say(`\n${restText(original, door.command)}`)
  return { changed, json }
}

const ROOM = 'make room where its policy slots are full (the guard tries again within ten minutes) and run this again'

/** Nothing takes these off any more, not at the month's end either: its checks rest. */
function notTaken(held: readonly Held[], released: boolean): readonly Held[] {
  const end = 'block them here (cost-guard block) or detach it in IAM, then run this again'
  return held
    .filter(({ now }) => now === 'stuck' || (now === 'free' && !released))
    .map((one) => ({
      ...one,
      why: `${one.why}; nothing takes it off by itself any more: ${one.now === 'stuck' ? `${ROOM}, or ${end}` : end}`,
    }))
}
