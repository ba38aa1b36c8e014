import type { NoticeWords, Words } from '../domain/telling/wording.ts'
import { enReport } from './en-report.ts'
import { enUncovered } from './en-uncovered.ts'

const plural = (count: number | string, one: string, many: string): string =>
  `${count} ${String(count) === '1' ? one : many}`

const notices: Words['notices'] = {
  warned: {
    subject: ({ who, percent }) => `${who} has used ${percent} of a limit`,
    subjects: (count) => `${plural(count, 'limit is', 'limits are')} close to being reached`,
    sentence: ({ who, percent }) =>
      `${who} has used ${percent} of a limit on Amazon Bedrock. Nobody is blocked by this.`,
  },
  blocked: {
    subject: ({ who, until }) => `${who} is blocked, until ${until}`,
    subjects: (count) => `${plural(count, 'principal is', 'principals are')} blocked`,
    sentence: ({ who, limit }) =>
      limit === ''
        ? `${who} is blocked on Amazon Bedrock by an admin.`
        : `${who} is blocked on Amazon Bedrock: the limit is reached.`,
  },
  released: {
    subject: ({ who }) => `${who} is free again`,
    subjects: (count) => `${plural(count, 'principal is', 'principals are')} free again`,
    sentence: ({ who }) =>
      `${who} may use Amazon Bedrock again. It can take half a minute until AWS lets calls through.`,
  },
  observed: {
    subject: ({ who }) => `${who} would have been blocked (the guard only observes)`,
    subjects: (count) =>
      `${plural(count, 'principal', 'principals')} would have been blocked (the guard only observes)`,
    sentence: ({ who }) =>
      `${who} would have been blocked on Amazon Bedrock. The guard only observes: nobody is blocked, the spending goes on.`,
  },
  waived: {
    subject: ({ who, until }) => `${who} is pardoned until ${until}`,
    subjects: (count) => `${plural(count, 'principal is', 'principals are')} pardoned`,
    sentence: ({ who, limit }) =>
      `${who} is not blocked by ${limit === '' ? 'any limit' : 'the limit below'} for the time being: an admin pardoned it.`,
  },
  'waiver-ended': {
    subject: ({ who }) => `the pardon of ${who} is over`,
    subjects: (count) => `${plural(count, 'pardon is', 'pardons are')} over`,
    sentence: ({ who }) => `The pardon of ${who} is over: its limits count again.`,
  },
  over: {
    subject: ({ who, why }) => `${who} is over a limit${why ? ', excluded from blocking' : ' that only notifies'}`,
    subjects: (count) => `${plural(count, 'limit that blocks nobody is', 'limits that block nobody are')} passed`,
    sentence: ({ who, why }) =>
      `${who} is over a limit. ${why ? 'An admin excluded it from blocking: the spending goes on' : 'The limit only notifies: nobody is blocked'}.`,
  },
  'cannot-block': {
    subject: ({ who }) => `${who} should be blocked and cannot be`,
    subjects: (count) => `${plural(count, 'principal', 'principals')} should be blocked and cannot be`,
    sentence: ({ who }) => `${who} should be blocked on Amazon Bedrock and cannot be: the spending goes on.`,
  },
  reattached: {
    subject: ({ who }) => `the block of ${who} was taken off by hand and is back`,
    subjects: (count) => `${plural(count, 'block', 'blocks')} taken off by hand and put back`,
    sentence: ({ who }) =>
      `Somebody took the deny off ${who} outside of cost-guard. It hangs there again, because the reason for it stands.`,
  },
  unpriced: {
    subject: ({ model, unit }) =>
      unit === undefined ? `no price is known for ${model}` : `${model} is not metered by tokens`,
    subjects: (count) => `no price is known for ${plural(count, 'model', 'models')}`,
    sentence: ({ model, count, unit }) =>
      unit === undefined
        ? `No price is known for ${model} (${plural(count, 'request', 'requests')}). It is counted at the dearest current price of its provider,` +
          ' and marked as assumed: that money warns, but alone it blocks nobody unless --unknown-price block is set.'
        : `${model} is billed by the ${unit}, not by tokens, and the log does not say how many (${plural(count, 'request', 'requests')}).` +
          ` Each request is counted as one ${unit}, and marked as assumed: that money warns, but alone it blocks nobody unless` +
          ' --unknown-price block is set.',
  },
  'caught-up': {
    subject: ({ count }) => `${plural(count, 'record was', 'records were')} found late and counted now`,
    subjects: () => 'records were found late and counted now',
    sentence: ({ count }) =>
      `Reading the log group again found ${plural(count, 'record', 'records')} that had not been delivered. Nothing is lost: all is counted now.`,
  },
  'bad-records': {
    subject: ({ count }) => `${plural(count, 'log record', 'log records')} could not be read today`,
    subjects: () => 'log records could not be read today',
    sentence: ({ count }) =>
      `${plural(count, 'log record', 'log records')} of today could not be read: not in the sums, but kept for 90 days without prompts and answers.`,
  },
  uncovered: {
    subject: ({ percent, day, amount }) => `${percent} of the use of ${day} was not in the log: about ${amount}`,
    subjects: (count) => `on ${plural(count, 'day', 'days')} use was not in the log`,
    sentence: ({ percent, day, amount }) =>
      `${percent} of what Amazon Bedrock was used for on ${day}, about ${amount}, was not in the log. It was neither counted nor blocked.`,
  },
  unhealthy: {
    subject: ({ why }) => `the guard needs you: ${why}`,
    subjects: (count) => `the guard needs you: ${count} problems`,
    sentence: ({ why }) => `The guard itself has a problem: ${why}`,
  },
} satisfies Record<string, NoticeWords>

