/** Source and hand rows put together, and where they disagree. */
import { pico } from '../../src/runtime/domain/money/money.ts'
import { perMillion, perToken } from '../../src/runtime/domain/money/rate.ts'
import { type Hand, hand, regional, rules } from './hand.ts'
import { type Five, type Line, NONE } from './line.ts'
import { sourceLines } from './source.ts'

/** `2.50` → `2.5`, checked on the way: a price that is no whole number of pico-dollars per token is refused. */
const plain = (price: string): string => (price === NONE ? NONE : perMillion(perToken(price)))

export function dearer(price: string): string {
  if (price === NONE) return NONE
  const tenth = perToken(price) * 11n
  if (tenth % 10n !== 0n) throw new Error(`${price} and ten percent is no whole number of pico-dollars per token`)
  return perMillion(pico(tenth / 10n))
}

const five = (prices: Five, change: (price: string) => string): Five => prices.map(change) as unknown as Five

function handLines({ rows, source }: Hand): readonly Line[] {
  return rows.flatMap(({ scope, ...row }) => {
    const prices = five(row.prices, plain)
    const global: Line = { ...row, prices, scope: 'global', source }
    const other: Line = { ...global, scope: 'regional', prices: scope === 'G+10%' ? five(prices, dearer) : prices }
    return scope === 'G' ? [global] : scope === 'R' ? [other] : [global, other]
  })
}

const placeOf = (line: Line): string => `${line.stem}/${line.scope}`

export interface Merged {
  readonly lines: readonly Line[]
  /** Where both have a price, and another. */
  readonly disagreements: readonly string[]
}

export function merged(): Merged {
  const source = sourceLines()
  const mended = source.flatMap((line): Line[] => {
    let standing: Line | undefined = line
    for (const rule of rules) if (standing !== undefined) standing = rule.mend(standing)
    return standing === undefined ? [] : [standing]
  })
  const mine = hand.flatMap(handLines)
  const taken = new Set(mine.map(placeOf))
  const lines = [...mine, ...mended.filter((line) => !taken.has(placeOf(line))), ...regional.flatMap(handLines)]
  return { lines: lines.sort(inOrder), disagreements: disagreements(source, lines) }
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const inOrder = (a: Line, b: Line): number =>
  text(a.stem, b.stem) ||
  text(a.scope, b.scope) ||
  text(a.from ?? '', b.from ?? '') ||
  (a.over ?? 0) - (b.over ?? 0) ||
  text(String(a.regions ?? ''), String(b.regions ?? ''))

const CLASSES = ['input', 'output', '5-minute write', '1-hour write', 'cache read'] as const

/** Also what only one of them has: other days, other bands, models left out. Classes that the source lacks are not told. */
function disagreements(source: readonly Line[], lines: readonly Line[]): readonly string[] {
  const found: string[] = []
  const general = lines.filter((line) => line.regions === undefined)
  for (const theirs of source) {
    const place = `${theirs.stem}, ${theirs.scope}`
    const rows = general.filter((line) => placeOf(line) === placeOf(theirs))
    if (rows.length === 0) {
      found.push(`${place}: left out`)
      continue
    }
    const near = (a: number | undefined, b: number | undefined): boolean => Math.abs((a ?? 0) - (b ?? 0)) <= 1
    const ours =
      rows.find((line) => near(line.over, theirs.over) && (line.from === theirs.from || rows.length === 1)) ??
      rows.find((line) => near(line.over, theirs.over))
    if (ours === undefined) {
      found.push(`${place}: no band above ${theirs.over}`)
      continue
    }
    if (ours.over !== theirs.over) found.push(`${place}: above ${ours.over} tokens, source above ${theirs.over}`)
    if (ours.until !== theirs.until)
      found.push(`${place}: until ${ours.until ?? 'further notice'}, source until ${theirs.until ?? 'further notice'}`)
    CLASSES.forEach((name, index) => {
      const [our, their] = [ours.prices[index] ?? NONE, theirs.prices[index] ?? NONE]
      if (their !== NONE && our !== their) found.push(`${place}: ${name} ${our}, source ${their}`)
    })
  }
  const bands = general.filter(
    (line) =>
      line.over !== undefined &&
      source.some((theirs) => placeOf(theirs) === placeOf(line)) &&
      !source.some((theirs) => placeOf(theirs) === placeOf(line) && theirs.over !== undefined),
  )
  return [
    ...found,
    ...bands.map((line) => `${line.stem}, ${line.scope}: dearer above ${line.over} tokens, source has one price`),
  ]
}
