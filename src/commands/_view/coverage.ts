/** coverage in lines. Pure. */
import { toIso } from '../../runtime/domain/base/calendar.ts'
import { toCents } from '../../runtime/domain/money/money.ts'
import type { Coverage, Covered } from '../../runtime/domain/telling/coverage.ts'
import type { Cause } from '../../runtime/domain/telling/coverage-causes.ts'
import { totalOf } from '../../runtime/domain/telling/coverage-tokens.ts'
import { enUncovered } from '../../runtime/words/en-uncovered.ts'
import { columns } from './columns.ts'
import { wrap } from './width.ts'

interface How {
  readonly guard: string
  readonly region: string
  readonly by: string
  readonly screen: number
  /** Counting began within the days asked for. */
  readonly began: boolean
  readonly command: (words: string) => string
}

const count = (tokens: number): string => tokens.toLocaleString('en-US')
/** `2026-11-20 08:00`. */
const hour = (at: Coverage['from']): string => toIso(at).slice(0, 16).replace('T', ' ')

/** Tenths of a percent, rounded up, so that a gap is never shown as none. */
const missingText = (of: Covered): string => {
  const real = totalOf(of.real)
  if (real === 0) return of.surplusTokens > 0 ? '+' : '-'
  return `${Math.ceil((of.missingTokens * 1000) / real) / 10} %`
}

export function coverageText(of: Coverage, how: How): string {
  const head = `Coverage of ${how.guard} in ${how.region}, ${hour(of.from)} to ${hour(of.to)} UTC`
  if (of.from >= of.to) {
    return `${head}\n\n${wrap('Nothing to compare yet: no hour that the guard counted whole ended at least 20 minutes ago.', how.screen)}`
  }
  const lines = [head, ...(how.began ? ['(from the first whole hour after counting began)'] : [])]
  if (of.models.length === 0) return [...lines, '', 'Neither CloudWatch nor the ledger knows of any call.'].join('\n')
  const rows = how.by === 'hour' ? hourRows(of) : modelRows(of, how)
  const table = columns(
    [
      { head: how.by === 'hour' ? 'HOUR (UTC)' : 'MODEL' },
      { head: 'TOKENS (AWS)', align: 'right' },
      { head: 'LEDGER', align: 'right' },
      { head: 'MISSING', align: 'right' },
      { head: 'USD', align: 'right' },
    ],
    [...rows, ['Total', ...figures(of.total)]],
    how.screen,
  )
  return [...lines, '', table, '', wrap(verdict(of), how.screen), ...causes(of, how)].join('\n')
}

const figures = (of: Covered): readonly string[] => [
  count(totalOf(of.real)),
  count(totalOf(of.metered)),
  missingText(of),
  of.missingUsd === 0n ? '-' : toCents(of.missingUsd),
]

const modelRows = (of: Coverage, how: How) =>
  of.models.map((one) => {
    const where = [...(one.mantle ? ['mantle'] : []), ...(one.region === how.region ? [] : [one.region])].join(', ')
    return [where === '' ? one.model : `${one.model} (${where})`, ...figures(one)]
  })

const hourRows = (of: Coverage) => of.stretches.map((one) => [hour(one.at), ...figures(one)])

function verdict({ coveredPermille, total, models }: Coverage): string {
  if (coveredPermille === undefined) return 'CloudWatch counted no tokens in that time.'
  if (total.missingTokens === 0) return 'Every token that CloudWatch counted is in the ledger.'
  const assumed = models.some((one) => one.assumed && one.missingTokens > 0)
  const price = `about ${toCents(total.missingUsd)} USD${assumed ? ', a part at an assumed price' : ''}`
  return `${coveredPermille / 10} % of the tokens that CloudWatch counted are in the ledger; ${(1000 - coveredPermille) / 10} % (${price}) are not.`
}

function causes(of: Coverage, how: How): readonly string[] {
  return of.causes.flatMap((cause) => {
    const { why, fix } = adviceOf(cause, how.command)
    const about = cause.code === 'surplus' ? '' : `, about ${toCents(cause.usd)} USD`
    const first = `${count(cause.tokens)} tokens${about}: ${why}`
    const last = `Try this: ${fix}`
    return [
      '',
      ...indented(first, how.screen),
      ...(fix.includes(`${how.command('x').split(' ')[0]} `) ? [`  ${last}`] : indented(last, how.screen)),
    ]
  })
}

const indented = (text: string, screen: number): readonly string[] =>
  wrap(text, screen - 2)
    .split('\n')
    .map((line) => `  ${line}`)

/** A cause in a sentence, with what only the numbers know, and what to do. */
export function adviceOf(cause: Cause, command: (words: string) => string): { why: string; fix: string } {
  const { why, fix } = enUncovered[cause.code]
  const span = `from ${hour(cause.from)} to ${hour(cause.to)} UTC`
  const known = /^(?:logging-off|not-counted)$/.test(cause.code)
    ? ` (${span})`
    : cause.code === 'other-region'
      ? ` (${cause.region})`
      : cause.count === undefined
        ? ''
        : ` (${cause.count} of them)`
  const day = toIso(cause.from).slice(0, 10)
  return {
    why: `${why.replace(/\.$/, '')}${known}.`,
    fix: fix.replace(/\{([^}]+)\}/g, (_, words: string) => command(words.replace('DAY', day))),
  }
}
