/** people and teams set, add and remove: look up, preview, ask, write, let enforce act. */
import type { Belongings } from '../../runtime/domain/metering/belonging.ts'
import { type PotChange, potOf } from '../../runtime/domain/metering/belonging-rules.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import { type BelongingsPlan, changeBelongings, planBelongings } from '../../runtime/usecases/belongings.ts'
import { mustConfirm, stopped } from '../_ask/ask.ts'
import type { Door } from '../_compose.ts'
import { wishRoom } from '../_rooms.ts'
import { nearest } from '../_suggest.ts'
import { lookUpIn } from '../_targets.ts'
import { effectText } from '../_view/effect.ts'
import { cautionsText, changesJson, changesText, effectsJson, previewOf } from '../_view/people.ts'
import { doorOf, membersFor, type PotKind, type Reading, readPot, spelled, type TypedPot } from './members.ts'

export interface How {
  readonly force?: boolean
  readonly 'dry-run'?: boolean
  readonly yes: boolean
  readonly json: boolean
  /** Ask also where nobody is blocked: what is written was found, not typed. */
  readonly always?: boolean
}

export interface Done {
  readonly text: string
  readonly json: object
}

export type Room = Awaited<ReturnType<typeof wishRoom>>

export async function readingIn(door: Door, room: Room, kind: PotKind, force: boolean | undefined): Promise<Reading> {
  const current = await room.people.belongings()
  return { ...lookUpIn(room, door, force), kind, current, sessionRoles: room.settings.sessionRoles }
}

/** Makes or replaces. */
export async function setPots(door: Door, kind: PotKind, typed: readonly TypedPot[], how: How): Promise<Done> {
  const room = await wishRoom(door)
  const reading = await readingIn(door, room, kind, how.force === true)
  return applyChanges(door, room, await changesFor(typed, reading), how)
}

/** What was typed as changes of what there is. */
export const changesFor = (typed: readonly TypedPot[], reading: Reading): Promise<readonly PotChange[]> =>
  Promise.all(
    typed.map(async (one): Promise<PotChange> => {
      const name = spelled(one.name, reading.kind, reading.current)
      return { kind: reading.kind, name, before: membersOf(name, reading), after: await membersFor(one, reading) }
    }),
  )

const membersOf = (
  name: string,
  { kind, current }: { readonly kind: PotKind; readonly current: Belongings },
): readonly string[] | undefined =>
  (kind === 'person' ? current.people : current.teams).find((one) => one.name === name)?.members

/** Makes one, or adds to it. */
export async function addMembers(door: Door, kind: PotKind, typed: TypedPot, how: How): Promise<Done> {
  const room = await wishRoom(door)
  const reading = await readingIn(door, room, kind, how.force === true)
  const wanted = readPot(typed, kind)
  const name = spelled(wanted.name, kind, reading.current)
  const before = membersOf(name, reading)
  refuseTagged(door, name, reading)
  const after = await membersFor({ name, members: [...new Set([...(before ?? []), ...wanted.members])] }, reading)
  return applyChanges(door, room, [{ kind, name, before, after }], how)
}

/** Takes members out, or the whole of it where none is named; who has no member left is gone. */
export async function removeMembers(door: Door, kind: PotKind, typed: TypedPot, how: How): Promise<Done> {
  const room = await wishRoom(door)
  const reading = await readingIn(door, room, kind, true)
  const name = spelled(typed.name, kind, reading.current)
  const before = membersOf(name, reading)
  if (before === undefined) {
    const all = (kind === 'person' ? reading.current.people : reading.current.teams).map((one) => one.name)
    throw stopped('unknown-principal', `there is no ${kind} "${typed.name}": nothing was changed`, [
      ...(all.length > 20 ? nearest(name, all) : all.length > 0 ? [`there are: ${all.join(', ')}`] : []),
      door.command(`${doorOf(kind)} list`),
    ])
  }
  const whole = typed.members.length === 0
  if (!whole) refuseTagged(door, name, reading)
  const gone = typed.members.map((one) => memberIn(one, before) ?? one)
  const strangers = gone.filter((one) => !before.includes(one))
  if (strangers.length > 0)
    throw stopped('not-a-member', `${strangers.join(', ')}: no member of ${kind}/${name}, nothing was changed`, [
      `its members are: ${before.slice(0, 20).join(', ')}${before.length > 20 ? ' and others' : ''}`,
    ])
  const left = before.filter((one) => !whole && !gone.includes(one))
  const change: PotChange = { kind, name, before, after: left.length === 0 ? undefined : left }
  return applyChanges(door, room, [change], how)
}

