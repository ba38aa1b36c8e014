import { type Instant, localText } from '../base/calendar.ts'
import type { CannotBlock } from '../judging/verdict.ts'
import { inCurrency } from '../money/currency.ts'
import { type PicoUsd, toCents } from '../money/money.ts'
import { unitOf } from '../money/not-metered.ts'
import { facts, printable, shellQuoted, subjectLine, truncate } from './layout.ts'
import type { AlarmCode, NoticeItem, NoticeKind, ReleasedWhy } from './notice.ts'
import type { MailContext, Todo, Told, Words } from './wording.ts'

/** `USD 50.00 (JPY 8,025)`. */
export function moneyText(amount: PicoUsd, context: Pick<MailContext, 'currency'>): string {
  const usd = `USD ${toCents(amount)}`
  return context.currency ? `${usd} (${context.currency.code} ${inCurrency(amount, context.currency)})` : usd
}

export const timeText = (at: Instant | 'no-end', context: Pick<MailContext, 'zone'>, words: Words): string =>
  at === 'no-end' ? words.noEnd : `${localText(at, context.zone)} (${context.zone})`

/** A command as the reader can paste it: the region is named, the guard unless it is the default one. */
export const command = (context: Pick<MailContext, 'guard' | 'region'>, ...parts: readonly string[]): string => {
  const { guard, region } = context
  return ['cost-guard', ...parts, ...(guard === 'cost-guard' ? [] : ['--guard', guard]), '--region', region].join(' ')
}

/** `{plan}` in our own words is a command. */
export const withCommands = (text: string, context: MailContext): string =>
  text.replace(/\{([^}]+)\}/g, (_, words: string) => command(context, words))

/** Pot and period kind of a limit id, lasting or not; names may hold an `@` themselves. */
function splitLimit(id: string): readonly [string, string] {
  const at = id.lastIndexOf('@')
  return at < 0 ? [id, ''] : [id.slice(0, at), id.slice(at + 1).replace('~', '')]
}

/** `user/tanaka@month` → "user/tanaka, per month". */
export function limitText(id: string, words: Words): string {
  const [pot, per] = splitLimit(id)
  const named = pot === '*' ? words.eachOther : pot === 'account' ? words.wholeAccount : printable(pot)
  return per === '' ? named : words.perPot(named, words.per(per))
}

/** What is wrong with the guard, in the reader's language. */
function alarmText(why: string, words: Words): string {
  const space = why.indexOf(' ')
  const alarm = words.alarms[(space < 0 ? why : why.slice(0, space)) as AlarmCode]
  return alarm === undefined ? printable(why) : alarm(printable(why.slice(space + 1)))
}

function tell(kind: NoticeKind, item: NoticeItem, context: MailContext, words: Words): Told {
  const until = item.waiver?.until ?? item.until
  return {
    who: item.principal === undefined ? words.wholeAccount : printable(item.principal),
    limit: item.limit === undefined || item.limit === 'manual' ? '' : limitText(item.limit, words),
    spent: item.spent === undefined ? '' : moneyText(item.spent, context),
    amount: item.amount === undefined ? '' : moneyText(item.amount, context),
    percent: item.percent === undefined ? '' : `${item.percent} %`,
    until: until === undefined ? '' : timeText(until, context, words),
    model: printable(item.model ?? ''),
    unit: unitOf(item.model ?? ''),
    count: String(item.count ?? 0),
    day: item.day ?? '',
    why: kind === 'unhealthy' ? alarmText(item.why ?? '', words) : printable(item.why ?? ''),
  }
}

/** What happened, why, how much, until when: only what the item knows. */
function factsOf(kind: NoticeKind, item: NoticeItem, told: Told, words: Words, context: MailContext) {
  const { facts: label } = words
  const pairs: [string, string][] = []
  const { waiver } = item
  const through = item.through === undefined ? '' : ` (${printable(item.through)})`
  const limit = told.limit + (told.limit ? through : '')
  if (limit) pairs.push([label.limit, told.amount ? `${limit}: ${told.amount}` : limit])
  if (told.spent) pairs.push([label.spent, told.percent ? `${told.spent}, ${told.percent}` : told.spent])
  if (item.assumed !== undefined && item.assumed > 0n) pairs.push([label.assumed, moneyText(item.assumed, context)])
  if (kind === 'blocked') pairs.push([label.until, timeText(item.until ?? 'no-end', context, words)])
  else if (waiver) pairs.push([label.pardoned, told.until])
  else if (told.until && kind !== 'released' && item.until !== 'no-end') pairs.push([label.resets, told.until])
  if (waiver?.grant !== undefined && /^(?:waived|released)$/.test(kind))
    pairs.push([label.grant, moneyText(waiver.grant, context)])
  if (item.policy && kind !== 'released') pairs.push([label.policy, item.policy])
  const by = item.by ?? (kind === 'released' ? waiver?.by : undefined)
  const reason = kind === 'released' ? waiver?.reason : /^(?:blocked|waive)/.test(kind) ? item.why : undefined
  if (by) pairs.push([label.by, printable(by) + (limit ? '' : through)])
  if (reason) pairs.push([label.reason, printable(reason)])
  return pairs
}

/** Sentences that follow the facts. */
function remarks(kind: NoticeKind, item: NoticeItem, words: Words): readonly string[] {
  if (kind === 'blocked') {
    const end = item.until === 'no-end' ? words.untilLifted : words.freeByItself
    return [...(item.waiver ? [words.pardonOver] : []), words.blockedSees, end]
  }
  if (kind === 'warned' && (item.percent ?? 0) >= 100) return [words.assumedOnly]
  if (kind === 'released') return [words.released[(item.why ?? 'limit-changed') as ReleasedWhy]]
  if (kind === 'uncovered')
    return (item.causes ?? []).flatMap((code) => [words.uncovered[code].why, words.uncovered[code].fix])
  if (kind === 'cannot-block') {
    const cannot = words.cannot[(item.why ?? 'not-allowed') as CannotBlock]
    return [cannot.why, cannot.fix]
  }
  return []
}

