/** What an admin typed for a principal → exactly one, or an error that lists who may be meant. */
import { monthOf, type Zoning } from '../runtime/domain/base/calendar.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { type Pot, parsePot } from '../runtime/domain/judging/limit.ts'
import { type GroupKey, isGroup, type Subject, splitGroup } from '../runtime/domain/metering/belonging.ts'
import { potNameFault } from '../runtime/domain/metering/belonging-rules.ts'
import { keyOf, type PrincipalKey, parseKey } from '../runtime/domain/metering/principal.ts'
import type { Clock, Directory, Ledger, PeopleBook } from '../runtime/ports.ts'
import { nearest } from './_suggest.ts'

export { endedText, stillToCome, untilFor } from './_until.ts'

export interface LookUp {
  readonly directory: Directory
  readonly account: string
  /** Take what was typed, known or not: somebody may be hired tomorrow. Undefined: the command has no such flag. */
  readonly force: boolean | undefined
  /** Everybody the ledger has seen of late: one of them is probably who was meant. */
  readonly seen: () => Promise<readonly PrincipalKey[]>
  /** `person/tanaka`, `team/growth`. Undefined: the command means principals alone. */
  readonly pots?: () => Promise<readonly GroupKey[]>
}

export async function potKeysIn(people: Pick<PeopleBook, 'belongings'>): Promise<readonly GroupKey[]> {
  const all = await people.belongings()
  return [
    ...all.people.map(({ name }) => `person/${name}` as const),
    ...all.teams.map(({ name }) => `team/${name}` as const),
  ]
}

/** How a command that changes something about a principal looks it up. */
export const lookUpIn = (
  room: {
    readonly directory: Directory
    readonly ledger: Pick<Ledger, 'balances'>
    readonly people?: Pick<PeopleBook, 'belongings'>
    readonly settings: { readonly zoning: Zoning }
  },
  door: { readonly account: string; readonly clock: Clock },
  force: boolean | undefined,
): LookUp => ({
  directory: room.directory,
  account: door.account,
  force,
  async seen() {
    const keys: PrincipalKey[] = []
    const month = monthOf(door.clock.now(), room.settings.zoning)
    for await (const { principal } of room.ledger.balances(month)) keys.push(principal)
    return keys
  },
  ...(room.people === undefined ? {} : { pots: once(room.people) }),
})

const once = (people: Pick<PeopleBook, 'belongings'>) => {
  let read: Promise<readonly GroupKey[]> | undefined
  return () => {
    read ??= potKeysIn(people)
    return read
  }
}

/** `*` and `account` need no look-up; everything else is a person, a team or a principal that exists. */
export async function potFor(typed: string, how: LookUp, options: { includeRoles: boolean }): Promise<Pot> {
  const pot = parsePot(typed, how.account)
  if (pot?.kind === 'everyone') return { ...pot, includeRoles: options.includeRoles }
  if (pot?.kind === 'account') return pot
  const key = await targetFor(typed, how)
  const found = parsePot(key, how.account)
  if (found !== undefined) return found
  throw new GuardError({
    code: 'cannot-carry-limit',
    fault: 'user',
    message: `"${typed}" cannot carry a limit of its own: only users, roles, sessions, people, teams, * and account can`,
    suggestions: ['account=AMOUNT counts it together with everybody else'],
  })
}

