/** AWS's price list against the price book, in lines and as JSON. Pure. */
import type { Comparison, Proposal } from '../../provision/price-list/compare.ts'
import { CLASSES } from '../../provision/price-list/complete.ts'
import { type ListedRate, type PerMillion, perMillion, type Rate } from '../../runtime/domain/money/price-book.ts'
import { printable } from '../../runtime/domain/telling/layout.ts'
import { wrap } from './width.ts'

export interface ListScreen {
  /** Addresses or paths of the files. */
  readonly sources: readonly string[]
  /** When AWS published them, oldest first. */
  readonly published: readonly string[]
  readonly regions: readonly string[]
  readonly width: number
}

const WORDS: Readonly<Record<keyof PerMillion, string>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache read',
  cacheWrite5m: 'write 5m',
  cacheWrite1h: 'write 1h',
}
const HEADS: readonly (readonly [Proposal['kind'], string])[] = [
  ['model', 'New: no price was known'],
  ['row', 'New scope, tier or size of a known model'],
  ['changed', 'Changed'],
]
/** Lines of one kind that a person still reads; --json has all. */
const MOST = 40

export function comparisonText(found: Comparison, { regions, published, width }: ListScreen): string {
  const { proposals, same, gone, refused, unmapped, skipped, lines } = found
  const say = (text: string, indent = '') => wrap(printable(text), width, indent)
  const parts = HEADS.flatMap(([kind, head]) => {
    const of = merged(proposals.filter((one) => one.kind === kind))
    return of.length === 0 ? [] : ['', `${head}:`, ...cut(of.flatMap((one) => proposalLines(one, width)))]
  })
  const section = (head: string, all: readonly string[]) =>
    all.length === 0 ? [] : ['', say(head), ...cut(all.map((line) => say(line, '  ')))]
  const left = skipped.reduce((sum, one) => sum + one.lines, 0)
  return [
    say(
      `AWS’s price list for ${regions.join(', ')}${published[0] === undefined ? '' : ` of ${published[0].slice(0, 10)}`}: ` +
        `${lines} lines; ${same} prices are as in the book${proposals.length === 0 ? ', none differs' : ''}.`,
    ),
    ...parts,
    ...(proposals.length === 0
      ? []
      : [
          '',
          say(
            'Dollars per million tokens. (r): not listed, follows from a rule. (!): more than 50 %, asked by itself.',
          ),
        ]),
    ...section(
      'Gone from the list; what was accepted keeps counting:',
      gone.map((rate) => nameOf(rate, [rate.region ?? ''])),
    ),
    ...section(
      'Refused, because it cannot be true:',
      refused.map(({ what, why }) => `${what}: ${why}`),
    ),
    ...section(
      'Not understood, so not used; a price can be given with prices set:',
      unmapped.map(({ what, why }) => `${what}: ${why}`),
    ),
    ...(left === 0
      ? []
      : ['', say(`Left out ${left} lines: ${skipped.map((one) => `${one.why} (${one.lines})`).join('; ')}.`)]),
  ].join('\n')
}

const cut = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST
    ? lines
    : [...lines.slice(0, MOST), `  … and ${lines.length - MOST} lines more: --json shows all`]

interface Merged extends Proposal {
  readonly regions: readonly string[]
}

/** The same price in several regions is one entry. */
function merged(proposals: readonly Proposal[]): readonly Merged[] {
  const groups = new Map<string, Merged>()
  for (const proposal of proposals) {
    const [first] = proposal.rows
    if (first === undefined) continue
    const key = JSON.stringify(
      proposal.rows.map(({ after, before }) => [{ ...after, region: '', source: '' }, before?.id ?? '']),
    )
    const regions = [...(groups.get(key)?.regions ?? []), first.after.region ?? '']
    groups.set(key, { ...proposal, regions })
  }
  return [...groups.values()]
}

function proposalLines({ rows, regions, changePercent, big, hidden }: Merged, width: number): readonly string[] {
  return rows.flatMap(({ after, before }, index) => {
    const change = changePercent === null || index > 0 ? '' : `, ${changePercent > 0 ? '+' : ''}${changePercent} %`
    const head = `${nameOf(after, regions)}${change}${big && index === 0 ? ' (!)' : ''}`
    const prices = CLASSES.map((of) => {
      const was = before === undefined ? undefined : perMillion(before.prices[of])
      const is = `${after.perMillion[of]}${after.derived.includes(of) ? ' (r)' : ''}`
      return `${WORDS[of]} ${was === undefined || was === after.perMillion[of] ? is : `${was} → ${is}`}`
    })
    return [
      wrap(head, width, '  '),
      wrap(`${prices.join(', ')}; from ${after.validFrom}`, width, '    '),
      ...(hidden && index === 0
        ? [wrap('your own price of it counts (prices unset takes it away)', width, '    ')]
        : []),
    ]
  })
}

const nameOf = ({ stem, scope, tier, over }: ListedRate, regions: readonly string[]): string =>
  [
    `${stem}${over === undefined ? '' : ` >${over / 1000}K`} ${scope}`,
    ...(tier === 'default' ? [] : [tier]),
    `(${regions.join(', ')})`,
  ].join(' ')

export function comparisonJson(found: Comparison, { sources, published, regions }: ListScreen) {
  const of = (kind: Proposal['kind']) => found.proposals.filter((one) => one.kind === kind).flatMap(proposalJson)
  return {
    regions,
    sources,
    publishedAt: published[0] ?? null,
    lines: found.lines,
    same: found.same,
    newModels: of('model'),
    newRows: of('row'),
    changed: of('changed'),
    gone: found.gone.map(listedJson),
    refused: found.refused,
    unmapped: found.unmapped,
    skipped: found.skipped.map(({ why, lines }) => ({ why, lines })),
  }
}

const proposalJson = ({ rows, changePercent, big, hidden }: Proposal) =>
  rows.map(({ after, before }) => ({
    ...listedJson(after),
    before: before === undefined ? null : beforeJson(before),
    changePercent,
    needsAcceptBigChanges: big,
    hiddenByOwnPrice: hidden,
  }))

const pricesJson = (prices: PerMillion) => ({
  inputUsd: prices.input,
  outputUsd: prices.output,
  cacheReadUsd: prices.cacheRead,
  cacheWrite5mUsd: prices.cacheWrite5m,
  cacheWrite1hUsd: prices.cacheWrite1h,
})

const listedJson = (rate: ListedRate) => ({
  model: rate.stem,
  provider: rate.provider,
  scope: rate.scope,
  tier: rate.tier,
  promptsAbove: rate.over ?? null,
  region: rate.region ?? null,
  ...pricesJson(rate.perMillion),
  derived: rate.derived,
  validFrom: rate.validFrom,
  source: rate.source,
})

function beforeJson({ id, prices, source, checked }: Rate) {
  const decimals = Object.fromEntries(CLASSES.map((of) => [of, perMillion(prices[of])])) as unknown as PerMillion
  return { id, ...pricesJson(decimals), source, checked }
}
