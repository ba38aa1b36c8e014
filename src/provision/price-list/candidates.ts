/** The lines of price files put together: one candidate per model, scope, tier and region, with all five classes of tokens. */
import type { Scope } from '../../runtime/domain/metering/model-id.ts'
import { type PicoUsd, parseUsd, pico } from '../../runtime/domain/money/money.ts'
import type { Tier } from '../../runtime/domain/money/price-book.ts'
import { type Found, idIn, namesFrom, plain } from './model-name.ts'
import type { OfferFile, Product, ProductPrice } from './offer-file.ts'
import { type Meaning, meaningOf, type PriceClass } from './usage-type.ts'

/** What the list says of one model, scope, tier and region. */
export interface Candidate {
  readonly stem: string
  readonly scope: Scope
  readonly tier: Tier
  readonly region: string
  readonly standard: ListedClasses
  /** For long prompts; the list does not say from how many tokens. */
  readonly long: ListedClasses | undefined
  /** UTC day from which AWS says the latest of these prices counts. */
  readonly effective: string
  /** Address or path of the file. */
  readonly source: string
  /** Why it cannot be taken, found while reading. */
  readonly refused: readonly string[]
}

export type ListedClasses = Readonly<Partial<Record<PriceClass, PicoUsd>>>

/** Lines that become no price, by what they are about and why. */
export interface LeftOut {
  readonly what: string
  readonly why: string
  readonly lines: number
}

export interface Candidates {
  readonly candidates: readonly Candidate[]
  /** Priced by tokens, and yet nothing the guard can use: each is shown. */
  readonly unmapped: readonly LeftOut[]
  /** Left out for a reason that holds for all its kind; `what` is empty. */
  readonly skipped: readonly LeftOut[]
  readonly lines: number
}

interface Line extends Meaning {
  readonly name: string
  readonly stem: string
  readonly region: string
  readonly price: PicoUsd
  readonly effective: string
  readonly source: string
}

/**
 * @param stems models the guard knows by id: of its price book, and those it has seen without a price.
 * @param regions only these; lines of others are skipped.
 */
export function candidatesFrom(
  files: readonly OfferFile[],
  how: { readonly stems: Iterable<string>; readonly regions: readonly string[]; readonly today: string },
): Candidates {
  const names = namesFrom(how.stems, taughtBy(files))
  const lines: Line[] = []
  const tally = { unmapped: new Map<string, LeftOut>(), skipped: new Map<string, LeftOut>() }
  let all = 0
  for (const file of files) {
    for (const product of file.products) {
      all += 1
      const read = readLine(product, file, how, names.find)
      if (read.kind === 'line') lines.push(read.line)
      else count(tally[read.kind], read.what, read.why)
    }
  }
  return {
    candidates: grouped(lines),
    unmapped: [...tally.unmapped.values()].sort((a, b) => (a.what < b.what ? -1 : 1)),
    skipped: [...tally.skipped.values()].sort((a, b) => b.lines - a.lines),
    lines: all,
  }
}

function count(into: Map<string, LeftOut>, what: string, why: string): void {
  const key = `${what}\n${why}`
  into.set(key, { what, why, lines: (into.get(key)?.lines ?? 0) + 1 })
}

/** Lines that hold a display name and a model id teach which belongs to which. */
function taughtBy(files: readonly OfferFile[]): ReadonlyMap<string, string> {
  const taught = new Map<string, string>()
  for (const { products } of files) {
    for (const { attributes } of products) {
      const meaning = meaningOf(attributes, '')
      const stem = meaning.kind === 'tokens' ? idIn(meaning.model) : undefined
      if (stem !== undefined && attributes['model']) taught.set(plain(attributes['model']), stem)
    }
  }
  return taught
}

type ReadLine =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'skipped' | 'unmapped'; readonly what: string; readonly why: string }

