/** What may be called a person or a team, who may be a member, and whom two people claim. Pure. */
import { type Belongings, isGroupName, type Person, sameCase } from './belonging.ts'
import { matchesAny, OTHERS, type PrincipalKey, parseKey, roleKeyOf } from './principal.ts'

/** Members of one person or team: more than any team has, and few enough for one item of the table. */
export const MAX_MEMBERS = 500

/** What already means something where a name may stand. */
const KEYWORDS = [
  ...['account', 'everyone', 'none', 'unattributed', 'nobody'],
  ...['user', 'role', 'session', 'person', 'team', 'root', 'federated'],
]

/** What is wrong with a name, or undefined: letters of any script, and no word that already means something. */
export function potNameFault(name: string): string | undefined {
  if (!isGroupName(name)) return '1 to 64 letters, digits and _.:=+@- are expected, with single spaces between words'
  return KEYWORDS.includes(name.toLowerCase()) ? 'this word already means something else' : undefined
}

const STAR = '[\\w+=,.@*-]*[\\w+=,.@-][\\w+=,.@*-]*'
const PATTERN = new RegExp(`^(?:(?:user|role|federated)/${STAR}|session/${STAR}/(?:${STAR}|\\*))$`)

// Such as `role/team-*`, `session/AWSReservedSSO_*/tanaka@example.com`; never one that means everybody of a kind.
export const isMemberPattern = (text: string): boolean => text.includes('*') && PATTERN.test(text)

/** Users, roles, sessions and federated users. The root user, calls that name nobody, and the rest of a role's sessions belong to no one. */
export function isMemberKey(text: string, account: string): boolean {
  const parsed = parseKey(text, account)
  if (parsed?.kind === 'session') return parsed.name !== OTHERS
  return parsed?.kind === 'user' || parsed?.kind === 'role' || parsed?.kind === 'federated'
}

/** A principal that several people have in their pot. */
export interface Claim {
  readonly principal: PrincipalKey
  /** Sorted by name; at least two. */
  readonly people: readonly string[]
}

/**
 * Every principal that two people claim, by key, by pattern or through its role. @param known whom patterns are tried
 * on, besides all members: a pattern claims nobody whom nobody knows.
 */
export function claimedTwice(people: readonly Person[], known: readonly PrincipalKey[]): readonly Claim[] {
  const byKey = new Map<string, Set<string>>()
  const spelled = new Map<string, PrincipalKey>()
  const patterns: { readonly name: string; readonly pattern: string }[] = []
  for (const { name, members } of people) {
    for (const member of members) {
      const key = sameCase(member)
      if (member.includes('*')) patterns.push({ name, pattern: key })
      else byKey.set(key, (byKey.get(key) ?? new Set()).add(name))
      if (!member.includes('*') && !spelled.has(key)) spelled.set(key, member as PrincipalKey)
    }
  }
  for (const principal of known) if (!spelled.has(sameCase(principal))) spelled.set(sameCase(principal), principal)
  const claims: Claim[] = []
  for (const [key, principal] of spelled) {
    const role = roleKeyOf(key as PrincipalKey)
    const owners = new Set([...(byKey.get(key) ?? []), ...((role && byKey.get(role)) ?? [])])
    for (const { name, pattern } of patterns) {
      if (matchesAny(key, [pattern]) || (role !== undefined && matchesAny(role, [pattern]))) owners.add(name)
    }
    if (owners.size > 1) claims.push({ principal, people: [...owners].sort() })
  }
  return claims
}

/** One person or team as it was and as it is to be. */
export interface PotChange {
  readonly kind: 'person' | 'team'
  readonly name: string
  /** Undefined: there was none. */
  readonly before: readonly string[] | undefined
  /** Undefined: it goes away. */
  readonly after: readonly string[] | undefined
  /** Of a team: how it is made; typed unless said. */
  readonly from?: 'list' | 'tags'
}

export const potOf = ({ kind, name }: Pick<PotChange, 'kind' | 'name'>): string => `${kind}/${name}`

/** The same members, in whatever order, made in the same way. */
export function isSamePot(change: PotChange, current: Belongings): boolean {
  const { before, after, kind, name, from = 'list' } = change
  if (before === undefined || after === undefined) return before === after
  const made = kind === 'team' ? current.teams.find((team) => team.name === name)?.from : from
  return made === from && before.toSorted().join('\n') === after.toSorted().join('\n')
}

export function withPots(current: Belongings, changes: readonly PotChange[]): Belongings {
  const of = (kind: PotChange['kind']) => changes.filter((change) => change.kind === kind)
  const others = <One extends { readonly name: string }>(all: readonly One[], kind: PotChange['kind']) =>
    all.filter(({ name }) => !of(kind).some((change) => change.name === name))
  return {
    people: [
      ...others(current.people, 'person'),
      ...of('person').flatMap(({ name, after: members }) => (members === undefined ? [] : [{ name, members }])),
    ],
    teams: [
      ...others(current.teams, 'team'),
      ...of('team').flatMap(({ name, after: members, from = 'list' }) =>
        members === undefined ? [] : [{ name, members, from }],
      ),
    ],
  }
}
