/** What other limits would have done to the past, in tables and as a document. */
import { type Day, type Instant, localText, periodOf, toIso, type Zoning } from '../../runtime/domain/base/calendar.ts'
import { type Limit, potKey } from '../../runtime/domain/judging/limit.ts'
import type { Simulated, SimulatedStop } from '../../runtime/domain/judging/simulate.ts'
import { type PicoUsd, sum, toCents, toDecimal } from '../../runtime/domain/money/money.ts'
import { columns } from './columns.ts'
import { whyText } from './effect.ts'
import { limitName } from './limit-name.ts'
import { ESTIMATE } from './width.ts'

export interface SimulationShown {
  /** For people: `the ledger`, or paths. */
  readonly source: string
  readonly zoning: Zoning
  readonly since: Day | undefined
  readonly until: Day | undefined
  readonly lagSeconds: number
  readonly lagFrom: 'measured' | 'given' | 'assumed'
  /** Every limit that one of the replays knows. */
  readonly limits: readonly Limit[]
  /** Undefined: not asked for, or there is no guard. */
  readonly today: Simulated | undefined
  /** Undefined: no limit was given. */
  readonly proposed: Simulated | undefined
}

const LAG: Record<SimulationShown['lagFrom'], string> = {
  measured: 'as the guard has measured',
  given: 'as given',
  assumed: 'assumed: nothing was measured yet',
}

export function simulationText(shown: SimulationShown, screen: number): string {
  const { today, proposed } = shown
  const any = proposed ?? today
  if (any === undefined || any.requests === 0)
    return `There is nothing to replay: ${shown.source} holds no charge${rangeText(shown)}.`
  const time = (at: Instant): string => localText(at, zoneAt(at, shown.zoning)).slice(0, 16)
  const zone = zoneAt(any.to ?? any.from, shown.zoning)
  const from = any.from === undefined ? '' : ` from ${time(any.from)} to ${time(any.to ?? any.from)} (${zone})`
  return [
    `Replayed ${any.requests} charges of ${shown.source}${from}: ${toCents(any.spent)} USD.`,
    ESTIMATE,
    `A deny holds ${Math.round(shown.lagSeconds * 10) / 10} seconds after the call that reaches a limit (${LAG[shown.lagFrom]}).`,
    '',
    sumsTable(shown, screen),
    ...stopsText(any, time, screen),
    ...warningsText(any, time, screen),
    ...overText(any, screen),
  ].join('\n')
}

const rangeText = ({ since, until }: SimulationShown): string =>
  `${since === undefined ? '' : ` since ${since}`}${until === undefined ? '' : ` until ${until}`}`

const zoneAt = (at: Instant | undefined, zoning: Zoning): string =>
  at === undefined ? (zoning[0]?.zone ?? 'UTC') : periodOf('day', at, zoning).zone

const overOf = (result: Simulated): PicoUsd => sum(result.over.map(({ over }) => over))
const people = (stops: readonly SimulatedStop[]): number =>
  new Set(stops.filter(({ cannot }) => cannot === undefined).map(({ principal }) => principal)).size
const pots = (result: Simulated): number => new Set(result.warnings.map(({ pot }) => pot)).size

function sumsTable({ today, proposed }: SimulationShown, screen: number): string {
  const results = [today, proposed].filter((result) => result !== undefined)
  const row = (name: string, value: (result: Simulated) => string | number) => [
    name,
    ...results.map((result) => String(value(result))),
  ]
  return columns(
    [
      { head: '' },
      ...(today === undefined ? [] : [{ head: 'TODAY’S LIMITS', align: 'right' as const }]),
      ...(proposed === undefined ? [] : [{ head: 'WITH THESE', align: 'right' as const }]),
    ],
    [
      row('Would have been spent, USD', (result) => toCents(result.wouldSpend)),
      row('Not spent', (result) => toCents(result.saved)),
      row('Over the limits', (result) => toCents(overOf(result))),
      row('Calls stopped', (result) => result.stoppedRequests),
      row('Principals stopped', (result) => people(result.stops)),
      row('Principals and pots warned', pots),
    ],
    screen,
  )
}

