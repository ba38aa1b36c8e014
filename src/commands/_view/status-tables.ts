/** The rows of status. Pure. */
import { isGroup } from '../../runtime/domain/metering/belonging.ts'
import { type PicoUsd, parseUsd, percentOf, toCents } from '../../runtime/domain/money/money.ts'
import type {
  PrincipalState,
  StatusLimit,
  StatusPrincipal,
  StatusView,
} from '../../runtime/domain/telling/status-view.ts'
import { columns } from './columns.ts'

const BAR = 8
const STATE: Readonly<Record<PrincipalState, string>> = {
  ok: 'ok',
  warned: 'warned',
  over: 'over',
  blocked: 'BLOCKED',
  paused: 'PAUSED',
  waived: 'waived',
  excluded: 'excluded',
  observed: 'observed',
  unlimited: 'no limit',
  'cannot-block': 'cannot be blocked',
}

const usd = (decimal: string): PicoUsd => parseUsd(decimal)

/** The limit that decides, else the one that is nearest to being reached. */
export function shownLimit(principal: StatusPrincipal): StatusLimit | undefined {
  const own = principal.limits.filter((limit) => limit.of !== 'account')
  const used = (limit: StatusLimit): number => limit.usedPercent ?? Number.POSITIVE_INFINITY
  return principal.limits.find((limit) => limit.decides) ?? own.toSorted((a, b) => used(b) - used(a))[0]
}

/** Of a person or a team: what is used of it is not what stands beside it as spent. */
export const isShared = (limit: StatusLimit): boolean => isGroup(limit.sharedBy ?? limit.of)

/** `####----` of eight; full only when the limit is reached. */
export function bar(percent: number | null): string {
  if (percent === null) return '#'.repeat(BAR)
  const filled = Math.min(BAR, Math.floor((percent * BAR) / 100))
  return '#'.repeat(filled) + '-'.repeat(BAR - filled)
}

export function principalTable(view: StatusView, screen: number): string {
  const total = usd(view.totalUsd)
  return columns(
    [
      { head: 'PRINCIPAL' },
      { head: 'SPENT', align: 'right' },
      { head: 'LIMIT', align: 'right' },
      { head: 'USED' },
      { head: 'FORECAST', align: 'right' },
      { head: 'SHARE', align: 'right' },
      { head: 'STATE' },
    ],
    view.principals.map((principal) => {
      const limit = shownLimit(principal)
      const share = percentOf(usd(principal.usd), total)
      return [
        principal.principal,
        `${toCents(usd(principal.usd))}${principal.assumedUsd === '0' ? '' : '*'}`,
        limit === undefined ? '-' : `${toCents(usd(limit.limitUsd))}${isShared(limit) ? '+' : ''}`,
        limit === undefined
          ? ''
          : `${bar(limit.usedPercent)} ${limit.usedPercent === null ? '' : `${limit.usedPercent}%`}`,
        limit?.forecastUsd == null ? '–' : toCents(usd(limit.forecastUsd)),
        share === undefined ? '' : `${share}%`,
        STATE[principal.state],
      ]
    }),
    screen,
  )
}

/** Days have no limits: who spent what is all there is to tell. */
export const byPrincipal = ({ principals, totalUsd }: StatusView): StatusView['groups'] => ({
  by: 'principal',
  overlapUsd: '0',
  rows: principals.map(({ principal, usd: spent, assumedUsd, requests }) => ({
    key: principal,
    usd: spent,
    assumedUsd,
    requests,
    sharePercent: percentOf(usd(spent), usd(totalUsd)) ?? null,
  })),
})

export function groupTable(view: StatusView, screen: number): string {
  const groups = view.groups
  if (groups === undefined) return ''
  return columns(
    [
      { head: groups.by.toUpperCase() },
      { head: 'SPENT', align: 'right' },
      { head: 'SHARE', align: 'right' },
      { head: 'REQUESTS', align: 'right' },
    ],
    groups.rows.map((row) => [
      row.key,
      `${toCents(usd(row.usd))}${row.assumedUsd === '0' ? '' : '*'}`,
      row.sharePercent === null ? '' : `${row.sharePercent}%`,
      row.requests.toLocaleString('en-US'),
    ]),
    screen,
  )
}
