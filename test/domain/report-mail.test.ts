/** What the daily mail promises beside its words: exact sums, a width, and honesty about days nobody counted. */
import { describe, expect, it, test } from 'vitest'
import type { Balance } from '../../src/runtime/domain/metering/balance.ts'
import { inCurrency } from '../../src/runtime/domain/money/currency.ts'
import { parseUsd, toCents } from '../../src/runtime/domain/money/money.ts'
import { displayWidth, shorten, wrap } from '../../src/runtime/domain/telling/layout.ts'
import { type ReportInput, renderReport } from '../../src/runtime/domain/telling/report.ts'
import { en } from '../../src/runtime/words/en.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { at, balance } from './judging.ts'
import { context, detail, health, input, november, view } from './report-sample.ts'

const languages = [en, ja]
const mail = (more: Partial<ReportInput> = {}, words = en) => renderReport(view(more), words).text
const labelled = (name: string, labels: Readonly<Record<string, string>>, day = '2026-11-03'): Balance => {
  const amounts = Object.entries(labels).map(([label, usd]) => [label, parseUsd(usd)] as const)
  const spend = amounts.reduce((all, [, amount]) => all + amount, 0n)
  const usd = `${spend / 10n ** 12n}.${(spend % 10n ** 12n).toString().padStart(12, '0')}`
  return balance(name, { [day]: usd }, { labels: new Map(amounts) })
}
/** Figures of a column of each principal's row: not of headings, sessions, totals. */
const rowsOf = (text: string, first: RegExp) =>
  text.split('\n').flatMap((line) => (first.test(line) ? [line.trim().split(/ {2,}/)] : []))

const long = `session/AWSReservedSSO_PowerUserAccess_0123456789abcdef/${'very-long-'.repeat(6)}name@example.com`
const crowd: readonly Balance[] = [
  ...Array.from({ length: 30 }, (_, index) =>
    labelled(index % 3 === 0 ? `role/${'deployment-'.repeat(4)}${index}` : `user/person-${index}`, {
      'claude-code': `${1_000 * index}.123456789`,
      'claude-desktop': '0.005',
      [`tool-${index % 9}`]: '0.004',
      none: '12345.678',
    }),
  ),
  labelled(long, { other: '3' }),
  labelled('federated/someone', { none: '0.0049' }),
  labelled('root/123456789012', { none: '1.5' }),
]

describe('a mail', () => {
  it.each(languages)('in $language is at most 78 columns wide, whatever the names, sums and labels', (words) => {
    for (const more of [
      {},
      { balances: crowd },
      { balances: [] },
      { kind: 'statement' as const, now: november.end, balances: crowd },
      { balances: crowd, context: { ...context, currency: { code: 'VND', rate: '25400.75' } } },
      { health: { ...health, problems: ['x'.repeat(40), 'a sentence that goes on and on '.repeat(6)] } },
      {
        details: [detail('user/a', `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${'m'.repeat(90)}`, '1')],
      },
    ]) {
      const wide = mail(more, words)
        .split('\n')
        .filter((line) => displayWidth(line) > 78)
      expect(wide).toEqual([])
    }
  })

  test('keeps the end of a name that is cut, and of a model', () => {
    expect(shorten('very-long-session-name@example.com', 16)).toBe('very-lon…ple.com')
    expect(shorten('田中太郎の長い名前', 10)).toBe('田中…名前')
    expect(shorten('short', 16)).toBe('short')
    expect(mail({ balances: crowd })).toMatch(/ {4}very-long-[\w-]*…[\w-]*name@example\.com /)
  })

  test.each([
    ['one two three', 7, ['one two', 'three']],
    ['one', 2, ['one']],
    ['a USD 20.00 b', 8, ['a', 'USD', '20.00 b']],
    ['合計です。次の行', 8, ['合計で', 'す。次の', '行']],
    ['これは（例）です', 8, ['これは', '（例）で', 'す']],
    ['', 8, ['']],
  ])('breaks %j at %i columns as its language asks', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(text.includes('USD') ? ['a', 'USD 20.00', 'b'] : lines)
  })
})

