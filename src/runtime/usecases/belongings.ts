/** Who belongs to which pot: previewed, written, and acted on at once. */
import type { Belongings } from '../domain/metering/belonging.ts'
import {
  type Claim,
  claimedTwice,
  isSamePot,
  type PotChange,
  potOf,
  withPots,
} from '../domain/metering/belonging-rules.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { HistoryEvent, PeopleBook } from '../ports.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { judge, readBooks } from './books.ts'
import { blockedIn, blocksBetween, type LimitsPlan, type WishRoom } from './set-limits.ts'

export interface BelongingsRoom extends WishRoom {
  readonly people: PeopleBook
}

export interface BelongingsPlan {
  /** To be written; what is so already is left out. */
  readonly changes: readonly PotChange[]
  readonly same: readonly PotChange[]
  /** Principals that two people would have in their pot: then nothing may be written. */
  readonly claims: readonly Claim[]
  /** Free now, and blocked at once with the new belongings. */
  readonly blocks: LimitsPlan['blocks']
  /** Blocked now, and free at once. */
  readonly releases: readonly PrincipalKey[]
}

/** What these changes would do now; nothing is written. @param known whom patterns are tried on, besides the ledger's. */
export async function planBelongings(
  room: Omit<BelongingsRoom, 'enforce' | 'history'>,
  changes: readonly PotChange[],
  known: readonly PrincipalKey[],
): Promise<BelongingsPlan> {
  const [current, books] = await Promise.all([room.people.belongings(), readBooks(room, room.clock.now())])
  const next = withPots(current, changes)
  const spenders = books.balances.map(({ principal }) => principal)
  const asWished = { ...books, belongings: next }
  const before = blockedIn(judge(books, room.config))
  const after = blockedIn(judge(asWished, room.config))
  const same = changes.filter((change) => isSamePot(change, current))
  return {
    changes: changes.filter((change) => !same.includes(change)),
    same,
    claims: newClaims(next, changes, [...known, ...spenders]),
    blocks: blocksBetween(before, after, room.config),
    releases: [...before.keys()].filter((principal) => !after.has(principal)),
  }
}

/** Writes what was planned, each with its history entry, then has enforce act on it at once. */
export async function changeBelongings(
  room: BelongingsRoom,
  plan: Pick<BelongingsPlan, 'changes'>,
  by: string,
): Promise<EnforceAnswer | undefined> {
  if (plan.changes.length === 0) return undefined
  for (const change of plan.changes) {
    await write(room.people, change)
    await room.history.append(eventOf(change, { at: room.clock.now(), by }))
  }
  return room.enforce.ask({ kind: 'check', from: 'command' })
}

async function write(people: PeopleBook, { kind, name, after: members, from = 'list' }: PotChange): Promise<void> {
  if (kind === 'person') await (members ? people.putPerson({ name, members }) : people.removePerson(name))
  else await (members ? people.putTeam({ name, members, from }) : people.removeTeam(name))
}

function eventOf(change: PotChange, how: Pick<HistoryEvent, 'at' | 'by'>): HistoryEvent {
  const { before = [], after = [], kind, from = 'list' } = change
  const added = after.filter((one) => !before.includes(one))
  const removed = before.filter((one) => !after.includes(one))
  return {
    ...how,
    what: `${kind}-${change.after === undefined ? 'removed' : 'set'}`,
    principal: potOf(change),
    details: {
      ...(added.length === 0 ? {} : { added: added.join(' ') }),
      ...(removed.length === 0 ? {} : { removed: removed.join(' ') }),
      ...(kind === 'team' && change.after !== undefined ? { from } : {}),
    },
  }
}

/** One principal is in one person's pot, or nobody could say whose money it spends. Only what these changes bring counts. */
function newClaims(next: Belongings, changes: readonly PotChange[], known: readonly PrincipalKey[]): readonly Claim[] {
  const touched = new Set(changes.filter(({ kind }) => kind === 'person').map(({ name }) => name))
  if (touched.size === 0) return []
  return claimedTwice(next.people, known).filter(({ people }) => people.some((name) => touched.has(name)))
}
