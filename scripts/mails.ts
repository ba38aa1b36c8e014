/**
 * Writes docs/mails.md: every mail of the guard in both languages, by the renderers that make the real ones. `--check` compares
 * instead and exits 1 when it is out of date. A new kind of notice does not compile until it has a sample here.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Day, instant } from '../src/runtime/domain/base/calendar.ts'
import { judgeAll } from '../src/runtime/domain/judging/judge.ts'
import type { Belongings } from '../src/runtime/domain/metering/belonging.ts'
import { parseUsd } from '../src/runtime/domain/money/money.ts'
import { makeBook, noKeptPrices } from '../src/runtime/domain/money/price-book.ts'
import { coverageOf } from '../src/runtime/domain/telling/coverage.ts'
import type { CoverageInput } from '../src/runtime/domain/telling/coverage-tokens.ts'
import type { NoticeItem, NoticeKind } from '../src/runtime/domain/telling/notice.ts'
import { renderNotice } from '../src/runtime/domain/telling/notice-text.ts'
import { type ReportInput, renderReport, reportOf } from '../src/runtime/domain/telling/report.ts'
import type { Words } from '../src/runtime/domain/telling/wording.ts'
import { en } from '../src/runtime/words/en.ts'
import { ja } from '../src/runtime/words/ja.ts'
import { account, at, balance, key, limit, tokyo, waiver } from '../test/domain/judging.ts'
import { context, detail, details, health, input, november, record } from '../test/domain/report-sample.ts'

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'mails.md')
const admin = 'arn:aws:iam::123456789012:user/admin'
const block = {
  key: 'sample',
  principal: key('user/tanaka'),
  limit: 'user/tanaka@month',
  spent: parseUsd('52.1'),
  amount: parseUsd('50'),
  percent: 104,
  until: november.end,
} satisfies NoticeItem
const denied = { ...block, policy: record.policy ?? '' }
const half = { ...block, spent: parseUsd('41'), percent: 82, threshold: 80 }
const pardon = {
  ...waiver('user/tanaka', '2026-11-30T15:00:00Z'),
  grant: parseUsd('10'),
  reason: 'release week',
  by: admin,
}

const notices: Readonly<Record<Exclude<NoticeKind, 'report'>, readonly NoticeItem[]>> = {
  warned: [half],
  blocked: [denied],
  observed: [block],
  waived: [{ ...block, why: 'release week', by: admin, waiver: pardon }],
  'waiver-ended': [{ ...block, waiver: pardon }],
  released: [{ ...block, why: 'new-period' }],
  over: [
    {
      key: 'sample',
      limit: 'account@month',
      spent: parseUsd('136.34'),
      amount: parseUsd('100'),
      percent: 136,
      until: november.end,
    },
  ],
  'cannot-block': [{ ...block, principal: key('role/AWSReservedSSO_Dev_0a1b'), why: 'protected-role' }],
  reattached: [{ key: 'sample', principal: denied.principal, policy: denied.policy }],
  unpriced: [{ key: 'sample', model: 'anthropic.claude-next-9', count: 12, assumed: parseUsd('0.5') }],
  'caught-up': [{ key: 'sample', count: 12 }],
  'bad-records': [{ key: 'sample', count: 3 }],
  uncovered: [
    {
      ...{ key: 'sample', day: '2026-11-19' as Day, amount: parseUsd('14.2'), percent: 12 },
      causes: ['mantle', 'unlogged'],
    },
  ],
  unhealthy: [{ key: 'sample', why: 'no record has arrived for six hours although Bedrock was used' }],
}

const yesterday = '2026-11-19' as Day
const tokens = { input: 4_000_000, output: 400_000, cacheRead: 30_000_000, cacheWrite: 900_000 }
const hour = { at: at('2026-11-18T15:00:00Z'), region: 'ap-northeast-1', requests: 700 }
const sonnet = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'
const sample: CoverageInput = {
  ...{ from: hour.at, to: at('2026-11-19T15:00:00Z'), step: 86_400_000, region: hour.region, onlySources: false },
  metered: [{ ...hour, model: sonnet.slice(7), tokens, spend: parseUsd('30.375') }],
  counted: [{ ...hour, modelId: sonnet, tokens }],
  mantle: [{ ...hour, modelId: sonnet, tokens: { input: 60_000, output: 2000, cacheRead: 0, cacheWrite: 0 } }],
  deliveries: [],
  book: makeBook({ kept: noKeptPrices, profiles: new Map(), assumedCacheTtl: '5m' }),
}

const base: ReportInput = { ...input, ownCost: parseUsd('1.4337') }
const crowd = Array.from({ length: 30 }, (_, index) => {
  const usd = parseUsd(`${((index * 37) % 101) + 1}.${String((index * 7919) % 1000).padStart(3, '0')}`)
  const labels = new Map([['claude-code', usd] as const])
  return balance(`user/developer-${index + 1}`, { '2026-11-12': `${Number(usd) / 1e12}` }, { labels })
})
/** A person of two users, in two teams, of which one is over its limit. */
function pooled(): Partial<ReportInput> {
  const belongings: Belongings = {
    people: [{ name: 'tanaka', members: ['user/tanaka', 'user/tanaka-key'] }],
    teams: [
      { name: 'growth', members: ['person/tanaka'], from: 'list' },
      { name: 'night', members: ['user/sato', 'person/tanaka'], from: 'tags' },
    ],
  }
  const usd = { 'user/tanaka': '30', 'user/tanaka-key': '12.5', 'user/sato': '17' }
  const balances = Object.entries(usd).map(([name, spent]) => balance(name, { '2026-11-18': spent }))
  const judgements = judgeAll({
    wishes: { limits: [limit('person/tanaka=50'), limit('team/growth=40')], waivers: [], blocks: [], excluded: [] },
    ...{ belongings, balances, previous: [], zoning: tokyo, now: input.now, unknownPrice: 'warn', account },
  })
  const records = ['user/tanaka', 'user/tanaka-key'].map((name) => ({
    ...record,
    principal: key(name),
    decidedBy: 'team/growth@month',
  }))
  const details = Object.entries(usd).map(([name, spent]) => detail(name, 'anthropic.claude-opus-4-7', spent))
  return { belongings, balances, judgements, records, details }
}

