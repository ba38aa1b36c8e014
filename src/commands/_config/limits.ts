/** The limits of a configuration file: `tanaka: 50`, `tanaka: {amount: 50, per: week}`, or a list of `tanaka=50`. */
import type { PeriodKind } from '../../runtime/domain/base/calendar.ts'
import { parseInstant } from '../../runtime/domain/base/calendar.ts'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { parseAssignment, parseThresholds } from '../../runtime/domain/judging/limit.ts'
import { type PicoUsd, parseUsd } from '../../runtime/domain/money/money.ts'
import type { WantedLimit } from '../_limits.ts'
import { nearest } from '../_suggest.ts'
import type { Entry, Problem, Tree } from './tree.ts'

export const LIMIT_KEYS = ['amount', 'per', 'action', 'warnAt', 'until', 'includeRoles'] as const

export function readLimits(tree: Tree | undefined, problems: Problem[]): readonly WantedLimit[] {
  if (tree === undefined || (tree.is === 'text' && tree.text === 'none')) return []
  const found = limitsOf(tree, problems)
  const seen = new Set<string>()
  for (const { limit, line } of found) {
    const id = `${limit.target} a ${limit.per ?? 'month'}${limit.until === undefined ? '' : ' for a time'}`
    if (seen.has(id)) problems.push({ line, message: `limits: ${id} stands there twice` })
    seen.add(id)
  }
  return found.map(({ limit }) => limit)
}

interface Found {
  readonly limit: WantedLimit
  readonly line: number
}

function limitsOf(tree: Tree, problems: Problem[]): readonly Found[] {
  if (tree.is === 'map') return tree.entries.flatMap((entry) => limitsFor(entry, problems))
  if (tree.is === 'list') return tree.items.flatMap((item) => listed(item, problems))
  problems.push({ line: tree.line, message: 'limits: targets with their amounts are expected, such as tanaka: 50' })
  return []
}

/** `tanaka=50`, or a map of one target or more. */
function listed(item: Tree, problems: Problem[]): readonly Found[] {
  if (item.is === 'map') return item.entries.flatMap((entry) => limitsFor(entry, problems))
  if (item.is === 'text') {
    const assignment = tried(() => parseAssignment(item.text), item.line, problems)
    return assignment === undefined
      ? []
      : [{ limit: { ...assignment, action: undefined, warnAt: undefined }, line: item.line }]
  }
  problems.push({ line: item.line, message: 'limits: an entry such as tanaka=50 is expected' })
  return []
}

/** One target may have several limits: of a month and of a day, or one that lasts and one for a time. */
function limitsFor({ key, line, value }: Entry, problems: Problem[]): readonly Found[] {
  const target = key === 'everyone' ? '*' : key
  if (value.is === 'list')
    return value.items.flatMap((item) => limitsFor({ key, line: item.line, value: item }, problems))
  if (value.is === 'text') {
    const amount = amountOf(key, value.text, value.line, problems)
    return amount === undefined ? [] : [{ limit: { target, amount, action: undefined, warnAt: undefined }, line }]
  }
  if (value.is === 'map') {
    const limit = detailed(key, target, value, problems)
    return limit === undefined ? [] : [{ limit, line }]
  }
  problems.push({ line, message: `limits: ${key} has no amount: write dollars, such as ${key}: 50` })
  return []
}

const amountOf = (key: string, text: string, line: number, problems: Problem[]): PicoUsd | undefined =>
  tried(() => parseUsd(text), line, problems, `limits: ${key}: `)

function detailed(
  key: string,
  target: string,
  map: Extract<Tree, { is: 'map' }>,
  problems: Problem[],
): WantedLimit | undefined {
  const values = new Map<string, Tree>()
  for (const entry of map.entries) {
    if ((LIMIT_KEYS as readonly string[]).includes(entry.key)) values.set(entry.key, entry.value)
    else {
      const meant = nearest(entry.key, LIMIT_KEYS)
      const advice =
        meant.length === 0 ? `: a limit has ${LIMIT_KEYS.join(', ')}` : `: did you mean ${meant.join(' or ')}?`
      problems.push({ line: entry.line, message: `limits: ${key}: unknown key "${entry.key}"${advice}` })
    }
  }
  const before = problems.length
  const wrong = (name: string, tree: Tree, expected: string): undefined => {
    const is = tree.is === 'text' ? `"${tree.text}"` : 'this'
    problems.push({ line: tree.line, message: `limits: ${key}: ${name}: ${is} is not ${expected}` })
  }
  const one = <T>(name: string, read: (text: string) => T | undefined, expected: string): T | undefined => {
    const tree = values.get(name)
    if (tree === undefined) return undefined
    const value = tree.is === 'text' ? read(tree.text) : undefined
    return value === undefined ? wrong(name, tree, expected) : value
  }
  const amount = values.get('amount')
  if (amount === undefined) problems.push({ line: map.line, message: `limits: ${key} has no amount` })
  else if (amount.is !== 'text') wrong('amount', amount, 'an amount in dollars')
  const usd = amount?.is === 'text' ? amountOf(key, amount.text, amount.line, problems) : undefined
  const limit = {
    target,
    amount: usd,
    per: one('per', among<PeriodKind>('month', 'week', 'day'), 'one of month, week, day'),
    action: one('action', among('block', 'notify'), 'block or notify'),
    warnAt: thresholdsOf(key, values.get('warnAt'), problems),
    until: one('until', (text) => (isEnd(text) ? text : undefined), 'a day such as 2026-12-24 or a time with its zone'),
    includeRoles: one('includeRoles', switched, 'true or false'),
  }
  return problems.length > before || usd === undefined ? undefined : limit
}

const among =
  <T extends string>(...choices: readonly T[]) =>
  (text: string): T | undefined =>
    choices.find((choice) => choice === text)

const switched = (text: string): boolean | undefined =>
  ['true', 'yes', 'on'].includes(text) ? true : ['false', 'no', 'off'].includes(text) ? false : undefined

const isEnd = (text: string): boolean =>
  parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text) !== undefined

function thresholdsOf(key: string, tree: Tree | undefined, problems: Problem[]): readonly number[] | undefined {
  if (tree === undefined) return undefined
  const texts =
    tree.is === 'list'
      ? tree.items.map((item) => (item.is === 'text' ? item.text : ''))
      : [tree.is === 'text' ? tree.text : '']
  const text = tree.is === 'list' && texts.length === 0 ? 'none' : texts.join(',')
  return tried(() => parseThresholds(text), tree.line, problems, `limits: ${key}: `)
}

/** A refusal of the domain becomes a problem with its line. */
export function tried<T>(read: () => T, line: number, problems: Problem[], where = 'limits: '): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    problems.push({ line, message: `${where}${error.message}` })
    return undefined
  }
}
