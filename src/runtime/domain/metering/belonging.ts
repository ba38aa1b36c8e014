/**
 * People and teams: who belongs to which pot. A person is several principals in one pot (user, API-key user, sessions);
 * a team is people and principals. Pure.
 */
import { matchesAny, type PrincipalKey, roleKeyOf } from './principal.ts'

/** One person: several principals, one pot. */
export interface Person {
  /** As in `person/tanaka`, without the prefix. */
  readonly name: string
  /** Keys, or patterns such as `session/AWSReservedSSO_*_/tanaka@example.com`. A role stands for its sessions too. */
  readonly members: readonly string[]
}

export interface Team {
  /** As in `team/growth`, without the prefix. */
  readonly name: string
  /** Keys and patterns as of a person, and `person/NAME`. */
  readonly members: readonly string[]
  /** `tags`: made from IAM tags by `teams sync`, which replaces it; `list`: typed. */
  readonly from: 'list' | 'tags'
}

/** What the admin said, read in one go. */
export interface Belongings {
  readonly people: readonly Person[]
  readonly teams: readonly Team[]
}

export const noBelongings: Belongings = { people: [], teams: [] }

/** `person/NAME` or `team/NAME`: whoever belongs there at the moment. Never the key of a principal. */
export type GroupKey = `person/${string}` | `team/${string}`

/** Whom a wish speaks of: one principal, or all who belong to a person or a team. */
export type Subject = PrincipalKey | GroupKey

export const isGroup = (key: string): key is GroupKey => /^(?:person|team)\//.test(key)

export const splitGroup = (key: GroupKey): readonly ['person' | 'team', string] =>
  key.startsWith('team/') ? ['team', key.slice(5)] : ['person', key.slice(7)]

/** Letters and digits of any script, `_.:=+@-`, single spaces inside, at most 64: no separator of a key, no pattern. */
export const isGroupName = (name: string): boolean =>
  name.length <= 64 && /^[\p{L}\p{M}\p{N}_.:=+@-]+(?: [\p{L}\p{M}\p{N}_.:=+@-]+)*$/u.test(name)

/** Names without their prefix. */
export interface Membership {
  personOf(principal: PrincipalKey): string | undefined
  /** Sorted; through a person too. */
  teamsOf(principal: PrincipalKey): readonly string[]
}

const remembered = new WeakMap<Belongings, Membership>()

/**
 * Looks members up; a principal that two people claim belongs to the first by name. Answers are remembered for as long
 * as these belongings are.
 */
export function membershipOf(belongings: Belongings): Membership {
  const membership = remembered.get(belongings) ?? readMembership(belongings)
  remembered.set(belongings, membership)
  return membership
}

function readMembership({ people, teams }: Belongings): Membership {
  const persons = new Map<PrincipalKey, string | undefined>()
  const groups = new Map<PrincipalKey, readonly string[]>()
  const claims = claimsOf(people)
  const places = claimsOf(teams)
  const personOf = (principal: PrincipalKey): string | undefined => {
    if (!persons.has(principal)) persons.set(principal, claims(principal).sort()[0])
    return persons.get(principal)
  }
  const teamsOf = (principal: PrincipalKey): readonly string[] => {
    const known = groups.get(principal)
    if (known !== undefined) return known
    const person = personOf(principal)
    const through = person === undefined ? [] : places(`person/${person}`)
    const found = [...new Set([...places(principal), ...through])].sort()
    groups.set(principal, found)
    return found
  }
  return { personOf, teamsOf }
}

/**
 * IAM's names are not told apart by case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html. Nor
 * is somebody else meant where a session, a person or who typed a pattern writes a name in another case.
 */
export const sameCase = (key: string): string => key.toLowerCase()

/** Which of these name a key, or the role of a session, as a member. Keys are looked up; only patterns are tried one by one. */
function claimsOf(all: readonly (Person | Team)[]): (key: Subject) => string[] {
  const exact = new Map<string, string[]>()
  const patterns: { readonly pattern: string; readonly end: string; readonly name: string }[] = []
  for (const { name, members } of all) {
    for (const member of members.map(sameCase)) {
      const known = exact.get(member)
      const star = member.lastIndexOf('*')
      if (star >= 0) patterns.push({ pattern: member, end: member.slice(star + 1), name })
      else if (known) known.push(name)
      else exact.set(member, [name])
    }
  }
  const named = (spelled: string): readonly string[] => {
    const key = sameCase(spelled)
    return [
      ...(exact.get(key) ?? []),
      // The end is what tells people apart: of five hundred patterns all but one are refused by it.
      ...patterns.flatMap(({ pattern, end, name }) => (key.endsWith(end) && matchesAny(key, [pattern]) ? name : [])),
    ]
  }
  return (key) => {
    const role = isGroup(key) ? undefined : roleKeyOf(key)
    return [...named(key), ...(role === undefined ? [] : named(role))]
  }
}

/** The person first, then the teams by name. */
export function groupsOfPrincipal(principal: PrincipalKey, membership: Membership): readonly GroupKey[] {
  const person = membership.personOf(principal)
  const teams = membership.teamsOf(principal).map((name): GroupKey => `team/${name}`)
  return person === undefined ? teams : [`person/${person}`, ...teams]
}

const lists = new WeakMap<Belongings, ReadonlyMap<string, readonly string[]>>()

function membersIn(belongings: Belongings): ReadonlyMap<string, readonly string[]> {
  const known = lists.get(belongings)
  if (known !== undefined) return known
  const { people, teams } = belongings
  const all = new Map([
    ...teams.map(({ name, members }) => [`team/${name}`, members] as const),
    ...people.map(({ name, members }) => [`person/${name}`, members] as const),
  ])
  lists.set(belongings, all)
  return all
}

/** Keys and patterns, those of a team's people among them. A team holds people; nobody holds a team. */
export const membersOf = (group: GroupKey, belongings: Belongings): readonly string[] =>
  (membersIn(belongings).get(group) ?? []).flatMap((member) => {
    if (!isGroup(member)) return [member]
    return member.startsWith('person/') && group.startsWith('team/') ? membersOf(member, belongings) : []
  })

/** Members that are named by a key, not by a pattern: they are known before they have spent anything. */
export const namedMembersOf = (group: GroupKey, belongings: Belongings): readonly PrincipalKey[] =>
  membersOf(group, belongings).filter((member): member is PrincipalKey => !member.includes('*'))
