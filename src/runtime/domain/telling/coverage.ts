/**
 * What was spent that the log did not show: the ledger's tokens against those that AWS itself counted, per model and stretch of
 * time. CloudWatch knows neither callers nor prices, and names models its own way; both sides are brought to the stem.
 */
import type { Instant } from '../base/calendar.ts'
import { type ModelRef, parseModelId, type Scope, stemOf } from '../metering/model-id.ts'
import type { TokenCounts } from '../metering/usage.ts'
import { add, type PicoUsd, pico, zero } from '../money/money.ts'
import type { PriceBook } from '../money/price-book.ts'
import { price } from '../money/pricing.ts'
import { type Cause, causesOf } from './coverage-causes.ts'
import { CLASSES, type CoverageInput, lacking, noTokens, plus, type TokenSums, totalOf } from './coverage-tokens.ts'

export { type DayCoverage, isAlarming, missingPermille } from './coverage-day.ts'

/** Both sides of one model, or of one stretch, or of all. */
export interface Covered {
  readonly requests: { readonly metered: number; readonly real: number }
  readonly metered: TokenSums
  /** What AWS counted. */
  readonly real: TokenSums
  /** Per class what AWS counted and the ledger lacks. */
  readonly missing: TokenSums
  readonly missingTokens: number
  /** At the prices in force; what has no price, at the assumed one. */
  readonly missingUsd: PicoUsd
  /** What the ledger has beyond AWS's count, all classes. */
  readonly surplusTokens: number
  readonly spend: PicoUsd
}
export interface ModelCoverage extends Covered {
  readonly region: string
  readonly model: string
  readonly mantle: boolean
  /** The dollars rest on an assumed price. */
  readonly assumed: boolean
}
export interface StretchCoverage extends Covered {
  readonly at: Instant
}

export interface Coverage {
  readonly from: Instant
  readonly to: Instant
  /** Dearest gap first. */
  readonly models: readonly ModelCoverage[]
  /** Only stretches in which something was counted by either. */
  readonly stretches: readonly StretchCoverage[]
  readonly total: Covered
  /** Of all tokens that AWS counted, in tenths of a percent, rounded down; undefined: AWS counted none. */
  readonly coveredPermille: number | undefined
  /** Share of the dollars that the ledger lacks, in tenths of a percent, rounded to the next; undefined: there are none. */
  readonly missingUsdPermille: number | undefined
  readonly causes: readonly Cause[]
}

interface Named {
  /** What both sides are compared under. */
  readonly key: string
  readonly ref: ModelRef
}

/** A profile is found by its last part, because CloudWatch names it by that alone. */
function nameOf(id: string, book: PriceBook): Named {
  const ref = parseModelId(id)
  if (ref.kind === 'model') return { key: stemOf(ref.model), ref }
  const last = id.slice(id.lastIndexOf('/') + 1)
  for (const [arn, { model, scope }] of book.profiles) {
    if (arn === id || arn.endsWith(`/${last}`)) {
      const provider = model.slice(0, Math.max(model.indexOf('.'), 0))
      return { key: stemOf(model), ref: { kind: 'model', model, provider, scope } }
    }
  }
  return { key: last, ref }
}

/** One model in one region and stretch: the smallest thing that is compared. */
interface Cell {
  readonly at: Instant
  readonly region: string
  readonly model: string
  readonly mantle: boolean
  ref: ModelRef
  metered: TokenSums
  real: TokenSums
  requests: { metered: number; real: number }
  spend: PicoUsd
}

function cellsOf(input: CoverageInput): readonly Cell[] {
  const cells = new Map<string, Cell>()
  const cell = (one: { at: Instant; region: string }, id: string, mantle: boolean): Cell => {
    const { key: model, ref } = nameOf(id, input.book)
    const key = [one.at, one.region, model, mantle].join('\n')
    const known = cells.get(key)
    if (known !== undefined) {
      // Where both were called, the gap is priced as regional: rather too much than too little.
      if (known.ref.kind === 'model' && known.ref.scope === 'global' && ref.kind === 'model') known.ref = ref
      return known
    }
    const { at, region } = one
    const fresh = { at, region, model, mantle, ref, requests: { metered: 0, real: 0 } }
    const made: Cell = { ...fresh, metered: noTokens, real: noTokens, spend: zero }
    cells.set(key, made)
    return made
  }
  // AWS's names first: they tell the scope, a charge's model does not.
  for (const [many, mantle] of [
    [input.counted, false],
    [input.mantle, true],
  ] as const) {
    for (const one of many) {
      const into = cell(one, one.modelId, mantle)
      into.real = plus(into.real, one.tokens)
      into.requests.real += one.requests
    }
  }
  for (const one of input.metered) {
    const into = cell(one, globally(one.model), false)
    into.metered = plus(into.metered, one.tokens)
    into.requests.metered += one.requests
    into.spend = add(into.spend, one.spend)
  }
  return [...cells.values()]
}

/** So that a charge, whose model has no prefix, does not make a gap dearer than AWS's own name says. */
const globally = (model: string): string => (parseModelId(model).kind === 'model' ? `global.${model}` : model)

