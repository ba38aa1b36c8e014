/** What reprice, rebuild and backfill show. Pure. */
import { type PicoUsd, pico, sum, toCents } from '../../runtime/domain/money/money.ts'
import { columns } from './columns.ts'

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
  const where = `${view.from} to ${view.to}${view.model === undefined ? '' : `, ${view.model}`}`
  const rest = [
    ...(view.left === 0
      ? []
      : [`${counted(view.left, 'request')} still without a price: counted at an assumed one as before.`]),
    ...(view.conflicts === 0
      ? []
      : [`${counted(view.conflicts, 'entry', 'entries')} corrected by somebody else just now: run it again.`]),
  ]
  if (view.changes.length === 0) return [`Nothing differs from the prices in force (${where}).`, ...rest].join('\n')
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
  const did = `${counted(view.corrected, 'entry', 'entries')} ${view.done ? 'corrected' : 'would be corrected'} (${where}), in USD at list price before tax.`
  return [table, '', did, ...rest].join('\n')
}
