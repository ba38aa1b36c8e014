import { localText } from '../base/calendar.ts'
import { inCurrency } from '../money/currency.ts'
import { add, type PicoUsd, subtract, sum, toCents, zero } from '../money/money.ts'
import { type Column, displayWidth, facts, mailWidth, printable, shellQuoted, shorten, table, wrap } from './layout.ts'
import { command, limitText, moneyText } from './notice-text.ts'
import type { ReportRow, ReportView, Stopped } from './report-view.ts'
import type { Words } from './wording.ts'

export type Lines = readonly string[]

/** So that a mail stays readable, and below SNS's 256 KB, in an account of thousands. */
const rowsPerSection = 100
const nameAtLeast = 16
const topModels = 5
const labelAtMost = 16

export const heading = (text: string): Lines => ['', text, '-'.repeat(Math.min(displayWidth(text), mailWidth))]

type ValueColumn<Row> = Column & { readonly value: (row: Row) => string }
const right = <Row>(title: string, value: (row: Row) => string): ValueColumn<Row> => ({ title, align: 'right', value })
const left = <Row>(title: string, value: (row: Row) => string): ValueColumn<Row> => ({ title, align: 'left', value })

/** A table no wider than a mail: its first column holds names, and these are shortened to what the others leave. */
function fitted<Row>(columns: readonly ValueColumn<Row>[], rows: readonly Row[]): Lines {
  const cells = rows.map((row) => columns.map((column) => column.value(row)))
  const [name, ...others] = columns
  const taken = others.map(({ title }, index) =>
    Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[index + 1] ?? ''))),
  )
  const width = Math.max(nameAtLeast, mailWidth - 2 - taken.reduce((all, one) => all + one + 2, 0))
  const short = cells.map(([first = '', ...rest]) => [shorten(first, width), ...rest])
  return name === undefined ? [] : table(columns, short)
}

const nameOf = (row: ReportRow): string => `${row.within ? '  ' : ''}${printable(row.name)}`
const spentBy = (rows: readonly ReportRow[]): PicoUsd => sum(rows.filter((row) => !row.within).map((row) => row.spend))

/**
 * One section of principals, people or teams, dearest first: money, limit and share of it, state; columns that would be
 * empty are left out.
 */
export function people(title: string, rows: readonly ReportRow[], view: ReportView, words: Words): Lines {
  if (rows.length === 0) return []
  const { columns, noLimit } = words.report
  const { currency } = view.context
  const shown = rows.slice(0, rowsPerSection)
  const rest = rows.slice(rowsPerSection)
  const all = [
    left(columns.name, nameOf),
    right('USD', (row: ReportRow) => toCents(row.spend)),
    ...(currency ? [right(currency.code, (row: ReportRow) => inCurrency(row.spend, currency))] : []),
    ...(rows.some((row) => row.limit)
      ? [
          right(columns.limit, (row: ReportRow) => (row.limit ? toCents(row.limit.amount) : noLimit)),
          right(columns.used, ({ limit }: ReportRow) => (limit?.percent === undefined ? '-' : `${limit.percent} %`)),
        ]
      : []),
    ...(view.kind === 'daily' ? [left(columns.state, (row: ReportRow) => words.states[row.state])] : []),
  ]
  const more =
    rest.length === 0
      ? []
      : [`  ${words.report.more(rest.length, toCents(spentBy(rest)))}`, `  ${everybody(view)}  # ${words.todo.status}`]
  const overlap = rows === view.teams
  const above = overlap ? title : `${title}: ${moneyText(spentBy(rows), view.context)}`
  const note = overlap ? wrap(words.report.teamsOverlap, mailWidth - 2).map((line) => `  ${line}`) : []
  return [...heading(above), ...fitted(all, shown), ...more, ...note]
}

const everybody = (view: ReportView): string =>
  view.kind === 'daily' ? command(view.context, 'status') : command(view.context, 'status', '--month', view.month)

const cell = (amount: PicoUsd): string => (amount === 0n ? '-' : toCents(amount))