/** As typed, or a bare name that only one member has. */
function memberIn(typed: string, members: readonly string[]): string | undefined {
  const same = (text: string) => text.toLowerCase() === typed.toLowerCase()
  const bare = members.filter((one) => same(one.slice(one.lastIndexOf('/') + 1)))
  return members.find((one) => one === typed) ?? members.find(same) ?? (bare.length === 1 ? bare[0] : undefined)
}

function refuseTagged(door: Door, name: string, { kind, current }: Reading): void {
  if (kind !== 'team' || current.teams.find((team) => team.name === name)?.from !== 'tags') return
  throw stopped('team-from-tags', `team/${name} is made from IAM tags: the next sync would undo this`, [
    'tag the user or role in IAM',
    door.command(`teams set ${shellQuoted(`${name}=MEMBER,MEMBER`)}`),
  ])
}

/** Says what changes, asks where somebody is stopped by it, writes it and says what it did. */
export async function applyChanges(
  door: Door,
  room: Room,
  changes: readonly PotChange[],
  how: How,
  also: { readonly lines?: readonly string[]; readonly json?: object } = {},
): Promise<Done> {
  const known = changes.some(hasPattern) ? await room.directory.names() : []
  const plan = await planBelongings(room, changes, known)
  refuseTwoOwners(door, plan)
  const observes = room.settings.mode === 'observe'
  const wishes = await room.limits.wishes()
  const cautions = cautionsText(plan, {
    current: await room.people.belongings(),
    limited: new Set(
      wishes.limits.flatMap(({ of }) =>
        of.kind === 'person' || of.kind === 'team' ? [potOf({ kind: of.kind, name: of.key })] : [],
      ),
    ),
    blocked: new Set(wishes.blocks.map(({ principal }) => principal)),
    excluded: new Set(wishes.excluded),
    command: door.command,
  })
  const json = { ...changesJson(plan), cautions, ...also.json }
  const said = [...(also.lines ?? []), ...changesText(plan)]
  // What an admin is asked about was found, not typed: they must have read it before, and need not read it twice.
  const shown = how.always === true && !how.yes
  if (how['dry-run'] === true)
    return {
      text: lines([...said, ...previewOf(plan, observes), ...cautions, 'Nothing was changed: --dry-run.']),
      json: { ...json, ...effectsJson(undefined) },
    }
  const blocks = plan.blocks.length > 0 && !observes
  if (plan.changes.length > 0 && (blocks || how.always === true)) {
    door.note(lines([...(shown ? said : []), ...previewOf(plan, observes)]))
    await mustConfirm({
      message: `Change who belongs to whom${blocks ? ` and block ${plan.blocks.length === 1 ? 'this principal' : `these ${plan.blocks.length} principals`} now` : ''}?`,
      yes: how.yes,
      json: how.json,
      answeredBy: 'add --yes to the command',
      document: { ...json, ...effectsJson(undefined) },
    })
  }
  const check = await changeBelongings(room, plan, door.caller)
  const done = shown && plan.changes.length > 0 ? ['Done.'] : said
  return { text: lines([...done, ...cautions, effectText(check)]), json: { ...json, ...effectsJson(check) } }
}

const hasPattern = ({ after = [] }: PotChange): boolean => after.some((one) => one.includes('*'))
const lines = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n')

function refuseTwoOwners(door: Door, { claims, changes }: BelongingsPlan): void {
  if (claims.length === 0) return
  const own = new Set(changes.map(({ name }) => name))
  const shown = claims.slice(0, 5).map(({ principal, people }) => `${principal} (${people.join(' and ')})`)
  const more = claims.length > shown.length ? ` and ${claims.length - shown.length} more` : ''
  const others = claims.flatMap(({ principal, people }) =>
    people.filter((name) => !own.has(name)).map((name) => ({ principal, name })),
  )
  throw stopped(
    'belongs-to-another',
    `one principal cannot be two people, nothing was changed: ${shown.join(', ')}${more}`,
    [
      ...others
        .slice(0, 3)
        .map(({ principal, name }) => door.command(`people remove ${shellQuoted(name)} ${principal}`)),
      door.command('people list'),
    ],
  )
}
