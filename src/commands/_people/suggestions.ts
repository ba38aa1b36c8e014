/** Who is probably one person, by name and by tag. Pure: proposals only, an admin decides. */
import { type Belongings, membershipOf } from '../../runtime/domain/metering/belonging.ts'
import { isMemberPattern, potNameFault } from '../../runtime/domain/metering/belonging-rules.ts'
import { matchesAny, OTHERS, type PrincipalKey } from '../../runtime/domain/metering/principal.ts'

export interface SuggestInput {
  /** Whoever spent, and the users of IAM. */
  readonly principals: readonly PrincipalKey[]
  /** Value of the owner tag of a user or role. */
  readonly owners: ReadonlyMap<PrincipalKey, string>
  readonly belongings: Belongings
  /** Patterns of the roles whose sessions are principals. */
  readonly sessionRoles: readonly string[]
}

export interface SuggestedMember {
  readonly member: string
  readonly because: 'name' | 'owner-tag'
}

export interface Suggestion {
  readonly name: string
  /** There is such a person already, and these are added. */
  readonly existing: boolean
  readonly members: readonly SuggestedMember[]
}

export interface Unclear {
  readonly name: string
  readonly principals: readonly PrincipalKey[]
  readonly why: 'several-domains' | 'several-people' | 'not-a-name'
}

export interface Suggestions {
  readonly suggestions: readonly Suggestion[]
  readonly unclear: readonly Unclear[]
}

interface Sign {
  readonly principal: PrincipalKey
  /** `tanaka` of `Tanaka@example.com`. */
  readonly handle: string
  readonly domain: string | undefined
  readonly because: SuggestedMember['because']
}

/** Users that Bedrock's console makes for a long-term API key: the name tells nothing, a tag must. */
const isKeyUser = (principal: string): boolean => principal.startsWith('user/BedrockAPIKey-')

/**
 * The name of a session is chosen by whoever assumes the role, but for Identity Center, which writes who signed in; so
 * sessions count only where the guard counts them one by one.
 */
function signOf(principal: PrincipalKey, { owners, sessionRoles }: SuggestInput): readonly Sign[] {
  const [kind, role = '', name = ''] = principal.split('/')
  const sign = (text: string, because: Sign['because']): readonly Sign[] => {
    const [handle = '', domain] = text.trim().toLowerCase().split('@')
    return handle === '' ? [] : [{ principal, handle, domain, because }]
  }
  const owner = owners.get(principal)
  if (owner !== undefined) return sign(owner, 'owner-tag')
  if (kind === 'user' && !isKeyUser(principal)) return sign(role, 'name')
  if (kind !== 'session' || name === OTHERS || !matchesAny(role, [...sessionRoles, 'AWSReservedSSO_*'])) return []
  return sign(name, 'name')
}

/** Two of one name are one person, unless their e-mail addresses say otherwise; an owner tag is enough for one alone. */
export function suggestPeople(input: SuggestInput): Suggestions {
  const groups = new Map<string, Sign[]>()
  for (const sign of [...new Set(input.principals)].sort().flatMap((one) => signOf(one, input)))
    groups.set(sign.handle, [...(groups.get(sign.handle) ?? []), sign])
  const found = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([handle, signs]) => judged(handle, signs, input))
  return {
    suggestions: found.flatMap((one) => (one !== undefined && 'members' in one ? one : [])),
    unclear: found.flatMap((one) => (one !== undefined && 'why' in one ? one : [])),
  }
}

function judged(
  handle: string,
  signs: readonly Sign[],
  { belongings }: SuggestInput,
): Suggestion | Unclear | undefined {
  const { personOf } = membershipOf(belongings)
  const free = signs.filter(({ principal }) => personOf(principal) === undefined)
  if (free.length === 0) return undefined
  const owners = new Set(signs.flatMap(({ principal }) => personOf(principal) ?? []))
  const named = belongings.people.find(({ name }) => name.toLowerCase() === handle)?.name
  const existing = [...owners][0] ?? named
  if (existing === undefined && signs.length < 2 && free[0]?.because === 'name') return undefined
  const principals = signs.map(({ principal }) => principal)
  if (owners.size > 1) return { name: handle, principals, why: 'several-people' }
  if (new Set(signs.flatMap(({ domain }) => domain ?? [])).size > 1)
    return { name: handle, principals, why: 'several-domains' }
  if (existing === undefined && potNameFault(handle) !== undefined)
    return { name: handle, principals, why: 'not-a-name' }
  const members = new Map(free.map(({ principal, because }) => [memberOf(principal), because]))
  return {
    name: existing ?? handle,
    existing: existing !== undefined,
    members: [...members].map(([member, because]) => ({ member, because })),
  }
}

/** Whoever signs in through Identity Center is the same person with every permission set, today's and later ones. */
function memberOf(principal: PrincipalKey): string {
  const [kind, role = '', name = ''] = principal.split('/')
  if (kind !== 'session' || !role.startsWith('AWSReservedSSO_')) return principal
  const pattern = `session/AWSReservedSSO_*/${name}`
  return isMemberPattern(pattern) ? pattern : principal
}
