/** The discounts of a configuration file: a list, each entry with the words of `prices discount`. */
import { parseMultiplier } from '../../runtime/domain/money/price-book.ts'
import { nearest } from '../_suggest.ts'
import { tried } from './limits.ts'
import type { Problem, Tree } from './tree.ts'

export const DISCOUNT_KEYS = ['of', 'multiplier', 'from'] as const

export interface FileDiscount {
  /** `*`, a provider or a model, as typed. */
  readonly of: string
  readonly multiplier: string
  /** Undefined: from today. */
  readonly validFrom: string | undefined
}

export function readDiscountList(tree: Tree | undefined, problems: Problem[]): readonly FileDiscount[] {
  if (tree === undefined || (tree.is === 'text' && tree.text === 'none')) return []
  if (tree.is !== 'list') {
    problems.push({ line: tree.line, message: 'discounts: a list is expected, each entry with of and multiplier' })
    return []
  }
  return tree.items.flatMap((item) => discountFrom(item, problems) ?? [])
}

function discountFrom(item: Tree, problems: Problem[]): FileDiscount | undefined {
  const before = problems.length
  const say = (line: number, message: string) => problems.push({ line, message: `discounts: ${message}` })
  if (item.is !== 'map') {
    say(item.line, 'of and multiplier are expected')
    return undefined
  }
  const texts = new Map<string, string>()
  for (const { key, line, value } of item.entries) {
    if (!(DISCOUNT_KEYS as readonly string[]).includes(key)) {
      const meant = nearest(key, DISCOUNT_KEYS)
      say(line, `unknown key "${key}"${meant.length === 0 ? '' : `: did you mean ${meant.join(' or ')}?`}`)
    } else if (value.is !== 'text') say(value.line, `${key}: one value is expected`)
    else texts.set(key, value.text)
  }
  for (const key of ['of', 'multiplier']) {
    if (!item.entries.some((entry) => entry.key === key)) say(item.line, `${key} is missing`)
  }
  const from = texts.get('from')
  if (from !== undefined && !isDay(from)) say(item.line, `from: "${from}" is no day, write it as 2026-11-01`)
  if (problems.length > before) return undefined
  const multiplier = texts.get('multiplier') ?? ''
  if (tried(() => parseMultiplier(multiplier), item.line, problems, 'discounts: ') === undefined) return undefined
  return { of: texts.get('of') ?? '', multiplier, validFrom: from }
}

/** A UTC day as `YYYY-MM-DD` that the calendar has. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
