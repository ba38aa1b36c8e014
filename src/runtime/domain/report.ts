import { localText } from './calendar.ts'
import { inCurrency } from './currency.ts'
import { type Column, displayWidth, facts, printable, subjectLine, table, truncate } from './layout.ts'
import { add, type PicoUsd, subtract, sum, toCents, zero } from './money.ts'
import { command, footer, limitText, moneyText, timeText, withCommands } from './notice-text.ts'
import type { ReportRow, ReportView } from './report-view.ts'
import type { Words } from './wording.ts'

export { type ReportInput, type ReportView, reportOf } from './report-view.ts'

type Lines = readonly string[]

/** So that a mail stays readable, and below SNS's 256 KB, in an account of thousands. */
const rowsPerSection = 100
const nameWidth = 40
/** Label columns side by side; the smallest ones beyond that are added to "other". */
const labelColumns = 4

const heading = (text: string): Lines => ['', text, '-'.repeat(displayWidth(text))]

function head(view: ReportView, words: Words): Lines {
  const { context } = view
  const { facts: label, report } = words
  const title = view.kind === 'daily' ? report.title(view.today) : report.statementTitle(view.month)
  const range = `${localText(view.from, context.zone)} - ${localText(view.to, context.zone)} (${context.zone})`
  const change = subtract(view.yesterday, view.dayBefore)
  const sign = change > 0n ? 'more' : change < 0n ? 'less' : 'same'
  const magnitude = change < 0n ? subtract(zero, change) : change
  const pairs: [string, string][] = [
    [label.guard, context.guard],
    [label.account, `${context.account}, ${context.region}`],
    [label.period, range],
    [label.prices, words.estimate],
  ]
  if (context.currency) pairs.push([label.rate, report.rate(context.currency.code, context.currency.rate)])
  pairs.push([label.total, moneyText(view.total, context)])
  if (view.assumed > 0n) pairs.push([label.ofWhichAssumed, moneyText(view.assumed, context)])
  if (view.kind === 'daily') {
    pairs.push([
      label.yesterday,
      report.change(moneyText(view.yesterday, context), moneyText(magnitude, context), sign),
    ])
    pairs.push([label.forecast, view.forecast === undefined ? report.noForecast : moneyText(view.forecast, context)])
  }
  const late = view.kind === 'statement' ? ['', `  ${report.late}`] : []
  return [title, '='.repeat(displayWidth(title)), ...facts(pairs), ...late]
}

/** The labels that get a column of their own, dearest first; `other` and `none` come last. */
function labelTitles(rows: readonly ReportRow[]): {
  readonly own: readonly string[]
  readonly hasOther: boolean
  readonly hasNone: boolean
} {
  const totals = new Map<string, PicoUsd>()
  for (const row of rows) {
    for (const [label, amount] of row.labels) totals.set(label, add(totals.get(label) ?? zero, amount))
  }
  const spent = [...totals].filter(([, amount]) => amount !== 0n)
  const named = spent
    .filter(([label]) => label !== 'other' && label !== 'none')
    .sort(([, a], [, b]) => (a > b ? -1 : 1))
  return {
    own: named.slice(0, labelColumns).map(([label]) => label),
    hasOther: named.length > labelColumns || spent.some(([label]) => label === 'other'),
    hasNone: spent.some(([label]) => label === 'none'),
  }
}

const cell = (amount: PicoUsd): string => (amount === 0n ? '-' : toCents(amount))

type RowColumn = Column & { readonly value: (row: ReportRow) => string }

/** Name, money, limit, the split by label, state; columns that would be empty are left out. */
function rowColumns(rows: readonly ReportRow[], view: ReportView, words: Words): readonly RowColumn[] {
  const { columns, noLimit } = words.report
  const { currency } = view.context
  const { own, hasOther, hasNone } = labelTitles(rows)
  const right = (title: string, value: RowColumn['value']): RowColumn => ({ title, align: 'right', value })
  const left = (title: string, value: RowColumn['value']): RowColumn => ({ title, align: 'left', value })
  const spentUnder = (row: ReportRow, label: string) => row.labels.get(label) ?? zero
  const otherOf = (row: ReportRow) =>
    subtract(sum(row.labels.values()), sum([...own, 'none'].map((label) => spentUnder(row, label))))
  return [
    left(columns.name, (row) => truncate(`${row.within ? '  ' : ''}${printable(row.name)}`, nameWidth)),
    right('USD', (row) => toCents(row.spend)),
    ...(currency ? [right(currency.code, (row) => inCurrency(row.spend, currency))] : []),
    ...(rows.some((row) => row.limit)
      ? [
          right(columns.limit, (row) => (row.limit ? toCents(row.limit.amount) : noLimit)),
          right(columns.used, (row) => (row.limit?.percent === undefined ? '-' : `${row.limit.percent} %`)),
        ]
      : []),
    ...own.map((label) => right(truncate(printable(label), 20), (row) => cell(spentUnder(row, label)))),
    ...(hasOther ? [right(columns.other, (row) => cell(otherOf(row)))] : []),
    ...(hasNone ? [right(columns.none, (row) => cell(spentUnder(row, 'none')))] : []),
    ...(view.kind === 'daily' ? [left(columns.state, (row) => words.states[row.state])] : []),
  ]
}

