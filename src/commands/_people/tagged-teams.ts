/** Teams as the IAM tags say. Pure. */
import type { IamTags } from '../../provision/iam-tags.ts'
import { tagValue } from '../../provision/iam-tags.ts'
import type { Belongings } from '../../runtime/domain/metering/belonging.ts'
import { MAX_MEMBERS, type PotChange, potNameFault } from '../../runtime/domain/metering/belonging-rules.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'

export interface TaggedTeams {
  /** Every team that is, or was, made from tags; what is so already among them. */
  readonly changes: readonly PotChange[]
  /** Typed teams of which the tags say something else: they stay as they are. */
  readonly conflicts: readonly { readonly team: string; readonly tagged: readonly PrincipalKey[] }[]
  /** Values that cannot be the name of a team, or too many members. */
  readonly refused: readonly {
    readonly value: string
    readonly principals: readonly PrincipalKey[]
    readonly why: string
  }[]
}

/** @param tags of whoever was looked at. Who was not, or is gone from IAM, stays where it is: what it spent this month counts on. */
export function teamsFromTags(
  tags: ReadonlyMap<PrincipalKey, IamTags>,
  { teams }: Belongings,
  tag: string,
): TaggedTeams {
  const byValue = new Map<string, { readonly value: string; readonly principals: PrincipalKey[] }>()
  for (const principal of [...tags.keys()].sort()) {
    const value = tagValue(tags.get(principal), tag)
    if (value === undefined) continue
    const same = byValue.get(value.toLowerCase())
    if (same) same.principals.push(principal)
    else byValue.set(value.toLowerCase(), { value, principals: [principal] })
  }
  const named = (value: string) => teams.find(({ name }) => name.toLowerCase() === value.toLowerCase())
  const stays = (member: string): boolean => (tags.get(member as PrincipalKey) ?? 'gone') === 'gone'
  const wanted = [...byValue.values()].map(({ value, principals }) => {
    const team = named(value)
    const kept = team?.from === 'tags' ? team.members.filter(stays) : []
    return { name: team?.name ?? value, team, principals, members: [...new Set([...principals, ...kept])].sort() }
  })
  const faults = wanted.flatMap(({ name, principals, members }) => {
    const tooMany = members.length > MAX_MEMBERS ? `more than ${MAX_MEMBERS} members` : undefined
    const why = potNameFault(name) ?? tooMany
    return why === undefined ? [] : [{ value: name, principals, why }]
  })
  const good = wanted.filter(({ name }) => !faults.some(({ value }) => value === name))
  const made = good
    .filter(({ team }) => team?.from !== 'list')
    .map(
      ({ name, team, members }): PotChange => ({
        kind: 'team',
        name,
        before: team?.members,
        after: members,
        from: 'tags',
      }),
    )
  const gone = teams
    .filter(({ name, from }) => from === 'tags' && !wanted.some((one) => one.name === name))
    .map(({ name, members }): PotChange => {
      const kept = members.filter(stays)
      return { kind: 'team', name, before: members, after: kept.length > 0 ? kept : undefined, from: 'tags' }
    })
  return {
    changes: [...made, ...gone].sort((a, b) => (a.name < b.name ? -1 : 1)),
    conflicts: good.flatMap(({ team, principals }) => {
      const tagged = principals.filter((one) => team?.from === 'list' && !team.members.includes(one))
      return team !== undefined && tagged.length > 0 ? [{ team: team.name, tagged }] : []
    }),
    refused: faults,
  }
}
