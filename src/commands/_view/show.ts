/** show in tables and sentences. Pure. */

import type { ManualBlock, Waiver } from '../../runtime/domain/judging/limit.ts'
import { isGroup, type Subject } from '../../runtime/domain/metering/belonging.ts'
import { inCurrency } from '../../runtime/domain/money/currency.ts'
import { parseUsd, toCents } from '../../runtime/domain/money/money.ts'
import { shellQuoted } from '../../runtime/domain/telling/layout.ts'
import {
  cacheHitPercent,
  cacheWritten,
  type Part,
  type PrincipalMonth,
} from '../../runtime/domain/telling/principal-view.ts'
import type { PrincipalState, StatusLimit } from '../../runtime/domain/telling/status-view.ts'
import { columns } from './columns.ts'
import { whyText } from './effect.ts'
import { limitName } from './limit-name.ts'
import { bar } from './status-tables.ts'
import { wrap } from './width.ts'

export interface ShowInput {
  readonly guard: string
  readonly principal: string
  /** Its person and its teams. */
  readonly groups: readonly Subject[]
  readonly month: string
  readonly zone: string
  readonly spent: PrincipalMonth
  readonly failed: readonly (readonly [string, number])[]
  /** Null: neither money nor a limit of this month. */
  readonly state: PrincipalState | null
  readonly decidedBy: string | null
  readonly blockedUntil: string | null
  readonly cannotBlock: string | null
  readonly limits: readonly StatusLimit[]
  readonly waivers: readonly Waiver[]
  readonly byHand: ManualBlock | undefined
  /** Of a person or a team; else empty. */
  readonly memberStates?: readonly { readonly principal: string; readonly state: PrincipalState }[]
  readonly currency: { readonly code: string; readonly rate: string } | undefined
  readonly screen: number
  readonly command: (words: string) => string
  /** ISO → the guard's zone. */
  readonly local: (iso: string) => string
}

export function showText(input: ShowInput): string {
  const { spent, screen } = input
  const second =
    input.currency === undefined ? '' : ` (${input.currency.code} ${inCurrency(spent.spend, input.currency)})`
  const assumed = spent.assumed > 0n ? `, of it ${toCents(spent.assumed)} at assumed prices (*)` : ''
  const head = [
    `${input.principal}, ${input.month} (${input.zone}), guard ${input.guard}`,
    '',
    ...(input.groups.length === 0 ? [] : [`Belongs to ${input.groups.join(', ')}.`]),
    `Spent ${toCents(spent.spend)} dollars${second}${assumed} in ${count(spent.requests, 'request')}.`,
    ...standing(input),
    ...membersStand(input),
    ...pardons(input),
  ]
  return [
    // A command to paste stays on one line.
    ...head.map((line) => (/^(To release|Try this): /.test(line) ? line : wrap(line, screen))),
    ...(input.limits.length === 0 ? [] : ['', limits(input)]),
    ...(spent.requests === 0 ? [] : ['', tokenLine(spent)]),
    ...section('MODEL', spent.models, screen),
    ...section('DAY', spent.days, screen),
    ...section('SOURCE', spent.sources, screen),
    ...section(isGroup(input.principal) ? 'MEMBER' : 'SESSION', spent.members, screen),
    ...failures(input),
    ...(spent.requests === 0
      ? []
      : ['', wrap('Estimate at list price, before tax, credits and private discounts.', screen)]),
  ].join('\n')
}

const count = (many: number, what: string): string => `${many.toLocaleString('en-US')} ${what}${many === 1 ? '' : 's'}`

function standing(input: ShowInput): readonly string[] {
  const decides = input.decidedBy === null || input.decidedBy === 'manual' ? undefined : input.decidedBy
  const by = decides === undefined ? 'by hand' : `by ${limitName(decides, input.principal)}`
  const free = input.blockedUntil === null ? undefined : input.local(input.blockedUntil)
  switch (input.state) {
    case 'blocked':
      return [
        `Blocked ${by} ${free === undefined ? 'until somebody unblocks' : `until ${free}`}${reason(input.byHand)}.`,
        `To release: ${input.command(`unblock ${shellQuoted((decides === undefined ? input.byHand?.principal : undefined) ?? input.principal)}`)}`,
      ]
    case 'cannot-block':
      return [
        `Should be blocked ${by}, but cannot be${input.cannotBlock === null ? '' : `: ${whyText(input.cannotBlock)}`}.`,
      ]
    case 'over':
      return [`Over a limit (${decides ?? 'of an action that only notifies'}).`]
    case 'warned':
      return ['Has reached a warning threshold.']
    case 'excluded':
      return ['Excluded: counted and reported, never blocked.']
    case 'unlimited':
      return ['Under no limit.', `Try this: ${input.command(`limits set ${input.principal}=50`)}`]
    default:
      return []
  }
}