const cannot: Words['cannot'] = {
  'protected-role': {
    why: 'Only AWS can change this role (Identity Center or service-linked): IAM refuses every attachment.',
    fix: 'Change its permission set in IAM Identity Center, or take away the group assignment there.',
  },
  'protected-principal': {
    why: 'The settings name it among those who are never blocked, or it belongs to the guard itself.',
    fix: 'Take it off the list of protected principals if it should be blocked.',
  },
  'attachment-quota': {
    why: 'It already has as many managed policies as IAM allows.',
    fix: 'Detach a policy it no longer needs, or raise the quota in Service Quotas; the guard tries again every ten minutes.',
  },
  unattributed: {
    why: 'These calls carry no identity of this account, so there is nobody to attach a deny to.',
    fix: 'Look at the records in the log group to find out who makes them.',
  },
  root: {
    why: 'IAM cannot deny anything to the root user of an account.',
    fix: 'Stop using the root user, or deny it by a service control policy of the organization.',
  },
  federated: {
    why: 'A federated user has no policies of its own.',
    fix: 'Block the IAM user that hands out these credentials: {block user/NAME}',
  },
  'session-of-shared-role': {
    why: 'It is one session of a role that others use too: a deny on the role would stop them all.',
    fix: 'Set a limit on the whole role, or give this person a user or role of their own.',
  },
  'no-such-principal': {
    why: 'IAM no longer knows it: it was deleted or renamed.',
    fix: 'If it stands in a person or a team, take it out; if the name of a limit was mistyped, take that away: {limits unset NAME}',
  },
  'not-allowed': {
    why: 'AWS refused the guard the right to attach the deny: a service control policy or a permissions boundary forbids it.',
    fix: "Let the guard's enforce role attach its block policies. What drifted: {plan}",
  },
  'no-policy': {
    why: 'The block policy for the month in which the block ends does not exist.',
    fix: 'It makes the policies of the next 12 months: {init}',
  },
}

/** English. */
export const en: Words = {
  language: 'en',
  estimate: 'estimate at list price, before tax, credits and private discounts',
  noEnd: 'an admin lifts it',
  wholeAccount: 'the whole account',
  eachOther: 'each without a limit of their own',
  per: (kind) => `per ${kind}`,
  perPot: (pot, per) => `${pot}, ${per}`,
  facts: {
    limit: 'limit',
    spent: 'spent',
    until: 'blocked until',
    pardoned: 'pardoned until',
    grant: 'may spend more',
    resets: 'resets',
    policy: 'deny policy',
    by: 'by',
    reason: 'reason',
    assumed: 'at assumed prices',
    account: 'account',
    guard: 'guard',
    period: 'period',
    rate: 'rate',
    prices: 'prices',
    total: 'total',
    yesterday: 'yesterday',
    forecast: 'forecast',
    ofWhichAssumed: 'assumed',
    lastRecord: 'last call seen',
    delay: 'measured delay',
  },
  notices,
  cannot,
  uncovered: enUncovered,
  released: {
    observed: 'The guard only observes now: it blocks nobody.',
    'new-period': 'A new period has begun.',
    'limit-ended': 'The limit for a time has ended.',
    'limit-changed': 'The limit was raised or taken away, or the sum was corrected.',
    moved: 'Who belongs to this person or team has changed.',
    waived: 'An admin pardoned it.',
    excluded: 'An admin excluded it from blocking.',
    'block-ended': 'The block by hand has ended, or no longer covers it.',
  },
  alarms: {
    'unread-books': () =>
      'the ledger or the limits cannot be read completely; nobody is blocked or released until they can',
    'unread-records': () => 'the block records cannot be read completely; nobody is blocked or released until they can',
    'unread-health': () => 'the health facts cannot be read; nobody is blocked or released until they can',
    'ledger-empty': () =>
      'the ledger shows no balance although there were some; it is taken for unreadable, nobody is released',
    'unread-iam': () => 'IAM cannot be read completely; a deny taken off by hand is not noticed',
    'not-blocked': (who) => `${who} could not be blocked; it is tried again each minute`,
    'not-released': (who) => `${who} could not be released; it is tried again each minute`,
    'not-noted': (who) => `it could not be written down that ${who} cannot be blocked`,
  },
  pardonOver: 'The pardon that an admin gave is over: its time has passed, or what it granted is spent.',
  others: 'And these:',
  andMore: (count) => `  and ${count} more`,
  blockedSees: 'They see AccessDeniedException; AWS names the deny policy above in the message.',
  freeByItself: 'The block lifts by itself at that time.',
  untilLifted: 'The block stays until an admin lifts it.',
  assumedOnly: 'The part at assumed prices alone blocks nobody: set the price of the model to settle it.',
  whatToDo: 'What you can do:',
  todo: {
    raise: 'set another limit, at once in force',
    grant: 'let them spend that much more',
    unblock: 'free them until the period ends',
    lift: 'lift the block',
    enforce: 'let the guard block',
    exclude: 'count them, but never block them',
    status: 'who spent what, who is blocked',
    limits: 'set a limit',
    'set-price': 'give the model its price; the past is corrected',
    coverage: 'what was not in the log, hour by hour',
    'check-installation': 'see what differs from what the guard needs',
    preview: 'this mail on the terminal',
    'change-mails': 'who gets these mails; the addresses given replace the list',
  },
  states: {
    ok: 'ok',
    warned: 'warned',
    over: 'over',
    blocked: 'blocked',
    paused: 'paused',
    waived: 'waived',
    excluded: 'excluded',
    observed: 'observed',
    unlimited: 'no limit',
    'cannot-block': 'cannot be blocked',
  },
  report: enReport,
}
