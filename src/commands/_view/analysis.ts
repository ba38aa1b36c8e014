/** analyze's tables. */

import { toCents } from '../../runtime/domain/money/money.ts'
import { unitOf } from '../../runtime/domain/money/price-book.ts'
import { printable } from '../../runtime/domain/telling/layout.ts'
import type { Analysis, ChargeLine, GroupBy } from '../../runtime/usecases/analyze.ts'
import { columns } from './columns.ts'

const count = (value: number): string => value.toLocaleString('en-US')

export const chargeText = (charge: ChargeLine): string =>
  printable(
    `${charge.at}  ${charge.usd.padStart(14)}${charge.unpriced ? '*' : ' '} ${charge.principal}  ${charge.model}  ${charge.requestId}`,
  )

export function analysisText(
  analysis: Analysis,
  how: { readonly by: GroupBy; readonly screen: number; readonly timeZone: string },
): string {
  const result = analysis.result()
  const { total, assumed } = analysis.money
  const table = how.by === 'principal' ? principals(analysis, how.screen) : groups(analysis, how.by, how.screen)
  const odd = [
    [result.failed, 'failed calls (free of charge)'],
    [result.duplicates, 'duplicates (counted once)'],
    [result.malformed, `malformed${reasons(analysis.malformedReasons)}`],
    [result.ignored, 'ignored (not invocations)'],
  ] as const
  const lines = [
    result.requests === 0 ? 'No counted request was found.' : table,
    '',
    `Total ${toCents(total)} dollars for ${count(result.requests)} requests${assumed > 0n ? `, of it ${toCents(assumed)} assumed` : ''}.`,
    ...result.unpriced.map(({ model, requests }) =>
      unitOf(model) === undefined
        ? `No price is known for ${printable(model)} (${count(requests)} requests): the dearest rate of its provider is assumed.`
        : `${printable(model)} is billed by the ${unitOf(model)}, not by tokens (${count(requests)} requests): one each is assumed.`,
    ),
    ...odd.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`),
    'Estimate at list price, before tax, credits and private discounts.',
    ...(how.by === 'day' ? [`Days are of ${how.timeZone}; AWS bills months of UTC.`] : []),
  ]
  return lines.join('\n')
}

const reasons = (why: ReadonlyMap<string, number>): string =>
  why.size === 0 ? '' : ` (${[...why].map(([reason, number]) => `${reason}: ${number}`).join(', ')})`

function principals(analysis: Analysis, screen: number): string {
  const usd = new Map(analysis.groups('principal').map((group) => [group.key, group.usd]))
  return columns(
    [
      { head: 'PRINCIPAL' },
      { head: 'USD', align: 'right' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'INPUT', align: 'right' },
      { head: 'OUTPUT', align: 'right' },
      { head: 'CACHE READ', align: 'right' },
      { head: 'WRITE', align: 'right' },
    ],
    analysis
      .result()
      .principals.map((one) => [
        one.principal,
        toCents(usd.get(one.principal) ?? analysis.money.total),
        count(one.requests),
        count(one.inputTokens),
        count(one.outputTokens),
        count(one.cacheReadTokens),
        count(one.cacheWrite5mTokens + one.cacheWrite1hTokens),
      ]),
    screen,
  )
}

function groups(analysis: Analysis, by: GroupBy, screen: number): string {
  const found = analysis.groups(by)
  const sorted = by === 'day' ? found.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : found
  return columns(
    [{ head: by.toUpperCase() }, { head: 'USD', align: 'right' }, { head: 'REQUESTS', align: 'right' }],
    sorted.map((group) => [group.key, toCents(group.usd), count(group.requests)]),
    screen,
  )
}
