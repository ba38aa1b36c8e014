/** What notices and reports say of people and teams. */
import { describe, expect, it } from 'vitest'
import type { Day, Month } from '../../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../../src/runtime/domain/judging/judge.ts'
import type { Wishes } from '../../src/runtime/domain/judging/limit.ts'
import type { BlockedRecord } from '../../src/runtime/domain/judging/verdict.ts'
import type { Belongings } from '../../src/runtime/domain/metering/belonging.ts'
import { toDecimal } from '../../src/runtime/domain/money/money.ts'
import { displayWidth } from '../../src/runtime/domain/telling/layout.ts'
import { renderNotice } from '../../src/runtime/domain/telling/notice-text.ts'
import { noticesDue } from '../../src/runtime/domain/telling/notices-due.ts'
import { type ReportInput, renderReport } from '../../src/runtime/domain/telling/report.ts'
import { en } from '../../src/runtime/words/en.ts'
import { ja } from '../../src/runtime/words/ja.ts'
import { account, balance, key, limit, tokyo, waiver } from './judging.ts'
import { context, detail, november, now, record, view } from './report-sample.ts'

const belongings: Belongings = {
  people: [{ name: 'tanaka', members: ['user/tanaka', 'user/tanaka-key'] }],
  teams: [
    { name: 'growth', members: ['person/tanaka', 'user/ito'], from: 'list' },
    { name: 'night', members: ['user/ito'], from: 'tags' },
  ],
}
const spent = { 'user/tanaka': '30', 'user/tanaka-key': '12', 'user/ito': '8', 'user/sato': '2' }
const balances = Object.entries(spent).map(([name, usd]) => balance(name, { '2026-11-18': usd }))
const details = Object.entries(spent).map(([name, usd]) => detail(name, 'm', usd, { label: 'claude-code' }))

const wishesOf = (limits: readonly string[], more: Partial<Wishes> = {}): Wishes => ({
  limits: limits.map((text) => limit(text)),
  waivers: [],
  blocks: [],
  excluded: [],
  ...more,
})
const judged = (wishes: Wishes) =>
  judgeAll({ wishes, belongings, balances, previous: [], zoning: tokyo, now, unknownPrice: 'warn', account })
const blocked = (principal: string, decidedBy: string): BlockedRecord => ({
  ...record,
  principal: key(principal),
  decidedBy,
})
const due = (wishes: Wishes, records: readonly BlockedRecord[] = [], observe = false) =>
  noticesDue({
    judgements: judged(wishes),
    records,
    wishes,
    observe,
    waiversOver: new Set(),
    now,
    day: '2026-11-20' as Day,
    month: '2026-11' as Month,
    unpriced: [],
    caughtUp: undefined,
    badRecords: 0,
    problems: [],
  })
const said = (...given: Parameters<typeof due>) =>
  due(...given).flatMap(({ kind, items }) => items.map(({ principal }) => `${kind} ${principal}`))
const text = (...given: Parameters<typeof due>) => {
  const [group] = due(...given)
  if (group === undefined) throw new Error('something is due')
  return renderNotice(group.kind, group.items, context, en).text
}

describe('a notice about a pot', () => {
  it('is said once of the person or the team, not once of each member', () => {
    expect(said(wishesOf(['person/tanaka=50', 'team/growth=60 notify', 'team/night=8 notify']))).toEqual([
      'over team/night',
      'warned team/growth',
      'warned person/tanaka',
    ])
    expect(said(wishesOf(['*=50']))).toEqual(['warned person/tanaka'])
  })

  it('of members who are blocked names the pot that decided, and warns it of nothing further', () => {
    const wishes = wishesOf(['team/growth=50', 'team/growth=60 week'])
    const records = ['user/tanaka', 'user/ito'].map((name) => blocked(name, 'team/growth@month'))
    expect(said(wishes, records)).toEqual(['blocked user/tanaka', 'blocked user/ito'])
    const mail = text(wishes, records)
    expect(mail).toContain('team/growth, per month: USD 50.00')
    expect(mail).toContain('limits set team/growth=AMOUNT')
    expect(mail).toContain('cost-guard unblock user/ito --region')
  })

  it('of the share of everyone names the person, and raises the person', () => {
    const mail = text(wishesOf(['*=42']), [blocked('user/tanaka-key', '*@month')])
    expect(mail).toMatch(/\(person\/tanaka\): USD 42\.00/)
    expect(mail).toContain('limits set person/tanaka=AMOUNT')
  })

  it('of a block by hand on a team tells who did it, on whom, and how to lift it', () => {
    const hand = { principal: 'team/night', until: 'no-end', by: 'admin', at: now, reason: 'audit' } as const
    const mail = text(wishesOf([], { blocks: [hand] }), [{ ...blocked('user/ito', 'manual'), until: 'no-end' }])
    expect(mail).toContain('admin (team/night)')
    expect(mail).toContain('audit')
    expect(mail).toContain('cost-guard unblock team/night --region')
    expect(said(wishesOf([], { blocks: [hand] }), [], true)).toEqual(['observed user/ito'])
  })

  it('that somebody is free again tells who left the person or team whose limit it was from a limit that was raised', () => {
    const free = (limits: readonly string[], principal: string) =>
      due(wishesOf(limits), [{ ...blocked(principal, 'team/growth@month'), releasedAt: now }]).flatMap(({ items }) =>
        items.flatMap(({ why }) => why ?? []),
      )
    expect(free(['team/growth=50 warn none'], 'user/sato')).toEqual(['moved'])
    expect(free(['team/growth=50 warn none'], 'user/gone')).toEqual(['moved'])
    expect(free(['team/growth=500 warn none'], 'user/ito')).toEqual(['limit-changed'])
    expect(free([], 'user/sato')).toEqual(['limit-changed'])
  })

  it('of a team whose members are all excluded says that it is over its limit; of others, the block does', () => {
    const all = ['person/tanaka', key('user/ito')] as const
    expect(said(wishesOf(['team/growth=50'], { excluded: [...all] }))).toEqual(['over team/growth'])
    expect(said(wishesOf(['team/growth=50'], { excluded: ['team/growth'] }))).toEqual(['over team/growth'])
    expect(
      said(wishesOf(['team/growth=50'], { excluded: ['person/tanaka'] }), [blocked('user/ito', 'team/growth@month')]),
    ).toEqual(['blocked user/ito'])
  })

  it('of a pardoned team is about the team', () => {
    const wishes = wishesOf(['team/growth=50'], { waivers: [waiver('team/growth', '2026-11-30T15:00:00Z')] })
    expect(said(wishes)).toEqual(['waived team/growth'])
  })
})

