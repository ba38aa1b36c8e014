/** people suggest and teams sync: what names and IAM tags say, shown first, written only when an admin says so. */
import { iamTagsOf, tagValue } from '../../provision/iam-tags.ts'
import { monthOf, previousMonth } from '../../runtime/domain/base/calendar.ts'
import { membershipOf } from '../../runtime/domain/metering/belonging.ts'
import type { PotChange } from '../../runtime/domain/metering/belonging-rules.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import { toDecimal } from '../../runtime/domain/money/money.ts'
import { collect } from '../../runtime/usecases/books.ts'
import type { Door } from '../_compose.ts'
import { wishRoom } from '../_rooms.ts'
import { effectsJson } from '../_view/people.ts'
import { suggestionsText, taggedText } from '../_view/suggestions.ts'
import { applyChanges, type Done, type How, type Room } from './change.ts'
import type { Spender } from './list.ts'
import { type Suggestion, suggestPeople } from './suggestions.ts'
import { teamsFromTags } from './tagged-teams.ts'

export interface Wish {
  /** Key of the IAM tag, in whatever case. */
  readonly tag: string
  /** Ask for the tags of every user and role, not only of those the ledger has seen. */
  readonly all: boolean
}

/** Whoever spent this month or the last, with what they spent this month. */
async function spenders(door: Door, room: Room): Promise<readonly Spender[]> {
  const month = monthOf(door.clock.now(), room.settings.zoning)
  const [now, before] = await Promise.all(
    [month, previousMonth(month)].map((one) => collect(room.ledger.balances(one))),
  )
  const spend = new Map((before ?? []).map(({ principal }) => [principal, 0n as Spender['spend']]))
  for (const balance of now ?? []) spend.set(balance.principal, balance.spend)
  return [...spend].map(([principal, usd]) => ({ principal, spend: usd }))
}

export async function suggest(
  door: Door,
  wish: Wish & { readonly apply: boolean; readonly screen: number },
  how: How,
): Promise<Done> {
  const room = await wishRoom(door)
  const [seen, names, belongings] = await Promise.all([
    spenders(door, room),
    room.directory.names(),
    room.people.belongings(),
  ])
  const keys = seen.map(({ principal }) => principal)
  const asked = names.filter((key) => wish.all || key.startsWith('user/BedrockAPIKey-'))
  const tags = await iamTagsOf(await door.clients.iam(), [...keys, ...asked])
  const owners = new Map([...tags].flatMap(([key, held]) => ownerOf(key, tagValue(held, wish.tag))))
  const found = suggestPeople({
    principals: [...keys, ...names.filter((key) => key.startsWith('user/')), ...owners.keys()],
    ...{ owners, belongings, sessionRoles: room.settings.sessionRoles },
  })
  const placed = new Set(found.suggestions.flatMap(({ members }) => members.map(({ member }) => member)))
  const { personOf } = membershipOf(withMembers(belongings, found.suggestions))
  const unknown = seen.filter(({ principal }) => personOf(principal) === undefined && !placed.has(principal))
  const text = suggestionsText(found, { unknown, ...wish, command: door.command, nothingApplied: !wish.apply })
  const json = {
    suggestions: found.suggestions.map(({ name, existing, members }) => ({ person: name, existing, members })),
    unclear: found.unclear,
    unknown: unknown.map(({ principal, spend }) => ({ principal, usd: toDecimal(spend) })),
  }
  if (!wish.apply || found.suggestions.length === 0)
    return { text, json: { ...json, changes: [], wouldBlock: [], cautions: [], ...effectsJson(undefined) } }
  const changes = found.suggestions.map((one) => changeOf(one, belongings.people))
  return applyChanges(door, room, changes, { ...how, always: true }, { lines: [text], json })
}

const ownerOf = (key: PrincipalKey, owner: string | undefined): readonly (readonly [PrincipalKey, string])[] =>
  owner === undefined ? [] : [[key, owner]]

type People = Awaited<ReturnType<Room['people']['belongings']>>['people']

function changeOf({ name, members }: Suggestion, people: People): PotChange {
  const before = people.find((one) => one.name === name)?.members
  return { kind: 'person', name, before, after: [...(before ?? []), ...members.map(({ member }) => member)] }
}

const withMembers = (
  { people, teams }: Awaited<ReturnType<Room['people']['belongings']>>,
  found: readonly Suggestion[],
) => ({
  teams,
  people: [...people, ...found.map(({ name, members }) => ({ name, members: members.map(({ member }) => member) }))],
})

/** Makes the teams that the tags name; shows the difference first. */
export async function syncTeams(door: Door, wish: Wish & { readonly screen: number }, how: How): Promise<Done> {
  const room = await wishRoom(door)
  const [seen, names, belongings] = await Promise.all([
    spenders(door, room),
    wish.all ? room.directory.names() : [],
    room.people.belongings(),
  ])
  const members = belongings.teams.flatMap((team) => (team.from === 'tags' ? team.members : [])) as PrincipalKey[]
  const asked = [...seen.map(({ principal }) => principal), ...names, ...members]
  const tags = await iamTagsOf(await door.clients.iam(), asked)
  const found = teamsFromTags(tags, belongings, wish.tag)
  const json = {
    tag: wish.tag,
    looked: tags.size,
    conflicts: found.conflicts,
    refused: found.refused,
  }
  const lines = taggedText(found, { looked: tags.size, ...wish, command: door.command })
  return applyChanges(door, room, found.changes, { ...how, always: true }, { lines, json })
}