describe('sums', () => {
  test('of the lines are the total, in dollars and yen, but for the rounding of each line', () => {
    const data = view({ balances: crowd })
    const text = renderReport(data, en).text.split('\nBy source\n')[0] ?? ''
    const rows = rowsOf(text, /^ {2}\S.* {2}[\d,]+\.\d\d {2}/).filter(([name]) => name !== 'Name')
    const cents = rows.reduce((all, [, usd = '']) => all + Math.round(Number(usd.replaceAll(',', '')) * 100), 0)
    const yen = rows.reduce((all, [, , jpy = '']) => all + Number(jpy.replaceAll(',', '')), 0)
    const total = Number(toCents(data.total).replaceAll(',', '')) * 100
    const inYen = Number(inCurrency(data.total, { code: 'JPY', rate: '160.5' }).replaceAll(',', ''))
    // 31 roles and users, root, and who spent less than a cent and so has no figure.
    expect(rows).toHaveLength(32)
    expect(Math.abs(cents - total)).toBeLessThanOrEqual((rows.length + 1) * 0.5)
    expect(Math.abs(yen - inYen)).toBeLessThanOrEqual((rows.length + 1) * 0.5 + 1)
    expect(data.total).toBe(crowd.reduce((all, one) => all + one.spend, 0n))
  })

  test('of any number of labels: what has no column is in "other" and named there', () => {
    const text = mail({ balances: crowd }).split('\nBy source\n')[1] ?? ''
    for (let index = 0; index < 9; index++) expect(text).toContain(`tool-${index}`)
    const [total = []] = rowsOf(text, /^ {2}Total /)
    const heads = rowsOf(text, /^ {2}Name /)[0] ?? []
    expect(heads).toEqual(expect.arrayContaining(['claude-code', 'claude-desktop', 'other', 'no label']))
    const sum = total.slice(1).reduce((all, usd) => all + Math.round(Number(usd.replaceAll(',', '')) * 100), 0)
    expect(
      Math.abs(sum - Number(toCents(view({ balances: crowd }).total).replaceAll(',', '')) * 100),
    ).toBeLessThanOrEqual(total.length)
  })

  test('of 500 people: a hundred lines, the rest added up, and the command that shows all', () => {
    const many = Array.from({ length: 500 }, (_, index) => balance(`user/u${index}`, { '2026-11-03': `${index}.01` }))
    const text = mail({ balances: many })
    const rows = rowsOf(text, /^ {2}u\d+ /)
    const rest = Array.from({ length: 400 }, (_, index) => index).reduce((all, one) => all + one * 100 + 1, 0)
    expect(text).toContain(
      `and 400 more: USD ${toCents(parseUsd(String(rest / 100)))}\n  cost-guard status --region ap-northeast-1  # `,
    )
    expect(rows.length).toBe(100)
    expect(new TextEncoder().encode(text).length).toBeLessThan(64 * 1024)
    const { now } = { now: november.end }
    expect(mail({ balances: many, kind: 'statement', now })).toContain(
      'cost-guard status --month 2026-11 --region ap-northeast-1',
    )
  })
})

