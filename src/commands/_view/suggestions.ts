/** What names and tags say about people and teams, in words. Pure. */

import { sum, toCents } from '../../runtime/domain/money/money.ts'
import { printable, shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { Spender } from '../_people/list.ts'
import { chosenByCaller } from '../_people/members.ts'
import type { Suggestions, Unclear } from '../_people/suggestions.ts'
import type { TaggedTeams } from '../_people/tagged-teams.ts'
import { someOf } from './people.ts'
import { wrap } from './width.ts'

const INDENT = '  '

interface Words {
  readonly tag: string
  readonly screen: number
  readonly command: (words: string) => string
}

const WHY: Readonly<Record<Unclear['why'], string>> = {
  'several-domains': 'their addresses name several domains and may be several people’s',
  'several-people': 'they belong to several people already',
  'not-a-name': 'this cannot be the name of a person',
}

export function suggestionsText(
  { suggestions, unclear }: Suggestions,
  words: Words & { readonly unknown: readonly Spender[]; readonly nothingApplied: boolean },
): string {
  const { tag, unknown, screen, command, nothingApplied } = words
  const because = { name: 'same name', 'owner-tag': `tag ${tag}` } as const
  const lines = suggestions.map(({ name, existing, members }) => {
    const said = members.map(({ member, because: why }) => `${printable(member)} (${because[why]})`)
    return wrap(`${name}${existing ? ', also' : ''}: ${said.join(', ')}`, screen, INDENT)
  })
  const chosen = chosenByCaller(suggestions.flatMap(({ members }) => members.map(({ member }) => member)))
  const [first] = unknown
  return [
    ...(lines.length === 0
      ? ['Names and tags suggest nobody new.']
      : ['Probably one person each, by matching names and tags:', ...lines]),
    ...(chosen.length === 0
      ? []
      : [
          wrap(
            `Look twice at ${someOf(chosen, 3)}: the caller chooses the name of such a session, unless the trust policy of the role fixes sts:RoleSessionName. Sessions of Identity Center carry who signed in.`,
            screen,
          ),
        ]),
    ...(unclear.length === 0
      ? []
      : [
          'Unclear, left alone:',
          ...unclear.map(({ name, principals, why }) =>
            wrap(`${printable(name)}: ${someOf(principals.map(printable))}: ${WHY[why]}`, screen, INDENT),
          ),
        ]),
    ...(first === undefined
      ? []
      : [
          `Whose these are, neither name nor tag tells (${toCents(sum(unknown.map(({ spend }) => spend)))} this month):`,
          wrap(someOf(unknown.map(({ principal }) => printable(principal))), screen, INDENT),
          `${INDENT}${command(`people add NAME ${first.principal}`)}`,
        ]),
    ...(nothingApplied && lines.length > 0
      ? [`Nothing was changed. To do this: ${command('people suggest --apply')}`]
      : []),
  ].join('\n')
}

export function taggedText(
  { changes, conflicts, refused }: TaggedTeams,
  { tag, looked, all, screen, command }: Words & { readonly looked: number; readonly all: boolean },
): readonly string[] {
  const whom = all ? 'every user and role' : 'whom the ledger has seen'
  return [
    `The tag ${tag} of ${looked} ${looked === 1 ? 'user or role' : 'users and roles'} was read (${whom}).`,
    ...(changes.length === 0 && conflicts.length === 0
      ? [all ? 'It names no team.' : `It names no team; --all asks for every user and role.`]
      : []),
    ...conflicts.map(({ team, tagged }) =>
      wrap(
        `team/${team} was typed and stays as it is; by their tags it would have ${someOf(tagged)} as well. To take the tags: ${command(`teams remove ${shellQuoted(team)}`)}, then sync.`,
        screen,
      ),
    ),
    ...refused.map(({ value, principals, why }) =>
      wrap(`"${printable(value)}" (${someOf(principals, 3)}) cannot be a team: ${why}.`, screen),
    ),
  ]
}
