/** Where what the ledger lacks likely hides: as far as the numbers tell, and no further. */
import type { Instant } from '../base/calendar.ts'
import { add, type PicoUsd, pico, subtract, zero } from '../money/money.ts'
import type { ModelCoverage } from './coverage.ts'
import { type CoverageInput, totalOf } from './coverage-tokens.ts'

export type CauseCode =
  /** Calls of the endpoint bedrock-mantle, which writes no invocation log. Cached input is priced as fresh: at most so much. */
  | 'mantle'
  /** Calls in a region whose log the guard does not read. */
  | 'other-region'
  /** Bedrock delivered no record while it was used: logging was off, or went elsewhere. */
  | 'logging-off'
  /** Bedrock delivered records, and not one of that time is in the ledger. */
  | 'not-counted'
  /** Bedrock tried to deliver records and could not. */
  | 'delivery-failed'
  /** The guard counts only calls with a configured label. */
  | 'only-sources'
  /** Of the last stretch alone: its records may still be on their way. */
  | 'settling'
  /** Some records of models that were otherwise logged, or models that never were: batch jobs are not logged at all. */
  | 'unlogged'
  /** The ledger holds more than AWS counted: metrics come late, or a call ended in the next stretch. */
  | 'surplus'

export interface Cause {
  readonly code: CauseCode
  readonly region: string
  readonly tokens: number
  readonly usd: PicoUsd
  readonly models: readonly string[]
  /** The time it is about. */
  readonly from: Instant
  readonly to: Instant
  /** `delivery-failed`: so many records. */
  readonly count?: number
}

type Cell = ModelCoverage & { readonly at: Instant }

const tokensIn = (cells: readonly ModelCoverage[]): number => cells.reduce((all, one) => all + one.missingTokens, 0)
const dollarsIn = (cells: readonly ModelCoverage[]): PicoUsd =>
  cells.reduce((all, one) => add(all, one.missingUsd), zero)
const namesIn = (cells: readonly ModelCoverage[]): readonly string[] => [
  ...new Set(cells.filter((one) => one.missingTokens > 0).map(({ model }) => model)),
]

const about = (
  code: CauseCode,
  cells: readonly ModelCoverage[],
  input: CoverageInput,
  region = input.region,
): Cause => ({
  code,
  region,
  tokens: tokensIn(cells),
  usd: dollarsIn(cells),
  models: namesIn(cells),
  from: input.from,
  to: input.to,
})

/** Runs of stretches in which AWS counted calls and the ledger nothing; quiet stretches between do not end a run. */
function silences(cells: readonly Cell[], input: CoverageInput): readonly Cause[] {
  const delivered = new Set(
    input.deliveries.filter((one) => one.region === input.region && one.succeeded > 0).map(({ at }) => at),
  )
  const stretches = new Map<Instant, Cell[]>()
  for (const cell of cells) stretches.set(cell.at, [...(stretches.get(cell.at) ?? []), cell])
  const runs: { code: 'logging-off' | 'not-counted'; cells: Cell[]; from: Instant; to: Instant }[] = []
  let open: (typeof runs)[number] | undefined
  for (const [at, here] of [...stretches].toSorted(([a], [b]) => a - b)) {
    if (here.some((one) => totalOf(one.metered) > 0)) {
      open = undefined
      continue
    }
    const code = delivered.has(at) ? 'not-counted' : 'logging-off'
    if (open?.code !== code) {
      open = { code, cells: [], from: at, to: at }
      runs.push(open)
    }
    open.cells.push(...here)
    open.to = Math.min(at + input.step, input.to) as Instant
  }
  return runs.map(({ code, cells: in_, from, to }) => ({ ...about(code, in_, input), from, to }))
}

const less = (all: Cause, parts: readonly Cause[]): Cause => {
  const usd = subtract(all.usd, pico(parts.reduce((sum, one) => sum + one.usd, 0n)))
  const tokens = all.tokens - parts.reduce((sum, one) => sum + one.tokens, 0)
  return { ...all, tokens: Math.max(0, tokens), usd: usd < 0n ? zero : usd }
}

/** In the region whose log is read: what the silences leave over. */
function atHome(models: readonly ModelCoverage[], cells: readonly Cell[], input: CoverageInput): readonly Cause[] {
  const here = (one: ModelCoverage): boolean => !one.mantle && one.region === input.region
  const own = models.filter(here)
  const ownCells = cells.filter(here)
  const failed = input.deliveries.filter((one) => one.region === input.region).reduce((all, one) => all + one.failed, 0)
  if (tokensIn(own) === 0) return failed > 0 ? [{ ...about('delivery-failed', [], input), count: failed }] : []
  const silent = silences(ownCells, input)
  const rest = less(about('unlogged', own, input), silent)
  const lastAt = input.to - input.step
  const explained: Cause[] = [...silent]
  if (rest.tokens > 0) {
    const speaking = ownCells.filter((one) => !silent.some(({ from, to }) => one.at >= from && one.at < to))
    const models = namesIn(speaking.filter((one) => own.some((m) => m.model === one.model && m.missingTokens > 0)))
    const isLast =
      input.step < input.to - input.from && speaking.every((one) => one.at >= lastAt || one.missingTokens === 0)
    const code = failed > 0 ? 'delivery-failed' : input.onlySources ? 'only-sources' : isLast ? 'settling' : 'unlogged'
    explained.push({ ...rest, code, models, ...(failed > 0 ? { count: failed } : {}) })
  } else if (failed > 0) {
    explained.push({ ...about('delivery-failed', [], input), count: failed })
  }
  return explained
}

/** Dearest first; `surplus` last. */
export function causesOf(
  input: CoverageInput,
  models: readonly ModelCoverage[],
  cells: readonly Cell[],
): readonly Cause[] {
  const mantle = models.filter((one) => one.mantle && one.missingTokens > 0)
  const elsewhere = models.filter((one) => !one.mantle && one.region !== input.region && one.missingTokens > 0)
  const regions = [...new Set(elsewhere.map(({ region }) => region))]
  const found = [
    ...[...new Set(mantle.map(({ region }) => region))].map((region) =>
      about(
        'mantle',
        mantle.filter((one) => one.region === region),
        input,
        region,
      ),
    ),
    ...regions.map((region) =>
      about(
        'other-region',
        elsewhere.filter((one) => one.region === region),
        input,
        region,
      ),
    ),
    ...atHome(models, cells, input),
  ].toSorted((a, b) => (a.usd === b.usd ? b.tokens - a.tokens : a.usd < b.usd ? 1 : -1))
  const more = models.filter((one) => one.surplusTokens > 0)
  if (more.length === 0) return found
  const tokens = more.reduce((all, one) => all + one.surplusTokens, 0)
  return [...found, { ...about('surplus', [], input), tokens, usd: zero, models: more.map(({ model }) => model) }]
}
