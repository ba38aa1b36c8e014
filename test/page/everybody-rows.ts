/** Rows of `/api/everybody` for the tests of its view. */
import type { PageLimit, PageRow } from '../../src/runtime/page-protocol.ts'

export const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03']
export const PERIOD = {
  month: '2026-11',
  timezone: 'Asia/Tokyo',
  days: DAYS,
  resetsAt: '2026-11-30T15:00:00Z',
  isCurrent: true,
}

export const limitOf = (given: Partial<PageLimit> = {}): PageLimit => ({
  id: 'user/a#month',
  of: 'user/a',
  per: 'month',
  limitUsd: '50',
  spentUsd: '10',
  restUsd: '40',
  usedPercent: 20,
  forecastUsd: '30',
  resetsAt: '2026-11-30T15:00:00Z',
  action: 'block',
  decides: true,
  ...given,
})

export const rowOf = (key: string, given: Partial<PageRow> = {}): PageRow => ({
  key,
  members: [key],
  usd: '0',
  assumedUsd: '0',
  requests: 0,
  state: 'ok',
  reason: null,
  blockedUntil: null,
  forecastUsd: null,
  limits: [],
  person: null,
  teams: [],
  excluded: false,
  usedPercent: null,
  lastAt: null,
  sources: {},
  days: DAYS.map(() => '0'),
  ...given,
})