/** The commands that change it, most likely first. */
function commandsOf(kind: NoticeKind, item: NoticeItem, context: MailContext): readonly (readonly [string, Todo])[] {
  const who = item.principal ?? 'account'
  const [pot, per] = splitLimit(item.limit ?? '')
  // A limit for each is raised for this one where it can have its own; what a role or the account shares, only there.
  const own = item.through ?? who
  const raised = pot !== '*' && pot !== '' ? pot : /^(user|role|session|person|team)\//.test(own) ? own : '*'
  const raise = [
    command(
      context,
      'limits',
      'set',
      shellQuoted(`${raised}=AMOUNT`),
      ...(/^(week|day)$/.test(per) ? ['--per', per] : []),
      // What stands in its place for a time is raised, not the limit behind it.
      ...(raised === pot && item.limit?.endsWith('~') ? ['--until', 'DAY'] : []),
    ),
    'raise',
  ] as const
  const status = [command(context, 'status'), 'status'] as const
  const manual = item.limit === 'manual'
  const unblock = [command(context, 'unblock', shellQuoted(manual ? own : who)), 'unblock'] as const
  switch (kind) {
    case 'blocked':
      return manual
        ? [[unblock[0], 'lift']]
        : [raise, [command(context, 'unblock', shellQuoted(who), '--grant', 'AMOUNT'), 'grant'], unblock]
    case 'reattached':
      return [[unblock[0], 'lift'], status]
    case 'warned':
    case 'over':
    case 'cannot-block':
    case 'waiver-ended':
      return [manual ? ([unblock[0], 'lift'] as const) : raise, status]
    case 'observed':
      return [...(manual ? [] : [raise]), [command(context, 'init', '--mode', 'enforce'), 'enforce'], status]
    case 'unpriced':
      // No price per token would help.
      if (unitOf(item.model ?? '') !== undefined) return [status]
      return [[command(context, 'prices', 'set', shellQuoted(item.model ?? ''), '--help'), 'set-price'], status]
    case 'uncovered':
      return [[command(context, 'coverage', '--since', item.day ?? '', '--by', 'hour'), 'coverage'], status]
    case 'unhealthy':
    case 'bad-records':
    case 'caught-up':
      return [status, [command(context, 'plan'), 'check-installation']]
    default:
      return [status]
  }
}

function block(kind: Exclude<NoticeKind, 'report'>, item: NoticeItem, context: MailContext, words: Words): string {
  const told = tell(kind, item, context, words)
  const commands = commandsOf(kind, item, context)
  return [
    words.notices[kind].sentence(told),
    ...facts(factsOf(kind, item, told, words, context)),
    ...remarks(kind, item, words).map((remark) => `  ${withCommands(remark, context)}`),
    '',
    `  ${words.whatToDo}`,
    ...facts(commands.map(([line, todo]) => [`  ${line}`, `# ${words.todo[todo]}`] as const)),
  ].join('\n')
}

/** What every mail ends with: whose guard, that it is an estimate, why the reader gets it and how to stop it. */
export function footer(context: MailContext, words: Words): readonly string[] {
  const stop = words.report.stop(command(context, 'init', '--email', 'ADDRESS'))
  return ['-- ', words.estimate, words.report.why(context.guard), stop]
}

/** Shorter, so that what matters stands within the first 99 characters: the name cut, the time without the zone's name. */
function inSubject(kind: NoticeKind, item: NoticeItem, told: Told, context: MailContext): Told {
  const until = kind === 'blocked' ? item.until : (item.waiver?.until ?? item.until)
  return {
    ...told,
    who: truncate(told.who, 40),
    model: truncate(told.model, 50),
    until: until === undefined || until === 'no-end' ? told.until : localText(until, context.zone),
  }
}

/** SNS takes 256 KB, and nobody reads the fortieth block: the others are named, as far as that is of use. */
const inFull = 40
const named = 400

function rest(items: readonly NoticeItem[], context: MailContext, words: Words): readonly string[] {
  if (items.length === 0) return []
  const names = items.slice(0, named).map((item) => `  ${printable(item.principal ?? item.model ?? item.why ?? '')}`)
  const more = items.length - names.length
  return [words.others, ...names, ...(more > 0 ? [words.andMore(more)] : []), `  ${command(context, 'status')}`, '']
}

/** One mail for all items of a kind that one check brought. The subject is one line below 100 characters. */
export function renderNotice(
  kind: Exclude<NoticeKind, 'report'>,
  items: readonly NoticeItem[],
  context: MailContext,
  words: Words,
): { readonly subject: string; readonly text: string } {
  const first = items[0]
  const says = words.notices[kind]
  const about =
    items.length === 1 && first !== undefined
      ? says.subject(inSubject(kind, first, tell(kind, first, context, words), context))
      : [says.subjects(items.length), items.flatMap((item) => item.principal ?? item.model ?? []).join(', ')]
          .filter((part) => part !== '')
          .join(': ')
  const text = [
    ...items.slice(0, inFull).flatMap((item) => [block(kind, item, context, words), '']),
    ...rest(items.slice(inFull), context, words),
    ...facts([
      [words.facts.guard, context.guard],
      [words.facts.account, `${context.account}, ${context.region}`],
    ]),
    '',
    ...footer(context, words),
  ].join('\n')
  return { subject: subjectLine(`[${context.guard}] ${about}`), text: `${text}\n` }
}
