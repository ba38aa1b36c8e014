/** What reprice, rebuild and backfill show. Pure. */
import { type PicoUsd, pico, sum, toCents } from '../../runtime/domain/money/money.ts'
import { columns } from './columns.ts'
import { ESTIMATE } from './width.ts'

export interface Change {
  readonly principal: string
  readonly model: string
  readonly requests: number
  readonly before: PicoUsd
  readonly after: PicoUsd
}

interface RepriceView {
  readonly from: string
  readonly to: string
  /** In which the days begin. */
  readonly zone: string
  readonly model: string | undefined
  readonly done: boolean
  readonly changes: readonly Change[]
  readonly corrected: number
  readonly left: number
  readonly conflicts: number
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

/** With its sign; what is less than a cent is said to be. */
export function signed(amount: PicoUsd): string {
  if (amount === 0n) return '0.00'
  return amount < 0n ? `-${toCents(pico(-amount))}` : `+${toCents(amount)}`
}

export function repriceText(view: RepriceView): string {
  const where = `${view.from} to ${view.to} (${view.zone})${view.model === undefined ? '' : `, ${view.model}`}`
  const rest = [
    ...(view.left === 0
      ? []
      : [`${counted(view.left, 'request')} still without a price: counted at an assumed one as before.`]),
    ...(view.conflicts === 0
      ? []
      : [`${counted(view.conflicts, 'entry', 'entries')} corrected by somebody else just now: run it again.`]),
  ]
  if (view.changes.length === 0) return [`Nothing differs from the prices in force: ${where}.`, ...rest].join('\n')
  const total = (of: 'before' | 'after') => sum(view.changes.map((change) => change[of]))
  const requests = view.changes.reduce((all, change) => all + change.requests, 0)
  const row = (first: string, model: string, change: Pick<Change, 'requests' | 'before' | 'after'>) => [
    ...[first, model, change.requests.toLocaleString('en-US'), toCents(change.before), toCents(change.after)],
    signed(pico(change.after - change.before)),
  ]
  const table = columns(
    [
      { head: 'PRINCIPAL' },
      { head: 'MODEL' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
      { head: 'CHANGE', align: 'right' },
    ],
    [
      ...view.changes.map((change) => row(change.principal, change.model, change)),
      row('total', '', { requests, before: total('before'), after: total('after') }),
    ],
  )
  const did = `${counted(view.corrected, 'entry', 'entries')} ${view.done ? 'corrected' : 'would be corrected'} for ${where}, in USD.`
  return [table, '', did, ESTIMATE, ...rest].join('\n')
}

interface SurveyView {
  readonly read: { readonly records: number; readonly malformed: number }
  readonly missing: number
  readonly known: number
  readonly spend: PicoUsd
  readonly perPrincipal: readonly { readonly principal: string; readonly requests: number; readonly usd: PicoUsd }[]
  readonly blocks: readonly string[]
  readonly warns: readonly string[]
}
const ROWS_AT_MOST = 20

export function surveyText(view: SurveyView, how: { readonly hold: boolean; readonly observes: boolean }): string {
  if (view.missing === 0) return `Nothing is missing: all ${counted(view.known, 'request')} there are counted already.`
  const shown = view.perPrincipal.slice(0, ROWS_AT_MOST)
  const table = columns(
    [{ head: 'PRINCIPAL' }, { head: 'REQUESTS', align: 'right' }, { head: 'USD', align: 'right' }],
    shown.map(({ principal, requests, usd }) => [principal, requests.toLocaleString('en-US'), toCents(usd)]),
  )
  const more = view.perPrincipal.length - shown.length
  const blocks = how.observes ? 'Would be blocked, did the guard not only observe' : 'Would be blocked'
  return [
    `${counted(view.missing, 'request')} not counted yet, ${toCents(view.spend)} USD; ${view.known.toLocaleString('en-US')} are.`,
    table,
    ESTIMATE,
    ...(more > 0 ? [`and ${counted(more, 'other')}`] : []),
    ...(view.read.malformed > 0 ? [`${counted(view.read.malformed, 'record')} could not be read.`] : []),
    ...view.blocks.map((principal) => `${blocks}: ${principal}`),
    ...view.warns.map((principal) => `Would be warned: ${principal}`),
    ...(how.hold && view.blocks.length > 0
      ? ['The guard is on hold: it blocks nobody until init has released it.']
      : []),
  ].join('\n')
}

interface CountedView {
  readonly recorded: number
  readonly duplicates: number
  readonly conflicts: number
  readonly malformed: number
  readonly refused: number
}

export function backfilledText(
  view: CountedView,
  stopped: { readonly at: string; readonly why: string | undefined; readonly next: string } | undefined,
): string {
  const before =
    view.duplicates === 0
      ? ''
      : `; ${view.duplicates.toLocaleString('en-US')} ${view.duplicates === 1 ? 'was' : 'were'} counted before`
  return [
    `Counted ${counted(view.recorded, 'request')}${before}.`,
    ...(view.conflicts === 0
      ? []
      : [`${counted(view.conflicts, 'record')} with a request id that is counted with other content: left as it was.`]),
    ...(view.malformed === 0 ? [] : [`${counted(view.malformed, 'record')} could not be read.`]),
    ...(view.refused === 0 ? [] : [`${counted(view.refused, 'record')} refused by the table.`]),
    ...(stopped === undefined
      ? []
      : [
          `Stopped at ${stopped.at}${stopped.why === undefined ? '' : `: ${stopped.why}`}. Nothing counts twice; go on with:`,
          `  ${stopped.next}`,
        ]),
  ].join('\n')
}
