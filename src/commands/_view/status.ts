/** status in rows and sentences. Pure. */
import { instant, localText } from '../../runtime/domain/base/calendar.ts'
import { inCurrency } from '../../runtime/domain/money/currency.ts'
import { type PicoUsd, parseUsd, toCents } from '../../runtime/domain/money/money.ts'
import { unitOf } from '../../runtime/domain/money/price-book.ts'
import type { StatusPrincipal, StatusView } from '../../runtime/domain/telling/status-view.ts'
import { whyText } from './effect.ts'
import { limitName } from './limit-name.ts'
import { unreachedText } from './mails.ts'
import { byPrincipal, groupTable, isShared, principalTable, shownLimit } from './status-tables.ts'
import { wrap } from './width.ts'

export interface StatusWords {
  readonly currency: { readonly code: string; readonly rate: string } | undefined
  readonly screen: number
  readonly now: number
  /** `status` → the whole command, ready to be pasted. */
  readonly command: (words: string) => string
  /** When the guard was installed, ISO. */
  readonly installedAt: string
  /** Why somebody who should be blocked cannot be, by principal. */
  readonly cannotBlock: ReadonlyMap<string, string>
  /** Some limit is set; asked only where nothing was counted. */
  readonly hasLimits: boolean
  /** Addresses that no mail reaches. */
  readonly unreached: readonly { readonly address: string; readonly state: 'waiting' | 'gone' }[]
}

export function statusText(view: StatusView, words: StatusWords): string {
  const { period } = view
  const resets = localText(instant(Date.parse(period.resetsAt)), period.timezone)
  const isRange = period.kind === 'range'
  const [first, last] = period.key.split('..')
  const head = isRange
    ? `${view.guard}, ${first} to ${last} (${period.timezone})`
    : `${view.guard}, ${period.key} (${period.timezone}, resets ${resets})`
  if (isRange && view.principals.length === 0) return `${head}\n\nNothing was counted in these days.`
  if (view.principals.length === 0 && view.totalUsd === '0') return [head, '', ...nothingYet(view, words)].join('\n')
  const total = usd(view.totalUsd)
  const second = words.currency === undefined ? '' : ` (${words.currency.code} ${inCurrency(total, words.currency)})`
  const assumed = view.assumedUsd === '0' ? '' : `, of it ${toCents(usd(view.assumedUsd))} at assumed prices (*)`
  return [
    head,
    '',
    isRange && view.groups === undefined
      ? groupTable({ ...view, groups: byPrincipal(view) }, words.screen)
      : view.groups === undefined
        ? principalTable(view, words.screen)
        : groupTable(view, words.screen),
    '',
    wrap(
      `Total ${toCents(total)} dollars${second}${assumed}. Estimate at list price, before tax, credits and private discounts.`,
      words.screen,
    ),
    ...[
      ...overlap(view),
      ...shared(view),
      ...accountLines(view),
      ...observing(view, words),
      ...standing(view, words),
      ...assumedOnly(view),
    ].map((line) => wrap(line, words.screen)),
    ...healthLines(view, words),
  ].join('\n')
}

const usd = (decimal: string): PicoUsd => parseUsd(decimal)

/** Only beside principals: groups show no limits. */
function shared({ groups, principals }: StatusView): readonly string[] {
  const pots = principals.flatMap((one) => {
    const limit = groups === undefined ? shownLimit(one) : undefined
    return limit !== undefined && isShared(limit) ? [limit.sharedBy ?? limit.of] : []
  })
  if (pots.length === 0) return []
  const names = [...new Set(pots)]
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return [`+ is the limit of ${names.slice(0, 5).join(', ')}${more}: used by all members together.`]
}

function overlap({ groups }: StatusView): readonly string[] {
  if (groups === undefined || groups.overlapUsd === '0') return []
  const more = toCents(usd(groups.overlapUsd))
  return [`Who is in several teams counts in each of them, and once in the total: the rows are ${more} dollars more.`]
}

/** The account's own limit is everybody's: it is said once. */
function accountLines(view: StatusView): readonly string[] {
  const limit = view.principals.flatMap((principal) => principal.limits).find((one) => one.of === 'account')
  if (limit === undefined) return []
  const forecast = limit.forecastUsd === null ? '' : `, forecast ${toCents(usd(limit.forecastUsd))}`
  const stops = view.principals.some(({ state, decidedBy }) => state === 'blocked' && decidedBy === limit.id)
  const action =
    limit.action === 'notify' ? 'notifies' : stops ? 'blocks everybody now' : 'blocks everybody once it is reached'
  return [
    `Account: ${toCents(usd(limit.spentUsd))} of ${toCents(usd(limit.limitUsd))} a ${limit.per} (${limit.usedPercent ?? 100}%${forecast}), ${action}.`,
  ]
}

function observing(view: StatusView, words: StatusWords): readonly string[] {
  if (view.mode !== 'observe') return []
  const over = view.principals.filter(({ state }) => state === 'observed').map(({ principal }) => principal)
  const whom = over.length === 0 ? '' : ` Would be blocked: ${someOf(over)}.`
  return [
    `This guard only observes: nobody is blocked.${whom} To let it block: ${words.command('init --mode enforce')}`,
  ]
}

