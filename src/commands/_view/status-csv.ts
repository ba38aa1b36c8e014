import { csvText } from '../../runtime/domain/base/csv-text.ts'
import type { StatusView } from '../../runtime/domain/telling/status-view.ts'
import { shownLimit } from './status-tables.ts'

/** status as rows for a spreadsheet: CRLF, exact decimals. Pure. */
export function statusCsv(view: StatusView): string {
  const head = ['period', 'usd', 'assumedUsd', 'requests']
  const lines =
    view.groups === undefined
      ? [
          ['principal', ...head, 'limitUsd', 'usedPercent', 'forecastUsd', 'state', 'blockedUntil'],
          ...view.principals.map((one) => {
            const limit = shownLimit(one)
            return [
              csvText(one.principal),
              csvText(view.period.key),
              ...[one.usd, one.assumedUsd, String(one.requests)],
              ...[limit?.limitUsd ?? '', `${limit?.usedPercent ?? ''}`, limit?.forecastUsd ?? ''],
              ...[one.state, one.blockedUntil ?? ''],
            ]
          }),
        ]
      : [
          [view.groups.by, ...head],
          ...view.groups.rows.map((row) => [
            csvText(row.key),
            csvText(view.period.key),
            ...[row.usd, row.assumedUsd, String(row.requests)],
          ]),
        ]
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('')
}