const reports: Readonly<Record<string, Partial<ReportInput>>> = {
  'Daily mail on the first day': {
    balances: [],
    details: [],
    judgements: [],
    records: [],
    health: {
      ...health,
      ...{ lastRecordAt: undefined, logSeconds: undefined, deliverySeconds: undefined },
      countFrom: at('2026-11-19T23:12:00Z'),
    },
  },
  'Daily mail with blocked and waived people': {
    previous: [balance('user/tanaka', { '2026-10-30': '7' })],
    told: parseUsd('6.5'),
    unreadable: 1,
    coverage: { kind: 'known', day: yesterday, coverage: coverageOf(sample) },
    health: { ...health, enforceSeconds: 2, caughtUp: { count: 12, at: at('2026-11-19T10:00:00Z') } },
  },
  'Daily mail with 30 people': { balances: crowd, judgements: [], records: [], details: details.slice(0, 1) },
  'Daily mail with people and teams': { ...pooled(), ownCost: undefined },
  'Statement on the 1st': {
    kind: 'statement',
    now: instant(november.end + 9 * 3_600_000),
    judgements: [],
    records: [],
  },
}

const mail = ({ subject, text }: { subject: string; text: string }): string =>
  `\`\`\`text\nSubject: ${subject}\n\n${text.trimEnd()}\n\`\`\`\n`

function both(title: string, render: (words: Words) => { subject: string; text: string }): string {
  return `## ${title}\n\n${mail(render(en))}\n${mail(render(ja))}`
}

const HEAD = `# The mails

Every mail the guard sends, in English and Japanese, as plain text for a fixed-width font. Reports are at most 78 columns wide, where
a wide character counts as two. Made by the renderers that make the real ones (\`npx tsx scripts/mails.ts\`) from an invented team. Which mails are sent
when: \`src/runtime/domain/telling/notice.ts\`; the words: \`src/runtime/words/\`.
`

export const mailsPage = (): string =>
  [
    HEAD,
    ...Object.entries(reports).map(([title, more]) =>
      both(title, (words) => renderReport(reportOf({ ...base, ...more }), words)),
    ),
    ...Object.entries(notices).map(([kind, items]) =>
      both(`Notice: ${kind}`, (words) => renderNotice(kind as Exclude<NoticeKind, 'report'>, items, context, words)),
    ),
  ].join('\n')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = mailsPage()
  if (!process.argv.includes('--check')) writeFileSync(target, page)
  else if (readFileSync(target, 'utf8') !== page) {
    process.stderr.write('docs/mails.md is out of date: run npx tsx scripts/mails.ts\n')
    process.exitCode = 1
  }
}
