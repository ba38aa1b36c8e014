/** The list against the price book in force: what is new, changed, gone, and what is refused, each with its reason. Pure. */
import type { ListedRate, PriceBook, Rate, TokenPrices } from '../../runtime/domain/money/price-book.ts'
import { perMillion } from '../../runtime/domain/money/price-book.ts'
import { DAY, indexOf } from '../../runtime/domain/money/price-index.ts'
import { type Candidate, type Candidates, keyOf, type LeftOut } from './candidates.ts'
import { CLASSES, completed, type FullPrices } from './complete.ts'
import { changeIn, isBig, nonsenseIn } from './sanity.ts'

/** Rows of one model, scope, tier and region, as they would be kept; one per prompt-size band. */
export interface Proposal {
  /** `model`: it has no price yet; `row`: this scope, tier, region or band of it has none. */
  readonly kind: 'model' | 'row' | 'changed'
  readonly rows: readonly { readonly after: ListedRate; readonly before: Rate | undefined }[]
  /** Percent of the largest change of any class; null where nothing was before. */
  readonly changePercent: number | null
  readonly big: boolean
  /** The admin has set a price of this model: that one counts, whatever the list says. */
  readonly hidden: boolean
}

export interface Refused {
  readonly what: string
  readonly why: string
}

export interface Comparison {
  readonly proposals: readonly Proposal[]
  /** Models, scopes, tiers and regions whose prices are in the book already. */
  readonly same: number
  /** Accepted from an earlier list and not in this one any more: they keep counting. */
  readonly gone: readonly ListedRate[]
  readonly refused: readonly Refused[]
  readonly unmapped: readonly LeftOut[]
  readonly skipped: readonly LeftOut[]
  readonly lines: number
}

export interface Against {
  readonly book: PriceBook
  readonly listed: readonly ListedRate[]
  readonly regions: readonly string[]
  /** UTC day. */
  readonly today: string
  /** When and by whom the rows are kept. */
  readonly setAt: string
  readonly setBy: string
}

export function compare({ candidates, ...read }: Candidates, against: Against): Comparison {
  const proposals: Proposal[] = []
  const refused: Refused[] = []
  let same = 0
  for (const candidate of candidates) {
    const judged = judge(candidate, candidates, against)
    if (judged === 'same') same += 1
    else if ('why' in judged) refused.push(judged)
    else proposals.push(judged)
  }
  const seen = new Set(candidates.map(keyOf))
  const gone = latestOf(against.listed).filter(
    (rate) =>
      rate.region !== undefined &&
      against.regions.includes(rate.region) &&
      !seen.has(keyOf({ ...rate, region: rate.region })),
  )
  return { proposals, same, gone, refused, unmapped: read.unmapped, skipped: read.skipped, lines: read.lines }
}

function judge(candidate: Candidate, all: readonly Candidate[], against: Against): Proposal | Refused | 'same' {
  const { book, today } = against
  const refuse = (whys: readonly string[]): Refused => ({ what: keyOf(candidate), why: whys.join('; ') })
  if (candidate.refused.length > 0) return refuse(candidate.refused)
  const day = candidate.effective > today ? candidate.effective : today
  const standing = rowsOn(candidate, day, book)
  const before = standing.find(({ band }) => band === 'standard')
  const siblings = otherRows(candidate, all, day, book)
  const standard = completed(candidate.standard, [...pricesOf(before), ...siblings], candidate.stem)
  if (standard === undefined) return refuse([missing(candidate)])
  const longRows = standing.filter(({ band }) => band !== 'standard')
  const over = bandOver(longRows, candidate, book)
  const [beforeLong] = longRows
  const long =
    candidate.long === undefined
      ? undefined
      : completed(candidate.long, [...pricesOf(beforeLong), standard.prices], candidate.stem)
  if (candidate.long !== undefined && long === undefined) return refuse([`for long prompts: ${missing(candidate)}`])
  const nonsense = [
    ...nonsenseIn(standard, candidate.stem),
    ...(long === undefined ? [] : nonsenseIn(long, candidate.stem, standard)),
  ]
  if (nonsense.length > 0) return refuse(nonsense)
  if (long === undefined && beforeLong !== undefined && beforeLong.band !== 'standard')
    return refuse([`prompts above ${beforeLong.band.over} tokens have a price of their own, and this list has none`])
  const flat = long !== undefined && changeIn(standard.prices, long) === 0 && beforeLong === undefined
  if (long !== undefined && !flat && over === undefined)
    return refuse(['long prompts have a price of their own, and from which size on is not known'])
  const rows = [
    { full: standard, over: undefined, before },
    ...(long === undefined || flat ? [] : [{ full: long, over, before: beforeLong }]),
  ]
  return proposalOf(candidate, rows, against)
}