/** Every name looked up, and everything that is wrong with them said at once. */
export async function eachFound<Typed, Found>(
  typed: readonly Typed[],
  find: (one: Typed) => Promise<Found>,
): Promise<readonly Found[]> {
  const answers = await Promise.allSettled(typed.map(find))
  const problems = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const [first] = problems
  const all = problems.filter((problem): problem is GuardError => problem instanceof GuardError)
  if (first !== undefined && (all.length < problems.length || all.length === 1)) throw first
  if (all.length > 1) {
    throw new GuardError({
      code: 'unknown-principals',
      fault: 'user',
      message: all.map((error) => error.message).join('; '),
      suggestions: [...new Set(all.flatMap((error) => error.suggestions))],
    })
  }
  return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** A person, a team or a principal: a bare name is looked up among all of them. */
export async function targetFor(typed: string, how: LookUp): Promise<Subject> {
  const pots = (await how.pots?.()) ?? []
  const sameIn = (all: readonly GroupKey[], name: string) =>
    all.find((one) => one === name) ?? all.find((one) => one.toLowerCase() === name.toLowerCase())
  if (isGroup(typed)) {
    const found = sameIn(pots, typed)
    if (found !== undefined) return found
    if (how.force && potNameFault(bareName(typed)) === undefined) return typed
    throw unknownPot(typed, pots, how)
  }
  const named = pots.filter((one) => bareName(one).toLowerCase() === typed.toLowerCase())
  if (named.length === 0) return principalFor(typed, how)
  const found = [...(await how.directory.find(typed)), ...named.map((key) => ({ key, from: 'people' as const }))]
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only.key
  throw ambiguous(typed, found)
}

function unknownPot(typed: GroupKey, pots: readonly GroupKey[], how: LookUp): GuardError {
  const [kind, name] = splitGroup(typed)
  const near = nearest(name, pots.map(bareName))
  const doors = kind === 'person' ? 'people' : 'teams'
  return new GuardError({
    code: 'unknown-principal',
    fault: 'user',
    message: `there is no ${kind} "${name}"`,
    suggestions: [
      ...pots.filter((one) => near.includes(bareName(one))),
      `${doors} set ${name}=MEMBER,MEMBER makes it; ${doors} list shows who there is`,
      ...(how.force === undefined ? [] : ['--force, to set it all the same']),
    ],
  })
}

export async function principalFor(typed: string, how: LookUp): Promise<PrincipalKey> {
  const parsed = parseKey(typed, how.account)
  if (parsed !== undefined) {
    // IAM's names differ by more than case: the key is written as IAM, or the ledger, spells it.
    const found = (await how.directory.known(keyOf(parsed))) ?? sameButForCase(keyOf(parsed), await everybody(how))
    if (found !== undefined) return found
    if (how.force) return keyOf(parsed)
    throw await unknown(typed, how)
  }
  const found = await how.directory.find(typed)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only.key
  if (only !== undefined) throw ambiguous(typed, found)
  const same =
    sameButForCase(`user/${typed}`, await everybody(how)) ?? sameButForCase(`role/${typed}`, await everybody(how))
  if (same !== undefined) return same
  if (how.force && /^[\w+=,.@-]+$/.test(typed)) return keyOf({ kind: 'user', account: how.account, name: typed })
  throw await unknown(typed, how)
}

/** One listing serves all names of a command: a file may name hundreds whom IAM does not know yet. */
const listed = new WeakMap<LookUp, Promise<readonly PrincipalKey[]>>()

/** Everybody whom the ledger has seen or IAM names. */
function everybody(how: LookUp): Promise<readonly PrincipalKey[]> {
  const all = listed.get(how) ?? listEverybody(how)
  listed.set(how, all)
  return all
}

async function listEverybody(how: LookUp): Promise<readonly PrincipalKey[]> {
  const [seen, names] = await Promise.all([how.seen(), how.directory.names()])
  return [...new Set([...seen, ...names])]
}

const sameButForCase = (key: string, all: readonly PrincipalKey[]): PrincipalKey | undefined =>
  all.find((one) => one === key) ?? all.find((one) => one.toLowerCase() === key.toLowerCase())

const bareName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** Another kind of principal of the very name, or somebody in the ledger of nearly that name. */
async function candidates(typed: string, how: LookUp): Promise<readonly string[]> {
  // Full-width letters and spaces around a name look right on the screen and are other characters.
  const name = typed.normalize('NFKC').trim()
  if (name === '') return []
  const [named, all, pots] = await Promise.all([how.directory.find(name), everybody(how), how.pots?.() ?? []])
  const seen = [...pots, ...all]
  const near = nearest(
    name,
    seen.map((key) => bareName(key)),
  )
  const meant = near.flatMap((close) => seen.filter((key) => bareName(key) === close))
  return [...new Set([...named.map(({ key }) => key), ...meant])]
}

const WHERE = { iam: 'IAM', ledger: 'seen in the ledger', people: 'of this guard' } as const

function ambiguous(
  typed: string,
  found: readonly { readonly key: string; readonly from: keyof typeof WHERE }[],
): GuardError {
  const names = found.map(({ key, from }) => `${key} (${WHERE[from]})`)
  return new GuardError({
    code: 'ambiguous-principal',
    fault: 'user',
    message: `"${typed}" may mean ${names.length} of these: ${names.join(', ')}`,
    suggestions: found.map(({ key }) => key),
  })
}

async function unknown(typed: string, how: LookUp): Promise<GuardError> {
  const close = await candidates(bareName(typed), how)
  const forcing = how.force === undefined ? [] : ['--force, to set it all the same']
  return new GuardError({
    code: 'unknown-principal',
    fault: 'user',
    message: `there is no principal "${typed}": neither IAM nor the ledger knows it`,
    suggestions: [...close, 'user/NAME, role/NAME or session/ROLE/NAME', ...forcing],
  })
}
