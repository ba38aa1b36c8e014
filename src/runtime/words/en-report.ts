import type { ReportWords } from '../domain/telling/wording.ts'

/** The daily mail and the month's statement in English. */
export const enReport: ReportWords = {
  subject: ({ guard, account, total, day }) => `[${guard}] Bedrock spending to ${day}: ${total} (account ${account})`,
  statementSubject: ({ guard, account, total, month }) =>
    `[${guard}] Bedrock statement ${month}: ${total} (account ${account})`,
  title: (day) => `Amazon Bedrock spending, ${day}`,
  statementTitle: (month) => `Amazon Bedrock spending, statement of ${month}`,
  rate: (code, rate) => `1 USD = ${rate} ${code}, as set in the guard: not a market rate`,
  users: 'Users',
  roles: 'Roles',
  others: 'Root, federated and unattributed',
  sources: 'By source',
  stopped: 'Blocked and waived now',
  models: 'Models that cost most',
  unpriced: 'Models without a known price',
  health: 'The guard',
  next: 'Next',
  columns: {
    name: 'Name',
    limit: 'Limit',
    used: 'Used',
    state: 'State',
    model: 'Model',
    requests: 'Requests',
    assumed: 'Assumed USD',
    other: 'other',
    none: 'no label',
    total: 'Total',
    unlisted: 'labels not configured',
  },
  labels: {
    asOf: 'as of',
    since: 'since',
    mode: 'mode',
    caughtUp: 'found late',
    unreadable: 'unreadable',
    ownCost: 'its own cost',
    coverage: 'coverage',
  },
  change: (yesterday, before, sign) =>
    sign === 'same' ? `${yesterday}, as the day before` : `${yesterday}, ${before} ${sign} than the day before`,
  notCounted: (began) => `not counted: counting began at ${began}`,
  partOfDay: (spent, began) => `${spent} since counting began at ${began}`,
  byTheEnd: (money) => `${money} by the end of the month`,
  sinceStatement: (difference, sign, total) =>
    `${difference} ${sign} than its statement said (late records or corrected prices); now ${total}`,
  observing: 'observe: everything is counted and judged, nobody is blocked',
  ofLimit: (spent, amount) => `${spent} spent of ${amount}`,
  until: (state, time) => `${state} until ${time}`,
  usedOf: (amount, percent) => `${amount}, ${percent} used`,
  caughtUp: (count, at) =>
    `${count} ${count === 1 ? 'record' : 'records'}, by reading the log again at ${at}; all counted`,
  unreadable: (count) =>
    `${count} log ${count === 1 ? 'record' : 'records'}: not in the sums, kept for 90 days without prompts and answers`,
  ownCost: (money) => `about ${money} a month, estimated`,
  covered: ({ day, covered, missing, money, causes }) =>
    `${day}: ${covered} % of the tokens that CloudWatch counted; ${missing} % (about ${money}) were not in the log. Likely: ${causes}`,
  coveredWhole: (day) => `${day}: 100 % of the tokens that CloudWatch counted are in the ledger`,
  nothingToCover: (day) => `${day}: CloudWatch counted no call either`,
  coverageTooEarly: () => 'known after the first complete day',
  coverageUnknown: (day, why) => `${day}: not known, CloudWatch could not be read: ${why}`,
  csv: 'the same as a table for spreadsheets',
  rounding: 'Every line is rounded for itself, every total is the exact sum, rounded once: they may differ by a cent.',
  moreStopped: (count) => `and ${count} more`,
  more: (count, usd) => `and ${count} more: USD ${usd}`,
  noLimit: '-',
  noForecast: 'after the first complete day',
  nobodyStopped: 'nobody',
  noRecords: [
    'No call of Amazon Bedrock has been seen in this period.',
    'If somebody did use it: was it in this region, and is model invocation logging on?',
    'Whether everything the guard needs is in place: {plan}',
  ],
  noRecordsInMonth: 'No call of Amazon Bedrock was seen in this month.',
  never: 'none yet',
  unknownDelay: 'not measured yet',
  delay: ({ log, delivery, enforce }) =>
    `call to log group: ${log}\nlog group to guard: ${delivery}\nguard to deny: ${enforce}`,
  seconds: (count) => `${count} s`,
  late: 'Final for every record that has arrived. Should one arrive later, it still counts in this month.',
  problems: (count) => (count === 1 ? 'One problem:' : `${count} problems:`),
  why: (guard) =>
    `You get this because an admin subscribed this address to the guard "${guard}" (Amazon SNS, asked for confirmation then).`,
  stop: (command) =>
    `To stop it: the unsubscribe link below, unless an admin locked it; or an admin names who else gets them: ${command}`,
  byHand: (who) => `by ${who || 'an admin'}`,
}
