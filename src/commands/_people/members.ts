/** What was typed for people, teams and their members → names and keys, or everything that is wrong with it. */
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { type Belongings, isGroup } from '../../runtime/domain/metering/belonging.ts'
import {
  isMemberKey,
  isMemberPattern,
  MAX_MEMBERS,
  potNameFault,
} from '../../runtime/domain/metering/belonging-rules.ts'
import { matchesAny, parseKey } from '../../runtime/domain/metering/principal.ts'
import { eachFound, type LookUp, principalFor, targetFor } from '../_targets.ts'

export type PotKind = 'person' | 'team'

/** `people` and `teams`, as the commands are called. */
export const doorOf = (kind: PotKind): 'people' | 'teams' => (kind === 'person' ? 'people' : 'teams')

export interface TypedPot {
  readonly name: string
  /** As typed: keys, patterns, bare names. */
  readonly members: readonly string[]
}

const refused = (code: string, message: string, suggestions: readonly string[]): GuardError =>
  new GuardError({ code, fault: 'user', message, suggestions })

const SAMPLE = {
  person: 'people set tanaka=user/tanaka,user/BedrockAPIKey-x1',
  team: 'teams set growth=user/sato,person/tanaka,role/team-a',
} as const

/** Before a kind of principal, else the first: names may hold an = as well. */
const SEAM = /=(?=(?:user|role|session|federated|person)\/)/

/** `tanaka=user/tanaka,user/x`, any number. @throws GuardError `bad-members`, `bad-name`. */
export function readPots(texts: readonly string[], kind: PotKind): readonly TypedPot[] {
  const pots = texts.map((text): TypedPot => {
    const at = SEAM.exec(text)?.index ?? text.indexOf('=')
    if (at < 0) throw refused('bad-members', `"${text}" names no members: there is no = in it`, [SAMPLE[kind]])
    const members = text.slice(at + 1).split(',')
    return readPot({ name: text.slice(0, at), members }, kind)
  })
  refuseTwice(pots, kind)
  return pots
}

/** @throws GuardError `bad-members` for a name that stands there twice. */
export function refuseTwice(pots: readonly TypedPot[], kind: PotKind): void {
  const names = pots.map(({ name }) => name.toLowerCase())
  const twice = pots.find((_, index) => names.indexOf(names[index] ?? '') < index)
  if (twice !== undefined)
    throw refused('bad-members', `${kind}/${twice.name} is set twice: nothing was changed`, ['name each once'])
}

/** One name with its members, as words. @throws GuardError `bad-members`, `bad-name`. */
export function readPot(typed: TypedPot, kind: PotKind): TypedPot {
  const name = typed.name.trim()
  const fault = potNameFault(name)
  if (fault !== undefined)
    throw refused('bad-name', `"${name}" cannot be the name of a ${kind}: ${fault}`, [SAMPLE[kind]])
  const members = [...new Set(typed.members.map((one) => one.trim()))]
  if (members.length === 0 || members.includes(''))
    throw refused('bad-members', `${kind}/${name}: a member has no name`, [
      SAMPLE[kind],
      `${doorOf(kind)} remove ${name}, to take it away`,
    ])
  return { name, members }
}

export interface Reading extends LookUp {
  readonly kind: PotKind
  readonly current: Belongings
  /** Patterns of the roles whose sessions are principals. */
  readonly sessionRoles: readonly string[]
}

/** As it is written already, whatever case was typed: two names that differ by case alone would be taken for one. */
export function spelled(name: string, kind: PotKind, current: Belongings): string {
  const all = kind === 'person' ? current.people : current.teams
  return all.find((one) => one.name.toLowerCase() === name.toLowerCase())?.name ?? name
}

/** Keys and patterns of what was typed, each once. @throws GuardError with everything that is wrong at once. */
export async function membersFor(typed: TypedPot, reading: Reading): Promise<readonly string[]> {
  const { current, kind } = reading
  // Who belongs somewhere already was looked up then, and may have left IAM since.
  const known = new Set([...current.people, ...current.teams].flatMap(({ members }) => members))
  const found = await eachFound(typed.members, async (one) => (known.has(one) ? one : memberFor(one, reading)))
  const members = [...new Set(found)]
  if (members.length <= MAX_MEMBERS) return members
  throw refused(
    'too-many-members',
    `${kind}/${typed.name} would have ${members.length} members: at most ${MAX_MEMBERS} can be`,
    ["a pattern such as 'role/team-*' or 'session/AWSReservedSSO_Dev_*/*' covers many"],
  )
}

async function memberFor(typed: string, reading: Reading): Promise<string> {
  const { kind, account } = reading
  if (typed.includes('*')) {
    if (isMemberPattern(typed)) return sessionsCounted(typed, reading)
    throw refused('bad-pattern', `"${typed}" is no pattern of members: it would mean everybody, or does not say whom`, [
      'role/team-*',
      'session/AWSReservedSSO_*/tanaka@example.com',
    ])
  }
  if (isGroup(typed) && (kind === 'person' || typed.startsWith('team/')))
    throw refused(
      'cannot-belong',
      `${typed} cannot be a member of a ${kind}: a person is made of principals, a team of people and principals`,
      [SAMPLE[kind]],
    )
  const belongsToNobody = (key: string): boolean =>
    key.startsWith('team/') || (parseKey(key, account) !== undefined && !isMemberKey(key, account))
  const key = belongsToNobody(typed)
    ? typed
    : await (kind === 'team' ? targetFor(typed, reading) : principalFor(typed, reading))
  if (key.startsWith('person/')) return key
  if (belongsToNobody(key))
    throw refused(
      'cannot-belong',
      `${key} can belong to nobody: members are users, roles, sessions and federated users`,
      [SAMPLE[kind]],
    )
  return sessionsCounted(key, reading)
}

/** A session that is charged to its role would be a member who never spends. */
function sessionsCounted(member: string, { sessionRoles, force }: Reading): string {
  const [kind, role = ''] = member.split('/')
  if (kind !== 'session' || force || matchesAny(role, sessionRoles)) return member
  throw refused(
    'session-of-shared-role',
    `${member}: what the sessions of ${role} spend is charged to the role, not to each session`,
    [
      `init --sessions ${[...sessionRoles.filter((one) => !one.startsWith('AWSReservedSSO_')), role].join(',')}, to make its sessions principals`,
      `role/${role}, to take the whole role`,
    ],
  )
}

/** Sessions and federated users, whose name the caller chooses; those of Identity Center carry the name of who signed in. */
export const chosenByCaller = (members: readonly string[]): readonly string[] =>
  members.filter((one) => /^(?:session|federated)\//.test(one) && !one.startsWith('session/AWSReservedSSO_'))