function stopsText({ stops }: Simulated, time: (at: Instant) => string, screen: number): readonly string[] {
  if (stops.length === 0) return ['', 'Nobody would have been stopped.']
  const table = columns(
    [
      { head: 'STOPPED' },
      { head: 'BY' },
      { head: 'FROM' },
      { head: 'CALLS', align: 'right' },
      { head: 'NOT SPENT', align: 'right' },
    ],
    stops.map(({ principal, limit, stoppedAt, requests, saved, cannot }) => [
      principal,
      shortName(limit, principal),
      time(stoppedAt),
      cannot === undefined ? String(requests) : '-',
      cannot === undefined ? toCents(saved) : 'goes on',
    ]),
    screen,
  )
  const why = [...new Set(stops.flatMap(({ cannot }) => cannot ?? []))]
  return ['', table, ...why.map((one) => `Goes on: ${whyText(one)}.`)]
}

/** `own, a month`, `*, a day`: the table has no room for sentences. */
function shortName(id: string, of: string): string {
  const at = id.lastIndexOf('@')
  const pot = id.slice(0, at)
  return `${pot === of ? 'own' : pot === '*' ? 'everyone' : pot}, a ${id.slice(at + 1).replace('~', '')}`
}

function warningsText({ warnings }: Simulated, time: (at: Instant) => string, screen: number): readonly string[] {
  if (warnings.length === 0) return []
  const rows = warnings.map(({ pot, limit, threshold, at }) => [pot, shortName(limit, pot), `${threshold} %`, time(at)])
  const table = columns(
    [{ head: 'WARNED' }, { head: 'BY' }, { head: 'AT', align: 'right' }, { head: 'ON' }],
    rows,
    screen,
  )
  return ['', table]
}

function overText({ over }: Simulated, screen: number): readonly string[] {
  if (over.length === 0) return []
  const rows = over.map(({ pot, limit, period, amount, spent, over: above }) => [
    pot,
    limitName(limit, pot),
    period,
    toCents(amount),
    toCents(spent),
    toCents(above),
  ])
  const heads = ['OVER THE LIMIT', 'LIMIT', 'PERIOD', 'OF', 'SPENT', 'OVER']
  return [
    '',
    columns(
      heads.map((head, index) => ({ head, align: index > 2 ? 'right' : 'left' })),
      rows,
      screen,
    ),
  ]
}

const resultJson = (result: Simulated) => ({
  wouldSpendUsd: toDecimal(result.wouldSpend),
  notSpentUsd: toDecimal(result.saved),
  overUsd: toDecimal(overOf(result)),
  stoppedRequests: result.stoppedRequests,
  stopped: result.stops.map((stop) => ({
    principal: stop.principal,
    limit: stop.limit,
    period: stop.period,
    reachedAt: toIso(stop.reachedAt),
    stoppedAt: toIso(stop.stoppedAt),
    until: stop.until === 'no-end' ? null : toIso(stop.until),
    requests: stop.requests,
    notSpentUsd: toDecimal(stop.saved),
    cannotBlock: stop.cannot ?? null,
  })),
  warned: result.warnings.map(({ pot, limit, period, threshold, at }) => ({
    ...{ pot, limit, period, threshold },
    at: toIso(at),
  })),
  over: result.over.map(({ pot, limit, period, amount, spent, over }) => ({
    ...{ pot, limit, period },
    limitUsd: toDecimal(amount),
    spentUsd: toDecimal(spent),
    overUsd: toDecimal(over),
  })),
})

/** Times UTC; `today` and `proposed` are null where they were not replayed. */
export function simulationJson(shown: SimulationShown): object {
  const any = shown.proposed ?? shown.today
  return {
    source: shown.source,
    from: any?.from === undefined ? null : toIso(any.from),
    to: any?.to === undefined ? null : toIso(any.to),
    requests: any?.requests ?? 0,
    spentUsd: toDecimal(any?.spent ?? sum([])),
    lag: { seconds: shown.lagSeconds, from: shown.lagFrom },
    limits: shown.limits.map((limit) => ({ id: limit.id, of: potKey(limit.of), limitUsd: toDecimal(limit.amount) })),
    today: shown.today === undefined ? null : resultJson(shown.today),
    proposed: shown.proposed === undefined ? null : resultJson(shown.proposed),
  }
}
