import { localText } from '../base/calendar.ts'
import { type PicoUsd, percentOf, subtract, toCents, zero } from '../money/money.ts'
import type { DayCoverage } from './coverage.ts'
import { commandLines, displayWidth, facts, mailWidth, printable, shellQuoted, subjectLine, wrap } from './layout.ts'
import { command, footer, limitText, moneyText, timeText, withCommands } from './notice-text.ts'
import { heading, type Lines, models, people, sources, stopped } from './report-tables.ts'
import type { ReportView } from './report-view.ts'
import type { Words } from './wording.ts'

export { type ReportInput, type ReportView, reportOf } from './report-view.ts'

const problemsShown = 20

const signOf = (amount: PicoUsd): 'more' | 'less' | 'same' => (amount > 0n ? 'more' : amount < 0n ? 'less' : 'same')
const magnitude = (amount: PicoUsd): PicoUsd => (amount < 0n ? subtract(zero, amount) : amount)

/** Yesterday, and by how much it differs from the day before; only of days the guard was there to see. */
function yesterdayText({ yesterday, dayBefore, context, health }: ReportView, words: Words): string {
  const { report } = words
  const began = health.countFrom === undefined ? '' : localText(health.countFrom, context.zone)
  if (yesterday.counted === 'none') return report.notCounted(began)
  const spent = moneyText(yesterday.spend, context)
  if (yesterday.counted === 'part') return report.partOfDay(spent, began)
  if (dayBefore.counted !== 'whole') return spent
  const change = subtract(yesterday.spend, dayBefore.spend)
  return report.change(spent, moneyText(magnitude(change), context), signOf(change))
}

/** The sums of the running month: yesterday, forecast, the account's limits, what came late for the month before. */
function running(view: ReportView, words: Words): readonly (readonly [string, string])[] {
  const { context, late, forecast } = view
  const { facts: label, report } = words
  const pairs: (readonly [string, string])[] = [
    [label.yesterday, yesterdayText(view, words)],
    [label.forecast, forecast === undefined ? report.noForecast : report.byTheEnd(moneyText(forecast, context))],
  ]
  for (const { limit, spent, amount } of view.accountLimits) {
    const percent = percentOf(spent, amount)
    const money = moneyText(amount, context)
    const used = percent === undefined ? money : report.usedOf(money, `${percent} %`)
    pairs.push([label.limit, `${limitText(limit, words)}: ${used}`])
  }
  if (late) {
    const { month, difference, total } = late
    const by = moneyText(magnitude(difference), context)
    pairs.push([month, report.sinceStatement(by, signOf(difference), moneyText(total, context))])
  }
  return pairs
}

const accountText = ({ account, alias }: ReportView['context']): string =>
  alias === undefined ? account : `${account} (${printable(alias)})`

/** A sentence within a mail's width; the command it ends in stays whole, on a line of its own. */
function paragraph(text: string, indent = '  '): Lines {
  const [, sentence = text, last] = /^(.*[:：]) (cost-guard .*)$/s.exec(text) ?? []
  const lines = wrap(sentence, mailWidth - indent.length).map((line) => `${indent}${line}`)
  return last === undefined ? lines : [...lines, `${indent}  ${last}`]
}

function head(view: ReportView, words: Words): Lines {
  const { context, health } = view
  const { facts: label, report } = words
  const daily = view.kind === 'daily'
  const title = daily ? report.title(view.today) : report.statementTitle(view.month)
  const range = `${localText(view.from, context.zone)} - ${localText(view.to, context.zone)} (${context.zone})`
  const pairs: (readonly [string, string])[] = [
    [label.guard, context.guard],
    [label.account, `${accountText(context)}, ${context.region}`],
    [label.period, range],
  ]
  if (!daily) pairs.push([report.labels.asOf, timeText(view.asOf, context, words)])
  const { countFrom } = health
  if (countFrom !== undefined && countFrom > view.from && countFrom < view.to) {
    pairs.push([report.labels.since, timeText(countFrom, context, words)])
  }
  if (context.currency) pairs.push([label.rate, report.rate(context.currency.code, context.currency.rate)])
  if (view.observe) pairs.push([report.labels.mode, report.observing])
  pairs.push([label.total, moneyText(view.total, context)])
  if (view.assumed > 0n) pairs.push([label.ofWhichAssumed, moneyText(view.assumed, context)])
  if (daily) pairs.push(...running(view, words))
  const late = daily ? [] : ['', ...paragraph(report.late)]
  return [title, '='.repeat(displayWidth(title)), `  ${words.estimate}`, '', ...facts(pairs, mailWidth), ...late]
}

