/** What of the original was found, what becomes of it here, and what was done. Pure. */
import type { Original } from '../../provision/original/original.ts'
import { builtInRates } from '../../runtime/domain/money/price-book.data.ts'
import { perMillion } from '../../runtime/domain/money/price-book.ts'
import { printable } from '../../runtime/domain/telling/layout.ts'
import { wrap } from './width.ts'

const bullet = (line: string): string => wrap(printable(line), 78, '    ').replace(/^ {4}/, '  - ')
const section = (head: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [[head, ...lines.map(bullet)].join('\n')]

/** Shown by a first `init` in an account where an original runs. */
export function clashText(original: Original, command: (words: string) => string): string {
  const { functionName, filter, logging, deny } = original
  const denied = deny === undefined ? [] : [...deny.bearers.map(({ kind, name }) => `${kind}/${name}`)]
  const lines = [
    ...(filter ? [`its filter holds one of the two slots of the log group ${filter.logGroup}`] : []),
    ...(logging?.logGroup === undefined
      ? []
      : [`Bedrock logs to ${logging.logGroup}, which it configured; the account has one such setting`]),
    ...(denied.length === 0 ? [] : [`its deny hangs on ${denied.join(', ')}: a release here would not free them`]),
    'its check each minute puts its deny back on whoever is over its own limit',
    'both count and both send mails; its sums will be lower (it leaves out what carries no label, and Haiku)',
    'deleting or updating its stack switches the account’s logging off; run init again after that',
  ]
  return [
    `The original guard runs here: the function ${functionName}`,
    ...lines.map(bullet),
    `  Take over from it instead (shown first, then asked): ${command('import-original')}`,
  ].join('\n')
}

export interface OriginalScreen {
  readonly original: Original
  readonly limits: readonly string[]
  /** Set here already: they stay. */
  readonly keptLimits: readonly string[]
  readonly noLimit: readonly string[]
  readonly exclusions: readonly string[]
  readonly undecided: readonly { readonly name: string; readonly candidates: readonly string[] }[]
  readonly settings: Readonly<Record<string, string | readonly string[]>>
  readonly month: {
    readonly way: string
    readonly why: string
    readonly openings: readonly { readonly principal: string; readonly usd: string }[]
    readonly month: string
  }
  readonly unreadable: readonly string[]
  readonly models: readonly string[]
  readonly keepFilter: boolean
  readonly filterFirst: boolean
  readonly today: string
}

const MONTH: Readonly<Record<string, string>> = {
  counted: 'nothing to carry over',
  log: 'counted from its log group, record by record, at list prices: every call, not only those with a label',
  opening: 'its totals become opening entries of the ledger, one for each principal; what follows is counted here',
  none: 'not carried over',
}

export function originalText(screen: OriginalScreen): string {
  const { original, month } = screen
  const head = [
    `Original  ${original.functionName}${original.stack === undefined ? '' : ` (stack ${original.stack})`}`,
    ...(original.logGroup ? [`Log group ${original.logGroup.name}`] : []),
    ...(original.settings.table ? [`Table     ${original.settings.table}`] : []),
  ].join('\n')
  const undecided = screen.undecided.map(
    ({ name, candidates }) =>
      `${name}: ${candidates.length === 0 ? 'IAM knows no user and no role of this name' : `may be ${candidates.join(' or ')}`}; say it with --as ${name}=${candidates[0] ?? `user/${name}`} (or ${name}=none)`,
  )
  return [
    head,
    ...section('Limits, dollars a month', [
      ...screen.limits.map((limit) => limit.replace('=', ': ')),
      ...screen.keptLimits,
      ...screen.noLimit.map((name) => `${name}: 0 there, which means no limit; none is set`),
    ]),
    ...section('Metered, never blocked', screen.exclusions),
    ...section('Not decided', undecided),
    ...section(
      'Settings',
      Object.entries(screen.settings).map(([flag, value]) => `--${flag} ${[value].flat().join(' ')}`),
    ),
    ...section(
      'What changes',
      'source' in screen.settings
        ? ['ALL traffic counts from now on, a source is only a label; --only-sources for the old way']
        : [],
    ),
    ...section(`This month (${month.month})`, [
      `${MONTH[month.way] ?? month.way}: ${month.why}`,
      ...month.openings.map(({ principal, usd }) => `${principal}: ${usd} dollars`),
    ]),
    ...section('Could not be read', screen.unreadable),
    ...section('Its prices, dollars per million tokens; shown, never applied', priceLines(screen)),
    ...section('What is taken from it', takenLines(screen)),
  ].join('\n\n')
}

function takenLines({ original, keepFilter, filterFirst }: OriginalScreen): readonly string[] {
  const { schedules, rules, filter, deny } = original
  const on = schedules.filter(({ enabled }) => enabled).map(({ name }) => name)
  const people = (deny?.bearers ?? []).map(({ kind, name }) => `${kind}/${name}`)
  return [
    ...(on.length > 0 ? [`its schedules are disabled (its checks and its daily mail): ${on.join(', ')}`] : []),
    ...rules.map(
      (rule) => `the rule ${rule} is not changed by this tool; first: aws events disable-rule --name ${rule}`,
    ),
    ...(people.length === 0
      ? []
      : [
          `its deny hangs on ${people.join(', ')}: for each of them the guard’s own deny is put on first, then its is taken off; whom the guard would not block is shown before`,
        ]),
    ...(deny?.groups ?? []).map((group) => `its deny on the group ${group} was put there by hand and stays`),
    ...(filter === undefined
      ? []
      : keepFilter
        ? [`its filter ${filter.name} stays (--keep-filter)`]
        : [
            `its filter ${filter.name} is removed from ${filter.logGroup}${filterFirst ? ', before all else: the guard needs its slot' : ''}`,
          ]),
    'its stack, table, log group and mails stay as they are',
  ]
}

const CLASSES: readonly (readonly [RegExp, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m'])[] = [
  [/^input/i, 'input'],
  [/^output/i, 'output'],
  [/read/i, 'cacheRead'],
  [/write/i, 'cacheWrite5m'],
]

/** Its family price beside those of the versions of that family which it counted, or of all there are. */
function priceLines({ original, models, today }: OriginalScreen): readonly string[] {
  const inForce = builtInRates.filter(
    ({ scope, validFrom, until, band }) =>
      scope === 'global' && band === 'standard' && validFrom <= today && (until === undefined || today < until),
  )
  return original.settings.prices.flatMap(({ family, perMillion: its }) => {
    const versions = inForce.filter(({ stem }) => stem.includes(family.toLowerCase()))
    const seen = versions.filter(({ stem }) => models.some((model) => model.includes(stem.replace(/^[^.]*\./, ''))))
    const theirs = Object.entries(its).map(([kind, price]) => `${kind} ${price}`)
    const ours = (seen.length > 0 ? seen : versions).map(({ stem, prices }) => {
      const classes = CLASSES.filter(([pattern]) => Object.keys(its).some((kind) => pattern.test(kind)))
      return `${stem.replace(/^[^.]*\./, '')} ${classes.map(([, kind]) => perMillion(prices[kind])).join('/')}`
    })
    return [`${family}: ${theirs.join(', ')}; here ${ours.length === 0 ? 'no model of this name' : ours.join(', ')}`]
  })
}

export interface Exchanged {
  readonly exchanged: readonly string[]
  readonly released: readonly string[]
  /** Its deny still hangs there, and why. */
  readonly left: readonly { readonly principal: string; readonly why: string }[]
}

export const heldLines = (head: string, people: readonly { principal: string; why: string }[]): string =>
  [head, ...people.map(({ principal, why }) => bullet(`${principal}: ${why}`))].join('\n')

export function exchangedText({ exchanged, released, left }: Exchanged): string {
  return [
    ...exchanged.map((one) => `${one}: blocked by this guard; the original’s deny is off`),
    ...released.map((one) => `${one}: free; the original’s deny is off`),
    ...(left.length === 0 ? [] : [heldLines('The original’s deny still hangs on', left)]),
  ].join('\n')
}

/** How the rest of the original is removed, and what that does to the account. */
export function restText(original: Original, command: (words: string) => string): string {
  const { stack } = original
  const lines = [
    'do not update its stack any more: an update of it can switch the account’s logging off',
    `when you need it no longer: aws cloudformation delete-stack --stack-name ${stack ?? 'ITS-STACK'}`,
    `that stack’s own clean-up removes the account’s logging configuration, and its logging role goes with it, also while this guard uses them; run ${command('init')} right after, it puts it back (${command('plan --exit-code')} shows it)`,
    'it keeps its table and its log group; this guard goes on with the log group',
    'should somebody still be blocked when it goes, its deny policy cannot be deleted: run this command again before',
  ]
  return ['What is left of the original', ...lines.map(bullet)].join('\n')
}
