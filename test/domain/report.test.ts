import { describe, expect, it } from 'vitest'
import type { CannotBlock } from '../../src/runtime/domain/judging/verdict.ts'
import { inCurrency } from '../../src/runtime/domain/money/currency.ts'
import { parseUsd } from '../../src/runtime/domain/money/money.ts'
import {
  displayWidth,
  padEnd,
  shellQuoted,
  subjectLine,
  table,
  truncate,
} from '../../src/runtime/domain/telling/layout.ts'
import type { NoticeItem, NoticeKind, ReleasedWhy } from '../../src/runtime/domain/telling/notice.ts'
import { renderNotice } from '../../src/runtime/domain/telling/notice-text.ts'
import { renderReport } from '../../src/runtime/domain/telling/report.ts'
import type { Words } from '../../src/runtime/domain/telling/wording.ts'
import { en } from '../../src/runtime/words/en.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { wordsFor } from '../../src/runtime/words/words.ts'
import { balance, key } from './judging.ts'
import { context, health, november, record, view } from './report-sample.ts'

const languages = [en, ja]
/** Without the breaks and columns of a mail, so that a sentence is found wherever it was broken. */
const flowing = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/(?<=[^ -~]) | (?=[^ -~])/g, '')
const longName = `user/${'n'.repeat(64)}`

