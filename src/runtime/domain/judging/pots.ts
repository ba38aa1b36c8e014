/** Which limits speak of whom, and what each pot spent. Pure. */
import {
  type Belongings,
  type GroupKey,
  groupsOfPrincipal,
  isGroup,
  membershipOf,
  namedMembersOf,
} from '../metering/belonging.ts'
import { type PrincipalKey, roleKeyOf } from '../metering/principal.ts'
import { type Limit, potKey } from './limit.ts'
import type { Spends, Spent } from './spend.ts'

export interface Places {
  /** Whoever a limit of its own names: principals, and persons as `person/NAME`. */
  readonly named: ReadonlySet<string>
  /** The person first, then the teams by name. */
  groupsOf(principal: PrincipalKey): readonly GroupKey[]
  /** Nearest first: its own, its person's, its role's, its teams', everyone's, the account's. */
  limitsOn(principal: PrincipalKey): readonly Limit[]
  /** Of `everyone`: the person whose members share it. */
  sharedBy(limit: Limit, principal: PrincipalKey): GroupKey | undefined
}

export interface Pots extends Places {
  spent(limit: Limit, principal: PrincipalKey): Spent
  /** Whom these people and teams name, spent or not, and the roles of sessions that are members as a whole. */
  membersOf(groups: ReadonlySet<GroupKey>): readonly PrincipalKey[]
}

/** @param limits in the order in which they are to be answered within a pot. */
export function readPlaces(limits: readonly Limit[], belongings: Belongings): Places {
  const membership = membershipOf(belongings)
  const groupsOf = (principal: PrincipalKey) => groupsOfPrincipal(principal, membership)
  const personOf = (principal: PrincipalKey): GroupKey | undefined => {
    const name = membership.personOf(principal)
    return name === undefined ? undefined : `person/${name}`
  }
  const onPot = new Map<string, Limit[]>()
  for (const limit of limits) onPot.set(potKey(limit.of), [...(onPot.get(potKey(limit.of)) ?? []), limit])
  const named = new Set([...onPot.keys()].filter((key) => key !== '*' && key !== 'account' && !key.startsWith('team/')))
  /**
   * `everyone` is each person, and each principal of nobody, whom no limit of its own names, whatever that limit's period.
   * A session whose role has a limit is still each; roles of applications only when asked for, and then what they spend
   * besides their sessions. Who is named although its person is not spends from its own pot, not from the person's share.
   */
  const isEach = (limit: Limit, principal: PrincipalKey, person: GroupKey | undefined): boolean => {
    if (limit.of.kind !== 'everyone' || named.has(principal)) return false
    return person === undefined ? limit.of.includeRoles || !principal.startsWith('role/') : !named.has(person)
  }
  return {
    named,
    groupsOf,
    limitsOn(principal) {
      const [first, ...others] = groupsOf(principal)
      const person = personOf(principal)
      const role = roleKeyOf(principal)
      const on = (key: string | undefined) => (key === undefined ? [] : (onPot.get(key) ?? []))
      return [
        ...on(principal),
        ...on(person),
        ...on(role),
        ...(first === person ? [] : on(first)),
        ...others.flatMap(on),
        ...on('*').filter((limit) => isEach(limit, principal, person)),
        ...on('account'),
      ]
    },
    sharedBy: (limit, principal) => (limit.of.kind === 'everyone' ? personOf(principal) : undefined),
  }
}

export function readPots(limits: readonly Limit[], belongings: Belongings, spends: Spends): Pots {
  const places = readPlaces(limits, belongings)
  const { named, groupsOf, sharedBy } = places
  let inGroup: ReadonlyMap<GroupKey, readonly PrincipalKey[]> | undefined
  const knownIn = (group: GroupKey): readonly PrincipalKey[] => {
    inGroup ??= membersByGroup(spends.known, groupsOf)
    return inGroup.get(group) ?? []
  }
  return {
    ...places,
    spent(limit, principal) {
      const { of, per } = limit
      if (of.kind === 'account') return spends.everybody(per)
      if (of.kind === 'role') return spends.withSessions(of.key, per)
      const group = of.kind === 'everyone' ? sharedBy(limit, principal) : potKey(of)
      if (group === undefined || !isGroup(group)) return spends.of(principal, per)
      if (of.kind !== 'everyone') return spends.together(group, () => knownIn(group), per)
      return spends.together(`*${group}`, () => knownIn(group).filter((member) => !named.has(member)), per)
    },
    membersOf(groups) {
      const isIn = (principal: PrincipalKey) => groupsOf(principal).some((group) => groups.has(group))
      const byKey = [...groups].flatMap((group) => namedMembersOf(group, belongings))
      const roles = groups.size === 0 ? [] : spends.known.flatMap((principal) => roleKeyOf(principal) ?? [])
      // A member that two people claim belongs to the first of them only.
      return [...byKey, ...roles].filter(isIn)
    },
  }
}

function membersByGroup(
  known: readonly PrincipalKey[],
  groupsOf: (principal: PrincipalKey) => readonly GroupKey[],
): ReadonlyMap<GroupKey, readonly PrincipalKey[]> {
  const members = new Map<GroupKey, PrincipalKey[]>()
  for (const principal of known) {
    for (const group of groupsOf(principal)) {
      const one = members.get(group)
      if (one) one.push(principal)
      else members.set(group, [principal])
    }
  }
  return members
}