/** Small enough for the standard band of every model; prices per token divide it. */
const SAMPLE = 1000
const none: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }

/** A sum of many prompts has no size of its own, so it is priced in the standard band. */
function priceOf(tokens: TokenSums, cell: Pick<Cell, 'ref' | 'at' | 'region'>, book: PriceBook) {
  let cost = 0n
  let assumed = false
  for (const name of CLASSES) {
    if (tokens[name] === 0) continue
    const as = name === 'cacheWrite' ? 'cacheWriteUnknown' : name
    const priced = price(book, {
      model: cell.ref,
      at: cell.at,
      region: cell.region,
      tokens: { ...none, [as]: SAMPLE },
    })
    const sample = priced.kind === 'priced' ? priced.cost : priced.assumed
    assumed ||= priced.kind !== 'priced'
    cost += (sample * BigInt(tokens[name])) / BigInt(SAMPLE)
  }
  return { usd: pico(cost), assumed }
}

/**
 * Cells of one model, side by side. Within a model a call that began in one stretch and ended in the next is in both sums
 * once, so the gap is that of the sums and not the sum of the gaps.
 */
function modelOf(cells: readonly [Cell, ...Cell[]], book: PriceBook): ModelCoverage {
  const [{ region, model, mantle }] = cells
  const metered = cells.reduce((all, one) => plus(all, one.metered), noTokens)
  const real = cells.reduce((all, one) => plus(all, one.real), noTokens)
  const missing = lacking(real, metered)
  const dearest =
    cells.find(({ ref }) => ref.kind !== 'model' || ref.scope === ('regional' satisfies Scope)) ?? cells[0]
  const { usd, assumed } = priceOf(missing, dearest, book)
  return {
    ...{ region, model, mantle, metered, real, missing, assumed },
    requests: {
      metered: cells.reduce((all, one) => all + one.requests.metered, 0),
      real: cells.reduce((all, one) => all + one.requests.real, 0),
    },
    missingTokens: totalOf(missing),
    missingUsd: usd,
    surplusTokens: totalOf(lacking(metered, real)),
    spend: pico(cells.reduce((all, one) => all + one.spend, 0n)),
  }
}

function grouped(cells: readonly Cell[], key: (cell: Cell) => string): readonly [Cell, ...Cell[]][] {
  const groups = new Map<string, [Cell, ...Cell[]]>()
  for (const cell of cells) {
    const group = groups.get(key(cell))
    if (group === undefined) groups.set(key(cell), [cell])
    else group.push(cell)
  }
  return [...groups.values()]
}

function totalled(parts: readonly Covered[]): Covered {
  const over = <T>(start: T, step: (all: T, one: Covered) => T): T => parts.reduce(step, start)
  return {
    requests: {
      metered: over(0, (all, one) => all + one.requests.metered),
      real: over(0, (all, one) => all + one.requests.real),
    },
    metered: over(noTokens, (all, one) => plus(all, one.metered)),
    real: over(noTokens, (all, one) => plus(all, one.real)),
    missing: over(noTokens, (all, one) => plus(all, one.missing)),
    missingTokens: over(0, (all, one) => all + one.missingTokens),
    missingUsd: over(zero, (all, one) => add(all, one.missingUsd)),
    surplusTokens: over(0, (all, one) => all + one.surplusTokens),
    spend: over(zero, (all, one) => add(all, one.spend)),
  }
}

const modelKey = (cell: Cell): string => [cell.region, cell.model, cell.mantle].join('\n')
const byGap = (a: ModelCoverage, b: ModelCoverage): number =>
  a.missingUsd === b.missingUsd ? (totalOf(a.real) < totalOf(b.real) ? 1 : -1) : a.missingUsd < b.missingUsd ? 1 : -1

/** Compares the two, says how much is missing, what it would have cost, and where it likely hides. */
export function coverageOf(input: CoverageInput): Coverage {
  const { book } = input
  const cells = cellsOf(input)
  const models = grouped(cells, modelKey)
    .map((group) => modelOf(group, book))
    .toSorted(byGap)
  const stretches = grouped(cells, ({ at }) => String(at)).map((group) => ({
    at: group[0].at,
    ...totalled(grouped(group, modelKey).map((one) => modelOf(one, book))),
  }))
  const total = totalled(models)
  const real = totalOf(total.real)
  const dollars = total.spend + total.missingUsd
  return {
    from: input.from,
    to: input.to,
    models,
    stretches: stretches.toSorted((a, b) => a.at - b.at),
    total,
    coveredPermille: real === 0 ? undefined : Number((BigInt(real - total.missingTokens) * 1000n) / BigInt(real)),
    missingUsdPermille: dollars === 0n ? undefined : Number((total.missingUsd * 1000n + dollars / 2n) / dollars),
    causes: causesOf(
      input,
      models,
      cells.map((cell) => modelOf([cell], book)).map((one, index) => ({ ...one, at: cells[index]?.at ?? input.from })),
    ),
  }
}