describe('columns', () => {
  it.each([
    ['', 0],
    ['tanaka', 6],
    ['田中', 4],
    ['ﾀﾅｶ', 3],
    ['（株）', 6],
    ['한글', 4],
    ['e\u0301', 1],
    ['🦀', 2],
    ['…', 1],
  ])('"%s" is %i wide', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it('stand under one another whatever the script', () => {
    const lines = table(
      [
        { title: '名前', align: 'left' },
        { title: 'USD', align: 'right' },
        { title: '状態', align: 'left' },
      ],
      [
        ['山田', '1.00', 'ok'],
        ['suzuki', '1,234.50', '停止中'],
      ],
    )
    expect(lines).toEqual(['  名前         USD  状態', '  山田        1.00  ok', '  suzuki  1,234.50  停止中'])
    expect(padEnd('田', 4)).toBe('田  ')
  })

  it('are cut by width, never in the middle of a character', () => {
    expect(truncate('山田太郎', 8)).toBe('山田太郎')
    expect(truncate('山田太郎', 7)).toBe('山田太…')
    expect(truncate('山田太郎', 6)).toBe('山田…')
    expect(truncate('🦀🦀🦀', 4)).toBe('🦀…')
  })
})

describe('a subject', () => {
  it('is one line below 100 characters, and never ends in half a character', () => {
    expect(subjectLine('a\r\nb\tc')).toBe('a b c')
    const long = subjectLine(`${'x'.repeat(97)}🦀🦀`)
    expect(long).toBe(`${'x'.repeat(97)}…`)
    expect(subjectLine('y'.repeat(99))).toBe('y'.repeat(99))
    expect(subjectLine('y'.repeat(100))).toHaveLength(99)
  })
})

describe('a second currency', () => {
  it.each([
    ['50', 'JPY', '160.5', '8,025'],
    ['0.004', 'JPY', '160.5', '1'],
    ['1', 'JPY', '160.5', '160'],
    ['1', 'JPY', '161.5', '162'],
    ['1234567.891', 'EUR', '0.92', '1,135,802.46'],
    ['0.001', 'EUR', '0.92', '0.00'],
    ['2', 'GBP', '1', '2.00'],
  ])('%s USD in %s at %s is %s, rounded half to even once', (usd, code, rate, text) => {
    expect(inCurrency(parseUsd(usd), { code, rate })).toBe(text)
  })
})

describe('an argument in a command', () => {
  it.each([
    ['user/tanaka', 'user/tanaka'],
    ['session/R/(others)=5', "'session/R/(others)=5'"],
    ['*=5', "'*=5'"],
    ["o'neil", "'o'\\''neil'"],
  ])('%s is quoted as a shell needs it', (text, quoted) => {
    expect(shellQuoted(text)).toBe(quoted)
  })
})

describe('the daily report', () => {
  const english = renderReport(view(), en)

  it('reads as reviewed', async () => {
    await expect(`${english.subject}\n\n${english.text}`).toMatchFileSnapshot('__snapshots__/report.en.txt')
    const japanese = renderReport(view(), ja)
    await expect(`${japanese.subject}\n\n${japanese.text}`).toMatchFileSnapshot('__snapshots__/report.ja.txt')
  })

  it.each(languages)('in $language holds everything the reader needs', (words) => {
    const text = flowing(renderReport(view(), words).text)
    for (const part of [
      'cost-guard',
      '123456789012 (acme-dev), ap-northeast-1',
      '160.5',
      '2026-11-01 00:00 +09:00 - 2026-11-20 09:00 +09:00 (Asia/Tokyo)',
      flowing(words.estimate),
      'USD 136.34 (JPY 21,882)',
      'USD 15.34 (JPY 2,462)',
      'USD 169.68 (JPY 27,233)',
      'anthropic.claude-next-9',
      'claude-desktop',
      '2026-12-01 00:00 +09:00',
      words.states.blocked,
      words.states.waived,
      flowing(words.report.why('cost-guard')),
      stopIn(words),
      'USD 100.00 (JPY 16,050)',
      'cost-guard unblock user/tanaka',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('adds up: the sections make the total', () => {
    const { users, roles, others, total } = view()
    const outer = [...users, ...roles, ...others].filter((row) => !row.within)
    expect(outer.reduce((sum, row) => sum + row.spend, 0n)).toBe(total)
  })

  it.each(languages)('in $language says what to do when nothing was seen yet', (words) => {
    const empty = view({
      balances: [],
      details: [],
      judgements: [],
      records: [],
      health: { ...health, lastRecordAt: undefined, logSeconds: undefined, deliverySeconds: undefined },
    })
    const text = flowing(renderReport(empty, words).text)
    for (const line of words.report.noRecords)
      expect(text).toContain(flowing(line.replace('{plan}', 'cost-guard plan --region ap-northeast-1')))
    expect(text).toContain(words.report.never)
    expect(text).toContain(words.report.noForecast)
    expect(text).not.toContain(words.report.users)
    expect(text).toContain(stopIn(words))
  })

  it('of the guard itself lists every problem', () => {
    const { text } = renderReport(view({ health: { ...health, problems: ['the log group is gone', 'second'] } }), en)
    expect(text).toContain('2 problems:\n    !  the log group is gone\n    !  second\n')
  })

  it('leaves out the second currency where none is set', () => {
    const { text } = renderReport(view({ context: { ...context, currency: undefined } }), en)
    expect(text).not.toContain('JPY')
    expect(text).not.toContain('not a market rate')
    expect(text).toContain('  tanaka  52.10  50.00  104 %')
  })

  it('names another guard in every command', () => {
    const { text } = renderReport(view({ context: { ...context, guard: 'team-b' } }), en)
    expect(text).toContain('cost-guard unblock user/tanaka --guard team-b --region ap-northeast-1\n')
    expect(text).toContain('cost-guard status --guard team-b --region ap-northeast-1\n')
  })

  it('stays below what SNS takes with thousands of principals, and says how many are left out', () => {
    const many = Array.from({ length: 3000 }, (_, index) => balance(`user/u${index}`, { '2026-11-03': '1' }))
    const { text } = renderReport(view({ balances: many, judgements: [] }), en)
    expect(new TextEncoder().encode(text).length).toBeLessThan(64 * 1024)
    expect(text).toContain('and 2900 more: USD 2,900.00\n  cost-guard status --region ap-northeast-1  # ')
  })

  it('never passes on control characters or turned writing', () => {
    const hostile = balance('user/a\u001b[31m\u202eb', { '2026-11-03': '1' })
    const { text } = renderReport(view({ balances: [hostile] }), en)
    expect(text).toContain('a?[31m?b')
    expect(text).not.toContain('\u001b')
  })
})

describe('the statement of a month that is over', () => {
  it.each(languages)('in $language has the final sums and nothing about today', (words) => {
    const december = view({ kind: 'statement', now: november.end, judgements: [], records: [] })
    const { subject, text } = renderReport(december, words)
    expect(subject).toContain('2026-11')
    expect(text).toContain('2026-11-01 00:00 +09:00 - 2026-12-01 00:00 +09:00')
    expect(text).toContain('USD 136.34')
    expect(flowing(text)).toContain(flowing(words.report.late))
    expect(text).toMatch(new RegExp(`${words.report.labels.asOf} +2026-12-01 00:00 \\+09:00 \\(Asia/Tokyo\\)`))
    for (const absent of [words.report.stopped, words.facts.yesterday, words.facts.forecast]) {
      expect(text).not.toContain(absent)
    }
  })
})

const stopIn = (words: Words) => flowing(words.report.stop('').trim())

const kinds: readonly Exclude<NoticeKind, 'report'>[] = [
  'warned',
  'blocked',
  'observed',
  'waived',
  'waiver-ended',
  'released',
  'over',
  'cannot-block',
  'reattached',
  'unpriced',
  'caught-up',
  'bad-records',
  'unhealthy',
]

const full: NoticeItem = {
  key: 'k',
  principal: key(longName),
  limit: `${longName}@month`,
  spent: parseUsd('52.1'),
  assumed: parseUsd('1'),
  amount: parseUsd('50'),
  percent: 104,
  threshold: 80,
  until: november.end,
  policy: record.policy ?? '',
  why: 'no-policy',
  by: 'arn:aws:iam::123456789012:user/admin',
  model: 'anthropic.claude-next-9',
  count: 12,
}
const whyOf = (kind: NoticeKind): string => (kind === 'released' ? 'waived' : (full.why ?? ''))

describe.each(languages)('a notice in $language', (words) => {
  it.each(kinds)('of kind %s has a subject that SNS takes and a text without gaps', (kind) => {
    for (const count of [1, 2, 40]) {
      const items = Array.from({ length: count }, () => ({ ...full, why: whyOf(kind) }))
      const { subject, text } = renderNotice(kind, items, { ...context, guard: `g${'u'.repeat(30)}` }, words)
      expect(subject.length).toBeLessThan(100)
      expect(subject).not.toMatch(/[\n\r\p{Cc}]/u)
      expect(subject.length).toBeGreaterThan(40)
      expect(text).not.toMatch(/undefined|null|NaN|\[object/)
      expect(text).toContain(words.estimate)
      expect(flowing(text)).toContain(stopIn(words))
      expect(text).toContain('cost-guard ')
    }
  })

  it.each(kinds)('of kind %s can be said with nothing but its key', (kind) => {
    const { subject, text } = renderNotice(kind, [{ key: 'k' }], context, words)
    expect(`${subject}${text}`).not.toMatch(/undefined|null|NaN|\[object/)
  })

  it.each(Object.keys(words.cannot) as CannotBlock[])('tells why %s cannot be blocked and what to do', (why) => {
    const { text } = renderNotice('cannot-block', [{ ...full, why }], context, words)
    expect(text).toContain(words.cannot[why].why)
    expect(text).toContain(words.cannot[why].fix.replace(/\{(.+)\}/, 'cost-guard $1 --region ap-northeast-1'))
  })

  it.each(Object.keys(words.released) as ReleasedWhy[])('tells that somebody is free because of %s', (why) => {
    expect(renderNotice('released', [{ ...full, why }], context, words).text).toContain(words.released[why])
  })
})

describe('what a notice tells to do', () => {
  const commands = (kind: Exclude<NoticeKind, 'report'>, item: Partial<NoticeItem>) =>
    renderNotice(kind, [{ key: 'k', ...item }], { ...context, guard: 'cost-guard' }, en)
      .text.split('\n')
      .filter((line) => line.startsWith('    cost-guard '))
      .map((line) => line.split('  #')[0]?.trim().replace(' --region ap-northeast-1', ''))

  it('raises the limit that decided', () => {
    expect(commands('blocked', { principal: key('user/a'), limit: '*@month' })[0]).toBe(
      'cost-guard limits set user/a=AMOUNT',
    )
    expect(commands('blocked', { principal: key('user/a'), limit: 'user/a@day' })[0]).toBe(
      'cost-guard limits set user/a=AMOUNT --per day',
    )
    expect(commands('blocked', { principal: key('user/a'), limit: 'account@month' })[0]).toBe(
      'cost-guard limits set account=AMOUNT',
    )
    expect(commands('cannot-block', { principal: key('unattributed'), limit: '*@month' })[0]).toBe(
      "cost-guard limits set '*=AMOUNT'",
    )
  })

  it('frees who was blocked by hand by unblock alone', () => {
    expect(commands('blocked', { principal: key('user/a'), limit: 'manual', until: 'no-end' })).toEqual([
      'cost-guard unblock user/a',
    ])
  })

  it('reads as reviewed', async () => {
    const blocked: NoticeItem = { ...full, principal: key('user/tanaka'), limit: 'user/tanaka@month', why: '' }
    for (const words of languages) {
      const { subject, text } = renderNotice('blocked', [blocked], context, words)
      await expect(`${subject}\n\n${text}`).toMatchFileSnapshot(`__snapshots__/blocked.${words.language}.txt`)
    }
  })

  it('explains why assumed money beyond a limit blocks nobody', () => {
    expect(renderNotice('warned', [full], context, en).text).toContain(en.assumedOnly)
    expect(renderNotice('warned', [{ ...full, percent: 99 }], context, en).text).not.toContain(en.assumedOnly)
  })
})

describe('the two languages', () => {
  it('are chosen by the setting', () => {
    expect(wordsFor('ja').language).toBe('ja')
    expect(wordsFor('en').language).toBe('en')
  })

  it('show the same figures', () => {
    const figures = (text: string) => text.match(/\d[\d,]*\.\d\d/g)
    expect(figures(renderReport(view(), ja).text)).toEqual(figures(renderReport(view(), en).text))
  })
})