function readLine(
  { attributes, prices }: Product,
  file: OfferFile,
  how: { readonly regions: readonly string[]; readonly today: string },
  find: (line: { name: string | undefined; provider: string | undefined; inUsageType: string | undefined }) => Found,
): ReadLine {
  const skipped = (why: string): ReadLine => ({ kind: 'skipped', what: '', why })
  const region = attributes['regionCode'] ?? ''
  if (!how.regions.includes(region)) return skipped('of another region')
  const price = priceOn(prices, how.today)
  const meaning = meaningOf(attributes, price?.unit ?? '')
  if (meaning.kind === 'skipped') return skipped(meaning.why)
  const name = cut(attributes['model'] || attributes['titanModel'] || plain(attributes['servicename'] ?? ''))
  const what = `${name || 'no name'} (${cut(attributes['usagetype'] ?? 'no usage type')})`
  const unmapped = (why: string, of = what): ReadLine => ({ kind: 'unmapped', what: of, why })
  if (meaning.kind === 'unclear') return unmapped(meaning.why)
  if (price === undefined) return unmapped('it has no price on demand')
  if (price.stepped) return unmapped('its price depends on the volume')
  const perToken = perTokenOf(price)
  if (typeof perToken === 'string') return unmapped(perToken)
  const found = find({ name, provider: attributes['provider'], inUsageType: meaning.model })
  if (found.kind === 'unknown') return unmapped(found.why, name || what)
  const line = { ...meaning, name, stem: found.stem, region, price: perToken, effective: price.effective }
  return { kind: 'line', line: { ...line, source: file.source } }
}

/** No name of AWS's is longer. */
const cut = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)

/** The price in force, else the first one to come. */
function priceOn(prices: readonly ProductPrice[], today: string): ProductPrice | undefined {
  const dated = [...prices].sort((a, b) => (a.effective < b.effective ? -1 : 1))
  return dated.findLast(({ effective }) => effective <= today) ?? dated[0]
}

/**
 * How many tokens a price is for. The Marketplace's lines have often only "Units", and say in their description what one is.
 * A description that says no number is not guessed at.
 */
function tokensIn({ unit, description }: ProductPrice): bigint | undefined {
  const said = /^units?$/i.test(unit) ? description.slice(description.lastIndexOf('|') + 1) : unit
  const [, million, thousand] = /\b(?:(million|1m)|(thousand|1k|1,?000))\b(?=.*\btokens?\b)/i.exec(said) ?? []
  return million !== undefined ? 1_000_000n : thousand !== undefined ? 1_000n : undefined
}

/** Exact pico-dollars per token, or why there are none. */
function perTokenOf(listed: ProductPrice): PicoUsd | string {
  const { usd, unit } = listed
  if (usd === undefined) return 'it is not priced in dollars'
  const tokens = tokensIn(listed)
  if (tokens === undefined) return `its unit "${cut(unit)}" says no number of tokens`
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(usd)) return `its price "${cut(usd)}" is no plain decimal`
  const price = parseUsd(usd)
  return price % tokens === 0n
    ? pico(price / tokens)
    : `its price ${usd} for ${cut(unit)} is finer than the guard counts`
}

interface Group {
  readonly of: Line
  readonly cells: Map<string, Line>
  readonly refused: Set<string>
}

function grouped(lines: readonly Line[]): readonly Candidate[] {
  const groups = new Map<string, Group>()
  for (const line of lines) {
    const key = [line.stem, line.scope, line.tier, line.region].join('\n')
    const group = groups.get(key) ?? { of: line, cells: new Map(), refused: new Set() }
    groups.set(key, group)
    const cell = `${line.long ? 'long' : 'standard'} ${line.of}`
    const there = group.cells.get(cell)
    if (there === undefined || (there.mantle && !line.mantle)) group.cells.set(cell, line)
    else if (there.mantle === line.mantle && there.price !== line.price)
      group.refused.add(`${line.of} is listed twice, at different prices`)
  }
  return [...groups.values()].map(candidateOf).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** What makes a candidate itself; also how they are sorted. */
export const keyOf = ({ stem, scope, tier, region }: Pick<Candidate, 'stem' | 'scope' | 'tier' | 'region'>): string =>
  [stem, scope, tier, region].join(' ')

function candidateOf({ of, cells, refused }: Group): Candidate {
  const classes = (band: 'standard' | 'long'): ListedClasses =>
    Object.fromEntries(
      [...cells].filter(([cell]) => cell.startsWith(`${band} `)).map(([, line]) => [line.of, line.price]),
    )
  const long = classes('long')
  const { stem, scope, tier, region, source } = of
  return {
    ...{ stem, scope, tier, region, source },
    standard: classes('standard'),
    long: Object.keys(long).length === 0 ? undefined : long,
    effective: [...cells.values()].reduce((latest, { effective }) => (effective > latest ? effective : latest), ''),
    refused: [...refused],
  }
}
