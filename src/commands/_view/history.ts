/** history in lines: when, what, by whom; then the details, indented. Pure. */
import { type Instant, localText, parseInstant } from '../../runtime/domain/base/calendar.ts'
import { printable } from '../../runtime/domain/telling/layout.ts'
import type { HistoryEvent } from '../../runtime/ports.ts'
import { whyText } from './effect.ts'
import { limitName } from './limit-name.ts'
import { folded, wrap } from './width.ts'

export interface HistoryWords {
  readonly zoneOf: (at: Instant) => string
  readonly screen: number
  /** There are older entries than those shown. */
  readonly more: boolean
  readonly principal: string | undefined
}

const WHAT: Readonly<Record<string, string>> = {
  'limit-set': 'limit set',
  'limit-unset': 'limit taken away',
  'blocked-by-hand': 'blocked by hand',
  unblocked: 'unblocked',
  blocked: 'blocked',
  released: 'released',
  reattached: 'deny put back',
  'cannot-block': 'could not be blocked',
  'released-stray': 'stray deny taken off',
  'price-set': 'price set',
  'price-unset': 'price taken away',
  'prices-refreshed': 'prices read from AWS’s list',
  'discount-set': 'discount set',
  'discount-removed': 'discount taken away',
  repriced: 'counted requests priced again',
  rebuilt: 'a month rebuilt from the logs',
  backfilled: 'the past counted from the logs',
  'person-set': 'person set',
  'person-removed': 'person taken away',
  'team-set': 'team set',
  'team-removed': 'team taken away',
  'exclusion-ended': 'excluded no more',
  'page-user-added': 'user of the page added',
  'page-user-changed': 'user of the page changed',
  'page-user-removed': 'user of the page removed',
  'page-user-invited-again': 'user of the page invited again',
  installed: 'guard installed',
  'guard-removed': 'guard removed',
  'taken-over-from-original': 'taken over from the original',
  'deny-of-original-taken-off': 'the original’s deny taken off',
  'opening-balance': 'opening balance from the original',
  'settings-changed': 'init run again',
}

export function historyText(events: readonly HistoryEvent[], words: HistoryWords): string {
  if (events.length === 0) {
    const nothing =
      words.principal === undefined
        ? 'Nothing was changed in this time.'
        : `Nothing is recorded about ${words.principal} in this time.`
    return wrap(`${nothing} --since YYYY-MM-DD looks further back.`, words.screen)
  }
  return [
    ...events.map((event) => entry(event, words)),
    ...(words.more ? ['There are older entries: --limit N shows more.'] : []),
  ].join('\n')
}

function entry(event: HistoryEvent, { zoneOf, screen }: HistoryWords): string {
  const subject = event.principal === undefined ? '' : ` ${subjectText(event.principal)}`
  const details = Object.entries(event.details ?? {}).map(([name, value]) => detailText(name, value, event, zoneOf))
  const by = event.from === undefined ? event.by : `${event.by} (${event.from})`
  return [
    `${localText(event.at, zoneOf(event.at))}  ${WHAT[event.what] ?? event.what}${subject}`,
    ...(details.length === 0 ? [] : [`  ${details.join(', ')}`]),
    ...(event.reason === undefined ? [] : [`  reason: ${event.reason}`]),
    `  by ${by}`,
  ]
    .map((line) => folded(printable(line), screen))
    .join('\n')
}

/** `team/growth@month~` → "team/growth a month, for a time": ids are for programs. */
function subjectText(subject: string): string {
  const limit = /^(.+)@(month|week|day)(~?)$/.exec(subject)
  return limit === null ? subject : `${limit[1]} a ${limit[2]}${limit[3] === '' ? '' : ', for a time'}`
}

const NAMES: Readonly<Record<string, string>> = {
  waivedUntil: 'pardoned until',
  grantUsd: 'dollars more',
  endedBlockBy: 'ended the block by',
  validFrom: 'valid from',
  adminBefore: 'admin before',
  seesBefore: 'sees before',
  cacheRead: 'cache read',
  cacheWrite5m: 'cache write (5 min)',
  cacheWrite1h: 'cache write (1 h)',
  usd: 'dollars',
}

/** As people read it; `--json` has what is kept. */
function detailText(name: string, value: string, event: HistoryEvent, zoneOf: HistoryWords['zoneOf']): string {
  if (name === 'decidedBy') return value === 'manual' ? 'by hand' : `by ${limitName(value, event.principal)}`
  if (name === 'why') return whyText(value)
  if (name === 'limit')
    return value === 'every limit' ? 'from every limit' : `from ${limitName(value, event.principal)}`
  const at = parseInstant(value)
  return `${NAMES[name] ?? name} ${at === undefined ? value : localText(at, zoneOf(at))}`
}
