/** The people and teams of a configuration file: `tanaka: [user/tanaka, user/x]`, or with `from` for teams made of tags. */

import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import type { Belongings } from '../../runtime/domain/metering/belonging.ts'
import { type PotKind, readPot, refuseTwice, type TypedPot } from '../_people/members.ts'
import type { Entry, Problem, Tree } from './tree.ts'

export interface FilePot extends TypedPot {
  readonly kind: PotKind
  /** Of teams: how it was made. */
  readonly from: 'list' | 'tags'
}

export const POT_KEYS = ['members', 'from'] as const

export function readFilePots(kind: PotKind, section: Tree | undefined, problems: Problem[]): readonly FilePot[] {
  if (section === undefined || (section.is === 'text' && section.text === 'none')) return []
  const key = kind === 'person' ? 'people' : 'teams'
  if (section.is !== 'map') {
    problems.push({
      line: section.line,
      message: `${key}: names with their members are expected, such as tanaka: [user/tanaka]`,
    })
    return []
  }
  const pots = section.entries.flatMap((entry) => potFrom(kind, key, entry, problems))
  tried(() => refuseTwice(pots, kind), section.line, problems)
  return pots
}

function potFrom(
  kind: PotKind,
  key: string,
  { key: name, line, value }: Entry,
  problems: Problem[],
): readonly FilePot[] {
  if (value.is !== 'map' || kind === 'person') return known(kind, name, line, value, 'list', key, problems)
  const unknown = value.entries.filter((entry) => !(POT_KEYS as readonly string[]).includes(entry.key))
  for (const entry of unknown)
    problems.push({ line: entry.line, message: `${key}: ${name}: unknown key "${entry.key}"` })
  const from = value.entries.find((entry) => entry.key === 'from')?.value
  const made =
    from === undefined
      ? 'list'
      : from.is === 'text' && (from.text === 'list' || from.text === 'tags')
        ? from.text
        : undefined
  if (made === undefined) problems.push({ line: from?.line ?? line, message: `${key}: ${name}: from is list or tags` })
  const members = value.entries.find((entry) => entry.key === 'members')?.value
  if (members === undefined) problems.push({ line, message: `${key}: ${name} has no members` })
  if (unknown.length > 0 || made === undefined || members === undefined) return []
  return known(kind, name, line, members, made, key, problems)
}

function known(
  kind: PotKind,
  name: string,
  line: number,
  value: Tree,
  from: FilePot['from'],
  key: string,
  problems: Problem[],
): readonly FilePot[] {
  const items = value.is === 'list' ? value.items : [value]
  const members = items.flatMap((item) => (item.is === 'text' ? [item.text] : []))
  if (members.length < items.length || members.length === 0) {
    problems.push({
      line,
      message: `${key}: ${name}: a list of members is expected, such as [user/tanaka, role/team-a]`,
    })
    return []
  }
  const pot = tried(() => readPot({ name, members }, kind), line, problems)
  return pot === undefined ? [] : [{ ...pot, kind, from }]
}

function tried<T>(read: () => T, line: number, problems: Problem[]): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    problems.push({ line, message: error.message })
    return undefined
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)

/** As a file holds them. */
export const potsForFile = ({ people, teams }: Belongings): { readonly people: object; readonly teams: object } => ({
  people: Object.fromEntries(people.toSorted(byName).map(({ name, members }) => [name, members])),
  teams: Object.fromEntries(
    teams.toSorted(byName).map(({ name, members, from }) => [name, from === 'list' ? members : { from, members }]),
  ),
})