/** `998` as `99.8`, `1000` as `100`. */
const tenths = (permille: number): string => String(permille / 10)

function coverageText(of: DayCoverage, { context }: ReportView, words: Words): string {
  const { report, uncovered } = words
  if (of.kind === 'too-early') return report.coverageTooEarly(of.day)
  if (of.kind === 'unknown') return report.coverageUnknown(of.day, printable(of.why.slice(0, 200)))
  const { coveredPermille, total, causes } = of.coverage
  if (coveredPermille === undefined) return report.nothingToCover(of.day)
  if (total.missingTokens === 0) return report.coveredWhole(of.day)
  return report.covered({
    day: of.day,
    covered: tenths(coveredPermille),
    missing: tenths(1000 - coveredPermille),
    money: moneyText(total.missingUsd, context),
    causes: causes
      .filter(({ code }) => code !== 'surplus')
      .map(({ code }) => uncovered[code].short)
      .join(', '),
  })
}

function health(view: ReportView, words: Words): Lines {
  const { report, facts: label } = words
  const seconds = (value: number | undefined) =>
    value === undefined ? report.unknownDelay : report.seconds(Math.round(value))
  const { lastRecordAt, logSeconds, deliverySeconds, enforceSeconds, problems, caughtUp } = view.health
  const pairs: (readonly [string, string])[] = [
    [label.lastRecord, lastRecordAt === undefined ? report.never : timeText(lastRecordAt, view.context, words)],
    [
      label.delay,
      report.delay({
        log: seconds(logSeconds),
        delivery: seconds(deliverySeconds),
        enforce: seconds(enforceSeconds),
      }),
    ],
  ]
  if (caughtUp !== undefined && caughtUp.at >= view.from) {
    pairs.push([report.labels.caughtUp, report.caughtUp(caughtUp.count, localText(caughtUp.at, view.context.zone))])
  }
  if (view.unreadable > 0) pairs.push([report.labels.unreadable, report.unreadable(view.unreadable)])
  if (view.ownCost !== undefined) {
    pairs.push([report.labels.ownCost, report.ownCost(moneyText(view.ownCost, view.context))])
  }
  if (view.coverage !== undefined) pairs.push([report.labels.coverage, coverageText(view.coverage, view, words)])
  return [
    ...heading(report.health),
    ...facts(pairs, mailWidth),
    ...(problems.length === 0 ? [] : [`  ${report.problems(problems.length)}`]),
    ...problems.slice(0, problemsShown).flatMap((problem) => facts([['  !', printable(problem)]], mailWidth)),
  ]
}

function next(view: ReportView, words: Words): Lines {
  const { context } = view
  const lines: (readonly [string, string])[] = [[command(context, 'status'), words.todo.status]]
  const first = view.stopped.find((one) => one.state === 'blocked')
  if (first) {
    const manual = first.decidedBy === 'manual'
    const who = (manual ? first.through : undefined) ?? first.principal
    const what = manual ? words.todo.lift : words.todo.unblock
    lines.push([command(context, 'unblock', shellQuoted(who)), what])
  }
  lines.push([command(context, 'limits', 'set', 'NAME=AMOUNT'), words.todo.limits])
  const month = view.kind === 'daily' ? [] : ['--month', view.month]
  lines.push([command(context, 'report', 'preview', ...month), words.todo.preview])
  lines.push([command(context, 'report', 'preview', ...month, '--csv'), words.report.csv])
  lines.push([command(context, 'init', '--email', 'ADDRESS'), words.todo['change-mails']])
  return [...heading(words.report.next), ...commandLines(lines)]
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
    ...(empty ? ['', ...nothing.flatMap((line) => paragraph(withCommands(line, view.context)))] : []),
    ...people(report.people, view.people, view, words),
    ...people(report.teams, view.teams, view, words),
    ...people(report.users, view.users, view, words),
    ...people(report.roles, view.roles, view, words),
    ...people(report.others, view.others, view, words),
    ...sources(view, words),
    ...(empty && view.stopped.length === 0 ? [] : stopped(view, words)),
    ...models(view, words),
    ...(empty ? [] : ['', ...paragraph(report.rounding)]),
    ...health(view, words),
    ...next(view, words),
    '',
    // The estimate stands under the title already; "-- " keeps its blank.
    ...footer(view.context, words).flatMap((line, index) =>
      index === 0 ? [line] : line === words.estimate ? [] : paragraph(line, ''),
    ),
  ]
  return { subject: subjectLine(subject), text: `${lines.join('\n')}\n` }
}
