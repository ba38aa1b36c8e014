import { GuardError } from '../domain/base/guard-error.ts'
import { isExcluded } from '../domain/judging/judge.ts'
import type { Exclusion, Wishes } from '../domain/judging/limit.ts'
import { groupsOfPrincipal, membershipOf, type Subject } from '../domain/metering/belonging.ts'
import type { PrincipalKey } from '../domain/metering/principal.ts'
import type { EnforceAnswer } from '../protocol.ts'
import { judge, readBooks } from './books.ts'
import { blockedIn, blocksBetween, type LimitsPlan, type WishRoom } from './set-limits.ts'

export interface ExclusionsPlan {
  /** To be written, or taken away; who is so already is left out. */
  readonly changes: readonly Subject[]
  readonly same: readonly Subject[]
  /** Whom these keys and patterns speak of among those known now. */
  readonly covers: readonly PrincipalKey[]
  /** Free now, and blocked at once when the exclusion is gone. */
  readonly blocks: LimitsPlan['blocks']
  /** Blocked now, and free at once. */
  readonly releases: readonly PrincipalKey[]
}

export interface ExclusionsWish {
  readonly do: 'add' | 'remove'
  readonly principals: readonly Subject[]
}

/** What excluding, or ending exclusions, would do now; nothing is written. @throws GuardError `not-excluded`. */
export async function planExclusions(
  room: Omit<WishRoom, 'enforce' | 'history'>,
  wish: ExclusionsWish,
): Promise<ExclusionsPlan> {
  const books = await readBooks(room, room.clock.now())
  const { excluded } = books.wishes
  const [known, unknown] = [
    wish.principals.filter((one) => excluded.includes(one)),
    wish.principals.filter((one) => !excluded.includes(one)),
  ]
  if (wish.do === 'remove' && unknown.length > 0) throw notExcluded(unknown, excluded)
  const next: Wishes['excluded'] =
    wish.do === 'add' ? [...excluded, ...unknown] : excluded.filter((one) => !known.includes(one))
  const membership = membershipOf(books.belongings)
  const judgements = judge(books, room.config)
  const before = blockedIn(judgements)
  const after = blockedIn(judge({ ...books, wishes: { ...books.wishes, excluded: next } }, room.config))
  return {
    changes: wish.do === 'add' ? unknown : known,
    same: wish.do === 'add' ? known : [],
    covers: judgements
      .map(({ principal }) => principal)
      .filter((one) => isExcluded(one, wish.principals, groupsOfPrincipal(one, membership))),
    blocks: blocksBetween(before, after, room.config),
    releases: [...before.keys()].filter((principal) => !after.has(principal)),
  }
}

/** Writes what was planned, each with its history entry, then has enforce act on it at once. */
export async function changeExclusions(
  room: WishRoom,
  plan: Pick<ExclusionsPlan, 'changes'>,
  how: { readonly do: 'add' | 'remove'; readonly by: string; readonly reason: string | undefined },
): Promise<EnforceAnswer | undefined> {
  if (plan.changes.length === 0) return undefined
  for (const principal of plan.changes) {
    const at = room.clock.now()
    const exclusion: Exclusion = { principal, by: how.by, at, reason: how.reason }
    if (how.do === 'add') await room.limits.exclude(exclusion)
    else await room.limits.endExclusion(principal)
    await room.history.append(eventOf(exclusion, how.do))
  }
  return room.enforce.ask({ kind: 'check', from: 'command' })
}

const eventOf = ({ principal, by, at, reason }: Exclusion, doing: 'add' | 'remove') => ({
  at,
  by,
  what: doing === 'add' ? 'excluded' : 'exclusion-ended',
  principal,
  ...(reason === undefined ? {} : { reason }),
})

const notExcluded = (unknown: readonly string[], excluded: readonly string[]): GuardError =>
  new GuardError({
    code: 'not-excluded',
    fault: 'user',
    message: `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not excluded: nothing was changed`,
    suggestions: [excluded.length > 0 ? `excluded are: ${excluded.join(', ')}` : 'nobody is excluded'],
  })