/** Many for one reason are said once: the rows above name each. */
function standing(view: StatusView, { cannotBlock }: StatusWords): readonly string[] {
  const byReason = new Map<string, { readonly stuck: boolean; readonly whom: string[] }>()
  for (const principal of view.principals) {
    if (principal.state !== 'blocked' && principal.state !== 'cannot-block') continue
    const stuck = principal.state === 'cannot-block'
    const reason = stuck ? stuckText(principal, cannotBlock) : blockedText(principal, view.period.timezone)
    const same = byReason.get(reason) ?? { stuck, whom: [] }
    same.whom.push(principal.principal)
    byReason.set(reason, same)
  }
  return [...byReason].map(([reason, { stuck, whom }]) => {
    const verb = stuck ? 'should be' : whom.length === 1 ? 'is' : 'are'
    return `${someOf(whom)} ${verb} blocked ${reason}.`
  })
}

function stuckText(principal: StatusPrincipal, cannotBlock: StatusWords['cannotBlock']): string {
  const why = cannotBlock.get(principal.principal)
  return `${decider(principal)}, but cannot be${why === undefined ? '' : `: ${whyText(why)}`}`
}

function blockedText(principal: StatusPrincipal, zone: string): string {
  const { blockedUntil, decidedBy } = principal
  const open = decidedBy === 'manual' ? 'until somebody unblocks' : 'until the limit is raised'
  const until = blockedUntil === null ? open : `until ${localText(instant(Date.parse(blockedUntil)), zone)}`
  return `${decider(principal)} ${until}`
}

function decider({ principal, decidedBy }: StatusPrincipal): string {
  if (decidedBy === null) return 'by a limit that is gone'
  return decidedBy === 'manual' ? 'by hand' : `by ${limitName(decidedBy, principal)}`
}

/** Over only by what was assumed: said, because the bar is full and nobody is blocked. */
function assumedOnly(view: StatusView): readonly string[] {
  const over = view.principals.filter(
    (principal) =>
      principal.state === 'warned' &&
      principal.assumedUsd !== '0' &&
      principal.limits.some(
        ({ action, of, usedPercent }) => action === 'block' && of !== 'account' && (usedPercent ?? 100) >= 100,
      ),
  )
  return over.length === 0
    ? []
    : [
        `${over.map(({ principal }) => principal).join(', ')}: over by assumed prices alone, which warn and block nobody.`,
      ]
}

function healthLines(view: StatusView, words: StatusWords): readonly string[] {
  const { health } = view
  const byUnit = health.unpricedModels.filter((model) => unitOf(model) !== undefined)
  const unknown = health.unpricedModels.filter((model) => unitOf(model) === undefined)
  const lag = [
    health.lag.logSeconds === null ? undefined : `call to log ${seconds(health.lag.logSeconds)}`,
    health.lag.deliverySeconds === null ? undefined : `log to guard ${seconds(health.lag.deliverySeconds)}`,
    health.lag.enforceSeconds === null ? undefined : `guard to deny ${seconds(health.lag.enforceSeconds)}`,
  ].filter((text) => text !== undefined)
  const last =
    health.lastRecordAt === null ? 'no record yet' : `last record ${ago(words.now - Date.parse(health.lastRecordAt))}`
  return [
    wrap(`Guard: ${[last, ...lag].join(', ')}.`, words.screen),
    ...(health.uncountedRequests === 0 ? [] : [wrap(uncountedText(health.uncountedRequests), words.screen)]),
    ...(byUnit.length === 0
      ? []
      : [wrap(`Not metered by tokens, counted as one each: ${modelsOf(byUnit)}.`, words.screen)]),
    ...(unknown.length === 0
      ? []
      : [
          wrap(`No price is known for ${modelsOf(unknown)}.`, words.screen),
          `Try this: ${words.command('prices set --help')}`,
        ]),
    ...[
      ...words.unreached.map(({ address, state }) => unreachedText(address, state)),
      ...health.problems.map((problem) => `Problem: ${problem}`),
    ].map((line) => wrap(line, words.screen)),
    ...(words.unreached.length === 0 ? [] : [`Try this: ${words.command('mail list')}`]),
  ]
}

const uncountedText = (calls: number): string =>
  `${calls.toLocaleString('en-US')} ${calls === 1 ? 'call' : 'calls'} without one of the configured labels ${calls === 1 ? 'was' : 'were'} not counted (--only-sources).`

const NAMED_AT_MOST = 5

/** Whoever calls may invent any number of model names. */
const someOf = (names: readonly string[]): string =>
  names.length <= NAMED_AT_MOST
    ? names.join(', ')
    : `${names.slice(0, NAMED_AT_MOST).join(', ')} and ${names.length - NAMED_AT_MOST} more`

const modelsOf = (models: readonly string[]): string =>
  `${someOf(models)}${models.length > NAMED_AT_MOST ? ' (--by model shows them)' : ''}`

function since({ period }: StatusView, { installedAt }: StatusWords): string {
  const at = Date.parse(installedAt)
  return Number.isNaN(at) ? 'its installation' : localText(instant(at), period.timezone)
}

function nothingYet(view: StatusView, words: StatusWords): readonly string[] {
  if (Date.parse(view.period.resetsAt) <= words.now) return [`Nothing was counted in ${view.period.key}.`]
  return [
    'Nothing was counted in this period yet.',
    wrap(
      `The guard counts since ${since(view, words)}. Any call of Bedrock in this region is counted within minutes.`,
      words.screen,
    ),
    ...observing(view, words).map((line) => wrap(line, words.screen)),
    ...healthLines(view, words),
    ...(words.hasLimits ? [] : [`Try this: ${words.command('limits set everyone=20')}`]),
  ]
}

const seconds = (value: number): string => (value < 120 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`)

export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 1) return 'less than a minute ago'
  if (minutes < 120) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} hours ago` : `${Math.floor(minutes / 1440)} days ago`
}
