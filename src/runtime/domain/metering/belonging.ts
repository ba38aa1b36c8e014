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

/** Names without their prefix. */
export interface Membership {
  personOf(principal: PrincipalKey): string | undefined
  /** Sorted; through a person too. */
  teamsOf(principal: PrincipalKey): readonly string[]
}

/** Looks members up; a principal that two people claim belongs to the first by name. Answers are remembered. */
export function membershipOf({ people, teams }: Belongings): Membership {
  const persons = new Map<PrincipalKey, string | undefined>()
  const groups = new Map<PrincipalKey, readonly string[]>()
  const byName = [...people].sort((a, b) => (a.name < b.name ? -1 : 1))
  const personOf = (principal: PrincipalKey): string | undefined => {
    if (!persons.has(principal)) persons.set(principal, byName.find(({ members }) => isOne(principal, members))?.name)
    return persons.get(principal)
  }
  const teamsOf = (principal: PrincipalKey): readonly string[] => {
    const known = groups.get(principal)
    if (known !== undefined) return known
    const person = personOf(principal)
    const found = teams
      .filter(
        ({ members }) => isOne(principal, members) || (person !== undefined && members.includes(`person/${person}`)),
      )
      .map(({ name }) => name)
      .sort()
    groups.set(principal, found)
    return found
  }
  return { personOf, teamsOf }
}

const isOne = (principal: PrincipalKey, members: readonly string[]): boolean =>
  matchesAny(principal, members) || matchesAny(roleKeyOf(principal) ?? principal, members)
