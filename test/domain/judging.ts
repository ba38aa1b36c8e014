/** Makes what judging tests speak of: balances in dollars by day, limits as short text. */

import {
  type Day,
  type Instant,
  type Month,
  parseInstant,
  type Zoning,
} from '../../src/runtime/domain/base/calendar.ts'
import { type Limit, limitId, parseAssignment, parsePot, type Waiver } from '../../src/runtime/domain/judging/limit.ts'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import type { PrincipalKey } from '../../src/runtime/domain/metering/principal.ts'
import { add, type PicoUsd, parseUsd, zero } from '../../src/runtime/domain/money/money.ts'

export const account = '123456789012'
export const tokyo: Zoning = [{ from: '0000-00', zone: 'Asia/Tokyo' }]

export function at(iso: string): Instant {
  const instant = parseInstant(iso)
  if (instant === undefined) throw new Error(`not a time: ${iso}`)
  return instant
}

export const key = (text: string): PrincipalKey => text as PrincipalKey
const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknown: 0 }

export function balance(
  principal: string,
  days: Readonly<Record<string, string>>,
  more: Partial<Pick<Balance, 'assumed' | 'labels' | 'firstAt'>> = {},
): Balance {
  const byDay = new Map(Object.entries(days).map(([day, usd]) => [day as Day, parseUsd(usd)]))
  const spend = [...byDay.values()].reduce<PicoUsd>(add, zero)
  const first = Object.keys(days)[0] ?? '2026-11-01'
  return {
    principal: key(principal),
    month: first.slice(0, 7) as Month,
    spend,
    assumed: zero,
    requests: byDay.size,
    tokens: noTokens,
    days: byDay,
    labels: new Map([['none', spend]]),
    firstAt: at('2026-10-31T15:00:00Z'),
    lastAt: at('2026-11-20T02:00:00Z'),
    ...more,
  }
}

/** `user/tanaka=50`, with any of `notify`, `day`, `week`, `roles`, `v3`, `warn 50,80`, `until <ISO time>` behind it. */
export function limit(text: string): Limit {
  const [assignment = '', ...words] = text.split(' ')
  const { target, amount } = parseAssignment(assignment)
  const pot = parsePot(target, account)
  if (pot === undefined) throw new Error(`not a pot: ${target}`)
  const of = pot.kind === 'everyone' ? { ...pot, includeRoles: words.includes('roles') } : pot
  const per = words.includes('day') ? 'day' : words.includes('week') ? 'week' : 'month'
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined)
  const until = after('until')
  return {
    id: limitId(of, per),
    of,
    per,
    amount,
    action: words.includes('notify') ? 'notify' : 'block',
    warnAt: after('warn') === 'none' ? [] : (after('warn') ?? '80,95').split(',').map(Number),
    from: at('2026-01-01T00:00:00Z'),
    ...(until === undefined ? {} : { until: at(until) }),
    version: Number(words.find((word) => /^v\d+$/.test(word))?.slice(1) ?? 1),
  }
}

export const waiver = (principal: string, until: string, more: Partial<Waiver> = {}): Waiver => ({
  id: `waiver-${principal}`,
  principal: key(principal),
  limit: undefined,
  until: at(until),
  grant: undefined,
  spentAtGrant: zero,
  by: 'arn:aws:iam::123456789012:user/admin',
  at: at('2026-11-19T00:00:00Z'),
  reason: undefined,
  ...more,
})