/** The same people by source label: as many labels as there is room for, dearest first, what is left added up and named. */
export function sources(view: ReportView, words: Words): Lines {
  const rows = [...view.users, ...view.roles, ...view.others]
  const totals = new Map<string, PicoUsd>()
  for (const { within, labels } of rows) {
    if (!within) for (const [label, amount] of labels) totals.set(label, add(totals.get(label) ?? zero, amount))
  }
  const named = [...totals]
    .filter(([label, amount]) => amount !== 0n && label !== 'other' && label !== 'none')
    .sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0))
    .map(([label]) => label)
  const inOther = (totals.get('other') ?? zero) !== 0n
  if (named.length === 0 && !inOther) return []
  const { columns } = words.report
  const total: ReportRow | undefined = view.total === zero ? undefined : totalRow(view, totals, columns.total)
  const shown = [...rows.slice(0, rowsPerSection), ...(total ? [total] : [])]
  const of = (label: string) => (row: ReportRow) => cell(row.labels.get(label) ?? zero)
  const tableWith = (own: readonly string[]): Lines => {
    const left0 = (row: ReportRow) =>
      subtract(row.spend, sum([...own, 'none'].map((label) => row.labels.get(label) ?? zero)))
    const other = inOther || own.length < named.length
    return fitted(
      [
        left(columns.name, nameOf),
        ...own.map((label) => right(shorten(printable(label), labelAtMost), of(label))),
        ...(other ? [right(columns.other, (row: ReportRow) => cell(left0(row)))] : []),
        ...((totals.get('none') ?? zero) === 0n ? [] : [right(columns.none, of('none'))]),
      ],
      shown,
    )
  }
  let fitting = named.length
  while (fitting > 1 && tableWith(named.slice(0, fitting)).some((line) => displayWidth(line) > mailWidth)) fitting -= 1
  const hidden = named.slice(fitting).map((label) => [label, totals.get(label) ?? zero] as const)
  const parts = [
    ...hidden,
    ...(hidden.length > 0 && inOther ? [[columns.unlisted, totals.get('other') ?? zero] as const] : []),
  ]
  return [
    ...heading(words.report.sources),
    ...tableWith(named.slice(0, fitting)),
    ...facts(
      parts.length === 0
        ? []
        : [[`${columns.other}:`, parts.map(([label, amount]) => `${printable(label)} ${toCents(amount)}`).join(', ')]],
      mailWidth,
    ),
  ]
}

const totalRow = (view: ReportView, labels: ReadonlyMap<string, PicoUsd>, name: string): ReportRow => ({
  name,
  principal: name as ReportRow['principal'],
  within: false,
  spend: view.total,
  labels,
  limit: undefined,
  state: 'unlimited',
})

function whyStopped(one: Stopped, words: Words): string {
  const { report } = words
  if (one.cannot !== undefined) return words.cannot[one.cannot].why
  const through = one.through === undefined ? '' : ` (${printable(one.through)})`
  const who = report.byHand(one.by === undefined ? '' : printable(one.by.slice(one.by.lastIndexOf(':') + 1))) + through
  const hand = one.reason === undefined ? who : `${who}: ${printable(one.reason)}`
  if (one.decidedBy === 'manual') return hand
  const { limit } = one
  const name = limitText(one.decidedBy, words)
  const usd = (amount: PicoUsd) => `USD ${toCents(amount)}`
  const passed = limit ? `${name}: ${report.ofLimit(usd(limit.spent), usd(limit.amount))}` : name
  return one.state === 'waived' ? `${passed}\n${hand}` : passed
}

/** Who is stopped now, or would be but for a pardon: until when, and why. */
export function stopped(view: ReportView, words: Words): Lines {
  if (view.kind === 'statement') return []
  const title = heading(words.report.stopped)
  if (view.stopped.length === 0) return [...title, `  ${words.report.nobodyStopped}`]
  const rest = view.stopped.length - rowsPerSection
  return [
    ...title,
    ...view.stopped.slice(0, rowsPerSection).flatMap((one) => {
      const until =
        one.until === undefined ? '' : one.until === 'no-end' ? words.noEnd : localText(one.until, view.context.zone)
      const state = words.states[one.state]
      const what = until === '' ? state : words.report.until(state, until)
      return [
        `  ${shorten(printable(one.principal), mailWidth - 2)}`,
        ...facts([['', `${what}\n${whyStopped(one, words)}`]], mailWidth),
      ]
    }),
    ...(rest > 0 ? [`  ${words.report.moreStopped(rest)}`, `  ${everybody(view)}  # ${words.todo.status}`] : []),
  ]
}

/** The dearest models with the rest added up, and those whose price is only assumed. */
export function models(view: ReportView, words: Words): Lines {
  const { columns, more, unpriced } = words.report
  const requests = (one: { readonly requests: number }) => String(one.requests)
  const rest = view.models.slice(topModels)
  const top =
    view.models.length === 0
      ? []
      : [
          ...heading(words.report.models),
          ...fitted(
            [
              left(columns.model, (one: ReportView['models'][number]) => printable(one.model)),
              right('USD', (one: ReportView['models'][number]) => toCents(one.spend)),
              right(columns.requests, requests),
            ],
            view.models.slice(0, topModels),
          ),
          ...(rest.length === 0 ? [] : [`  ${more(rest.length, toCents(sum(rest.map((one) => one.spend))))}`]),
        ]
  const first = view.unpriced[0]
  if (first === undefined) return top
  return [
    ...top,
    ...heading(unpriced),
    ...fitted(
      [
        left(columns.model, (one: ReportView['unpriced'][number]) => printable(one.model)),
        right(columns.assumed, (one: ReportView['unpriced'][number]) => toCents(one.assumed)),
        right(columns.requests, requests),
      ],
      view.unpriced.slice(0, rowsPerSection),
    ),
    `  # ${words.todo['set-price']}`,
    `  ${command(view.context, 'prices', 'set', shellQuoted(printable(first.model)), '--help')}`,
  ]
}
