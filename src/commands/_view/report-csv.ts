import { type Instant, type Month, toIso } from '../../runtime/domain/base/calendar.ts'
import { csvText } from '../../runtime/domain/base/csv-text.ts'
import type { Detail } from '../../runtime/domain/metering/balance.ts'
import { addTokens } from '../../runtime/domain/metering/bookkeeping.ts'
import type { PrincipalKey } from '../../runtime/domain/metering/principal.ts'
import type { TokenCounts } from '../../runtime/domain/metering/usage.ts'
import { exactlyIn } from '../../runtime/domain/money/currency.ts'
import { add, type PicoUsd, sum, toDecimal } from '../../runtime/domain/money/money.ts'

/** One principal × model × source label × membership of a month. */
export interface ChargebackRow {
  readonly principal: PrincipalKey
  readonly model: string
  readonly source: string
  /** Whose it was when it was spent; a row counts in each of the teams. */
  readonly person: string | undefined
  readonly teams: readonly string[]
  readonly requests: number
  readonly tokens: TokenCounts
  readonly spend: PicoUsd
  readonly assumed: PicoUsd
}

type Currency = { readonly code: string; readonly rate: string } | undefined

/** The month's details without days and rates: by principal, each one's dearest first. Sums are exact. */
export function chargebackRows(details: readonly Detail[]): readonly ChargebackRow[] {
  const rows = new Map<string, ChargebackRow>()
  for (const { principal, model, label, person, teams = [], requests, tokens, spend, assumed } of details) {
    const key = JSON.stringify([principal, model, label, person, teams])
    const seen = rows.get(key)
    rows.set(key, {
      principal,
      model,
      source: label,
      person,
      teams,
      requests: requests + (seen?.requests ?? 0),
      tokens: seen === undefined ? tokens : addTokens(tokens, seen.tokens),
      spend: seen === undefined ? spend : add(spend, seen.spend),
      assumed: seen === undefined ? assumed : add(assumed, seen.assumed),
    })
  }
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return [...rows.values()].sort(
    (a, b) =>
      text(a.principal, b.principal) ||
      (a.spend > b.spend ? -1 : a.spend < b.spend ? 1 : 0) ||
      text(a.model, b.model) ||
      text(a.source, b.source),
  )
}

/** Kind, role and name of a principal key: `session/ROLE/NAME` has all three. */
function partsOf(principal: PrincipalKey): { kind: string; role: string; name: string } {
  const [kind = '', first = '', second] = principal.split('/')
  return second === undefined
    ? { kind, role: kind === 'role' ? first : '', name: first }
    : { kind, role: first, name: second }
}

const columns = [
  ...['month', 'principal', 'kind', 'role', 'name', 'model', 'source', 'requests', 'inputTokens', 'outputTokens'],
  ...['cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens', 'cacheWriteUnknownTokens', 'usd', 'assumedUsd'],
  ...['person', 'teams'],
]

/** For chargeback in a spreadsheet: CRLF, exact decimals, the second currency at the guard's rate as the last column. */
export function chargebackCsv(month: Month, rows: readonly ChargebackRow[], currency: Currency): string {
  const head = [...columns, ...(currency ? [currency.code] : [])]
  const lines = rows.map((row) => {
    const { kind, role, name } = partsOf(row.principal)
    const { tokens } = row
    const numbers = [
      ...[row.requests, tokens.input, tokens.output, tokens.cacheRead],
      ...[tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.cacheWriteUnknown],
    ].map(String)
    const whose = [row.person ?? '', row.teams.join('; ')].map(csvText)
    const money = [
      toDecimal(row.spend),
      toDecimal(row.assumed),
      ...whose,
      ...(currency ? [exactlyIn(row.spend, currency)] : []),
    ]
    return [...[month, row.principal, kind, role, name, row.model, row.source].map(csvText), ...numbers, ...money]
  })
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** `report preview --csv --json`. */
export const chargebackJson = (of: {
  readonly month: Month
  readonly asOf: Instant
  readonly rows: readonly ChargebackRow[]
  readonly currency: Currency
  readonly file: string | undefined
}) => ({
  month: of.month,
  asOf: toIso(of.asOf),
  totalUsd: toDecimal(sum(of.rows.map((row) => row.spend))),
  currency: of.currency ?? null,
  file: of.file ?? null,
  rows: of.rows.map(({ principal, model, source, person, teams, requests, tokens, spend, assumed }) => ({
    principal,
    person: person ?? null,
    teams,
    model,
    source,
    requests,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheWrite5mTokens: tokens.cacheWrite5m,
    cacheWrite1hTokens: tokens.cacheWrite1h,
    cacheWriteUnknownTokens: tokens.cacheWriteUnknown,
    usd: toDecimal(spend),
    assumedUsd: toDecimal(assumed),
    inCurrency: of.currency ? exactlyIn(spend, of.currency) : null,
  })),
})