function people(title: string, rows: readonly ReportRow[], view: ReportView, words: Words): Lines {
  if (rows.length === 0) return []
  const columns = rowColumns(rows, view, words)
  const cells = rows.slice(0, rowsPerSection).map((row) => columns.map((column) => column.value(row)))
  const rest = rows.slice(rowsPerSection)
  const spent = (some: readonly ReportRow[]) => sum(some.filter((row) => !row.within).map((row) => row.spend))
  return [
    ...heading(`${title}: ${moneyText(spent(rows), view.context)}`),
    ...table(columns, cells),
    ...(rest.length === 0 ? [] : [`  ${words.report.more(rest.length, toCents(spent(rest)))}`]),
  ]
}

function stopped(view: ReportView, words: Words): Lines {
  if (view.kind === 'statement') return []
  if (view.stopped.length === 0) return [...heading(words.report.stopped), `  ${words.report.nobodyStopped}`]
  const { columns } = words.report
  const rows = view.stopped.map((one) => [
    truncate(printable(one.principal), nameWidth + 10),
    words.states[one.state],
    one.decidedBy === 'manual' ? words.report.byHand : limitText(one.decidedBy, words),
    one.until === undefined ? '' : one.until === 'no-end' ? words.noEnd : localText(one.until, view.context.zone),
  ])
  const left = (title: string): Column => ({ title, align: 'left' })
  return [
    ...heading(words.report.stopped),
    ...table([left(columns.name), left(columns.state), left(columns.limit), left(columns.until)], rows),
  ]
}

function models(view: ReportView, words: Words): Lines {
  const { columns } = words.report
  const right = (title: string): Column => ({ title, align: 'right' })
  const name: Column = { title: columns.model, align: 'left' }
  const top =
    view.models.length === 0
      ? []
      : [
          ...heading(words.report.models),
          ...table(
            [name, right('USD'), right(columns.requests)],
            view.models.map((one) => [truncate(printable(one.model), 60), toCents(one.spend), String(one.requests)]),
          ),
        ]
  if (view.unpriced.length === 0) return top
  const rows = view.unpriced
    .slice(0, rowsPerSection)
    .map((one) => [truncate(printable(one.model), 60), toCents(one.assumed), String(one.requests)])
  return [
    ...top,
    ...heading(words.report.unpriced),
    ...table([name, right(columns.assumed), right(columns.requests)], rows),
    `  ${command(view.context, 'prices', 'set', '--help')}  # ${words.todo['set-price']}`,
  ]
}

function health(view: ReportView, words: Words): Lines {
  const { report, facts: label } = words
  const seconds = (value: number | undefined) =>
    value === undefined ? report.unknownDelay : report.seconds(Math.round(value))
  const { lastRecordAt, logSeconds, deliverySeconds, enforceSeconds, problems } = view.health
  return [
    ...heading(report.health),
    ...facts([
      [label.lastRecord, lastRecordAt === undefined ? report.never : timeText(lastRecordAt, view.context, words)],
      [
        label.delay,
        report.delay({
          log: seconds(logSeconds),
          delivery: seconds(deliverySeconds),
          enforce: seconds(enforceSeconds),
        }),
      ],
    ]),
    ...(problems.length === 0 ? [] : [`  ${report.problems(problems.length)}`]),
    ...problems.slice(0, rowsPerSection).map((problem) => `    ! ${printable(problem)}`),
  ]
}

function next(view: ReportView, words: Words): Lines {
  const { context } = view
  const lines: (readonly [string, string])[] = [[command(context, 'status'), words.todo.status]]
  const first = view.stopped.find((one) => one.state === 'blocked')
  if (first)
    lines.push([
      command(context, 'unblock', first.principal),
      first.decidedBy === 'manual' ? words.todo.lift : words.todo.unblock,
    ])
  lines.push([command(context, 'limits', 'set', 'NAME=AMOUNT'), words.todo.limits])
  lines.push([command(context, 'report', 'preview'), words.todo.preview])
  lines.push([command(context, 'init', '--email', 'ADDRESS'), words.todo['change-mails']])
  return [...heading(words.report.next), ...facts(lines.map(([line, what]) => [line, `# ${what}`] as const))]
}

/** The daily mail, or the final statement of a month: plain text for a fixed-width font. */
export function renderReport(view: ReportView, words: Words): { readonly subject: string; readonly text: string } {
  const { report } = words
  const about = { guard: view.context.guard, account: view.context.account, total: `USD ${toCents(view.total)}` }
  const subject =
    view.kind === 'daily'
      ? report.subject({ ...about, day: view.today })
      : report.statementSubject({ ...about, month: view.month })
  const empty = view.users.length + view.roles.length + view.others.length === 0
  const nothing = view.kind === 'daily' ? report.noRecords : [report.noRecordsInMonth]
  const lines = [
    ...head(view, words),
    ...(empty ? ['', ...nothing.map((line) => `  ${withCommands(line, view.context)}`)] : []),
    ...people(report.users, view.users, view, words),
    ...people(report.roles, view.roles, view, words),
    ...people(report.others, view.others, view, words),
    ...(empty && view.stopped.length === 0 ? [] : stopped(view, words)),
    ...models(view, words),
    ...health(view, words),
    ...next(view, words),
    '',
    ...footer(view.context, words),
  ]
  return { subject: subjectLine(subject), text: `${lines.join('\n')}\n` }
}
