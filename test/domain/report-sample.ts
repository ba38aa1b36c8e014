/** A team in November, for the tests of what is said about it. */

import { type Day, type Month, monthPeriod } from '../../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Wishes } from '../../src/runtime/domain/judging/limit.ts'
import type { BlockedRecord } from '../../src/runtime/domain/judging/verdict.ts'
import type { Balance, Detail } from '../../src/runtime/domain/metering/balance.ts'
import { type PicoUsd, parseUsd, zero } from '../../src/runtime/domain/money/money.ts'
import { type ReportInput, type ReportView, reportOf } from '../../src/runtime/domain/telling/report.ts'
import type { MailContext } from '../../src/runtime/domain/telling/wording.ts'
import { account, at, balance, key, limit, tokyo, waiver } from './judging.ts'

export const now = at('2026-11-20T00:00:00Z')
export const november = monthPeriod('2026-11' as Month, tokyo)

export const context: MailContext = {
  guard: 'cost-guard',
  account,
  alias: 'acme-dev',
  region: 'ap-northeast-1',
  zone: 'Asia/Tokyo',
  currency: { code: 'JPY', rate: '160.5' },
}

const labels = (parts: Readonly<Record<string, string>>): ReadonlyMap<string, PicoUsd> =>
  new Map(Object.entries(parts).map(([label, usd]) => [label, parseUsd(usd)]))

export const balances: readonly Balance[] = [
  balance(
    'user/tanaka',
    { '2026-11-03': '40', '2026-11-18': '5', '2026-11-19': '7.1' },
    { labels: labels({ 'claude-code': '50', 'claude-desktop': '2.1' }) },
  ),
  balance(
    'user/sato',
    { '2026-11-04': '10', '2026-11-19': '7' },
    { labels: labels({ 'claude-code': '15', none: '2' }), assumed: parseUsd('0.5') },
  ),
  balance('user/boss', { '2026-11-05': '61' }, { labels: labels({ none: '61' }) }),
  balance('role/batch', { '2026-11-18': '3' }, { labels: labels({ other: '3' }) }),
  balance(
    'session/AWSReservedSSO_Dev_0a1b/suzuki@example.com',
    { '2026-11-19': '1.234' },
    { labels: labels({ none: '1.234' }) },
  ),
  balance('session/AWSReservedSSO_Dev_0a1b/山田', { '2026-11-19': '0.004' }, { labels: labels({ none: '0.004' }) }),
  balance('unattributed', { '2026-11-06': '2' }, { labels: labels({ none: '2' }) }),
]

export const wishes: Wishes = {
  limits: [limit('user/tanaka=50'), limit('*=20 warn 80'), limit('role/batch=5'), limit('account=100 notify')],
  waivers: [waiver('user/boss', '2026-11-30T15:00:00Z')],
  blocks: [],
  excluded: [],
}

export const record: BlockedRecord = {
  principal: key('user/tanaka'),
  state: 'attached',
  why: undefined,
  policy: 'cost-guard-limit-reached-until-2026-12-01',
  by: 'managed',
  until: november.end,
  episode: '2026-11-19T10:00:00Z',
  decidedBy: 'user/tanaka@month',
  since: at('2026-11-19T10:00:00Z'),
  comparedAt: now,
}

export const judgements = judgeAll({
  wishes,
  balances,
  previous: [],
  zoning: tokyo,
  now,
  unknownPrice: 'warn',
  account,
})

export const detail = (principal: string, model: string, usd: string, more: Partial<Detail> = {}): Detail => ({
  principal: key(principal),
  month: '2026-11' as Month,
  day: '2026-11-19' as Day,
  rateId: `${model}/global/standard/default/2026-01-01`,
  model,
  label: 'none',
  spend: parseUsd(usd),
  assumed: zero,
  requests: 3,
  tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 },
  ...more,
})

export const details: readonly Detail[] = [
  detail('user/tanaka', 'anthropic.claude-opus-4-7', '52.1', { label: 'claude-code' }),
  detail('user/boss', 'anthropic.claude-sonnet-4-5', '61', { day: '2026-11-05' as Day }),
  detail('user/sato', 'anthropic.claude-sonnet-4-5', '16.5', { requests: 40 }),
  detail('user/sato', 'anthropic.claude-next-9', '0.5', { assumed: parseUsd('0.5'), requests: 2 }),
]

export const health: ReportInput['health'] = {
  lastRecordAt: at('2026-11-19T23:58:01Z'),
  logSeconds: 4.2,
  deliverySeconds: 7,
  enforceSeconds: undefined,
  hold: false,
  problems: [],
}

export const input: ReportInput = {
  kind: 'daily',
  context,
  period: november,
  zoning: tokyo,
  now,
  balances,
  previous: [],
  details,
  judgements,
  records: [record],
  blocks: [],
  told: undefined,
  unreadable: 0,
  ownCost: undefined,
  health,
}

export const view = (more: Partial<ReportInput> = {}): ReportView => reportOf({ ...input, ...more })