/** Who of a person or team is stopped; the pot itself has no state. */
function membersStand({ memberStates = [], byHand, principal, command }: ShowInput): readonly string[] {
  if (!isGroup(principal)) return []
  if (memberStates.length === 0) return ['None of its members has spent anything, and none is under a limit.']
  const blocked = memberStates.filter(({ state }) => state === 'blocked').map((one) => one.principal)
  return [
    ...(byHand === undefined ? [] : [`Blocked by hand${reason(byHand)}.`]),
    ...(blocked.length === 0
      ? []
      : [`Blocked are ${blocked.join(', ')}.`, `To release: ${command(`unblock ${shellQuoted(principal)}`)}`]),
  ]
}

const reason = (block: ManualBlock | undefined): string =>
  block === undefined
    ? ''
    : ` (${isGroup(block.principal) ? `${block.principal}, ` : ''}${block.by}${block.reason === undefined ? '' : `: ${block.reason}`})`

function pardons(input: ShowInput): readonly string[] {
  return input.waivers.map((waiver) => {
    const all = isGroup(waiver.principal) ? `what it shares in ${waiver.principal}` : 'every limit'
    const what = waiver.limit === undefined ? all : limitName(waiver.limit, input.principal)
    const grant = waiver.grant === undefined ? '' : `, or ${toCents(waiver.grant)} dollars more are spent`
    const why = waiver.reason === undefined ? '' : ` (${waiver.reason})`
    return `Pardoned from ${what} by ${waiver.by} until ${input.local(new Date(waiver.until).toISOString())}${grant}${why}.`
  })
}

function limits({ limits, principal, local, screen }: ShowInput): string {
  return columns(
    [
      { head: 'LIMIT' },
      { head: 'SPENT', align: 'right' },
      { head: 'OF', align: 'right' },
      { head: 'USED' },
      { head: 'FORECAST', align: 'right' },
      { head: 'RESETS' },
    ],
    limits.map((limit) => [
      `${limit.decides ? '> ' : ''}${limitName(limit.id, principal)}`,
      toCents(parseUsd(limit.spentUsd)),
      toCents(parseUsd(limit.limitUsd)),
      `${bar(limit.usedPercent)}${limit.usedPercent === null ? '' : ` ${limit.usedPercent}%`}`,
      limit.forecastUsd === null ? '–' : toCents(parseUsd(limit.forecastUsd)),
      local(limit.resetsAt).slice(0, 10),
    ]),
    screen,
  )
}

const percent = (value: number | undefined): string => (value === undefined ? '' : `${value}%`)

function tokenLine({ tokens }: PrincipalMonth): string {
  const hit = cacheHitPercent(tokens)
  const n = (value: number): string => value.toLocaleString('en-US')
  return [
    `Tokens: input ${n(tokens.input)}, output ${n(tokens.output)},`,
    `cache read ${n(tokens.cacheRead)}, cache write ${n(cacheWritten(tokens))}`,
    `(5 min ${n(tokens.cacheWrite5m)}, 1 h ${n(tokens.cacheWrite1h)}, unknown ${n(tokens.cacheWriteUnknown)})`,
    hit === undefined ? '' : `Cache hit rate: ${hit}%`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function section(head: string, parts: readonly Part[], screen: number): readonly string[] {
  if (parts.length === 0) return []
  const table = columns(
    [
      { head },
      { head: 'SPENT', align: 'right' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'INPUT', align: 'right' },
      { head: 'OUTPUT', align: 'right' },
      { head: 'CACHE', align: 'right' },
    ],
    parts.map((part) => [
      part.key,
      `${toCents(part.spend)}${part.assumed > 0n ? '*' : ''}`,
      part.requests.toLocaleString('en-US'),
      part.tokens.input.toLocaleString('en-US'),
      part.tokens.output.toLocaleString('en-US'),
      percent(cacheHitPercent(part.tokens)),
    ]),
    screen,
  )
  return ['', table]
}

function failures({ failed, screen }: ShowInput): readonly string[] {
  if (failed.length === 0) return []
  const text = failed.map(([code, many]) => `${code} ${many.toLocaleString('en-US')}`).join(', ')
  return ['', wrap(`Calls that AWS refused (they cost nothing): ${text}.`, screen)]
}
