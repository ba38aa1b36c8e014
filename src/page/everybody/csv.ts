/** The table for a spreadsheet: RFC 4180, exact amounts; its first columns are those of `status --csv`. Pure. */
import { csvText } from '../../runtime/domain/base/csv-text.ts'
import { exactlyIn } from '../../runtime/domain/money/currency.ts'
import type { PageHead } from '../../runtime/page-protocol.ts'
import type { Line } from './people.ts'

/** Excel reads a file as UTF-8 only with this mark before it. */
const BOM = '\u{feff}'

export function everybodyCsv(
  lines: readonly Line[],
  { period, currency }: Pick<PageHead, 'period' | 'currency'>,
): string {
  const head = [
    ...['principal', 'period', 'usd', 'assumedUsd', 'requests', 'limitUsd', 'usedPercent', 'forecastUsd', 'state'],
    ...['blockedUntil', 'person', 'teams', 'excluded', 'restUsd', 'monthForecastUsd', 'lastAt'],
    ...(currency ? [currency.code] : []),
  ]
  const rows = lines.map(({ row, limit, usd }) => [
    csvText(row.key),
    csvText(period.month),
    ...[row.usd, row.assumedUsd, String(row.requests)],
    ...[limit?.limitUsd ?? '', `${limit?.usedPercent ?? ''}`, limit?.forecastUsd ?? ''],
    ...[row.state, row.blockedUntil ?? ''],
    csvText(row.person ?? ''),
    csvText(row.teams.join('; ')),
    ...[String(row.excluded), limit?.restUsd ?? '', row.forecastUsd ?? '', row.lastAt ?? ''],
    ...(currency ? [exactlyIn(usd, currency)] : []),
  ])
  return BOM + [head, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** Nothing in it that a file system or a shell could take for more than a name. */
export const csvName = ({ guard, period }: Pick<PageHead, 'guard' | 'period'>): string =>
  `${guard.replace(/[^\w-]+/g, '-')}-${period.month.replace(/[^\d-]/g, '')}.csv`
