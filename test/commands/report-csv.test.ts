import { describe, expect, test } from 'vitest'
import { chargebackCsv, chargebackJson, chargebackRows } from '../../src/commands/_view/report-csv.ts'
import { type Day, instant, type Month } from '../../src/runtime/domain/base/calendar.ts'
import { csvText } from '../../src/runtime/domain/base/csv-text.ts'
import { exactlyIn } from '../../src/runtime/domain/money/currency.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import { detail } from '../domain/report-sample.ts'

const month = '2026-11' as Month
const yen = { code: 'JPY', rate: '160.5' }
const details = [
  detail('user/tanaka', 'anthropic.claude-opus-4-7', '50.000000000001', { label: 'claude-code' }),
  detail('user/tanaka', 'anthropic.claude-opus-4-7', '2.1', { label: 'claude-code', day: '2026-11-18' as Day }),
  detail('user/tanaka', 'anthropic.claude-opus-4-7', '0.000000000003'),
  detail('session/AWSReservedSSO_Dev_0a1b/=cmd|calc', 'x,"y"', '0.5', { assumed: parseUsd('0.5') }),
  detail('role/batch', 'm', '3'),
  detail('unattributed', 'm', '1'),
]
const csv = (currency?: typeof yen) => chargebackCsv(month, chargebackRows(details), currency)

describe('the table for chargeback', () => {
  test('has one row per principal, model and source, exact to the last digit in both currencies', () => {
    expect(csv(yen).split('\r\n')).toEqual([
      'month,principal,kind,role,name,model,source,requests,inputTokens,outputTokens,cacheReadTokens,cacheWrite5mTokens,cacheWrite1hTokens,cacheWriteUnknownTokens,usd,assumedUsd,person,teams,JPY',
      '2026-11,role/batch,role,batch,batch,m,none,3,1,1,0,0,0,0,3,0,,,481.5',
      `2026-11,session/AWSReservedSSO_Dev_0a1b/=cmd|calc,session,AWSReservedSSO_Dev_0a1b,'=cmd|calc,"x,""y""",none,3,1,1,0,0,0,0,0.5,0.5,,,80.25`,
      '2026-11,unattributed,unattributed,,,m,none,3,1,1,0,0,0,0,1,0,,,160.5',
      '2026-11,user/tanaka,user,,tanaka,anthropic.claude-opus-4-7,claude-code,6,2,2,0,0,0,0,52.100000000001,0,,,8362.0500000001605',
      '2026-11,user/tanaka,user,,tanaka,anthropic.claude-opus-4-7,none,3,1,1,0,0,0,0,0.000000000003,0,,,0.0000000004815',
      '',
    ])
    expect(csv()).not.toContain('JPY')
  })

  test('tells whose it was when it was spent, in rows of their own: who changed teams stands there twice', () => {
    const rows = chargebackRows([
      detail('user/tanaka', 'm', '1', { person: 'tanaka', teams: ['growth', '=night'] }),
      detail('user/tanaka', 'm', '2', { person: 'tanaka', teams: ['growth'] }),
      detail('user/tanaka', 'm', '4', { day: '2026-11-05' as Day, person: 'tanaka', teams: ['growth'] }),
    ])
    const lines = chargebackCsv(month, rows, undefined).trim().split('\r\n')
    expect(lines.map((line) => line.split(',').slice(-4))).toEqual([
      ['usd', 'assumedUsd', 'person', 'teams'],
      ['6', '0', 'tanaka', 'growth'],
      ['1', '0', 'tanaka', 'growth; =night'],
    ])
  })

  test('adds up to what was spent', () => {
    const { totalUsd, rows } = chargebackJson({
      month,
      asOf: instant(Date.UTC(2026, 10, 20)),
      rows: chargebackRows(details),
      currency: undefined,
      file: undefined,
    })
    expect(totalUsd).toBe('56.600000000004')
    expect(rows.map(({ inCurrency }) => inCurrency)).toEqual(Array(5).fill(null))
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['a=b', 'a=b'],
    ['say "hi", you', '"say ""hi"", you"'],
    ['山田', '山田'],
  ])('hands a spreadsheet %j as %j', (text, cell) => {
    expect(csvText(text)).toBe(cell)
  })

  test.each([
    ['1', '160.5', '160.5'],
    ['0.01', '0.92', '0.0092'],
    ['1000', '160', '160000'],
    ['0', '160.5', '0'],
  ])('%s USD at %s is exactly %s', (usd, rate, text) => {
    expect(exactlyIn(parseUsd(usd), { rate })).toBe(text)
  })
})
