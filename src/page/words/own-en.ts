import type { OwnWords } from './own-words.ts'

/** The viewer's own view in English. */
export const ownEn: OwnWords = {
  title: 'My spending',
  guard: 'Guard',
  account: 'Account',
  figures: {
    label: 'Key figures',
    spent: 'Spent',
    limit: 'Limit',
    rest: 'Left',
    over: 'Over the limit by',
    forecast: 'Forecast, end of month',
    requests: 'Requests',
    noLimit: 'none',
    noForecast: 'after the first complete day',
    shared: 'shared with others',
    assumed: (money) => `${money} of it at an assumed price: the model's price is not known yet`,
    ofLimit: (percent, limit) => `${percent} of ${limit} used`,
    per: { month: 'this month', week: 'this week', day: 'today' },
  },
  pots: {
    title: 'What counts for you',
    note: 'Your admin has named several users, roles or sessions as yours. Each has limits of its own.',
    members: (names) => `Counts together: ${names}`,
  },
  state: {
    title: 'State',
    means: {
      ok: 'You can use Amazon Bedrock. You are below every limit.',
      warned: 'You can still use Amazon Bedrock, but most of a limit is used.',
      over: 'A limit is passed. You are not blocked at the moment.',
      blocked: 'You cannot use Amazon Bedrock at the moment: every call is refused with AccessDeniedException.',
      paused: 'Blocking is paused at the moment: you can use Amazon Bedrock.',
      waived: 'You can use Amazon Bedrock: your admin has freed you for a time, although a limit is reached.',
      excluded:
        'You can use Amazon Bedrock: your spending is counted, and your admin has decided that no limit blocks you.',
      observed: 'A limit is reached, and nobody is blocked: the guard only observes, or the month is over.',
      unlimited: 'You can use Amazon Bedrock. No limit is set for you.',
      'cannot-block':
        'A limit is reached, but you cannot be blocked for a technical reason. Spending goes on: please stop by yourself.',
    },
    limit: ({ of, per, amount }) => `The limit that decides: ${amount} ${per} (${of}).`,
    manual: (note) =>
      note === null ? 'Blocked by hand, by your admin.' : `Blocked by hand, by your admin. The reason given: ${note}`,
    waiver: (until, grant) =>
      [
        grant === null ? 'Freed by your admin' : `Your admin has granted ${grant} more`,
        until === null ? '.' : `, until ${until}.`,
      ].join(''),
    freeAt: (time) => `The block ends by itself on ${time}.`,
    freeNever: 'The block stays until your admin lifts it.',
    blockedByHandHow: 'Ask your admin what has to happen before it is lifted.',
    blockedHow: 'Ask your admin if you need it earlier: they can raise the limit or free you for a time.',
    resetsAt: (time) => `The month ends on ${time}; counting then starts from zero.`,
  },
  nobody: {
    title: 'Nothing is yours yet',
    text: 'You can sign in, but your admin has not said yet which IAM users, roles or sessions are yours. Ask your admin, and give this name:',
    ask: (name) => name,
    admin:
      'None of the IAM users, roles or sessions is named as yours. cost-guard dashboard users add, with --principals, names them; what all others spend is in the view of everybody.',
  },
  empty: {
    title: 'Nothing spent',
    text: 'No call of yours has been counted this month. A call shows up here a few minutes after it was made.',
    past: 'No call of yours was counted in this month.',
  },
  past: {
    title: 'Earlier months',
    month: 'Month',
    spent: 'Spent',
    requests: 'Requests',
    none: 'There is no month before this one.',
    desc: 'Bars of the spending of each month; the table beside them holds the same figures.',
  },
}