const report = (wishes: Wishes, more: Partial<ReportInput> = {}) =>
  view({
    belongings,
    balances,
    details,
    judgements: judged(wishes),
    records: [],
    blocks: wishes.blocks,
    context: { ...context, currency: undefined },
    ...more,
  })
const rows = (list: ReturnType<typeof report>['teams']) =>
  list.map(({ name, spend, limit: shown, state }) => [
    name,
    toDecimal(spend),
    shown && toDecimal(shown.amount),
    shown?.percent,
    state,
  ])

describe('people and teams in a report', () => {
  const wishes = wishesOf(['person/tanaka=50', 'person/tanaka=100 week', 'team/growth=50', 'user/sato=5'])
  const stopped = ['user/tanaka', 'user/tanaka-key', 'user/ito'].map((name) => blocked(name, 'team/growth@month'))

  it('have a row each with the limit that decides, or is nearest, and what it does', () => {
    const { people, teams } = report(wishes, { records: stopped })
    expect(rows(people)).toEqual([['tanaka', '42', '50', 84, 'warned']])
    expect(rows(teams)).toEqual([
      ['growth', '50', '50', 100, 'blocked'],
      ['night', '8', undefined, undefined, 'unlimited'],
    ])
  })

  it('stand before users and roles, which show everybody as ever; teams say that they overlap', () => {
    const mail = renderReport(report(wishes, { records: stopped }), en).text
    const heads = mail.match(/^(?:People|Teams|Users|Roles).*$/gm)
    expect(heads).toEqual(['People: USD 42.00', 'Teams', 'Users: USD 52.00'])
    expect(mail).toMatch(/^ *growth +50\.00 +50\.00 +100 % +blocked$/m)
    expect(mail).toMatch(/^ *sato +2\.00 +5\.00 +40 % +ok$/m)
    expect(mail).toContain('Who is in several teams counts in each of them, and once in the total.')
  })

  it('are not mentioned where there are none', () => {
    const mail = renderReport(report(wishesOf([]), { belongings: { people: [], teams: [] } }), en).text
    expect(mail).not.toMatch(/^(?:People|Teams)/m)
  })

  it('of a statement are those of the time when it was spent', () => {
    const then = [
      detail('user/ito', 'm', '5', { teams: ['old'] }),
      detail('user/ito', 'm', '3', { teams: ['growth', 'night'] }),
    ]
    const { people, teams } = report(wishesOf([]), {
      kind: 'statement',
      now: november.end,
      belongings: undefined,
      judgements: [],
      details: then,
    })
    expect(people).toEqual([])
    expect(rows(teams).map(([name, usd]) => [name, usd])).toEqual([
      ['old', '5'],
      ['growth', '3'],
      ['night', '3'],
    ])
  })

  it('are named where a block or a pardon of theirs stops or frees somebody', () => {
    const hand = { principal: 'team/night', until: 'no-end', by: 'admin', at: now, reason: 'audit' } as const
    const pardoned = { waivers: [waiver('person/tanaka', '2026-11-30T15:00:00Z', { by: 'boss' })], blocks: [hand] }
    const given = wishesOf(['team/growth=40'], pardoned)
    const mail = renderReport(
      report(given, { records: [{ ...blocked('user/ito', 'manual'), until: 'no-end' }] }),
      en,
    ).text
    expect(mail).toContain('by admin (team/night): audit')
    expect(mail).toContain('by boss (person/tanaka)')
    expect(mail).toContain('cost-guard unblock team/night --region')
  })

  it.each([en, ja])('in $language keep within 78 columns', (words) => {
    const name = '研究開発部 '.repeat(10).trim()
    const wide: Belongings = {
      people: [{ name, members: ['user/ito'] }],
      teams: [{ name, members: ['user/ito'], from: 'list' }],
    }
    const mail = renderReport(report(wishesOf([]), { belongings: wide, context }), words).text
    expect(mail.split('\n').filter((line) => displayWidth(line) > 78)).toEqual([])
  })
})