describe('a day that was not counted', () => {
  const first = (countFrom: string, days: Readonly<Record<string, string>> = { '2026-11-20': '3' }) =>
    mail({ health: { ...health, countFrom: at(countFrom) }, balances: [balance('user/a', days)] })

  test('is not called zero on the day of the install', () => {
    expect(first('2026-11-20T00:00:00Z')).toContain(
      'yesterday  not counted: counting began at 2026-11-20 09:00 +09:00\n',
    )
    expect(mail({ health: { ...health, countFrom: at('2026-11-20T00:00:00Z') }, balances: [] }, ja)).toContain(
      '未計測（計測開始: 2026-11-20 09:00 +09:00）',
    )
  })

  test('is called a part on the day after, without comparison', () => {
    const text = first('2026-11-19T05:00:00Z', { '2026-11-19': '2.5' })
    expect(text.replace(/\s+/g, ' ')).toContain(
      'yesterday USD 2.50 (JPY 401) since counting began at 2026-11-19 14:00 +09:00 forecast',
    )
    expect(text).toContain('since      2026-11-19 14:00 +09:00 (Asia/Tokyo)')
  })

  test('is compared only with a whole day', () => {
    const partly = first('2026-11-18T05:00:00Z', { '2026-11-18': '1', '2026-11-19': '2.5' })
    expect(partly).toContain('yesterday  USD 2.50 (JPY 401)\n')
    const whole = first('2026-11-17T05:00:00Z', { '2026-11-18': '1', '2026-11-19': '2.5' })
    expect(whole.replace(/\s+/g, ' ')).toContain('USD 1.50 (JPY 241) more than the day before')
    // Counting the month so far began with it.
    const counted = first('2026-10-31T15:00:00Z', {})
    expect(counted).toContain('yesterday  USD 0.00 (JPY 0), as the day before\n')
  })

  test('is shown where a ledger kept from an earlier guard knows it', () => {
    expect(first('2026-11-20T00:00:00Z', { '2026-11-19': '2' })).toContain('yesterday  USD 2.00 (JPY 321)\n')
  })
})

describe('the guard’s own lines', () => {
  test('tell late records, unreadable ones, the own cost, and that nobody is blocked while observing', () => {
    const caughtUp = { count: 12, at: at('2026-11-19T10:00:00Z') }
    const text = mail({
      health: { ...health, caughtUp },
      unreadable: 1,
      ownCost: parseUsd('1.434'),
      observe: true,
    }).replace(/\s+/g, ' ')
    expect(text).toContain('found late 12 records, by reading the log again at 2026-11-19 19:00 +09:00; all counted')
    expect(text).toContain('unreadable 1 log record: not in the sums')
    expect(text).toContain('its own cost about USD 1.43 (JPY 230) a month, estimated')
    expect(text).toContain('mode observe: everything is counted and judged, nobody is blocked')
    const nothing = mail()
    for (const absent of ['found late', 'unreadable', 'its own cost', 'observe:']) expect(nothing).not.toContain(absent)
  })

  test('tell by how much the month before differs from its statement, once it does', () => {
    const previous = [balance('user/a', { '2026-10-30': '7' })]
    const told = (usd: string) => mail({ previous, told: parseUsd(usd) }).replace(/\s+/g, ' ')
    expect(told('6.5')).toContain('2026-10 USD 0.50 (JPY 80) more than its statement said')
    expect(told('8')).toContain('2026-10 USD 1.00 (JPY 160) less than its statement said')
    expect(told('8')).toContain('now USD 7.00 (JPY 1,124)')
    expect(told('7')).not.toContain('2026-10')
    expect(mail({ previous })).not.toContain('its statement')
  })

  test('tell who was blocked by hand, by whom and why, and who cannot be blocked', () => {
    const by = 'arn:aws:iam::123456789012:user/admin'
    const block = { principal: input.records[0]?.principal, until: 'no-end', by, at: at('2026-11-19T00:00:00Z') }
    const [record] = input.records
    if (record === undefined || block.principal === undefined) throw new Error('the sample has a block')
    const manual = { ...record, decidedBy: 'manual' as const, until: 'no-end' as const }
    const judgements = input.judgements.map((one) =>
      one.principal === record.principal ? { ...one, decidedBy: 'manual' as const } : one,
    )
    const wish = { ...block, principal: record.principal, until: 'no-end' as const, reason: 'key leaked' }
    expect(mail({ judgements, records: [manual], blocks: [wish] })).toContain('    by user/admin: key leaked\n')
    const cannot = { ...record, state: 'cannot-block' as const, why: 'attachment-quota' as const }
    expect(mail({ records: [cannot] })).toContain(en.cannot['attachment-quota'].why)
  })
})
