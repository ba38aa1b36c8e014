import { everybodyEn } from './everybody-en.ts'
import { ownEn } from './own-en.ts'
import type { PageWords } from './words.ts'

const whose = (of: string): string => {
  if (of === '*') return 'each without a limit of their own'
  if (of === 'account') return 'the whole account'
  if (of.startsWith('team/')) return `team ${of.slice('team/'.length)}`
  if (of.startsWith('person/')) return of.slice('person/'.length)
  return of
}

/** English. */
export const en: PageWords = {
  otherLanguage: '日本語',
  product: 'Amazon Bedrock spending',
  skip: 'Skip to the content',
  tabs: { label: 'Views', mine: 'Mine', everybody: 'Everybody', teams: 'My teams' },
  month: 'Month',
  refresh: 'Refresh',
  refreshed: (time) => `As of ${time}`,
  signedInAs: (name) => `Signed in as ${name}`,
  admin: 'admin',
  logOut: 'Log out',
  loading: 'Loading…',
  retry: 'Try again',
  signIn: {
    title: 'Your Amazon Bedrock spending',
    text: 'See what you have spent this month, what is left of your limit, and which models it went to. Sign in with the e-mail address that your admin invited.',
    button: 'Sign in',
    going: 'Going to the sign-in page…',
    coming: 'Signing you in…',
    refused: {
      denied: 'The sign-in was cancelled or refused. Sign in once more; if it is refused again, ask your admin.',
      busy: 'The sign-in service cannot answer at the moment. Try again in a minute.',
      stale: 'This sign-in was begun in another tab or too long ago. Sign in once more.',
      other: 'The sign-in did not work. Try again; if it fails again, tell your admin what is written here.',
    },
    details: (code) => `What the sign-in service said: ${code}`,
  },
  session: {
    ended: 'Your session has ended, as it does after a while. What you see stays, but is no longer refreshed.',
    again: 'Sign in again',
  },
  failures: {
    'session-ended': { title: 'Your session has ended', text: 'Sign in again to go on.' },
    'unknown-user': {
      title: 'You are not on the list',
      text: 'You are signed in, but the admin of this guard has not named you as a user of this page, or has removed you. Ask your admin.',
    },
    'not-yours': { title: 'This is not yours to see', text: 'Ask your admin if you think it should be.' },
    'wrong-month': {
      title: 'No such month',
      text: 'There is nothing to show for the month that was asked for. Choose another.',
    },
    'address-not-allowed': {
      title: 'Not from this network',
      text: 'Your admin allows this page from certain networks only. Use your company network or VPN.',
    },
    'not-readable': {
      title: 'The figures cannot be read at the moment',
      text: 'Nothing is lost: calls are still counted. Try again in a moment.',
    },
    offline: { title: 'No answer', text: 'The page cannot be reached. Check your connection, then try again.' },
    unexpected: {
      title: 'Something went wrong',
      text: 'The answer was not what the page expects. Try again; if it stays so, tell your admin.',
    },
  },
  stale: (time) => `What you see is from ${time}.`,
  states: {
    ok: 'OK',
    warned: 'Warned',
    over: 'Over',
    blocked: 'Blocked',
    paused: 'Paused',
    waived: 'Waived',
    excluded: 'Excluded',
    observed: 'Observed',
    unlimited: 'No limit',
    'cannot-block': 'Cannot be blocked',
  },
  observing: 'The guard only observes: it counts and judges, and blocks nobody.',
  estimate: 'Estimate at list price, before tax, credits and private discounts.',
  zone: (timezone) => `All days and times are in ${timezone} time.`,
  rate: (code, rate) => `1 USD = ${rate} ${code}, as set in the guard: not a market rate.`,
  health: {
    title: 'How fresh this is',
    lastRecord: (time) => `Last call counted: ${time}.`,
    noRecord: 'No call has been counted yet.',
    lag: (minutes) =>
      minutes <= 1
        ? 'Calls of the last minute may be missing.'
        : `Calls of the last ${minutes} minutes may be missing.`,
    lagUnknown: 'Calls of the last minutes may be missing.',
    problems: 'Problems of the guard itself',
    whatToDo: 'Run cost-guard doctor: it says what to do about each of them.',
  },
  limits: {
    title: 'Limits',
    per: { month: 'per month', week: 'per week', day: 'per day' },
    of: whose,
    named: (of, per) => `${of}, ${per}`,
    columns: {
      limit: 'Limit of',
      amount: 'Limit',
      spent: 'Spent',
      rest: 'Left',
      used: 'Used',
      forecast: 'Forecast',
      resets: 'Resets',
      action: 'When reached',
    },
    shared: 'shared with others',
    action: { block: 'blocks', notify: 'notifies only' },
    decides: 'decides',
    none: 'No limit applies.',
  },
  chart: {
    days: 'Day by day',
    desc: (first, last, total, most) =>
      `Stacked bars, one for each day from ${first} to ${last}, by model. In all ${total}; most on ${most}. The table below holds the same figures.`,
    empty: 'No spending in this month yet.',
    asTable: 'Show as a table',
    day: 'Day',
    total: 'Total',
    others: (count) => `${count} other models`,
    hint: 'Point at a bar, tap it or use the arrow keys to read a day.',
  },
  lines: {
    models: 'Models',
    sources: 'Sources',
    columns: {
      model: 'Model',
      source: 'Source',
      usd: 'Spent',
      share: 'Share',
      requests: 'Requests',
      tokens: 'Tokens',
      cacheHit: 'From cache',
    },
    source: (label) => (label === 'none' ? 'no label' : label),
    none: 'Nothing yet.',
    assumed: 'assumed price',
    tokens: {
      title: 'Tokens',
      class: 'Kind',
      count: 'Tokens',
      share: 'Share',
      input: 'Input, not cached',
      output: 'Output',
      cacheRead: 'Read from the cache',
      cacheWrite5m: 'Written to the cache for 5 minutes',
      cacheWrite1h: 'Written to the cache for 1 hour',
      cacheWriteUnknown: 'Written to the cache, for how long is not known',
      cacheHit: 'Cache hit rate',
      cacheHitNote: 'of the prompt tokens came from the cache, which costs less',
      noPrompt: 'no prompt tokens yet',
    },
  },
  own: ownEn,
  everybody: everybodyEn,
}
