import type { ReportWords } from '../domain/wording.ts'

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
    until: 'Until',
    assumed: 'Assumed USD',
    other: 'other',
    none: 'no label',
  },
  change: (yesterday, before, sign) =>
    sign === 'same' ? `${yesterday}, as the day before` : `${yesterday}, ${before} ${sign} than the day before`,
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
    `call to log group ${log}; log group to guard ${delivery}; guard to deny ${enforce}`,
  seconds: (count) => `${count} s`,
  late: 'Final for every record that has arrived. Should one arrive later, it still counts in this month.',
  problems: (count) => (count === 1 ? 'One problem:' : `${count} problems:`),
  why: (guard) =>
    `You get this because an admin subscribed this address to the guard "${guard}" (Amazon SNS, asked for confirmation then).`,
  stop: (command) =>
    `To stop it: the unsubscribe link below, unless an admin locked it; or an admin names who else gets them: ${command}`,
  byHand: 'by an admin',
}
