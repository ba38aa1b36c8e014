/** Lists of people and of teams, as wide as the screen. Pure. */

import { sum, toCents } from '../../runtime/domain/money/money.ts'
import { displayWidth, padEnd, padStart, printable, shellQuoted } from '../../runtime/domain/telling/layout.ts'
import type { ListedPot, Spender } from '../_people/list.ts'
import { doorOf, type PotKind } from '../_people/members.ts'
import { ESTIMATE, wrap } from './width.ts'

export interface PotsWords {
  readonly kind: PotKind
  readonly pots: readonly ListedPot[]
  /** Who is in none of them; undefined: not asked for. */
  readonly nobodys: readonly Spender[] | undefined
  readonly period: { readonly key: string; readonly timezone: string }
  readonly screen: number
  readonly command: (words: string) => string
}

/** Members shown in the list of all; one pot alone shows all of its own. */
const SHOWN = 12
const INDENT = '  '

export function potsText(words: PotsWords): string {
  const { kind, pots, nobodys, period, screen, command } = words
  const door = doorOf(kind)
  const list = pots.length === 0 ? emptyText(kind, command) : tableOf(words)
  return [
    `${kind === 'person' ? 'People' : 'Teams'}, with what their members spent in ${period.key} (${period.timezone})`,
    '',
    ...list,
    ...(nobodys === undefined || nobodys.length === 0 ? [] : ['', ...nobodysText(nobodys, words)]),
    ...(nobodys === undefined || nobodys.length === 0 || kind === 'team'
      ? []
      : [`${INDENT}${command(`${door} suggest`)} looks for whose they are.`]),
    ...(pots.length + (nobodys?.length ?? 0) === 0 ? [] : ['', wrap(ESTIMATE, screen)]),
  ].join('\n')
}

const emptyText = (kind: PotKind, command: (words: string) => string): readonly string[] =>
  kind === 'person'
    ? ['There is no person yet: every user, role and session is on its own.', `Try this: ${command('people suggest')}`]
    : ['There is no team yet.', `Try this: ${command('teams sync --dry-run')}`]

function tableOf({ kind, pots, nobodys, screen, command }: PotsWords): readonly string[] {
  const amounts = pots.map(({ spend }) => toCents(spend))
  const heads = [kind.toUpperCase(), 'USD', 'MEMBERS'] as const
  const names = Math.max(heads[0].length, ...pots.map(({ name }) => displayWidth(name)))
  const wide = Math.max(heads[1].length, ...amounts.map((one) => one.length))
  const row = (name: string, usd: string, count: string) =>
    `${padEnd(name, names)}  ${padStart(usd, wide)}  ${padStart(count, heads[2].length)}`
  return [
    row(...heads),
    ...pots.flatMap(({ name, members, from }, index) => {
      const all = nobodys === undefined
      const shown = all || members.length <= SHOWN + 1 ? members : members.slice(0, SHOWN)
      const rest = members.length - shown.length
      const text = shown.map(printable).join(', ')
      const more =
        rest > 0 ? [`${INDENT}and ${rest} more: ${command(`${doorOf(kind)} list ${shellQuoted(name)}`)}`] : []
      return [
        `${row(name, amounts[index] ?? '', String(members.length))}${from === 'tags' ? '  from tags' : ''}`,
        wrap(text, screen, INDENT),
        ...more,
      ]
    }),
  ]
}

function nobodysText(nobodys: readonly Spender[], { kind, screen }: PotsWords): readonly string[] {
  const shown = nobodys.slice(0, SHOWN)
  const rest = nobodys.length - shown.length
  const names = shown.map(({ principal, spend }) => `${printable(principal)} ${toCents(spend)}`).join(', ')
  const whose = kind === 'person' ? 'Nobody’s' : 'In no team'
  return [
    `${whose}: ${toCents(sum(nobodys.map(({ spend }) => spend)))}`,
    wrap(`${names}${rest > 0 ? ` and ${rest} more` : ''}`, screen, INDENT),
  ]
}
