/** The price overrides of a configuration file: a list, each entry with the words of `prices set`. */
import { parseOverride } from '../../runtime/domain/money/price-override.ts'
import { nearest } from '../_suggest.ts'
import type { FilePrice } from './file.ts'
import { tried } from './limits.ts'
import type { Problem, Tree } from './tree.ts'

export const PRICE_KEYS = [
  'model',
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'scope',
  'from',
] as const
const SCOPES = ['global', 'regional', 'both'] as const

export function readPrices(tree: Tree | undefined, problems: Problem[]): readonly FilePrice[] {
  if (tree === undefined || (tree.is === 'text' && tree.text === 'none')) return []
  if (tree.is !== 'list') {
    problems.push({ line: tree.line, message: 'prices: a list is expected, each entry with model, input and output' })
    return []
  }
  return tree.items.flatMap((item) => priceFrom(item, problems) ?? [])
}

function priceFrom(item: Tree, problems: Problem[]): FilePrice | undefined {
  const before = problems.length
  const say = (line: number, message: string) => problems.push({ line, message: `prices: ${message}` })
  if (item.is !== 'map') {
    say(item.line, 'model, input and output are expected')
    return undefined
  }
  const texts = new Map<string, string>()
  for (const { key, line, value } of item.entries) {
    if (!(PRICE_KEYS as readonly string[]).includes(key)) {
      const meant = nearest(key, PRICE_KEYS)
      say(line, `unknown key "${key}"${meant.length === 0 ? '' : `: did you mean ${meant.join(' or ')}?`}`)
    } else if (value.is !== 'text') say(value.line, `${key}: one value is expected`)
    else texts.set(key, value.text)
  }
  for (const key of ['model', 'input', 'output']) {
    if (!item.entries.some((entry) => entry.key === key)) say(item.line, `${key} is missing`)
  }
  const scope = SCOPES.find((one) => one === texts.get('scope'))
  if (texts.has('scope') && scope === undefined)
    say(item.line, `scope: "${texts.get('scope')}" is none of ${SCOPES.join(', ')}`)
  if (problems.length > before) return undefined
  const price: FilePrice = {
    model: texts.get('model') ?? '',
    scope,
    input: texts.get('input') ?? '',
    output: texts.get('output') ?? '',
    cacheRead: texts.get('cacheRead'),
    cacheWrite5m: texts.get('cacheWrite5m'),
    cacheWrite1h: texts.get('cacheWrite1h'),
    validFrom: texts.get('from'),
  }
  const dated = { ...price, validFrom: price.validFrom ?? '2026-01-01', setAt: '', setBy: '' }
  return tried(() => parseOverride(dated), item.line, problems, 'prices: ') === undefined ? undefined : price
}