function proposalOf(
  candidate: Candidate,
  rows: readonly { full: FullPrices; over: number | undefined; before: Rate | undefined }[],
  against: Against,
): Proposal | 'same' {
  const changes = rows.map(({ full, before }) => (before === undefined ? null : changeIn(before.prices, full)))
  if (changes.every((change) => change === 0)) return 'same'
  const fresh = !against.book.rates.some(({ stem, origin }) => stem === candidate.stem && origin !== 'set')
  const added = rows.some(({ before }) => before === undefined)
  // What was booked without any row was only assumed, also of a model whose last price has ended: from then on.
  const assumed = candidate.tier === 'default' && rows[0]?.before === undefined
  const ended = namedIn(against.book, candidate.stem, candidate.scope)
    .rows.filter(({ set, until }) => !set && Number.isFinite(until))
    .reduce((last, { until }) => Math.max(last, until * DAY), 0)
  const known = changes.filter((change) => change !== null)
  const most = known.reduce<number | undefined>(
    (a, b) => (a === undefined || b === undefined ? undefined : Math.abs(b) > Math.abs(a) ? b : a),
    0,
  )
  return {
    kind: fresh ? 'model' : added ? 'row' : 'changed',
    rows: rows.map(({ full, over, before }) => ({
      after: listedRate(candidate, full, { over, assumed: fresh || assumed, ended }, against),
      before,
    })),
    changePercent: known.length === 0 ? null : (most ?? null),
    big: known.length > 0 && isBig(most),
    hidden: namedIn(against.book, candidate.stem, candidate.scope).rows.some(({ set }) => set),
  }
}

function listedRate(
  { stem, scope, tier, region, effective, source }: Candidate,
  { prices, derived }: FullPrices,
  { over, assumed, ended }: { readonly over: number | undefined; readonly assumed: boolean; readonly ended: number },
  { today, setAt, setBy }: Against,
): ListedRate {
  const from = countsFrom(effective, today, assumed)
  const notBefore = new Date(ended).toISOString().slice(0, 10)
  const decimals = Object.fromEntries(CLASSES.map((of) => [of, perMillion(prices[of])]))
  return {
    ...{ stem, scope, tier, region, derived, source, setAt, setBy },
    provider: stem.slice(0, stem.indexOf('.')),
    over,
    perMillion: decimals as unknown as ListedRate['perMillion'],
    validFrom: assumed && from < notBefore ? notBefore : from,
    checked: today,
  }
}

/**
 * A change counts from the day AWS names, but never before today: what is booked stays as it was priced until `reprice` is
 * asked for. A model that had no price counts from the beginning of last month, which is as far as corrections reach: what
 * was booked of it was only assumed.
 */
export function countsFrom(effective: string, today: string, assumed: boolean): string {
  if (effective > today) return effective
  if (!assumed) return today
  const [year = 0, month = 1] = today.split('-').map(Number)
  // The day before: a guard east of Greenwich begins its month there.
  const lastMonth = new Date(Date.UTC(year, month - 2, 0)).toISOString().slice(0, 10)
  return effective !== '' && effective < lastMonth ? effective : lastMonth
}

type Where = Pick<Candidate, 'stem' | 'scope' | 'tier' | 'region'>

/** What the book would apply, the row that counts first in front; what the admin set aside. */
function rowsOn({ stem, scope, tier, region }: Where, day: string, book: PriceBook): readonly Rate[] {
  const { rows, tiers } = namedIn(book, stem, scope)
  const on = Date.parse(day) / DAY
  return (tier === 'default' ? rows : (tiers[tier] ?? []))
    .filter(({ set, from, until }) => !set && from <= on && on < until)
    .map(({ rate }) => rate)
    .filter(({ regions }) => regions === undefined || regions.includes(region))
}

const namedIn = (book: PriceBook, stem: string, scope: Candidate['scope']) =>
  indexOf(book).named({ kind: 'model', model: stem, provider: stem.slice(0, stem.indexOf('.')), scope })

const pricesOf = (rate: Rate | undefined): readonly TokenPrices[] => (rate === undefined ? [] : [rate.prices])

/** The default tier of the same scope first: another tier costs the same in all classes but for a factor. Then the other scope. */
function otherRows(
  candidate: Candidate,
  all: readonly Candidate[],
  day: string,
  book: PriceBook,
): readonly TokenPrices[] {
  const { stem, scope, region } = candidate
  const scopes = [scope, scope === 'global' ? 'regional' : 'global'] as const
  return scopes.flatMap((one) => {
    const where = { stem, scope: one, tier: 'default', region } as const
    const listed = all.find((other) => other !== candidate && keyOf(other) === keyOf(where))
    const held = pricesOf(rowsOn(where, day, book).find(({ band }) => band === 'standard'))
    const full = listed === undefined ? undefined : completed(listed.standard, held, stem)
    return full === undefined ? held : [full.prices]
  })
}

/** The size above which the long price counts: of the row in force, of the model's others, of its provider's only one. */
function bandOver(longRows: readonly Rate[], { stem }: Candidate, book: PriceBook): number | undefined {
  const sizes = (rates: readonly Rate[]) => [
    ...new Set(rates.flatMap(({ band }) => (band === 'standard' ? [] : [band.over]))),
  ]
  const provider = stem.slice(0, stem.indexOf('.'))
  for (const rates of [
    longRows,
    book.rates.filter((rate) => rate.stem === stem),
    book.rates.filter((rate) => rate.provider === provider),
  ]) {
    const [only, ...others] = sizes(rates)
    if (only !== undefined && others.length === 0) return only
  }
  return undefined
}

const missing = ({ standard, long }: Candidate): string => {
  const has = { ...long, ...standard }
  const lacking = (['input', 'output'] as const).filter((of) => has[of] === undefined)
  return `the list has no ${lacking.length === 0 ? 'whole' : lacking.join(' and no ')} price`
}

/** Of each key the row with the latest day. */
function latestOf(listed: readonly ListedRate[]): readonly ListedRate[] {
  const latest = new Map<string, ListedRate>()
  for (const rate of listed) {
    const key = keyOf({ ...rate, region: rate.region ?? '' })
    const there = latest.get(key)
    if (there === undefined || there.validFrom < rate.validFrom) latest.set(key, rate)
  }
  return [...latest.values()]
}
