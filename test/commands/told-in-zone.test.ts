/** What people read of limits and history, as pure views: in the guard's zone, in words, within the screen. */
import { describe, expect, test } from 'vitest'
import { historyText } from '../../src/commands/_view/history.ts'
import { changeText, limitsTable } from '../../src/commands/_view/limits.ts'
import { folded } from '../../src/commands/_view/width.ts'
import { parseInstant } from '../../src/runtime/domain/base/calendar.ts'
import type { Limit } from '../../src/runtime/domain/judging/limit.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import type { HistoryEvent } from '../../src/runtime/ports.ts'

const at = (iso: string) => {
  const found = parseInstant(iso)
  if (found === undefined) throw new Error(`${iso} is no time`)
  return found
}
const TOKYO = [{ from: '0000-01', zone: 'Asia/Tokyo' }]
const session = 'session/AWSReservedSSO_Developer_0123456789abcdef/tanaka@example.com'

describe('a limit for a time', () => {
  const limit: Limit = {
    id: 'team/growth@month~',
    of: { kind: 'team', key: 'growth' },
    per: 'month',
    amount: parseUsd('12'),
    action: 'block',
    warnAt: [80],
    from: at('2026-11-01T00:00:00Z'),
    until: at('2026-12-24T15:00:00Z'),
    version: 1,
  }

  test('says its end in the zone of the guard, when it is set and in the list', () => {
    expect(changeText({ id: limit.id, previous: undefined, next: limit, same: false }, TOKYO)).toBe(
      'team/growth a month, until 2026-12-25 00:00 +09:00: none → 12.00, blocks, warns at 80 %',
    )
    expect(limitsTable([limit], TOKYO, 80)).toContain('2026-12-25 00:00 +09:00')
  })
})

describe('the history on the screen', () => {
  const told = (events: readonly Partial<HistoryEvent>[]) =>
    historyText(
      events.map((event) => ({ at: at('2026-11-17T01:03:00Z'), by: 'cost-guard', what: 'blocked', ...event })),
      { zoneOf: () => 'Asia/Tokyo', screen: 80, more: false, principal: undefined },
    )

  test('says in words who decided, until when in the zone of the guard, and why not', () => {
    const until = '2026-11-30T15:00:00Z'
    const text = told([
      { principal: 'user/sato', details: { decidedBy: 'team/growth@month', until } },
      { principal: 'user/ci', details: { decidedBy: 'manual', until: 'no end', why: 'attachment-quota' } },
      { what: 'unblocked', principal: 'user/ci', details: { waivedUntil: until, limit: 'every limit', grantUsd: '5' } },
      { what: 'limit-set', principal: 'team/growth@month~', details: { before: 'none', after: '12' } },
      { what: 'exclusion-ended', principal: 'user/ci' },
    ])
    expect(text).toContain('by the monthly limit of team/growth, until 2026-12-01 00:00 +09:00')
    expect(text.replaceAll(/\n */g, ' ')).toContain('by hand, until no end, its quota of attached policies is used up')
    expect(text).toContain('pardoned until 2026-12-01 00:00 +09:00, from every limit, dollars more 5')
    expect(text).toContain('limit set team/growth a month, for a time')
    expect(text).toContain('excluded no more user/ci')
    expect(text).not.toMatch(/\dZ|decidedBy|@month|grantUsd/)
  })

  test('keeps to the screen, also with the long name of a session', () => {
    const text = told([{ what: 'cannot-block', principal: session, details: { why: 'protected-role' } }])
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(text).toContain(session)
  })
})

test('a sentence too wide for the screen goes on below, indented; lines that fit stay as they are', () => {
  const text = `A  TABLE\nCannot be blocked: ${session} (AWS lets nobody change this role)\n  ${'word '.repeat(20)}end`
  const lines = folded(text, 80).split('\n')
  expect(lines[0]).toBe('A  TABLE')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  expect(lines.find((line) => line.includes(session))).toMatch(/^ {2}session/)
  expect(lines.at(-1)).toMatch(/^ {4}\S/)
})
